"""The human ceiling: how well people, scored like a model, meet the others' answers.

The reference is what more than half of the others say: of three annotators, what both others say.
With so strict a reference people find most of it (high recall) and say more (low precision) by
construction, so only their F1 means something. A model is scored against gold, which holds each
annotator's own vote and is easier to meet: near the ceiling is not yet as good as people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from train.scoring.scores import Floats, LabelSet, count


@dataclass(frozen=True, slots=True)
class AnnotatorAnswer:
    """What one annotator said of one paragraph: label numbers, none for "no technique"."""

    paragraph: str
    annotator: str
    labels: tuple[int, ...]


def ceiling_counts(
    answers: Sequence[AnnotatorAnswer],
    paragraphs: Sequence[str],
    articles: npt.NDArray[np.intp],
    labels: LabelSet,
) -> Floats:
    """Counts of each annotator against the majority of the others, for `scores.score`.

    As in the gold labels, a label holds when more than half of the answers have it. A paragraph
    that nobody else answered is left out, and so is an annotator without any other paragraph. Of
    two answers of one annotator to a paragraph the last counts.

    Returns:
        Shape (annotators, articles, columns, 3), in order of the annotators' names.
    """
    row = {paragraph: number for number, paragraph in enumerate(paragraphs)}
    known = [answer for answer in answers if answer.paragraph in row]
    names = sorted({answer.annotator for answer in known})
    said = np.zeros((len(names), len(row), len(labels.labels)), dtype=bool)
    answered = np.zeros((len(names), len(row)), dtype=bool)
    for answer in known:
        at = names.index(answer.annotator), row[answer.paragraph]
        answered[at] = True
        said[at] = False
        said[at][list(answer.labels)] = True
    votes, voters = said.sum(axis=0), answered.sum(axis=0)
    counts = []
    for own, seen in zip(said, answered, strict=True):
        others = (voters - seen)[:, None]
        shared = seen[:, None] & (others > 0)
        if shared.any():
            reference = shared & (2 * (votes - own) > others)
            counts.append(count(reference, shared & own, articles, labels))
    return np.array(counts)
