import gzip
from pathlib import Path

import pytest

from annotate.articles.registry import find_files, read_articles
from annotate.core.errors import InputError
from tests.annotate.articles.readers.documents.made import docx, packed, pdf, word, xlsx

TEXT = "They closed the pier at night."


@pytest.mark.parametrize("name", ["report.doc", "report.txt", "report"])
def test_a_renamed_document_is_recognised_by_its_content(tmp_path: Path, name: str) -> None:
    docx(tmp_path / name, word(TEXT))

    (article,) = read_articles([tmp_path / name])

    assert (article.article_id, article.blocks[0].text) == ("report", TEXT)


def test_any_renamed_file_is_found_in_a_folder_too(tmp_path: Path) -> None:
    pdf(tmp_path / "a.dat", [(50, 800, 10, TEXT)])
    xlsx(tmp_path / "b.csv", [["text"], [TEXT]])
    (tmp_path / "c.jsonl").write_bytes(gzip.compress(b'{"text": "Packed without its suffix."}'))
    packed(tmp_path / "program.jar", {"a.txt": TEXT})
    (tmp_path / "d.png").write_bytes(b"\x89PNG")

    assert [a.article_id for a in read_articles([tmp_path])] == ["a", "b-1", "c-1"]
    assert [path.name for path in find_files([tmp_path]).others] == ["d.png", "program.jar"]


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "raw", "fix"),
    [
        ("a.doc", OLD, "save it as .docx"),
        ("a.docx", OLD, "without a password"),
        ("a.pages", b"x", "save it as .docx"),
        ("a.rar", b"Rar!", "unpack it, and give the folder"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "unpack it, and give the folder"),
        ("a.msg", b"x", "save each message as .eml"),
        ("a.mobi", b"x", "convert it to .epub"),
    ],
)
def test_what_is_not_read_says_how_to_convert_it(
    tmp_path: Path, name: str, raw: bytes, fix: str
) -> None:
    (tmp_path / name).write_bytes(raw)

    for inputs in ([tmp_path / name], [tmp_path]):
        with pytest.raises(InputError, match=rf"{name}: .*{fix}"):
            list(read_articles(inputs))
