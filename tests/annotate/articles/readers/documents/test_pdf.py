from pathlib import Path

import pytest

from annotate.articles.readers.documents.pdf import read_pdf
from annotate.core.errors import InputError
from tests.annotate.articles.readers.documents.made import pdf

FIRST = ("They closed the pier at night, and nobody in the town", "was asked whether they agreed.")
SECOND = ("The mayor left the hall through the kitchen door, and", "the press saw only his car.")


def texts(path: Path) -> list[str]:
    return [block.text for block in read_pdf(path).blocks]


def test_white_space_parts_paragraphs_and_larger_letters_a_heading(tmp_path: Path) -> None:
    lines = [
        (50, 800, 16, "The pier is sold"),
        (50, 785, 10, FIRST[0]),
        (50, 773, 10, FIRST[1]),
        (50, 755, 10, SECOND[0]),
        (50, 743, 10, SECOND[1]),
    ]
    path = pdf(tmp_path / "a.pdf", lines)

    assert read_pdf(path).title == "The pier is sold"
    assert texts(path) == [" ".join(FIRST), " ".join(SECOND)]


def test_an_indented_first_line_begins_a_paragraph(tmp_path: Path) -> None:
    lines = [
        (62, 800, 10, FIRST[0]),
        (50, 788, 10, FIRST[1]),
        (62, 776, 10, SECOND[0]),
        (50, 764, 10, SECOND[1]),
    ]

    assert texts(pdf(tmp_path / "a.pdf", lines)) == [" ".join(FIRST), " ".join(SECOND)]


def test_pictures_of_pages_need_ocr(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.pdf: no text in this PDF.*ocrmypdf"):
        read_pdf(pdf(tmp_path / "a.pdf", []))


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 rest")

    with pytest.raises(
        InputError, match=r"a\.pdf: cannot be read as PDF: Failed to load"
    ) as caught:
        read_pdf(tmp_path / "a.pdf")

    assert "\n" not in str(caught.value)


def test_page_heads_and_numbers_are_no_text_and_cut_words_are_whole(tmp_path: Path) -> None:
    pages = [
        [
            (50, 820, 8, "The Bay Post, a weekly"),
            (50, 800, 10, "They closed the pier at night, and nobody in the govern-"),
            (50, 788, 10, "ment was asked. The mayor left the hall through the"),
            (300, 30, 8, "Page 1"),
        ],
        [
            (50, 820, 8, "The Bay Post, a weekly"),
            (50, 800, 10, "kitchen door, and the press saw only his car at dusk."),
            (50, 782, 10, SECOND[0]),
            (50, 770, 10, SECOND[1]),
            (300, 30, 8, "Page 2"),
        ],
    ]

    assert texts(pdf(tmp_path / "a.pdf", *pages)) == [
        "They closed the pier at night, and nobody in the government was asked. The mayor left the "
        "hall through the kitchen door, and the press saw only his car at dusk.",
        " ".join(SECOND),
    ]
