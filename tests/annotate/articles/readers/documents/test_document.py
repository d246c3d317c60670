import gzip
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.articles.article import Article, Unread
from annotate.articles.registry import scan_file
from annotate.core.errors import InputError
from tests.annotate.articles.readers.documents.made import docx, epub, odt, packed, pdf, word, xlsx

TEXT = "Some words are here."
NAMES = ("a.docx", "a.odt", "a.epub", "a.pdf", "a.xlsx", "a.rtf", "a.zip", "a.txt.gz", "a.eml")


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    docx(folder / "a.docx", word(TEXT))
    odt(folder / "a.odt", f"<text:p>{TEXT}</text:p>")
    epub(folder / "a.epub", {"a.xhtml": f"<html><body><p>{TEXT}</p></body></html>"})
    pdf(folder / "a.pdf", [(50, 800, 10, TEXT)])
    xlsx(folder / "a.xlsx", [["text"], [TEXT]])
    packed(folder / "a.zip", {"a.txt": TEXT})
    (folder / "a.rtf").write_text(rf"{{\rtf1 {TEXT}}}")
    (folder / "a.txt.gz").write_bytes(gzip.compress(TEXT.encode(), mtime=0))
    (folder / "a.eml").write_text(f"Subject: T\n\n{TEXT}")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_document_gives_its_text(documents: Path, name: str) -> None:
    (item,) = scan_file(documents / name)

    assert isinstance(item, Article)
    assert [block.text for block in item.blocks] == [TEXT]


@settings(deadline=None, max_examples=150)
@given(
    name=st.sampled_from(NAMES), at=st.floats(0, 1), put=st.binary(max_size=4), cut=st.booleans()
)
def test_a_damaged_document_gives_articles_or_one_line(
    documents: Path, name: str, at: float, put: bytes, cut: bool
) -> None:
    raw = (documents / name).read_bytes()
    place = int(at * len(raw))
    path = documents / f"damaged-{name}"
    path.write_bytes(raw[:place] + put + (b"" if cut else raw[place + len(put) :]))

    for item in scan_file(path):
        assert isinstance(item, Article) or "\n" not in str(item.error)


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("a.docx", "mammoth"),
        ("a.pdf", "pypdfium2"),
        ("a.rtf", "striprtf"),
        ("a.xlsx", "python_calamine"),
    ],
)
def test_without_the_extra_the_message_names_it(
    documents: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    for module in [module for module in sys.modules if module.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)

    (item,) = scan_file(documents / name)

    assert isinstance(item, Unread)
    assert isinstance(item.error, InputError)
    assert f"the package {package} is needed" in str(item.error)
    assert str(item.error).endswith("pip install 'rhetoric-annotation[documents]'")
