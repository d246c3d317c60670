"""Which paragraphs people should decide again because the annotators did not agree."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.core.records import ANSWERS, Annotation, DatasetRow, Origin, Paragraph, Status
from annotate.core.taxonomy import Taxonomy

_SAYS = ANSWERS | {Status.UNUSABLE}


@dataclass(frozen=True, slots=True)
class Dispute:
    """A paragraph to decide, and what was said of it, without names.

    Attributes:
        answers: The annotations, in no order that tells whose they are.
    """

    paragraph: Paragraph
    answers: tuple[Annotation, ...]


def disputes(
    gold: Iterable[DatasetRow], annotations: Iterable[Annotation], below: float | None
) -> list[Dispute]:
    """The paragraphs that nobody adjudicated yet, in the order of the gold rows.

    Args:
        gold: Of the dataset.
        annotations: Of the dataset.
        below: None takes those on which the answers differ in a label, or in whether the
            paragraph is usable; a number takes those where some label's score is less certain
            than that, either way (.8 takes scores from .2 to .8, the ends left out).
    """
    said: dict[str, list[Annotation]] = {}
    decided = set()
    for annotation in annotations:
        if annotation.status not in _SAYS:
            continue
        if annotation.origin is Origin.ADJUDICATION:
            decided.add(annotation.paragraph_id)
        else:
            said.setdefault(annotation.paragraph_id, []).append(annotation)
    found = []
    for row in gold:
        answers = said.get(row.paragraph.id, [])
        open_ = _differ(answers) if below is None else _uncertain(row, below)
        if open_ and row.paragraph.id not in decided:
            found.append(Dispute(row.paragraph, tuple(sorted(answers, key=_no_order))))
    return found


def _differ(answers: Sequence[Annotation]) -> bool:
    return len({(a.status is Status.UNUSABLE, a.labels) for a in answers}) > 1


def _uncertain(row: DatasetRow, below: float) -> bool:
    return any(max(score, 1 - score) < below for score in row.gold.scores)


def _no_order(annotation: Annotation) -> tuple[str, tuple[str, ...], str]:
    return (annotation.status, annotation.labels, annotation.comment)


def votes(dispute: Dispute, taxonomy: Taxonomy) -> str:
    """What the annotators said, in one line for the review page."""
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


def vote_lines(found: Iterable[Dispute], taxonomy: Taxonomy) -> Mapping[str, str]:
    """Paragraph id -> its line of votes."""
    return {dispute.paragraph.id: votes(dispute, taxonomy) for dispute in found}
