import json
from pathlib import Path

import pytest

from annotate.core.errors import InputError, RhetoricError
from annotate.core.predictions import (
    Prediction,
    PredictionRow,
    read_prediction_rows,
    read_predictions,
)
from annotate.core.taxonomy import Taxonomy
from tests.annotate.samples import paragraph

GOOD = {"id": "p1", "model": "m", "labels": ["Doubt"], "scores": {"Doubt": 0.7, "Insult": 0.1}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "predictions.jsonl"


def test_a_line_is_read_with_its_highest_score(file: Path, small: Taxonomy) -> None:
    none = {**GOOD, "id": "p2", "labels": []}
    file.write_text(f"{json.dumps(GOOD)}\n{json.dumps(none)}\n")

    assert read_predictions(file, small) == {
        "p1": Prediction("p1", "m", 0.7),
        "p2": Prediction("p2", "m", 0.7),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": 3}, "needs 'id' and 'model' as text"),
        ({"model": ""}, "needs 'id' and 'model' as text"),
        ({"labels": "Doubt"}, "'labels' as a list"),
        ({"scores": {}}, "no probability for 'Doubt' in 'scores'"),
        ({"labels": [], "scores": {}}, "'scores' is empty"),
        ({"scores": {"Doubt": "high"}}, "no probability for 'Doubt' in 'scores'"),
        ({"threshold": "high"}, "'threshold' must be a number from 0 to 1"),
        ({"labels": ["Nonsense"]}, "'Nonsense' is not in the taxonomy"),
        ({"scores": {"Nonsense": 0.5}}, "'Nonsense' is not in the taxonomy"),
    ],
)
def test_what_is_no_prediction_is_refused_with_its_line(
    change: dict[str, object], message: str, file: Path, small: Taxonomy
) -> None:
    file.write_text(f"{json.dumps({**GOOD, 'id': 'p0'})}\n{json.dumps(GOOD | change)}\n")

    with pytest.raises(RhetoricError, match=rf"predictions\.jsonl:2: .*{message}"):
        read_predictions(file, small)


def test_what_is_written_is_read(file: Path, small: Taxonomy) -> None:
    words = paragraph("Some words.", "article", 0)
    row = PredictionRow(words.id, "m", 0.4, ("Doubt",), {"Doubt": 0.7, "Insult": 0.1}, words)
    file.write_text(row.to_line(), encoding="utf-8")

    assert list(read_prediction_rows(file, small, with_paragraphs=True)) == [(1, row)]


def test_a_paragraph_that_appears_twice_is_refused(file: Path, small: Taxonomy) -> None:
    file.write_text(f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}\n")

    with pytest.raises(InputError, match=r"predictions\.jsonl:2: paragraph p1 appears twice"):
        read_predictions(file, small)


@pytest.mark.parametrize("score", [-0.1, 1.5, True, float("nan")])
def test_a_score_that_is_no_probability_is_refused(
    score: float, file: Path, small: Taxonomy
) -> None:
    file.write_text(json.dumps(GOOD | {"scores": {"Doubt": score}}))

    with pytest.raises(InputError, match=r"jsonl:1: no"):
        read_predictions(file, small)
