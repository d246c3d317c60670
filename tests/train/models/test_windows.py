from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from train.models.windows import windows

BEFORE, AFTER = [101], [102]


def tokenizer(texts: Any, **_: Any) -> Any:
    """A number for each character, between two special tokens, as BERT has them."""
    if isinstance(texts, str):
        return {"input_ids": BEFORE + [ord(c) for c in texts] + AFTER}
    ids = [tokenizer(text)["input_ids"] for text in texts]
    return {"input_ids": ids, "attention_mask": [[1] * len(row) for row in ids]}


def inner(texts: list[str], longest: int) -> list[tuple[int, str]]:
    parts = windows(tokenizer, texts, longest)
    for part in parts:
        ids = part.tokens["input_ids"]
        assert len(part) == len(part.tokens["attention_mask"]) <= longest
        assert (ids[:1], ids[-1:]) == (BEFORE, AFTER)
    return [(p.text, "".join(map(chr, p.tokens["input_ids"][1:-1]))) for p in parts]


def test_a_text_that_fits_is_one_window_and_an_empty_one_too() -> None:
    assert inner(["abcdef", ""], 8) == [(0, "abcdef"), (1, "")]


def test_a_longer_text_is_read_in_windows_that_overlap_by_a_quarter() -> None:
    assert inner(["abcdefghijklmno"], 10) == [(0, "abcdefgh"), (0, "ghijklmn"), (0, "hijklmno")]


def test_without_texts_there_is_no_window() -> None:
    assert windows(tokenizer, [], 8) == []


@given(st.text("abcdefgh", max_size=300), st.integers(3, 40))
def test_the_windows_cover_the_text_and_each_but_a_whole_text_is_full(
    text: str, longest: int
) -> None:
    parts = [part for _, part in inner([text], longest)]

    read = longest - 2
    assert text.startswith(parts[0])
    assert text.endswith(parts[-1])
    assert sum(map(len, parts)) >= len(text)
    if len(text) > read:
        assert {len(part) for part in parts} == {read}
    position = 0
    for part in parts[1:]:  # each begins inside the one before, or right behind it
        assert text[position + 1 : position + read + len(part)].find(part) >= 0
        position += 1 + text[position + 1 :].find(part)
