"""Send paragraphs to a labelling project, each once, whatever happens on the way."""

import time
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from annotate.core.errors import ServerError
from annotate.core.records import Paragraph
from annotate.store import InDoubtError

BATCH = 1000  # the fastest of the sizes that were measured
_PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds before each look at what the server has


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a push did.

    Attributes:
        added: Paragraphs that are new on the server.
        skipped: Paragraphs that were there already, or stood in the input twice.
        put_right: Of those added, how many were in doubt and were looked up.
    """

    added: int
    skipped: int
    put_right: int


class PushStore(Protocol):
    """What a push needs of a `TaskStore`."""

    def known_ids(self) -> frozenset[str]:
        """See `TaskStore`."""

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """See `TaskStore`."""


def push(
    paragraphs: Iterable[Paragraph],
    store: PushStore,
    *,
    advance: Callable[[int], None] = lambda count: None,
    sleep: Callable[[float], None] = time.sleep,
) -> PushReport:
    """Send the paragraphs that the store does not have; running it twice changes nothing.

    Args:
        paragraphs: In the order in which they are to be labelled.
        store: Where they go.
        advance: Told how many paragraphs are done with.
        sleep: Waits before a look-up; another one in tests.

    Raises:
        ServerError: The server cannot be reached; what was added by then stays and is found by
            the next push.
    """
    paragraphs = list(paragraphs)
    fresh = missing(paragraphs, store.known_ids())
    advance(len(paragraphs) - len(fresh))
    put_right = 0
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        put_right += _send(batch, store, sleep)
        advance(len(batch))
    return PushReport(len(fresh), len(paragraphs) - len(fresh), put_right)


def missing(paragraphs: Iterable[Paragraph], known: Container[str]) -> list[Paragraph]:
    """Those whose id is not known, each once: what a push would send."""
    return list({p.id: p for p in paragraphs if p.id not in known}.values())


def _send(batch: Sequence[Paragraph], store: PushStore, sleep: Callable[[float], None]) -> int:
    """Add a batch and return how many of it had been in doubt.

    The server has no uniqueness of its own and may commit what it then fails to confirm, so
    nothing is sent again before a look at what is there.
    """
    rest, doubt = batch, None
    pauses = iter(_PAUSES)
    while True:
        try:
            store.add(rest)
        except InDoubtError as error:
            doubt = error
        else:
            return len(batch) if doubt else 0
        pause = next(pauses, None)
        if pause is None:
            tries = len(_PAUSES) + 1
            raise ServerError(
                f"{doubt}; gave up after {tries} tries: run the same push again later"
            )
        sleep(pause)
        rest = missing(rest, store.known_ids())
        if not rest:
            return len(batch)
