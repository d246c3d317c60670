"""Find the paragraphs on which annotators disagree, and summarise their votes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.core.records import ANSWERS, Annotation, DatasetRow, Origin, Paragraph, Status
from annotate.core.taxonomy import Taxonomy

_VOTES = ANSWERS | {Status.UNUSABLE}


@dataclass(frozen=True, slots=True)
class Dispute:
    """A paragraph to decide, and its annotations in an order that does not tell whose they are."""

    paragraph: Paragraph
    answers: tuple[Annotation, ...]


def find_disputes(
    gold: Iterable[DatasetRow], annotations: Iterable[Annotation], below: float | None
) -> list[Dispute]:
    """Return the disputed paragraphs that nobody adjudicated, in the order of the gold rows.

    Args:
        gold: The gold rows of a dataset.
        annotations: Its annotations.
        below: If None, a paragraph is disputed if its answers differ in a label, or in whether it
            is usable. If a number, it is disputed if the score of some label is less certain than
            that, either way: .8 means a score between .2 and .8.
    """
    answers: dict[str, list[Annotation]] = {}
    decided = set()
    for annotation in annotations:
        if annotation.status not in _VOTES:
            continue
        if annotation.origin is Origin.ADJUDICATION:
            decided.add(annotation.paragraph_id)
        else:
            answers.setdefault(annotation.paragraph_id, []).append(annotation)
    disputes = []
    for row in gold:
        votes = answers.get(row.paragraph.id, [])
        disputed = _differ(votes) if below is None else _is_uncertain(row, below)
        if disputed and row.paragraph.id not in decided:
            disputes.append(Dispute(row.paragraph, tuple(sorted(votes, key=_anonymous_key))))
    return disputes


def _differ(answers: Sequence[Annotation]) -> bool:
    return len({(a.status is Status.UNUSABLE, a.labels) for a in answers}) > 1


def _is_uncertain(row: DatasetRow, below: float) -> bool:
    return any(max(score, 1 - score) < below for score in row.gold.scores)


def _anonymous_key(annotation: Annotation) -> tuple[str, tuple[str, ...], str]:
    return (annotation.status, annotation.labels, annotation.comment)


def vote_line(dispute: Dispute, taxonomy: Taxonomy) -> str:
    """Summarise the annotators' votes in one line for the review project."""
    names = {t.id: t.name for t in taxonomy.techniques}
    ticks = Counter(label for a in dispute.answers for label in a.labels if a.status in ANSWERS)
    others = Counter[Status](a.status for a in dispute.answers)
    parts = [f"{names[label]} {ticks[label]}" for label in taxonomy.labels if ticks[label]]
    for status, verdict in ((Status.NONE, taxonomy.none), (Status.UNUSABLE, taxonomy.unusable)):
        if others[status]:
            parts.append(f"{verdict.name} {others[status]}")
    line = f"Of {len(dispute.answers)} answers: {', '.join(parts)}."
    comments = "; ".join(f"“{a.comment}”" for a in dispute.answers if a.comment)
    return f"{line} Comments: {comments}" if comments else line
