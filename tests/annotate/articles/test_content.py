import gzip
from pathlib import Path

import pytest

from annotate.articles.content import content_suffix, suffix_of
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
        ("a.rst", b"x", "convert it to Markdown"),
        ("a.db", b"x", "as .csv"),
        ("a.warc.gz", gzip.compress(b"WARC/1.0", mtime=0), "as .html"),
        ("a.txt", b"From ann@x.example Tue Mar  5 10:00 2024\nSubject: x\n\nText.", "as .eml"),
    ],
)
def test_what_is_not_read_says_how_to_convert_it(
    tmp_path: Path, name: str, raw: bytes, fix: str
) -> None:
    (tmp_path / name).write_bytes(raw)

    for inputs in ([tmp_path / name], [tmp_path]):
        with pytest.raises(InputError, match=rf"{name}: .*{fix}"):
            list(read_articles(inputs))


PAGE = f"<html><head><title>The pier</title></head><body><p>{TEXT * 3}</p></body></html>"
SAVED = (
    "From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    ' boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Location: https://a.example/1'
    f"\r\n\r\n{PAGE}\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", f"<!DOCTYPE html>{PAGE}"),
        ("a.md", PAGE),
        ("a.txt", f"<p>{TEXT * 3}</p>"),
        ("a.html", SAVED),
        ("a.txt", f'[{{"text": "{TEXT * 3}"}}]'),
        ("a.txt", f'{{"text": "{TEXT * 3}"}}\n'),
        ("a.txt", f'id,text\n1,"{TEXT * 3}"\n'),
        ("a.txt", f"id;body\n1;{TEXT * 3}\n"),
        ("a.txt", f'No,text\n1,"{TEXT * 3}"\n'),
        ("a.txt", f'title, text\n"The pier", "{TEXT * 3}"\n'),
        ("a.txt", f'[{{"text":\n"{TEXT * 3}"}}\n]'),
        ("a.txt", f'["{TEXT * 3}"]'),
        ("a.txt", f'<div class="a">{TEXT * 3}</div>'),
        ("a.xls", f"id\ttext\n1\t{TEXT * 3}\n"),
        ("a.txt", f'<?xml version="1.0"?><doc><p>{TEXT * 3}</p></doc>'),
    ],
)
def test_pages_data_and_tables_are_told_by_their_content(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_bytes(content.encode())

    (article,) = read_articles([tmp_path / name])

    assert [block.text for block in article.blocks] == [TEXT * 3]


@pytest.mark.parametrize(
    "text",
    [
        "Fire, flood, text\n\nThe old town had seen it all.",
        '{"title": "The pier"}\n\nThey closed it at night.',
        "<b>They</b> closed the pier.",
        "[They] closed the pier [at night]",
        '["They closed it," the senator said.]\n\nNobody had asked.\n\n[Shortened.]',
        '["They closed it", said the senator.]\n\nNobody had asked.\n\n[Shortened.]',
        "<div class of 2024>\n\nThey closed the pier.",
        "Body, mind and the nanny state\nBy Ann Weir, Staff Writer\n\nThey closed the pier.",
        "Content, not character: how they lost\nMarch 5, 2020\n\nThey closed the pier.",
        "Content, not character\nBy Ann Weir, Staff Writer\n\nThey closed, and kept, the pier.",
        "Text | The Post\nBy Ann Weir | Staff\n\nThey closed the pier.",
    ],
)
def test_a_text_that_only_begins_like_data_is_a_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)

    assert [file.suffix for file in find_files([tmp_path]).files] == [".txt"]
    assert content_suffix(tmp_path / "a.txt") == ""


def test_a_file_has_the_suffix_of_its_content_or_else_that_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "Notes.TXT").write_text("They closed the pier.")

    assert suffix_of(tmp_path / "letter.txt") == ".pdf"
    assert suffix_of(tmp_path / "Notes.TXT") == ".txt"
