import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.readers.plain_text import read_plain_text, split_text
from annotate.core.errors import NoTextError
from annotate.core.records import BlockType, normalise

FIRST = (
    "The harbour board met for the ninth time this year and decided nothing. It was told that the "
    "money had gone, that nobody knew where, and that asking would only cost more of it."
)
SECOND = (
    "Nobody in the hall laughed. An old man by the door put on his hat, said that he had heard "
    "the same in the year of the flood, and went home to his supper without another word."
)
THIRD = (
    "What remains is a fence, a sign and a bill. They have asked us to be patient, and we have "
    "been patient for longer than most of the members of that board have been alive, it seems."
)


def texts(text: str) -> list[str]:
    return [normalise(chunk.text) for chunk in split_text(text)]


def test_long_lines_are_paragraphs_though_a_blank_line_stands_elsewhere() -> None:
    assert texts(f"The Board\n\n{FIRST}\n{SECOND}\n{THIRD}\n") == [
        "The Board",
        FIRST,
        SECOND,
        THIRD,
    ]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_paragraphs_broken_at_a_width_are_joined_again(width: int) -> None:
    whole = [FIRST, SECOND, THIRD]
    broken = "\n\n".join(textwrap.fill(text, width) for text in whole)

    assert texts(broken) == whole


def test_a_short_last_line_ends_a_paragraph_of_broken_lines_without_a_blank_one() -> None:
    whole = [FIRST, SECOND, THIRD]
    broken = [textwrap.fill(text, 72) for text in whole]
    assert all(len(text.splitlines()[-1]) < 50 for text in broken)

    assert texts("\n".join(broken)) == whole
    assert texts(f"{broken[0]}\n{broken[1]}\n\n{broken[2]}") == whole


def test_a_line_that_breaks_off_within_a_sentence_ends_no_paragraph() -> None:
    lines = textwrap.wrap(f"{FIRST} {SECOND} {THIRD}", 72)
    at = next(at for at, line in enumerate(lines) if "." not in line)
    lines[at : at + 1] = textwrap.wrap(lines[at], 40)

    assert len(texts("\n".join(lines))) == 1


def test_a_few_short_lines_are_blocks_of_their_own_as_before() -> None:
    assert texts("The title\nOne is here.\nTwo is here.\n") == [
        "The title",
        "One is here.",
        "Two is here.",
    ]


def test_a_verse_between_blank_lines_stays_one_block() -> None:
    assert texts("Title\n\nThe tide goes out,\nthe tide comes in.\n\nEnd.\n") == [
        "Title",
        "The tide goes out, the tide comes in.",
        "End.",
    ]


def test_invisible_characters_make_no_line_and_the_rest_is_cleaned() -> None:
    blank = "\u00a0\u200b\ufeff\u2060"
    text = f"The har\u00adbour\u00a0is\u200b cl\u0065\u0301an.\n{blank}\nIt was sold."

    assert texts(text) == ["The harbour is cl\u00e9an.", "It was sold."]


@given(st.text(st.characters(codec="utf-8")))
def test_no_word_is_lost_or_moved(text: str) -> None:
    assert normalise(" ".join(texts(text))) == normalise(" ".join(text.splitlines()))


@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD, "", "A heading", "- an item"]), min_size=1))
def test_lines_are_numbered_as_in_the_file(lines: list[str]) -> None:
    for chunk in split_text("\n".join(lines)):
        assert chunk.lines[0] == lines[chunk.line - 1]


SHORT = ["The board met.", "It decided nothing.", "Nobody laughed.", "What remains is a bill."]


def test_lines_under_a_title_are_paragraphs_where_they_are_all_of_the_text() -> None:
    assert texts("The Board\n\n" + "\n".join(SHORT)) == ["The Board", *SHORT]
    assert texts("The Board\n\nBy Ann Weir\n\n" + "\n".join(SHORT))[2:] == SHORT
    headed = [*SHORT[:2], "What they say", *SHORT[2:]]
    assert texts("The Board\n\n" + "\n".join(headed)) == ["The Board", *headed]


