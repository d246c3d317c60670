import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from annotate.core.records import Annotation, Consensus, DatasetRow, Status
from tests.train.samples import paragraph
from train.evaluation import error_rows as module
from train.evaluation.error_rows import ErrorRows, error_rows

GROUPS = [{"id": "x", "name": "X", "labels": [{"id": n, "name": n.upper()} for n in ("a", "b")]}]


def row(number: int, text: str = "") -> DatasetRow:
    made = paragraph("article", number, text or f"text {number}")
    return DatasetRow(made, Consensus((), (), 0, ()), "test")


def encoded(
    rows: list[DatasetRow],
    scores: list[list[float]],
    gold: list[list[int]],
    answers: list[Annotation] | None = None,
) -> ErrorRows:
    values = np.array(scores)
    return error_rows(rows, answers or [], values, np.array(gold, bool), values >= 0.5, GROUPS)


def labels_of(made: ErrorRows) -> list[Any]:
    return [line[-1] for line in json.loads(made.json)["rows"]]


def test_each_label_has_score_outcome_and_votes() -> None:
    rows = [row(0), row(1)]
    answers = [
        Annotation(rows[0].paragraph.id, "a1", Status.LABELLED, ("a", "b")),
        Annotation(rows[0].paragraph.id, "a2", Status.LABELLED, ("a",)),
    ]
    made = encoded(rows, [[0.9, 0.01], [0.6, 0.4]], [[1, 0], [0, 1]], answers)

    # a hit; ticked once, though no gold label; a false alarm; a missed label
    assert labels_of(made) == [[[0, 0.9, 3, 2], [1, 0.01, 0, 1]], [[0, 0.6, 1, 0], [1, 0.4, 2, 0]]]
    assert [line[5] for line in json.loads(made.json)["rows"]] == [2, 0]


def test_a_label_that_nobody_sees_is_left_out() -> None:
    assert labels_of(encoded([row(0)], [[0.04, 0.06]], [[0, 0]])) == [[[1, 0.06, 0, 0]]]


def test_of_two_answers_of_an_annotator_the_newest_counts() -> None:
    old = Annotation(row(0).paragraph.id, "a1", Status.LABELLED, ("a",), updated_at="2026-01-01")
    answers = [replace(old, labels=("b",), updated_at="2026-02-01"), old]

    assert labels_of(encoded([row(0)], [[0.0, 0.0]], [[0, 0]], answers)) == [[[1, 0.0, 0, 1]]]


def test_no_text_ends_the_element_that_holds_it() -> None:
    assert "<" not in encoded([row(0, "</script><!--")], [[0.0, 0.0]], [[0, 0]]).json


def test_where_not_all_fit_those_with_errors_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(0), row(1), row(2)]
    scores, gold = [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9]], [[0, 0], [0, 0], [0, 0]]
    monkeypatch.setattr(module, "ROOM", 250)
    made = encoded(rows, scores, gold)

    texts = [line[2] for line in json.loads(made.json)["rows"]]
    assert (made.count, texts) == (2, ["text 1", "text 2"])
