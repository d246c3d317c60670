from pathlib import Path

import pytest

from annotate.articles.readers.documents.docx import read_docx
from annotate.core.errors import InputError
from tests.annotate.articles.readers.documents.made import BODY, docx, packed, word

STYLES = ("Title", "Subtitle", "heading 2", "Quote", "caption", "toc 1")


def shape(path: Path) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in read_docx(path).blocks]


def test_styles_say_what_a_paragraph_is(tmp_path: Path) -> None:
    body = (
        word("The pier is sold. Again.", "Title")
        + word("1 Contents", "toc1")
        + word("What the council hid", "Subtitle")
        + word(BODY)
        + word("We were not asked, she said.", "Quote")
        + word("The pier at dusk.", "caption")
        + word("What now?", "heading2")
        + word("Nobody knows what comes next.")
    )
    path = docx(tmp_path / "a.docx", body, STYLES)

    assert read_docx(path).title == "The pier is sold. Again."
    assert shape(path) == [
        ("heading", "What the council hid"),
        ("body", BODY),
        ("quote", "We were not asked, she said."),
        ("caption", "The pier at dusk."),
        ("heading", "What now?"),
        ("body", "Nobody knows what comes next."),
    ]


def test_without_styles_the_words_say_it(tmp_path: Path) -> None:
    lines = (
        "The pier is sold",
        BODY,
        "What now",
        "- bread",
        "\uf0b7 peace",
        "Photo: Ann Weir / AP",
    )
    path = docx(tmp_path / "a.docx", "".join(map(word, lines)))

    assert read_docx(path).title == "The pier is sold"
    assert shape(path) == [
        ("body", BODY),
        ("heading", "What now"),
        ("list", "- bread"),
        ("list", "• peace"),
        ("caption", "Photo: Ann Weir / AP"),
    ]


def test_short_cells_of_a_table_are_no_paragraphs(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{word(text)}</w:tc>" for text in ("Year.", "12,000 votes were cast."))
    path = docx(tmp_path / "a.docx", f"{word(BODY)}<w:tbl><w:tr>{cells}</w:tr></w:tbl>")

    assert shape(path) == [("body", BODY), ("list", "Year. | 12,000 votes were cast.")]


def test_two_line_breaks_part_paragraphs_and_deleted_text_is_gone(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>One is here.</w:t><w:br/><w:br/><w:t>Two is</w:t><w:br/><w:t>here.</w:t>"
        "</w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )

    assert shape(docx(tmp_path / "a.docx", body)) == [
        ("body", "One is here."),
        ("body", "Two is here."),
    ]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("<w:body>", "cannot be read as a Word document: "),
        ("x" * 10_000_001, "a.docx/word/document.xml: unpacks to more than 200 times its size"),
    ],
)
def test_a_broken_document_is_one_line(tmp_path: Path, document: str, problem: str) -> None:
    path = packed(tmp_path / "a.docx", {"word/document.xml": document})

    with pytest.raises(InputError) as caught:
        read_docx(path)

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.docx: no text in this document"):
        read_docx(docx(tmp_path / "a.docx", word(" ")))
