from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError
from tests.train.scoring.official.samples import all_scores, scores, write
from train.scoring.official.semeval2021 import LABELS, TASK

GOLD = [{"id": "1", "labels": ["Smears", "Doubt"], "text": "x"}, {"id": "2", "labels": []}]


def test_the_averages_are_over_the_twenty_labels(tmp_path: Path) -> None:
    answer = [{"id": "2", "labels": ["Slogans"]}, {"id": "1", "labels": ["Doubt", "Doubt"]}]

    figures = scores(tmp_path, "semeval2021", GOLD, answer)

    assert figures["micro-F1"] == pytest.approx(0.5)
    assert figures["macro-F1"] == pytest.approx(18 / 20)
    assert figures["macro-F1, labels with examples"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (GOLD[:1], r"no answer for text '2' \(.*gold:1\); every text needs one"),
        ([*GOLD, {"id": 1, "labels": []}], r"submission:1: the gold file has no text '1'; remove"),
        ([*GOLD, {"id": "1", "labels": []}], r"'1' is in .*submission:1 too, and differs"),
        ([{"id": "1", "labels": ["smears"]}], r"unknown label 'smears'; did you mean 'Smears'"),
        ([{"id": "1", "labels": [["Smears"]]}], r"submission:1: unknown label \['Smears'\]"),
        ([{"labels": []}], r"submission:1: expected an 'id', as text or a whole number"),
        ([{"id": True, "labels": []}], r"expected an 'id'"),
        ([{"id": "1"}], r"submission:1: expected a list 'labels'; it may be empty"),
        ([["1"]], r"submission:1: expected an object with 'id' and 'labels'"),
        ({"1": []}, r"submission:1: expected a JSON list of objects"),
        ([], r"submission: the list is empty; expected an object for each text"),
        ('[\n{"id": "1",\n]', r"submission:3: not JSON: .*"),
        ("1\tSmears\n", r"submission:1: expected a JSON list of objects"),
        ('[{"id": "1", "labels": []},\n{"id": "2"}]', r"submission:2: expected a list 'labels'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(answer: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        scores(tmp_path, "semeval2021", GOLD, answer)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    text = TASK.write({"1": ["Thought-terminating cliché"], 2: []})

    assert "cliché" in text
    answers = TASK.read(write(tmp_path / "submission", text))
    assert {key: answer.value for key, answer in answers.items()} == {"1": {LABELS[18]}, 2: set()}


def test_texts_come_from_the_file_of_the_task(tmp_path: Path) -> None:
    file = write(tmp_path / "texts", [{"id": "1", "text": "One."}, {"id": "2", "text": "Two."}])

    assert TASK.texts([file]) == {"1": "One.", "2": "Two."}
    with pytest.raises(InputError, match=r"texts:1: expected a 'text'"):
        TASK.texts([write(tmp_path / "texts", [{"id": "1"}])])


def span(start: int, end: int, technique: str) -> dict[str, Any]:
    return {"start": start, "end": end, "technique": technique, "text_fragment": "x"}


def test_spans_count_by_their_shared_part_where_the_technique_is_the_same(tmp_path: Path) -> None:
    gold = [
        {"id": "1", "labels": [span(0, 20, "Doubt"), span(30, 40, "Smears")]},
        {"id": "2", "labels": []},
    ]
    answer = [
        {"id": "1", "labels": [span(10, 20, "Doubt"), span(30, 40, "Slogans")]},
        {"id": "2", "labels": []},
    ]

    figures = all_scores(tmp_path, "semeval2021-spans", gold, answer)

    assert figures["submission"]["precision"] == pytest.approx((1 + 0) / 2)
    assert figures["submission"]["recall"] == pytest.approx((0.5 + 0) / 2)
    assert figures["submission"]["F1"] == pytest.approx(1 / 3)
    assert figures["empty answer"]["F1"] == 0


def test_no_span_on_either_side_is_right(tmp_path: Path) -> None:
    nothing = [{"id": "1", "labels": []}]

    assert scores(tmp_path, "semeval2021-spans", nothing, nothing)["F1"] == 1


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("Smears", "expected labels with 'start', 'end' and 'technique'"),
        (span(5, 5, "Smears"), "the span 5 to 5 is empty; the end is exclusive"),
        (span(-1, 5, "Smears"), "expected start and end as numbers, not -1 and 5"),
        (span(True, 5, "Smears"), "expected start and end as numbers"),
        (span(0, 5, "Smear"), "unknown label 'Smear'"),
    ],
)
def test_a_broken_span_is_refused(label: Any, message: str, tmp_path: Path) -> None:
    rows = [{"id": "1", "labels": [label]}]

    with pytest.raises(InputError, match=message):
        scores(tmp_path, "semeval2021-spans", [{"id": "1", "labels": []}], rows)
