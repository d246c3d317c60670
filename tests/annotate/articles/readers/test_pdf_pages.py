import textwrap
from itertools import zip_longest
from pathlib import Path

import pytest

from annotate.articles.article import Article
from annotate.articles.readers.pdf_pages import in_one_column
from annotate.articles.readers.plain_text import read_plain_text

TOP = "The board met on Monday to talk about the mill, and nobody from the town was"
NEXT = "asked to come, though a hundred people stood before the door until it was dark."
LAST = "They went home in the rain, and the board went home by car an hour after them."
MORE = "The mill will close in June, says the board, and the river will have its peace."


def read(text: str) -> Article:
    return read_plain_text(text, Path("a.txt"))


def pages(head: str, foot: str, feed: str = "\f") -> str:
    return (
        f"{head.format(1)}\n\nA mill is sold\n\n{TOP}\n{foot.format(1)}\n{feed}"
        f"{head.format(2)}\n\n{NEXT}\n\n{foot.format(2)}\n{feed}"
        f"{head.format(3)}\n\n{LAST}\n\n{MORE}\n\n{foot.format(3)}\n{feed}"
    )


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        ("The Brindle Post        5 March 2024", "                 {}"),
        ("The Brindle Post        Page {}", "brindle.example/mill"),
        ("Page {} of 3", "5/3/24, 9:14 AM   The Brindle Post"),
        ("THE BRINDLE POST", "- {} -"),
    ],
)
def test_running_heads_and_page_numbers_are_apart_and_a_paragraph_goes_on(
    head: str, foot: str
) -> None:
    article = read(pages(head, foot))

    assert article.title == "A mill is sold"
    assert [block.text for block in article.blocks] == [f"{TOP} {NEXT}", LAST, MORE]
    assert [out.reason for out in article.left_out] == ["page furniture"] * 6
    assert article.left_out[0].text == " ".join(head.format(1).split()) or head.format(1)


def test_numbers_that_count_the_pages_divide_a_text_without_form_feeds() -> None:
    lines = textwrap.wrap(f"{TOP} {NEXT} {LAST} {MORE} " * 5, 50)
    for page, at in enumerate((9, 17, 25), 1):
        lines.insert(at, str(page))

    article = read("The report\n\n" + "\n".join(lines) + "\n\nThe end is here now.")

    assert [out.text for out in article.left_out] == ["1", "2", "3"]
    assert len(article.blocks) == 2


def test_a_word_cut_at_the_end_of_a_page_is_whole() -> None:
    text = f"A mill is sold\n\nNobody trusts the govern-\n1\n\fment any more, {NEXT}\n2\n\f"

    assert read(text).blocks[0].text == f"Nobody trusts the government any more, {NEXT}"


def test_a_title_that_the_pages_repeat_stays_the_title() -> None:
    article = read(f"A mill is sold\n\n{TOP}\n{NEXT}\n\fA mill is sold\n\n{LAST}\n{MORE}\n\f")

    assert article.title == "A mill is sold"
    assert len(article.blocks) == 2


def test_a_form_feed_alone_takes_nothing_away() -> None:
    article = read(f"A mill is sold\n\n{TOP} {NEXT}\n\f{LAST}\n\f{MORE}\n")

    assert [block.text for block in article.blocks] == [f"{TOP} {NEXT}", LAST, MORE]
    assert not article.left_out


def test_running_heads_with_a_number_divide_a_text_without_form_feeds() -> None:
    towns = (f"{a}{b}rindle" for a in "BCDFGHJKLM" for b in "aeiour")
    words = " ".join(f"The board met in {town}, and nobody stood before it." for town in towns)
    lines = textwrap.wrap(words, 50)[:36]
    heads = ["10  THE BRINDLE POST", "A MILL SOLD  11", "12  THE BRINDLE POST", "A MILL SOLD  13"]
    parts = ["\n".join([head, "", *lines[9 * at : 9 * at + 9]]) for at, head in enumerate(heads)]

    article = read("\n\n".join(parts))

    assert [out.text for out in article.left_out] == heads[1:]
    assert " ".join(block.text for block in article.blocks) == " ".join(lines)


def test_chapters_that_are_counted_stay_apart() -> None:
    texts = [
        f"The board met {n} times and {n} people stood before the door of it until dark\n"
        f"and went home in the rain, and the board went home by car {n} hours after them."
        for n in range(20, 24)
    ]

    article = read("\n\n".join(f"Chapter {at}\n\n{text}" for at, text in enumerate(texts, 1)))

    assert article.title == "Chapter 1"
    bodies = [block.text for block in article.blocks if block.kind == "body"]
    assert bodies == [" ".join(text.split()) for text in texts]


def _side_by_side(left: str, right: str) -> str:
    rows = zip_longest(textwrap.wrap(left, 36), textwrap.wrap(right, 36), fillvalue="")
    return "\n".join(f"{one:<40}{other}".rstrip() for one, other in rows)


def test_two_columns_are_read_one_after_the_other() -> None:
    first = (
        "The harbour board met for the ninth time this year and decided nothing, as it was told "
        "that the money had gone, that nobody knew where, and that asking the bank or the town "
        "would help no more than it had in all the years before, when the harbour was new and the "
        "boats lay in it two and three abreast. The chairman read a letter from the bank, which "
        "was short, and one from the town, which was shorter, and then he read both of them "
        "again, as if somebody could have changed the words meanwhile; but asking once more for it"
    )
    second = (
        "would only cost more of it. An old man by the door put on his hat, said that he had heard "
        "the same in the year of the flood, and went home to his supper without another word to "
        "any of those who sat there. The others stayed until the lamps were lit, talked about "
        "the herring and the price of rope, and agreed in the end that the matter should be put "
        "off until the next meeting, at which the engineer was to be present and the accounts of "
        "the last three years would be laid on the table for all to see."
    )
    text = f"The board meets again, and this time in the hall\n\n{_side_by_side(first, second)}\n"

    article = read_plain_text(text, Path("board.txt"))

    assert article.title == "The board meets again, and this time in the hall"
    assert [block.text for block in article.blocks] == [f"{first} {second}"]


def test_a_table_and_two_blanks_behind_a_full_stop_are_no_columns() -> None:
    table = "\n".join(f"Year {year}      {year - 1900}      12" for year in range(1990, 2002))
    text = "\n".join(
        textwrap.wrap("It was  told that the money had gone.  Nobody knew where it was. " * 9, 60)
    )

    assert in_one_column(table) == table
    assert in_one_column(text) == text


@pytest.mark.parametrize(
    "lines",
    [
        ["Point {} of the case:      they never told us anything about it."] * 20,
        ["SENATOR WEIR OF OHIO:  They have lied to us about {}."] * 20,
        ["They lied to us in {}.  Nobody asked them why then."] * 20,
        ["They lied to us in {} and    nobody asked them why then."] * 10,
    ],
    ids=["points", "speakers", "sentences", "few"],
)
def test_a_list_or_sentences_of_one_length_are_no_columns(lines: list[str]) -> None:
    text = "\n".join(line.format(number) for number, line in enumerate(lines, 1990))

    assert in_one_column(text) == text
