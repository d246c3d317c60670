"""How long one waits for a server that is away."""

from collections.abc import Callable

import pytest

from annotate.core.errors import AwayError, ServerError
from annotate.label_studio.retry import retry_read

STARTS_AGAIN = 5  # seconds that a server takes to start on its data, as measured


class Waits(list[float]):
    """Instead of sleeping."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def answers_after(failures: int, error: ServerError) -> Callable[[], str]:
    left = [error] * failures

    def ask() -> str:
        if left:
            raise left.pop()
        return "here"

    return ask


def test_a_question_is_asked_again_until_the_server_is_back() -> None:
    waits = Waits()

    assert retry_read(answers_after(4, AwayError("away")), waits) == "here"
    assert sum(waits) > 2 * STARTS_AGAIN


def test_a_server_that_stays_away_is_an_error_in_the_end() -> None:
    waits = Waits()

    with pytest.raises(AwayError, match="away"):
        retry_read(answers_after(5, AwayError("away")), waits)
    assert len(waits) == 4


def test_what_the_server_refuses_is_not_asked_again() -> None:
    waits = Waits()

    with pytest.raises(ServerError, match="refused"):
        retry_read(answers_after(1, ServerError("refused")), waits)
    assert waits == []
