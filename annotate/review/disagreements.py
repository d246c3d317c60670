"""Find the paragraphs on which annotators disagree, and summarise their votes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.core.records import ANSWERS, Annotation, DatasetRow, Origin, Paragraph, Status
from annotate.core.taxonomy import Taxonomy

_VOTES = ANSWERS | {Status.UNUSABLE}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A paragraph to decide.

    Attributes:
        answers: Its annotations, in an order that does not tell whose they are.
        disputed: Whether gold is in doubt: the answers leave a label of it undecided.
    """

    paragraph: Paragraph
    answers: tuple[Annotation, ...]
    disputed: bool


def find_disagreements(
    rows: Iterable[DatasetRow], annotations: Iterable[Annotation], below: float | None
) -> list[Disagreement]:
    """Return the paragraphs to decide that nobody adjudicated: the disputed ones come first.

    Among the disputed ones, as among the others, the order is that of the rows.

    Args:
        rows: The paragraphs of a dataset that have an answer.
        annotations: Its annotations.
        below: If None, a paragraph is to be decided if it is disputed, or if its answers differ in
            a label or in whether it is usable. If a number, if the score of some label is less
            certain than that, either way: .8 means a score between .2 and .8.
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
    disagreements = []
    for row in rows:
        votes, disputed = answers.get(row.paragraph.id, []), bool(row.gold.disputed)
        open_ = disputed or _differ(votes) if below is None else _is_uncertain(row, below)
        if open_ and row.paragraph.id not in decided:
            ordered = tuple(sorted(votes, key=_anonymous_key))
            disagreements.append(Disagreement(row.paragraph, ordered, disputed))
    return sorted(disagreements, key=lambda disagreement: not disagreement.disputed)


def _differ(answers: Sequence[Annotation]) -> bool:
    return len({(a.status is Status.UNUSABLE, a.labels) for a in answers}) > 1


def _is_uncertain(row: DatasetRow, below: float) -> bool:
    return any(max(score, 1 - score) < below for score in row.gold.scores)


def _anonymous_key(annotation: Annotation) -> tuple[str, tuple[str, ...], str]:
    return (annotation.status, annotation.labels, annotation.comment)


def vote_line(disagreement: Disagreement, taxonomy: Taxonomy) -> str:
    """Summarise the annotators' votes in one line for the review project."""
    names = {t.id: t.name for t in taxonomy.techniques}
    ticks = Counter(
        label for a in disagreement.answers for label in a.labels if a.status in ANSWERS
    )
    others = Counter[Status](a.status for a in disagreement.answers)
    parts = [f"{names[label]} {ticks[label]}" for label in taxonomy.labels if ticks[label]]
    for status, verdict in ((Status.NONE, taxonomy.none), (Status.UNUSABLE, taxonomy.unusable)):
        if others[status]:
            parts.append(f"{verdict.name} {others[status]}")
    line = f"Of {len(disagreement.answers)} answers: {', '.join(parts)}."
    comments = "; ".join(f"“{a.comment}”" for a in disagreement.answers if a.comment)
    return f"{line} Comments: {comments}" if comments else line
