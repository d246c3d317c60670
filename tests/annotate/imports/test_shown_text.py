"""HTML as a page shows it; the offsets are counted by hand, as a browser's text nodes have them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.core.records import normalise
from annotate.imports.shown_text import is_html_mark, shown_text

PAGE = "<h2>News</h2><p>Who would <b>trust</b> him?</p><p>Vote now!<br/>Vote &amp; 🙂 win.</p>"


def mark(start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"start": "/p[1]/text()[1]", "globalOffsets": {"start": start, "end": end}, **more}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (PAGE, "News Who would trust him? Vote now! Vote & 🙂 win."),
        ("No tag at all", "No tag at all"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("<ul><li>One</li><li>Two</li></ul>", "One Two"),
        ("un<i>believ</i>able <x-tag>words</x-tag>", "unbelievable words"),
        ("<html><head><title>T</title></head><body><p>Hi.</p></body></html>", "Hi."),
        ("<script>var a</script><!-- no --><p>Hi.</p>", "Hi."),
        ("<img src=x>", ""),
    ],
)
def test_the_text_of_a_page_has_blanks_between_blocks(html: str, text: str) -> None:
    assert normalise(shown_text(html, html=True).text) == text
    assert shown_text(html, html=False).text == html


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (mark(14, 19), "trust"),
        (mark(14, 23, text="trust him"), "trust him"),
        (
            mark(0, 7, text="News\\nWho"),
            "News\n\nWho",
        ),  # the page shows a line break as two letters
        (mark(24, 38, text="Vote now!\\nVote"), "Vote now!\nVote"),
        (mark(41, 47, text="🙂 win."), "🙂 win."),
        (mark(3, 9, text="him"), "him"),  # the page had other tags: the words stand there once
        ({"start": "/p[1]", "end": "/p[1]", "text": "Who would"}, "Who would"),
    ],
)
def test_marked_words_of_a_page(value: dict[str, Any], words: str) -> None:
    shown = shown_text(PAGE, html=True)

    start, end = shown.find_words(value)

    assert shown.text[start:end] == words


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (mark(3, 9, text="Vote"), "3 to 9 are not the words that it quotes"),  # it stands twice
        (mark(3, 900), "3 to 900 in a page of 47"),
    ],
)
def test_words_that_are_not_in_the_page_are_refused(value: dict[str, Any], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        shown_text(PAGE, html=True).find_words(value)


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ({"start": 3, "end": 9, "labels": ["Slur"]}, False),
        ({"start": "0", "end": "0", "paragraphlabels": ["Slur"]}, False),
        ({"start": "/text()[1]", "end": "/text()[1]", "labels": ["Slur"]}, True),
        ({"start": 3, "globalOffsets": {"start": 3, "end": 9}}, True),
    ],
)
def test_marks_tell_whether_the_text_was_a_page(value: dict[str, Any], html: bool) -> None:
    assert is_html_mark(value) == html


@given(st.lists(st.text("ab 🙂&é", min_size=1), min_size=1, max_size=6))
def test_each_part_of_a_page_is_found_at_the_offsets_that_the_page_counts(parts: list[str]) -> None:
    html = "<div>" + "</p><p>".join(part.replace("&", "&amp;") for part in parts) + "</div>"
    shown = shown_text(html, html=True)
    start = 0
    for part in parts:
        from_, to = shown.find_words(mark(start, start + len(part)))
        assert shown.text[from_:to] == part
        start += len(part)


DIALOGUE = [{"speaker": "Ana", "text": "Who?"}, "Nobody.", {"speaker": "Ben", "line": "You thief."}]


@pytest.mark.parametrize(
    ("part", "start", "end", "words"),
    [("0", 0, 3, "Who"), ("1", 0, 6, "Nobody"), (2, 4, 9, "thief")],
)
def test_marked_words_of_a_dialogue_are_in_a_part_of_it(
    part: Any, start: int, end: int, words: str
) -> None:
    shown = shown_text(DIALOGUE, html=False)

    found = shown.find_words(
        {"start": part, "end": part, "startOffset": start, "endOffset": end, "text": words}
    )

    assert shown.text == "Who?\nNobody.\nYou thief."
    assert shown.text[slice(*found)] == words


def test_words_of_a_part_that_the_dialogue_does_not_have_are_refused() -> None:
    value = {"start": "7", "end": "7", "startOffset": 0, "endOffset": 3, "text": "Ho!"}

    with pytest.raises(InputError, match="are not the words that it quotes"):
        shown_text(DIALOGUE, html=False).find_words(value)
