"""Text files in which several articles stand, divided by lines of signs."""

from pathlib import Path

import pytest

from annotate.articles.registry import read_articles

SOLD = "The mill was sold on Monday night to a fund that nobody in the valley had heard of before."
ASKED = (
    "Its weavers were not asked, and the first of them read of it in the paper the next morning."
)
FUND = "The fund has promised to keep the looms running until the end of the year, but not longer."


def _read(tmp_path: Path, text: str) -> list[tuple[str, str, str, list[str]]]:
    (tmp_path / "mill.txt").write_text(text, encoding="utf-8")
    articles = read_articles([tmp_path / "mill.txt"])
    return [
        (a.article_id, a.title, a.author, [b.text for b in a.blocks if b.kind == "body"])
        for a in articles
    ]


@pytest.mark.parametrize("rule", ["---", "-" * 40, "=" * 60, "* * *", "_" * 30, "#" * 20])
def test_a_line_above_a_title_with_a_byline_divides_articles(tmp_path: Path, rule: str) -> None:
    first = f"A mill is sold\nBy Ann Weir\nMarch 5, 2024\n\n{SOLD}\n\n{ASKED}"

    articles = _read(tmp_path, f"{first}\n\n{rule}\n\nWhat the fund wants\nBy Jo Marsh\n\n{FUND}\n")

    assert articles == [
        ("mill-1", "A mill is sold", "Ann Weir", [SOLD, ASKED]),
        ("mill-2", "What the fund wants", "Jo Marsh", [FUND]),
    ]


def test_articles_with_fields_stand_between_lines(tmp_path: Path) -> None:
    rule = "=" * 40
    first = f"Title: A mill is sold\nAuthor: Ann Weir\n\n{SOLD}\n"
    second = f"Title: The fund\nURL: https://paper.example/fund\n{'-' * 20}\n{FUND}\n"

    articles = _read(tmp_path, f"{rule}\n{first}{rule}\n{second}{rule}\n")

    assert articles == [
        ("mill-1", "A mill is sold", "Ann Weir", [SOLD]),
        ("https://paper.example/fund", "The fund", "", [FUND]),
    ]


@pytest.mark.parametrize("rule", ["***", "* * *"])
@pytest.mark.parametrize(
    "heading", ["Monday: the speech\nMarch 4, 2024", "The verdict\nBy Any Means Necessary"]
)
def test_a_section_below_asterisks_may_have_a_heading_and_a_date(
    tmp_path: Path, rule: str, heading: str
) -> None:
    text = (
        f"A mill is sold\nBy Ann Weir\nMarch 5, 2024\n\n{SOLD}\n\n{rule}\n\n{heading}\n\n{FUND}\n"
    )

    ((id_, title, _, texts),) = _read(tmp_path, text)

    assert (id_, title) == ("mill", "A mill is sold")
    assert {SOLD, FUND} <= set(texts)


@pytest.mark.parametrize(
    "byline", ["Jo Marsh, Staff Writer", "J. R. de la Cruz and Bo Lund", "JO MARSH AND BO LUND"]
)
def test_a_person_named_below_asterisks_begins_an_article(tmp_path: Path, byline: str) -> None:
    text = f"A mill is sold\nBy Ann Weir\n\n{SOLD}\n\n* * *\n\nThe fund\nBy {byline}\n\n{FUND}\n"

    assert [(title, author) for _, title, author, _ in _read(tmp_path, text)] == [
        ("A mill is sold", "Ann Weir"),
        ("The fund", byline),
    ]


@pytest.mark.parametrize("rule", ["---", "* * *", "-" * 40, "=" * 30])
@pytest.mark.parametrize("heading", ["", "What the fund wants\n\n", "March 5, 2024\n\n"])
def test_a_line_within_an_article_does_not_divide_it(
    tmp_path: Path, rule: str, heading: str
) -> None:
    rest = f"{rule}\n\n{heading}{ASKED}\n\n{rule}\n\n{FUND}\n"
    text = f"A mill is sold\n\nBy Ann Weir\n\n{SOLD}\n\n{rest}"

    ((id_, title, author, texts),) = _read(tmp_path, text)

    assert (id_, title, author) == ("mill", "A mill is sold", "Ann Weir")
    assert [text for text in texts if "March" not in text and text != rule] == [SOLD, ASKED, FUND]


def test_a_line_below_the_head_of_the_only_article_does_not_divide_it(tmp_path: Path) -> None:
    rule = "=" * 14

    assert _read(
        tmp_path, f"{rule}\nA mill is sold\n{rule}\n\nBy Ann Weir\n\n{SOLD}\n\n{FUND}\n"
    ) == [("mill", "A mill is sold", "Ann Weir", [SOLD, FUND])]
