from pathlib import Path

import pytest

from annotate.core.markup import page_blocks, parse
from annotate.core.selection import choose

SENTENCE = "The council will meet on Thursday, and the doors of the hall will be open to everybody."


def chosen(page: str, *, taken: str, title: str = "") -> list[str]:
    """What is chosen when trafilatura takes the blocks that begin with a letter of `taken`."""
    blocks = list(page_blocks(parse(page, Path("page.html"))))
    extracted = {i for i, block in enumerate(blocks) if block.text[0] in taken}
    return [blocks[i].text[0] for i in sorted(choose(blocks, extracted, title))]


def paragraph(letter: str) -> str:
    return f"<p>{letter} {SENTENCE}</p>"


ABC = paragraph("a") + paragraph("b") + paragraph("c")


@pytest.mark.parametrize("tag", ["article", "main", "div class='entry-content'", "div"])
@pytest.mark.parametrize("taken", ["ab", "ac", "bc"])
def test_a_lost_paragraph_is_taken_back(tag: str, taken: str) -> None:
    page = f"<body><div><p>x {SENTENCE}</p></div><{tag}>{ABC}</{tag.split()[0]}></body>"

    assert chosen(page, taken=taken) == ["a", "b", "c"]


def test_without_any_extract_the_article_element_decides() -> None:
    assert chosen(f"<body>{paragraph('x')}<article>{ABC}</article></body>", taken="") == [*"abc"]


@pytest.mark.parametrize(
    "between",
    [
        "<p>x</p>",  # neither a sentence nor long
        f"<p class='byline'>x {SENTENCE}</p>",
        f"<p><a>x {SENTENCE}</a></p>",
        f"<div class='related'><p>x {SENTENCE}</p></div>",
    ],
)
def test_what_does_not_read_as_the_articles_is_not_taken_back(between: str) -> None:
    page = f"<body><article>{paragraph('a')}{between}{paragraph('b')}</article></body>"

    assert chosen(page, taken="ab") == ["a", "b"]


def test_headings_lists_and_short_sentences_are_taken_back_inside_the_article_only() -> None:
    extras = "<h2>h</h2><ul><li>l</li></ul><p>s is short.</p>"
    page = (
        f"<body><article>{extras}{paragraph('a')}{extras}{paragraph('b')}{extras}</article></body>"
    )

    assert chosen(page, taken="ab") == ["a", "h", "l", "s", "b"]


def test_a_caption_between_title_and_text_is_taken_back_wherever_it_stands() -> None:
    page = f"<body><div><h1>Title</h1></div><div><figcaption>f</figcaption></div><div>{ABC}</div>"

    assert chosen(page, taken="abc", title="Title") == ["f", "a", "b", "c"]


def test_a_navigation_that_trafilatura_takes_is_not_taken() -> None:
    assert chosen(f"<body><nav>{paragraph('x')}</nav>{ABC}</body>", taken="xabc") == [*"abc"]
