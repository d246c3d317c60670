"""From the answers of several annotators to one gold label set a paragraph."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.core.records import ANSWERS, Annotation, Span
from annotate.core.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Gold:
    """What the annotators together say of a paragraph.

    Attributes:
        labels: Technique ids that more than half of the answers have.
        scores: Share of the answers that have it, for each technique of the taxonomy.
        annotators: Number of answers.
        spans: Marked words of the labels that hold, with the number of people who marked them.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    annotators: int
    spans: tuple[tuple[Span, int], ...]


def majority(annotations: Sequence[Annotation], taxonomy: Taxonomy) -> Gold | None:
    """More than half of the answers must have a label: a tie is off. None without any answer."""
    answers = [a for a in annotations if a.status in ANSWERS]
    if not answers:
        return None
    votes = Counter(label for answer in answers for label in answer.labels)
    labels = tuple(label for label in taxonomy.labels if 2 * votes[label] > len(answers))
    supported = set(labels) | {taxonomy.group_of[label] for label in labels}
    spans = Counter(s for a in answers for s in a.spans if s.label in supported)
    return Gold(
        labels=labels,
        scores=tuple(votes[label] / len(answers) for label in taxonomy.labels),
        annotators=len(answers),
        spans=tuple(sorted(spans.items())),
    )
