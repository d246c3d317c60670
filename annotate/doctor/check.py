"""What a check found, in words that a command can print."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended; only FAIL makes the command fail."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination.

    Attributes:
        name: What was looked at.
        said: What was found.
        mend: How to mend it; empty where nothing is wrong, and where `said` is one of our own
            errors, which say it themselves.
    """

    name: str
    state: State
    said: str
    mend: str = ""


def ok(name: str, said: str) -> Check:
    """Nothing to do."""
    return Check(name, State.OK, said)


def warn(name: str, said: str, mend: str) -> Check:
    """It works, but may not for long, or not as it should."""
    return Check(name, State.WARN, said, mend)


def fail(name: str, said: str, mend: str = "") -> Check:
    """It does not work."""
    return Check(name, State.FAIL, said, mend)


def skipped(name: str, why: str) -> Check:
    """It could not be looked at, or there is nothing to look at."""
    return Check(name, State.SKIPPED, why)
