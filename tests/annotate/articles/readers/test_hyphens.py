import pytest

from annotate.articles.readers.hyphens import dehyphenated, unbroken


def whole(*lines: str) -> str:
    return unbroken(dehyphenated(lines))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("the govern-", "ment fell"), "the government fell"),
        (("the govern\u00ad", "ment fell"), "the government fell"),
        (("the govern‐", "ment fell"), "the government fell"),
        (("the govern¬", "ment fell"), "the government fell"),
        (("THE GOVERN-", "MENT FELL"), "THE GOVERNMENT FELL"),
        (("an anti-govern-", "ment march"), "an anti-government march"),
        (("govern-", "ment-backed loans"), "government-backed loans"),
        (("the Bundes-", "regierung sagte"), "the Bundesregierung sagte"),
        (("it was self-", "inflicted"), "it was self-inflicted"),
        (("it was self-", "ish"), "it was selfish"),
        (("a market-", "based rule"), "a market-based rule"),
        (("by one-", "third"), "by one-third"),
        (("the ex-", "mayor"), "the ex-mayor"),
        (("the ex-", "pert"), "the expert"),
        (("an Anglo-", "American bank"), "an Anglo-American bank"),
        (("since COVID-", "19 came"), "since COVID-19 came"),
        (("in 2023-", "24"), "in 2023-24"),
        (("the state-", "of-the-art mill"), "the state-of-the-art mill"),
        (("the mother-", "in-law"), "the mother-in-law"),
        (("two-", "and three-year terms"), "two- and three-year terms"),
        (("the mill -", "nobody knew"), "the mill - nobody knew"),
        (("the mill --", "nobody knew"), "the mill -- nobody knew"),
        (("the mill—", "nobody knew"), "the mill— nobody knew"),
    ],
)
def test_a_word_that_a_line_cuts_is_whole_again(lines: tuple[str, ...], text: str) -> None:
    assert whole(*lines) == text


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ("A long-running play.", "a long-running"),
        ("A longrunning play.", "a longrunning"),
        ("A Long-running play, a long-running one, a longrunning one.", "a long-running"),
    ],
)
def test_the_other_words_of_the_text_say_whether_a_hyphen_stays(other: str, text: str) -> None:
    assert whole("a long-", "running", other) == f"{text} {other}"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("the govern- ment of the government", "the government of the government"),
        ("a move- ment", "a movement"),
        ("a well- known man, known well-known", "a well-known man, known well-known"),
        ("pre- and post-war", "pre- and post-war"),
        ("the pre- war years", "the pre- war years"),
    ],
)
def test_a_cut_word_in_a_line_is_whole_again_where_that_is_certain(line: str, text: str) -> None:
    assert whole(line) == text