def test_sentences_on_lines_of_their_own_are_paragraphs_between_blank_lines() -> None:
    long = [
        f"{text} and so on, as it was said in the hall on the {n}th day of the long year when the "
        f"mill was sold to a fund that nobody in the town had heard of before."
        for n, text in enumerate(("The board met", "It was told so", "Nobody laughed", "They left"))
    ]
    text = "The Board\n\n{}\n{}\n\n{}\n{}\n"

    assert texts(text.format(*SHORT)) == ["The Board", " ".join(SHORT[:2]), " ".join(SHORT[2:])]
    assert texts(text.format(*long)) == ["The Board", " ".join(long[:2]), " ".join(long[2:])]


def test_long_lines_of_which_some_hold_several_sentences_are_paragraphs() -> None:
    line = (
        "The board met on the {}th day of the long year, when the mill was sold to a fund that "
        "nobody in the town had heard of before, and nothing more was said in the hall."
    )
    lines = [line.format(n) for n in range(4, 10)] + [f"{line.format(11)} Nobody laughed."] * 2
    groups = ["\n".join(lines[at : at + 4]) for at in (0, 4)]

    assert texts("The Board\n\n" + "\n\n".join(groups)) == ["The Board", *lines]


@pytest.mark.parametrize(
    ("head", "author", "date"),
    [
        ("THE BOARD\nBy Ann Weir\nMarch 5, 2024 9:00 AM\n", "Ann Weir", "March 5, 2024"),
        ("The board\n\nBy Ann B. Weir and Bo Lund\n", "Ann B. Weir and Bo Lund", ""),
        ("The board\n\nTuesday, 5 March 2024\n\nBy Ann Weir\n", "Ann Weir", "5 March 2024"),
        ("The board\n\nPublished: 2024-03-05\n", "", "2024-03-05"),
        ("The board\n\nBy Ann Weir\nMay 5, 2024 | Updated 9:00 a.m.\n", "Ann Weir", "May 5, 2024"),
        ("The board\n\nBy: Ann Weir\nPublished: March 5, 2024\n", "Ann Weir", "March 5, 2024"),
        ("The board\nAuthor: Ann Weir\nDate: 2024-03-05\n", "Ann Weir", "2024-03-05"),
        ("The board\n", "", ""),
    ],
)
def test_a_byline_and_a_date_below_the_title_are_no_paragraphs(
    head: str, author: str, date: str
) -> None:
    article = read_plain_text(f"{head}\n{FIRST}\n\n{SECOND}\n", Path("a.txt"))

    assert article.title.casefold() == "the board"
    assert (article.author, article.date) == (author, date)
    assert [block.text for block in article.blocks] == [FIRST, SECOND]
    assert len(article.left_out) == bool(author) + bool(date)


def test_a_sentence_below_the_title_is_a_paragraph_of_its_own() -> None:
    assert texts(f"The board\nWhat it has decided, and for whom.\n\n{FIRST}\n\n{SECOND}")[:3] == [
        "The board",
        "What it has decided, and for whom.",
        FIRST,
    ]


@pytest.mark.parametrize("form", ["{}.", "“{}.”", "“{},” he said, and sat down."])
def test_a_long_first_sentence_is_no_title(form: str) -> None:
    first = form.format("The board met for the ninth time this year and decided nothing at all")

    article = read_plain_text(f"{first}\n{FIRST}\n{SECOND}\n", Path("a.txt"))

    assert article.title == ""
    assert [block.text for block in article.blocks] == [first, FIRST, SECOND]


def test_a_sentence_that_begins_with_by_or_a_date_is_a_paragraph() -> None:
    lines = ["By Tuesday the board had met.", "On March 5, 2024 the mill was sold."]
    article = read_plain_text("The board\n\n" + "\n\n".join([*lines, FIRST]), Path("a.txt"))

    assert [block.text for block in article.blocks] == [*lines, FIRST]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u2029", "\x85"])
def test_every_kind_of_line_end_ends_a_line(end: str) -> None:
    assert texts(end.join(["The Board", "", *SHORT])) == ["The Board", *SHORT]


