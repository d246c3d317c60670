"""Choose which paragraphs a page has room for: the same each time, and some of every kind."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256

from annotate.core.records import Annotation, DatasetRow, Origin

Kind = tuple[str, ...]


def by_priority(
    rows: Sequence[DatasetRow], answers: Mapping[str, Collection[Annotation]], seed: int
) -> list[DatasetRow]:
    """Return the rows so that each beginning of the list has as many of every kind as it can.

    A row's kinds are its techniques in its split and corpus, "no technique" there, its annotators,
    and whether it was adjudicated. First comes one row of each kind, then a second one, and so on,
    so of a rare technique all are there before a frequent one has many. Which row of a kind comes
    first is drawn by `seed` and the paragraph's id: a dataset that grows keeps most of them.
    """
    drawn = sorted(rows, key=lambda row: _draw(row, seed))
    size: dict[Kind, int] = defaultdict(int)
    turn = []
    for row in drawn:
        kinds = list(_kinds(row, answers.get(row.paragraph.id, ())))
        turn.append(min(size[kind] for kind in kinds))
        for kind in kinds:
            size[kind] += 1
    order = sorted(range(len(drawn)), key=turn.__getitem__)  # stable: within a turn as drawn
    return [drawn[number] for number in order]


def _draw(row: DatasetRow, seed: int) -> bytes:
    return sha256(f"{seed}\n{row.paragraph.id}".encode()).digest()


def _kinds(row: DatasetRow, answers: Collection[Annotation]) -> Iterator[Kind]:
    place = (row.split, row.corpus)
    for label in row.gold.labels or ("",):
        yield ("label", label, *place)
    for label in row.gold.disputed:
        yield ("disputed", label, *place)
    for answer in answers:
        yield ("person", answer.annotator)
        if answer.origin is Origin.ADJUDICATION:
            yield ("adjudicated",)
