from collections import Counter

import pytest

from annotate.core.errors import ServerError
from annotate.core.predictions import Prediction
from annotate.sync.prelabels import send_predictions
from tests.annotate.stores import ListStore


def predictions(count: int, model: str = "m") -> dict[str, Prediction]:
    return {f"p{n}": Prediction(f"p{n}", model, 0.5) for n in range(count)}


def numbers(count: int) -> dict[str, int]:
    return {f"p{n}": n + 1 for n in range(count)}


def no_sleep(seconds: float) -> None:
    pass


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