@pytest.mark.parametrize("heading", ["THE COST OF THE MILL", "WHO PAYS?", "II. THE VOTE: 12 TO 3"])
@pytest.mark.parametrize("before", [f"{FIRST}\n\n", f"{FIRST}\n"], ids=["blank line", "text"])
def test_a_heading_in_capitals_directly_above_text_is_no_part_of_it(
    heading: str, before: str
) -> None:
    article = read_plain_text(f"The board\n\n{before}{heading}\n{SECOND}\n", Path("a.txt"))

    assert [(block.kind, block.text) for block in article.blocks] == [
        (BlockType.BODY, FIRST),
        (BlockType.HEADING, heading),
        (BlockType.BODY, SECOND),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "So they all cried as one:\nNO MORE MILLS\nNobody moved for an hour.",
        "So they all cried for\nNO MORE MILLS\nand nobody moved for an hour.",
        "MR. SMITH:\nThe board has decided nothing at all.",
        "NEVER AGAIN!\nThat was what they sang.",
    ],
)
def test_words_in_capitals_within_a_text_stay_in_their_paragraph(lines: str) -> None:
    assert texts(f"The board\n\n{FIRST}\n\n{lines}\n\n{SECOND}")[2] == lines.replace("\n", " ")


def test_a_heading_in_capitals_over_two_lines_is_one() -> None:
    article = read_plain_text(
        f"The board\n\n{FIRST}\n\nTHE MILL AND\nWHAT IT COST\n{SECOND}\n", Path("a.txt")
    )

    assert [block.text for block in article.blocks] == [FIRST, "THE MILL AND WHAT IT COST", SECOND]


@pytest.mark.parametrize("heading", ["The Cost of Waiting", "What it costs", "THE COST:"])
@pytest.mark.parametrize("width", [72, 1000])
def test_a_heading_directly_above_a_paragraph_is_no_part_of_it(heading: str, width: int) -> None:
    paragraphs = [textwrap.fill(text, width) for text in (FIRST, f"{heading}\n{SECOND}", THIRD)]
    paragraphs[1] = f"{heading}\n{textwrap.fill(SECOND, width)}"

    article = read_plain_text("The Board\n\n" + "\n\n".join(paragraphs), Path("board.txt"))

    blocks = [(block.kind, normalise(block.text)) for block in article.blocks]
    assert blocks == [
        (BlockType.BODY, FIRST),
        (BlockType.HEADING, heading),
        (BlockType.BODY, SECOND),
        (BlockType.BODY, THIRD),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "Tyger Tyger, burning bright\nIn the forests of the night, what immortal hand or eye.",
        "He said the following to all of us who were there\nNobody will pay for it, he said.",
        "The board said that it would pay for all that the town of\nBrindle had lost in the flood.",
        "The Board\nAnn Weir",
    ],
)
def test_a_line_that_may_be_a_part_of_the_text_stays_in_its_paragraph(lines: str) -> None:
    assert texts(f"The board\n\n{FIRST}\n\n{lines}\n\n{SECOND}")[2] == lines.replace("\n", " ")


def test_the_name_of_a_speaker_stays_with_the_words() -> None:
    said = [
        f"{name}:\n{textwrap.fill(text, 72)}"
        for name, text in (
            ("MS. WEIR", FIRST),
            ("MR. LUND", SECOND),
            ("THE CHAIR", THIRD),
            ("THE CHAIR", FIRST),
        )
    ]

    assert texts("\n\n".join(said)) == [normalise(text) for text in said]


@pytest.mark.parametrize("rule", ["--------", "========", "* * *", "___"])
def test_a_line_of_dashes_is_no_part_of_a_paragraph(rule: str) -> None:
    assert texts(f"The Board\n\n{FIRST}\n\nThe cost\n{rule}\n{SECOND}\n") == [
        *("The Board", FIRST, "The cost", rule, SECOND),
    ]


def test_a_blank_line_below_each_line_ends_no_paragraph() -> None:
    lines = "\n\n\n".join(textwrap.fill(text, 72) for text in (FIRST, SECOND, THIRD))
    spaced = "\n\n".join(lines.split("\n"))

    article = read_plain_text(f"The Board\n\n\n{spaced}\n", Path("board.txt"))

    assert [normalise(block.text) for block in article.blocks] == [FIRST, SECOND, THIRD]


