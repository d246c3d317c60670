"""The human ceiling: how well people, scored like a model, match the others' answers.

The reference is what more than half of the others tick: of three annotators, what both others
tick. With so strict a reference people find most of it (high recall) and tick more (low precision)
by construction, so only their F1 means something. A model is scored against gold, which holds each
annotator's own vote and is easier to match: near the human ceiling is not yet as good as people.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from annotate.core.records import Annotation
from annotate.core.stats.answer_matrix import answer_table, majority_of_others
from train.scoring.scores import Floats, LabelSet, count


def human_ceiling_counts(
    annotations: Iterable[Annotation],
    paragraphs: Sequence[str],
    articles: npt.NDArray[np.intp],
    labels: LabelSet,
) -> Floats:
    """Count each annotator against the majority of the others, for `scores.score`.

    A paragraph that nobody else answered is left out, and so is an annotator without any other
    paragraph. Of two answers of one annotator to a paragraph the newest counts.

    Args:
        annotations: Those of paragraphs outside `paragraphs` do not count.
        paragraphs: Ids of the paragraphs to score.
        articles: Number of each of these paragraphs' article.
        labels: The labels to score.

    Returns:
        Shape (annotators, articles, columns, 3), in order of the annotators' names.
    """
    index = {id_: number for number, id_ in enumerate(paragraphs)}
    table = answer_table(
        [a for a in annotations if a.paragraph_id in index],
        labels.labels,
        dict(zip(index, index, strict=True)),
    )
    rows = [index[id_] for id_ in table.paragraphs]
    counts = []
    for ticked, (shared, majority) in zip(
        table.ticked, majority_of_others(table.answered, table.ticked), strict=True
    ):
        if shared.any():
            predicted, reference = np.zeros((2, len(paragraphs), len(labels.labels)), dtype=bool)
            predicted[rows] = (ticked & shared[:, np.newaxis])[:, :-1]
            reference[rows] = majority[:, :-1]
            counts.append(count(reference, predicted, articles, labels))
    return np.array(counts)
