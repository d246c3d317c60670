"""The human ceiling: how well people match the others' answers, and how well the model does.

The reference is what more than half of the others tick: of three annotators, what both others
tick. With so strict a reference people find most of it (high recall) and tick more (low precision)
by construction, so only their F1 means something.

Gold holds each annotator's own vote, so scores against it cannot be compared with the ceiling. The
model is therefore scored against each annotator's peers too: the same reference on the same
paragraphs as that annotator.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.records import Annotation
from annotate.core.stats.answer_matrix import answer_table, majority_of_others
from train.scoring.scores import Bools, Floats, LabelSet, count


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Counts against each annotator's peers, for `scores.score`.

    Both have the shape (annotators, articles, columns, 3), in order of the annotators' names.
    """

    people: Floats
    model: Floats


def human_ceiling(
    annotations: Iterable[Annotation],
    paragraphs: Sequence[str],
    articles: npt.NDArray[np.intp],
    labels: LabelSet,
    predicted: Bools,
) -> Ceiling:
    """Count each annotator against the majority of the others, and the model against the same.

    A paragraph that nobody else answered is left out, and so is an annotator without any other
    paragraph. Of two answers of one annotator to a paragraph the newest counts.

    Args:
        annotations: Those of paragraphs outside `paragraphs` do not count.
        paragraphs: Ids of the paragraphs to score.
        articles: Number of each of these paragraphs' article.
        labels: The labels to score.
        predicted: What the model predicts for them; shape (paragraphs, labels).
    """
    counts = [
        [count(reference, each, articles, labels) for each in (ticked, predicted & shared)]
        for ticked, reference, shared in _against_peers(annotations, paragraphs, labels)
    ]
    people, model = zip(*counts, strict=True) if counts else ((), ())
    return Ceiling(np.array(people), np.array(model))


def _against_peers(
    annotations: Iterable[Annotation], paragraphs: Sequence[str], labels: LabelSet
) -> Iterator[tuple[Bools, Bools, Bools]]:
    """Yield for each annotator what they tick and what most of the others tick.

    Both have the shape (paragraphs, labels) and are False where not both answered, which the third
    array, of shape (paragraphs, 1), tells.
    """
    index = {id_: number for number, id_ in enumerate(paragraphs)}
    table = answer_table(
        [a for a in annotations if a.paragraph_id in index],
        labels.labels,
        dict(zip(index, index, strict=True)),
    )
    rows = [index[id_] for id_ in table.paragraphs]
    for ticked, (shared, majority) in zip(
        table.ticked, majority_of_others(table.answered, table.ticked), strict=True
    ):
        if shared.any():
            answers, reference = np.zeros((2, len(paragraphs), len(labels.labels)), dtype=bool)
            both = np.zeros((len(paragraphs), 1), dtype=bool)
            answers[rows] = (ticked & shared[:, np.newaxis])[:, :-1]
            reference[rows] = majority[:, :-1]
            both[rows, 0] = shared
            yield answers, reference, both
