"""The articles on the report page: paragraphs with the techniques that a model sees in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.predictions import read_prediction_rows
from annotate.core.records import Paragraph
from annotate.core.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph as the model sees it.

    Attributes:
        labels: Technique ids at or above the model's threshold.
        scores: Technique id -> probability.
    """

    paragraph: Paragraph
    labels: frozenset[str]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Predictions:
    """What one model says of some articles.

    Attributes:
        model: The model's digest.
        articles: The paragraphs of each article, as they follow each other.
    """

    model: str
    articles: Sequence[Sequence[Marked]]


def read_articles(path: Path, taxonomy: Taxonomy) -> Predictions:
    """Read a predictions.jsonl whose lines hold their paragraphs; articles keep its order.

    Raises:
        InputError: A line is no prediction, lacks its paragraph, or is by another model.
        TaxonomyError: A line has a label that the taxonomy does not know.
    """
    models, articles = dict[str, int](), dict[str, list[Marked]]()
    for number, row in read_prediction_rows(path, taxonomy, with_paragraphs=True):
        models.setdefault(row.model, number)
        if row.paragraph:
            marked = Marked(row.paragraph, frozenset(row.labels), row.scores)
            articles.setdefault(row.paragraph.article_id, []).append(marked)
    if len(models) > 1:
        line = list(models.values())[1]
        raise InputError(
            f"{path}:{line}: made by another model than the lines before; run 'rhetoric-train "
            "predict' again"
        )
    ordered = [sorted(rows, key=lambda m: m.paragraph.position) for rows in articles.values()]
    return Predictions(next(iter(models)), ordered)
