"""Retry questions, and repeat writes only after a look at what the server has."""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TypeVar

from annotate.core.errors import AwayError, InDoubtError, ServerError

Result = TypeVar("Result")

# Seconds before each look at what the server has, and before a question is asked again: together
# more than the five that a server takes to start again on its data.
_PAUSES = (1.0, 2.0, 4.0, 8.0)
LONGEST = 60.0  # seconds; a server that asks for more is asked again after these


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that an answer asks to wait, as a number or a date; 0 if it does not.

    A date is compared with the server's own clock where the answer has it.
    """
    wanted = headers.get("retry-after", "").strip()
    if wanted.isascii() and wanted.isdecimal():
        return float(wanted)
    try:
        until = parsedate_to_datetime(wanted).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    try:
        now = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        now = time.time()
    return max(0.0, until - now)


def _pause(planned: float, error: AwayError) -> float:
    return min(max(planned, error.retry_after), LONGEST)


def retry_read(ask: Callable[[], Result], sleep: Callable[[float], None] = time.sleep) -> Result:
    """Ask something that changes nothing, again if the server is away for a moment.

    Raises:
        AwayError: It is still away at the fifth try.
    """
    for pause in _PAUSES:
        try:
            return ask()
        except AwayError as error:
            sleep(_pause(pause, error))
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
            sleep(_pause(pause, doubt))
            if settled():
                return True
    tries = len(_PAUSES) + 1
    raise ServerError(f"{doubt}; gave up after {tries} tries: run the same command again later")
