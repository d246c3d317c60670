"""Argotario, in made files of its form."""

from collections.abc import Sequence
from pathlib import Path

from tests.annotate.imports.corpora.corpus_runs import (
    dataset,
    imported,
    labels,
    refused,
    set_aside,
)

HEAD = "Row number\tMongo ID\tAuthor\tTopic\tStance\tIntended Fallacy\t"
HEAD += "Voted Fallacy\tNumber of Votes\tText"
FILE = Path("data/arguments-en-2018-01-15.tsv")


def write(lines: Sequence[str], head: str = HEAD, file: Path = FILE) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([head, *lines, ""]))


def row(number: int, voted: str, text: str, author: str = "anna", votes: int = 4) -> str:
    cells = [number, f"m{number}", author, "Bicycles?", "pro", "Ad Hominem", voted, votes, text]
    return "\t".join(map(str, cells))


def test_the_label_is_the_fallacy_that_was_voted_for() -> None:
    write(
        [
            row(0, "Red Herring", "Bells are pretty."),
            row(1, "No Fallacy", "They are fast."),
            row(2, "-", "Nobody judged it.", votes=1),
        ]
    )

    report = imported("argotario", "data")

    assert (report["taken"], report["set_aside"]) == (2, 1)
    assert labels() == {"Bells are pretty.": ("Red Herring",), "They are fast.": ()}
    assert [why for _, why in set_aside()] == ["the players did not decide (votes: 1)"]


def test_an_author_is_an_article_and_the_topic_its_title() -> None:
    write([row(0, "Red Herring", "One."), row(1, "Ad Hominem", "Two."), row(2, "-", "Three.")])
    german = Path("data/arguments-de-2018-01-15.tsv")
    write([row(0, "Ad Hominem", "Eins.", author="bert")], file=german)

    imported("argotario", "data")

    paragraphs = [line.paragraph for line in dataset().gold()]
    places = {(p.text, p.article_id, p.position, p.source) for p in paragraphs}
    assert places == {
        ("One.", "anna", 0, "argotario-en"),
        ("Two.", "anna", 1, "argotario-en"),
        ("Eins.", "bert", 0, "argotario-de"),
    }
    assert {p.title for p in paragraphs} == {"Bicycles?"}


def test_a_text_may_have_line_breaks_and_quotation_marks() -> None:
    write([row(0, "Red Herring", 'He said "bells\nare pretty.'), row(1, "No Fallacy", "Fast.")])

    imported("argotario", FILE)

    assert set(labels()) == {'He said "bells are pretty.', "Fast."}


def test_a_row_with_too_few_cells_and_one_without_text_are_set_aside() -> None:
    fine = [row(n, "Ad Hominem", f"Text {n}.") for n in range(3)]
    write([*fine, "3\tm3\tanna\tBicycles?", row(4, "Red Herring", "")])

    report = imported("argotario", "data")

    assert report["taken"] == 3
    assert set_aside() == [
        (f"{FILE.name}:5", "4 cells under 9 columns"),
        (f"{FILE.name}:6", "there is no text"),
    ]


def test_other_columns_are_refused() -> None:
    write(["1\tHello"], head="id\ttext")

    error = refused("argotario", "data")

    assert "arguments-en-2018-01-15.tsv:1: expected the columns Row number, Mongo ID" in error
