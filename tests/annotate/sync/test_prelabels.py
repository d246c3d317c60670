from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from annotate.core.errors import InDoubtError, ServerError
from annotate.core.predictions import Prediction
from annotate.sync.prelabels import send_predictions


@dataclass
class Shelf:
    """A PredictionStore in memory.

    Attributes:
        takes: For each coming call how many it takes at most; then it confirms that.
        breaks: For each coming call whether the connection breaks after it.
    """

    held: list[Mapping[str, Any]] = field(default_factory=list)
    takes: list[int] = field(default_factory=list)
    breaks: list[bool] = field(default_factory=list)

    def predicted(self) -> frozenset[tuple[int, str]]:
        return frozenset((row["task"], row["model_version"]) for row in self.held)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> int:
        taken = rows[: self.takes.pop(0)] if self.takes else rows
        self.held += taken
        if self.breaks and self.breaks.pop(0):
            raise InDoubtError("the connection broke")
        return len(taken)


def predictions(count: int, model: str = "m") -> dict[str, Prediction]:
    return {f"p{n}": Prediction(f"p{n}", model, 0.5) for n in range(count)}


def numbers(count: int) -> dict[str, int]:
    return {f"p{n}": n + 1 for n in range(count)}


def no_sleep(seconds: float) -> None:
    pass


def test_a_second_time_adds_none_and_another_model_adds_its_own() -> None:
    shelf = Shelf()

    assert send_predictions(predictions(3), numbers(2), shelf) == 2
    assert send_predictions(predictions(3), numbers(3), shelf) == 1
    assert send_predictions(predictions(3), numbers(3), shelf) == 0
    assert send_predictions(predictions(3, "n"), numbers(3), shelf) == 3
    assert Counter(row["task"] for row in shelf.held) == {1: 2, 2: 2, 3: 2}


def test_what_the_server_drops_without_a_word_is_said() -> None:
    with pytest.raises(ServerError, match="took 1 of 3 predictions"):
        send_predictions(predictions(3), numbers(3), Shelf(takes=[1]))


def test_after_a_doubt_only_what_is_lacking_is_sent_again() -> None:
    shelf = Shelf(takes=[2, 9], breaks=[True])

    assert send_predictions(predictions(3), numbers(3), shelf, sleep=no_sleep) == 3
    assert [row["task"] for row in shelf.held] == [1, 2, 3]
