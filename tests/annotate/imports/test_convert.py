import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.core.records import normalise
from annotate.imports.convert import move_span, to_paragraph

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=5)
GAPS = st.text(" \t\n\u00a0\u00ad\u200b", min_size=0, max_size=3).map(lambda gap: f"{gap} {gap}")


@given(st.lists(st.tuples(GAPS, WORDS), min_size=1, max_size=6), st.data())
def test_whole_words_are_found_again_wherever_blanks_are_folded(
    parts: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(gap + word for gap, word in parts)
    number = data.draw(st.integers(0, len(parts) - 1))
    start = sum(len(g) + len(w) for g, w in parts[:number]) + len(parts[number][0])
    word = parts[number][1]

    moved = move_span(text, start, start + len(word))

    assert normalise(text)[slice(*moved)] == normalise(word)
    around = move_span(text, start - len(parts[number][0]), start + len(word))
    assert around == moved


def test_letters_that_become_one_keep_what_stands_behind_them_in_place() -> None:
    text = "cafe\u0301 noir"

    assert move_span(text, 6, 10) == (5, 9)
    assert normalise(text)[5:9] == "noir"


def test_a_number_that_a_tool_made_of_a_title_is_text_again() -> None:
    values = {"text": "You traitor.", "title": 7, "date": 2024.0, "article_id": 12}

    paragraph = to_paragraph(values, "theirs", lambda *_: 0)

    assert (paragraph.title, paragraph.date, paragraph.article_id) == ("7", "2024", "12")


@pytest.mark.parametrize(
    ("value", "position"), [(3, 3), (3.0, 3), ("3", 3), (" 3.0 ", 3), ("3.", 3)]
)
def test_a_position_that_a_table_wrote_as_a_fraction_is_a_whole_number(
    value: object, position: int
) -> None:
    assert to_paragraph({"text": "Hm.", "position": value}, "t", lambda *_: 0).position == position


@pytest.mark.parametrize("value", [-1, 3.5, "3.5", "", "first", True, float("inf")])
def test_another_position_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="is not a whole number from 0"):
        to_paragraph({"text": "Hm.", "position": value}, "t", lambda *_: 0)


def test_an_address_is_no_text() -> None:
    with pytest.raises(InputError, match="an address in place of the text"):
        to_paragraph({"text": "https://example.org/a.txt"}, "t", lambda *_: 0)

    text = "https://example.org says so."
    assert to_paragraph({"text": text}, "t", lambda *_: 0).text == text
