import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.articles.article import Article, Block
from annotate.core.records import BlockType, normalise
from annotate.paragraphs.length import CutRules, Short
from annotate.paragraphs.segment import JOINED, REPEATED, SHORT, Cut, cut

LONG = "This one has quite enough words."


def cut_blocks(*blocks: tuple[BlockType, str] | str, **rules: object) -> Cut:
    made = [Block(BlockType.BODY, b) if isinstance(b, str) else Block(*b) for b in blocks]
    return cut(Article("a1", "T", "S", "", "", tuple(made)), CutRules(**rules))  # type: ignore[arg-type]


def texts(result: Cut) -> list[str]:
    return [paragraph.text for paragraph in result.paragraphs]


def reasons(result: Cut) -> list[tuple[int | None, str]]:
    return [(row.position, row.reason) for row in result.ledger]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_pieces_of_like_size() -> None:
    # Eight words each, and full stops that end nothing.
    said = [f"Mr. Orrin paid ${n}.5 million on Jan. {n}." for n in range(1, 6)]
    result = cut_blocks(" ".join(said), "And a last one, short enough.", max_words=20)

    assert texts(result) == [
        f"{said[0]} {said[1]}",
        f"{said[2]} {said[3]}",
        said[4],
        "And a last one, short enough.",
    ]


def test_pieces_and_what_follows_have_positions_of_their_own_and_the_count_is_kept() -> None:
    piece = "One two three four five six."
    result = cut_blocks(
        f"{piece} {piece.replace('One', 'Seven')}",
        (BlockType.CAPTION, "Photo: A"),
        LONG,
        max_words=8,
    )

    assert [p.position for p in result.paragraphs] == [0, 1, 3]
    assert (result.more, reasons(result)) == (1, [(2, "caption")])


def test_a_sentence_that_is_too_long_by_itself_is_cut_between_words() -> None:
    words = [f"w{number}" for number in range(25)]

    assert [text.split() for text in texts(cut_blocks(" ".join(words), max_words=10))] == [
        words[:10],
        words[10:20],
        words[20:],
    ]


def test_a_short_paragraph_joins_the_one_before() -> None:
    result = cut_blocks(LONG, "Really?", "Yes. Really.", "And so we go on.")

    assert texts(result) == [f"{LONG} Really? Yes. Really.", "And so we go on."]
    assert reasons(result) == [(1, JOINED), (2, JOINED)]


def test_a_short_first_paragraph_takes_the_next_one_in() -> None:
    result = cut_blocks("They lied.", LONG, "And so we go on.")

    assert texts(result) == [f"They lied. {LONG}", "And so we go on."]
    assert [p.position for p in result.paragraphs] == [0, 2]
    assert reasons(result) == [(1, JOINED)]


def test_what_stands_between_does_not_part_them_but_a_quote_is_never_mixed_with_body() -> None:
    caption, quote = (BlockType.CAPTION, "Photo: A"), (BlockType.QUOTE, "Not me.")

    assert texts(cut_blocks(LONG, caption, "Really?")) == [f"{LONG} Really?"]
    assert texts(cut_blocks(LONG, quote, "Really?")) == [LONG, "Not me.", "Really?"]


def test_two_that_would_be_too_long_together_stay_apart() -> None:
    assert texts(cut_blocks(LONG, "Really?", max_words=6)) == [LONG, "Really?"]


def test_short_ones_are_left_out_with_their_reason_where_asked_or_kept_as_they_are() -> None:
    dropped = cut_blocks(LONG, "Really?", short=Short.DROP)

    assert (texts(dropped), reasons(dropped)) == ([LONG], [(1, SHORT)])
    assert texts(cut_blocks(LONG, "Really?", short=Short.KEEP)) == [LONG, "Really?"]


def test_a_text_that_stands_twice_only_after_joining_is_kept_once() -> None:
    result = cut_blocks(LONG, "Go.", (BlockType.QUOTE, "Who said that? I did."), f"{LONG} Go.")

    assert texts(result) == [f"{LONG} Go.", "Who said that? I did."]
    assert reasons(result) == [(1, JOINED), (3, REPEATED)]


def test_a_long_text_is_never_cut_within_a_word() -> None:
    result = cut_blocks("They knew it and why??Because they lied to us.", max_words=5)

    assert texts(result) == ["They knew it and why??Because", "they lied to us."]


SENTENCES = st.lists(st.text(st.sampled_from("ab .?!\n"), max_size=60), max_size=8)


@settings(deadline=None, max_examples=200)
@given(SENTENCES, st.integers(1, 9), st.integers(0, 9), st.sampled_from([Short.JOIN, Short.KEEP]))
def test_no_word_is_lost_added_or_moved_and_none_is_longer_than_allowed(
    blocks: list[str], most: int, least: int, short: Short
) -> None:
    numbered = [" ".join(f"{w}{n}" for w in b.split()) for n, b in enumerate(blocks)]
    result = cut_blocks(*numbered, max_words=most, min_words=least, short=short)

    reasons = ("no words", "heading")
    left_out = {" ".join(row.text.split()) for row in result.ledger if row.reason in reasons}
    kept = [text for text in map(normalise, numbered) if text and text not in left_out]
    if not any(row.reason == REPEATED or row.reason == "no words" for row in result.ledger):
        assert " ".join(texts(result)).split() == " ".join(kept).split()
    assert all(len(text.split()) <= most for text in texts(result))


@pytest.mark.parametrize("short", Short)
def test_nothing_changes_where_all_sizes_are_right(short: Short) -> None:
    result = cut_blocks(LONG, f"{LONG} Twice.", short=short)

    assert (texts(result), result.ledger, result.more) == ([LONG, f"{LONG} Twice."], (), 0)


@pytest.mark.parametrize(
    "text",
    ["‘WE NEED TO HEAL’", "WHAT NOW", "“We need to heal”", '"No way out"', "What now", "IV."],
)
def test_a_short_heading_belongs_to_no_paragraph(text: str) -> None:
    result = cut_blocks(LONG, text, f"{LONG} And more.")

    assert texts(result) == [LONG, f"{LONG} And more."]
    assert reasons(result) == [(1, "heading")]
    assert texts(cut_blocks(LONG, text, short=Short.KEEP)) == [LONG, text]


@pytest.mark.parametrize(
    "text", ["“Never again!”", "“No,” he said.", "NO!", "[Applause]", "He left."]
)
def test_short_words_of_a_speaker_are_joined_as_before(text: str) -> None:
    assert texts(cut_blocks(LONG, text)) == [f"{LONG} {text}"]


@pytest.mark.parametrize("text", ["These are three:", "Mr. Speaker,"])
def test_a_short_line_that_leads_on_is_joined_to_the_next_paragraph(text: str) -> None:
    assert texts(cut_blocks(LONG, text, f"{LONG} Twice.")) == [LONG, f"{text} {LONG} Twice."]


def test_nothing_is_joined_across_a_heading_or_a_list() -> None:
    heading, item = (BlockType.HEADING, "What now"), (BlockType.LIST, "- one")

    assert texts(cut_blocks(LONG, heading, "Really?")) == [LONG, "Really?"]
    assert texts(cut_blocks(LONG, item, "Really?", f"{LONG} No.")) == [
        LONG,
        f"Really? {LONG} No.",
    ]


def test_lines_of_verse_are_no_headings() -> None:
    verse = ("They told us", "it was over", "and it was not")

    assert texts(cut_blocks(*verse)) == [" ".join(verse)]
