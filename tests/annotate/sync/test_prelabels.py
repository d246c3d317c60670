import json
from collections import Counter
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ServerError
from annotate.core.predictions import Prediction, read_predictions
from annotate.core.taxonomy import Taxonomy
from annotate.sync.prelabels import send_predictions
from tests.annotate.stores import ListStore

GOOD = {"id": "p1", "model": "m", "labels": ["Doubt"], "scores": {"Doubt": 0.7, "Insult": 0.1}}


def predictions(count: int, model: str = "m") -> dict[str, Prediction]:
    return {f"p{n}": Prediction(f"p{n}", model, 0.5) for n in range(count)}


def numbers(count: int) -> dict[str, int]:
    return {f"p{n}": n + 1 for n in range(count)}


def no_sleep(seconds: float) -> None:
    pass


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
        ({"labels": "Doubt"}, "needs 'labels', a list"),
        ({"scores": {}}, "'scores', by label"),
        ({"scores": {"Doubt": "high"}}, "each of 'scores' must be a number"),
        ({"labels": ["Nonsense"]}, "'Nonsense' is not in the taxonomy"),
        ({"scores": {"Nonsense": 0.5}}, "'Nonsense' is not in the taxonomy"),
    ],
)
def test_what_is_no_prediction_is_refused_with_its_line(
    change: dict[str, object], message: str, file: Path, small: Taxonomy
) -> None:
    file.write_text(f"{json.dumps({**GOOD, 'id': 'p0'})}\n{json.dumps(GOOD | change)}\n")

    with pytest.raises(InputError, match=rf"predictions\.jsonl:2: .*{message}"):
        read_predictions(file, small)


def test_a_second_time_adds_none_and_another_model_adds_its_own() -> None:
    store = ListStore()

    assert send_predictions(predictions(3), numbers(2), store) == 2
    assert send_predictions(predictions(3), numbers(3), store) == 1
    assert send_predictions(predictions(3), numbers(3), store) == 0
    assert send_predictions(predictions(3, "n"), numbers(3), store) == 3
    assert Counter(row["task"] for row in store.predictions) == {1: 2, 2: 2, 3: 2}


def test_what_the_server_drops_silently_is_reported() -> None:
    with pytest.raises(ServerError, match="took 1 of 3 predictions"):
        send_predictions(predictions(3), numbers(3), ListStore(takes=[1]))


def test_after_a_doubt_only_what_is_lacking_is_sent_again() -> None:
    store = ListStore(takes=[2, 9], cut_off=[True])

    assert send_predictions(predictions(3), numbers(3), store, sleep=no_sleep) == 3
    assert [row["task"] for row in store.predictions] == [1, 2, 3]