def test_headlines_below_each_other_stay_apart() -> None:
    headlines = [f"The board of {town} has met again and decided nothing" for town in "ABCDEFGHIJ"]

    article = read_plain_text("\n\n".join(headlines), Path("board.txt"))

    assert len(article.blocks) == len(headlines) - 1


@pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
def test_an_indented_line_begins_a_paragraph(indent: str) -> None:
    whole = [f"{text} It was late." for text in (FIRST, SECOND, THIRD)]
    wrapped = [textwrap.fill(text, 70, initial_indent=indent) for text in whole]

    assert texts("\n".join(wrapped)) == whole


def test_an_indented_quotation_is_one_paragraph() -> None:
    quotation = textwrap.fill(SECOND, 60, initial_indent="    ", subsequent_indent="    ")

    assert texts(f"{textwrap.fill(FIRST, 70)}\n\n{quotation}\n\n{THIRD}") == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: The Board\nauthor: Ann Weir\ndate: 2026-11-02\n"
        "url: https://post.example/board\n---\n\n",
        "Title: The Board\r\nAuthor: Ann Weir\r\nDate: 2026-11-02\r\n"
        "URL: https://post.example/board\r\n\r\n",
        "HEADLINE: The Board\nBYLINE: Ann Weir\nDATE: 2026-11-02\n"
        "LINK: https://post.example/board\nTEXT:\n",
        "https://post.example/board\n\nThe Board\n\nBy Ann Weir\n\n2026-11-02\n\n",
    ],
    ids=["yaml", "fields", "fields and text", "address"],
)
def test_what_stands_above_a_text_about_it_is_no_paragraph(head: str) -> None:
    article = read_plain_text(f"{head}{FIRST}\n\n{SECOND}\n", Path("board.txt"))

    assert (article.title, article.author) == ("The Board", "Ann Weir")
    assert (article.date, article.url) == ("2026-11-02", "https://post.example/board")
    assert article.article_id == "https://post.example/board"
    assert [block.text for block in article.blocks] == [FIRST, SECOND]


@pytest.mark.parametrize(
    "first",
    [
        "Weir: Welcome to the hall.\nLund: I never wanted to be here.",
        "Type: a strange word for it.\nStatus: nobody knows what that is.",
        "% of the votes were counted on Tuesday: none at all.",
        "{Nobody} knows what was said in the hall.",
    ],
)
def test_a_text_with_colons_and_signs_is_no_header(first: str) -> None:
    article = read_plain_text(f"{first}\n\n{FIRST}\n\n{SECOND}\n", Path("board.txt"))

    words = " ".join([article.title, *(block.text for block in article.blocks)])
    assert normalise(words) == normalise(f"{first} {FIRST} {SECOND}")


def test_a_header_without_text_is_refused() -> None:
    with pytest.raises(NoTextError, match=r"^board\.txt: no text in this file but its header$"):
        read_plain_text("---\ntitle: The Board\n---\n\n", Path("board.txt"))


def test_letters_that_a_printer_joined_are_single_letters_again() -> None:
    article = read_plain_text("The Board\n\nThe oﬃce conﬁrmed the ﬂood.\n", Path("board.txt"))

    assert article.blocks[0].text == "The office confirmed the flood."


def test_lines_of_sentences_between_sections_are_paragraphs_though_many_are_short() -> None:
    long = "Last year the board set money aside, and the town waited. " * 3
    short = ["The first need is more work.", "We know that we can. And we believe that we will."]
    lines = [*short, long.strip()]

    chunks = split_text("\n".join(lines) + "\n\n" + "\n".join(reversed(lines)))

    assert [chunk.text for chunk in chunks] == [*lines, *reversed(lines)]


def test_the_fields_of_restructured_text_stand_below_its_title() -> None:
    head = "=====\nShame\n=====\n\n:Author: Ann Weir\n:Date: 2026-11-02\n\n"

    article = read_plain_text(f"{head}They lied in May.\n\nThey lied again.\n", Path("note.txt"))

    assert (article.title, article.author, article.date) == ("Shame", "Ann Weir", "2026-11-02")
    assert [block.text for block in article.blocks] == ["They lied in May.", "They lied again."]
