"""Retry questions, and repeat writes only after a look at what the server has."""

import time
from collections.abc import Callable
from typing import TypeVar

from annotate.core.errors import AwayError, InDoubtError, ServerError

Result = TypeVar("Result")

# Seconds before each look at what the server has, and before a question is asked again: together
# more than the five that a server takes to start again on its data.
_PAUSES = (1.0, 2.0, 4.0, 8.0)


def retry_read(ask: Callable[[], Result], sleep: Callable[[float], None] = time.sleep) -> Result:
    """Ask something that changes nothing, again if the server is away for a moment.

    Raises:
        AwayError: It is still away at the fifth try.
    """
    for pause in _PAUSES:
        try:
            return ask()
        except AwayError:
            sleep(pause)
    return ask()


def write_until_certain(
    act: Callable[[], None], settled: Callable[[], bool], sleep: Callable[[float], None]
) -> bool:
    """Repeat a write until it is certain that it was carried out.

    Args:
        act: Writes.
        settled: Looks, after a doubt, whether it is done or `act` is to be called again.
        sleep: Waits before a look.

    Returns:
        Whether it was ever in doubt.

    Raises:
        ServerError: It is not certain after five tries, or the server refused it.
    """
    doubt = None
    for pause in (*_PAUSES, None):
        try:
            act()
        except InDoubtError as error:
            doubt = error
        else:
            return doubt is not None
        if pause is not None:
            sleep(pause)
            if settled():
                return True
    tries = len(_PAUSES) + 1
    raise ServerError(f"{doubt}; gave up after {tries} tries: run the same push again later")
