"""How long one waits for a server that is away."""

from collections.abc import Callable

import pytest

from annotate.core.errors import AwayError, InDoubtError, ServerError
from annotate.label_studio.retry import retry_after, retry_read, write_until_certain

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


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 120 "}, 120),
        (
            {
                "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT",
                "date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            30,
        ),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "²"}, 0),
        ({"retry-after": "Wed, 99 Oct 2026 07:28:30 GMT"}, 0),
        ({}, 0),
    ],
)
def test_how_long_a_server_asks_to_wait_is_a_number_or_a_date(
    headers: dict[str, str], seconds: float
) -> None:
    assert retry_after(headers) == seconds


def test_a_question_waits_as_long_as_the_server_asks_but_at_most_a_minute() -> None:
    waits = Waits()

    retry_read(answers_after(1, AwayError("busy", retry_after=9)), waits)
    retry_read(answers_after(1, AwayError("busy", retry_after=3600)), waits)

    assert waits == [9, 60]


def test_a_write_in_doubt_waits_as_long_as_the_server_asks() -> None:
    waits = Waits()
    ask = answers_after(1, InDoubtError("busy", retry_after=9))

    def write() -> None:
        ask()

    assert write_until_certain(write, lambda: False, waits)
    assert waits == [9]
