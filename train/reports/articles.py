"""The articles on the report page: paragraphs with the techniques that a model sees in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.jsonl import read_rows
from annotate.core.records import Paragraph
from annotate.core.taxonomy import Taxonomy

_MEND = "run 'rhetoric-train predict' again with --with-paragraphs"


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


def read_predictions(path: Path, taxonomy: Taxonomy) -> Predictions:
    """Read a predictions.jsonl whose lines hold their paragraphs; articles keep its order.

    Raises:
        InputError: A line is no prediction, lacks its paragraph, or is by another model.
        TaxonomyError: A line has a label that the taxonomy does not know.
    """
    models, articles = dict[str, int](), dict[str, list[Marked]]()
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        _check(row, taxonomy, where)
        marked = _marked(row, where)
        models.setdefault(row["model"], number)
        articles.setdefault(marked.paragraph.article_id, []).append(marked)
    if not articles:
        raise InputError(f"{path}: holds no predictions; {_MEND}")
    if len(models) > 1:
        line = list(models.values())[1]
        raise InputError(f"{path}:{line}: made by another model than the lines before; {_MEND}")
    ordered = [sorted(rows, key=lambda m: m.paragraph.position) for rows in articles.values()]
    return Predictions(next(iter(models)), ordered)


def _check(row: Mapping[str, Any], taxonomy: Taxonomy, where: str) -> None:
    labels, scores = row.get("labels"), row.get("scores")
    if not isinstance(labels, list) or not isinstance(scores, dict) or "model" not in row:
        raise InputError(f"{where}: no prediction (needs 'model', 'labels', 'scores'); {_MEND}")
    if not isinstance(row["model"], str):
        raise InputError(f"{where}: 'model' is no text; {_MEND}")
    for label in (*labels, *scores):
        if label not in taxonomy.labels:
            raise TaxonomyError(
                f"{where}: label {label!r} is not in the dataset's taxonomy ({taxonomy.name}); "
                "take predictions of a model that was trained on this taxonomy"
            )
    for label in (*scores, *labels):
        if not _is_probability(scores.get(label)):
            raise InputError(f"{where}: no probability for {label!r} in 'scores'; {_MEND}")


def _is_probability(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _marked(row: Mapping[str, Any], where: str) -> Marked:
    if "text" not in row:
        raise InputError(f"{where}: the paragraph itself is missing; {_MEND}")
    try:
        paragraph = Paragraph.from_json(row)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    return Marked(paragraph, frozenset(row["labels"]), row["scores"])
