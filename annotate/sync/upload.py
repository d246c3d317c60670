"""Send paragraphs to a labelling project, each once, whatever happens on the way."""

import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from typing import Protocol

from annotate.core.records import Paragraph
from annotate.label_studio.retry import until_certain
from annotate.paragraphs.index import AnyPlanned

BATCH = 1000  # the fastest of the sizes that were measured


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a push did.

    Attributes:
        added: Paragraphs that are new on the server.
        skipped: Paragraphs that were there already, or stood in the input twice.
        put_right: Of those added, how many were in doubt and were looked up.
        updated: Tasks that were given other context or metadata.
        kept: Tasks that have other context or metadata, but were labelled with it, and keep it.
        doubles: Second tasks of a paragraph that were taken away.
        predictions: Of a model, that were added.
    """

    added: int
    skipped: int
    put_right: int
    updated: int = 0
    kept: int = 0
    doubles: int = 0
    predictions: int = 0

    def phrases(self, *, dry_run: bool = False) -> Iterator[str]:
        """What is said of it in the end; what did not happen is left out."""
        yield f"{'would add' if dry_run else 'added'} {self.added}"
        yield f"there already {self.skipped}"
        yield f"put right {self.put_right}"
        if self.updated and dry_run:
            yield f"would update {self.updated} unless they are labelled"
        elif self.updated:
            yield f"updated {self.updated}"
        if self.kept:
            yield f"changed but labelled, so left as they are {self.kept}"
        if self.doubles:
            yield f"doubles taken away {self.doubles}"
        if self.predictions:
            yield f"predictions {self.predictions}"

    def __add__(self, other: "PushReport") -> "PushReport":
        return PushReport(*map(sum, zip(astuple(self), astuple(other), strict=True)))


class PushStore(Protocol):
    """What a push needs of a `TaskStore`."""

    def known_ids(self) -> frozenset[str]:
        """Ids of the paragraphs whose tasks are there."""

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """See `TaskStore`."""


def push(
    paragraphs: Iterable[Paragraph],
    store: PushStore,
    *,
    known: Container[str] | None = None,
    advance: Callable[[int], None] = lambda count: None,
    sleep: Callable[[float], None] = time.sleep,
) -> PushReport:
    """Send the paragraphs that the store does not have; running it twice changes nothing.

    Args:
        paragraphs: In the order in which they are to be labelled; a batch is held at a time.
        store: Where they go.
        known: Ids of the paragraphs that are there; None to look.
        advance: Told how many paragraphs are done with.
        sleep: Waits before a look-up; another one in tests.

    Raises:
        ServerError: The server cannot be reached; what was added by then stays and is found by
            the next push.
    """
    there = store.known_ids() if known is None else known
    seen: set[str] = set()
    skipped = put_right = 0

    def fresh() -> Iterator[Paragraph]:
        nonlocal skipped
        for paragraph in paragraphs:
            if paragraph.id in there or paragraph.id in seen:
                skipped += 1
                advance(1)
            else:
                seen.add(paragraph.id)
                yield paragraph

    rest = fresh()
    while batch := list(islice(rest, BATCH)):
        put_right += _send(batch, store, sleep)
        advance(len(batch))
    return PushReport(len(seen), skipped, put_right)


def missing(paragraphs: Iterable[AnyPlanned], known: Container[str]) -> list[AnyPlanned]:
    """Those whose id is not known, each once: what a push would send."""
    return list({p.id: p for p in paragraphs if p.id not in known}.values())


def _send(batch: Sequence[Paragraph], store: PushStore, sleep: Callable[[float], None]) -> int:
    """Add a batch and return how many of it had been in doubt.

    The server has no uniqueness of its own and may commit what it then fails to confirm, so
    nothing is sent again before a look at what is there.
    """
    rest = batch

    def settled() -> bool:
        nonlocal rest
        rest = missing(rest, store.known_ids())
        return not rest

    return len(batch) if until_certain(lambda: store.add(rest), settled, sleep) else 0
