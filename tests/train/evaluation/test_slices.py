from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from annotate.core.records import Annotation, Consensus, DatasetRow, Status
from tests.train.samples import paragraph
from train.evaluation.slices import slices


def row(article: int, position: int, words: int, source: str = "", date: str = "") -> DatasetRow:
    """A paragraph of so many words, with three answers."""
    text = " ".join([f"a{article}p{position}", *["word"] * (words - 1)])
    made = replace(paragraph(f"a{article}", position, text), source=source, date=date)
    return DatasetRow(made, Consensus((), (), 3, ()), "test")


def measured(
    rows: list[DatasetRow], right: list[bool], answers: tuple[Annotation, ...] = ()
) -> dict[tuple[str, str], dict[str, Any]]:
    """The slices of paragraphs that all have the one label, which was predicted where right."""
    gold = np.ones((len(rows), 1), dtype=bool)
    predicted = np.array(right)[:, np.newaxis]
    articles = np.array([int(row.paragraph.article_id[1:]) for row in rows])
    made = slices(rows, answers, gold, predicted, articles)
    return {(each["by"], each["name"]): each for each in made}


def test_each_slice_is_scored_and_compared_with_all_other_paragraphs() -> None:
    rows = [row(n, p, 10 if p else 50) for n in range(12) for p in range(2)]
    # of the short ones all are found, of the long ones 3 of 12: F1 1, and 2 * 3 / (12 + 3)
    found = measured(rows, [bool(p or n < 3) for n in range(12) for p in range(2)])

    short, long = found["length", "under 20 words"], found["length", "40 to 79 words"]
    assert (short["f1"]["value"], long["f1"]["value"]) == (1.0, pytest.approx(0.4))
    assert long["difference"]["value"] == pytest.approx(-0.6)
    assert (long["paragraphs"], long["articles"], long["with_technique"]) == (12, 12, 12)
    assert (long["worse"], short["worse"]) == (True, False)


def test_what_is_like_everywhere_is_not_worse() -> None:
    rows = [row(n, p, 10 if n % 2 else 50) for n in range(40) for p in range(2)]
    found = measured(rows, [p == 0 for n in range(40) for p in range(2)])

    assert {each["worse"] for each in found.values()} == {False}


def test_outlets_with_few_paragraphs_stand_together() -> None:
    outlets = ["Herald"] * 12 + ["Wire"] * 6 + ["Post"] * 6
    found = measured([row(n, 0, 10, source=name) for n, name in enumerate(outlets)], [True] * 24)

    assert [(name, each["paragraphs"]) for (by, name), each in found.items() if by == "outlet"] == [
        ("Herald", 12),
        ("others", 12),
    ]


def test_dates_are_cut_into_three_spans() -> None:
    days = [f"2026-0{month}-{day:02}" for month in (1, 2, 3) for day in range(1, 13)]
    rows = [row(n, 0, 10, date=day) for n, day in enumerate(days)] + [row(99, 0, 10)]
    found = measured(rows, [True] * 37)

    assert [name for by, name in found if by == "date"] == [
        "2026-01-01 to 2026-01-12",
        "2026-02-01 to 2026-02-12",
        "2026-03-01 to 2026-03-12",
    ]


def test_places_are_thirds_of_an_article() -> None:
    found = measured([row(n, p, 10) for n in range(10) for p in (0, 4, 9)], [True] * 30)

    assert [(name, each["paragraphs"]) for (by, name), each in found.items()] == [
        ("beginning", 10),
        ("middle", 10),
        ("end", 10),
    ]


def test_paragraphs_on_which_people_differ_are_a_slice() -> None:
    rows = [row(n, 0, 10) for n in range(20)]
    answers = tuple(
        Annotation(each.paragraph.id, who, Status.LABELLED, ("a",) if who == "a1" or n < 10 else ())
        for n, each in enumerate(rows)
        for who in ("a1", "a2")
    )
    found = measured(rows, [True] * 20, answers)

    assert {name: each["paragraphs"] for (by, name), each in found.items()} == {
        "all the same": 10,
        "different": 10,
    }


def test_of_two_answers_of_an_annotator_the_newest_counts() -> None:
    rows = [row(n, 0, 10) for n in range(20)]
    old = [Annotation(r.paragraph.id, w, Status.LABELLED, ("a",)) for r in rows for w in "xy"]
    new = [replace(o, labels=(), updated_at="2026-02-01") for o in old if o.annotator == "x"]

    for answers in ((*old, *new[:10]), (*new[:10], *old)):
        found = measured(rows, [True] * 20, answers)
        assert {name: each["paragraphs"] for (_, name), each in found.items()} == {
            "all the same": 10,
            "different": 10,
        }


def test_a_slice_with_few_paragraphs_is_left_out() -> None:
    assert measured([row(n, 0, 10 if n < 9 else 50) for n in range(30)], [True] * 30) == {}
