"""The answers of all annotators as arrays: who answered which paragraph, and what.

Only answers count (labelled, or none), and only an annotator's own: a skipped paragraph, a draft,
a paragraph called unusable and an adjudication are missing values.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.core.records import ANSWERS, Annotation, Origin
from annotate.core.stats.bootstrap import cluster_index

Bools = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]

ANY = "any technique"


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """What was said of the paragraphs that have an answer.

    Attributes:
        labels: Technique ids in the taxonomy's order.
        annotators: In order of their names; some may have no answer.
        paragraphs: Ids, sorted.
        articles: Number of each paragraph's article; shape (paragraphs,).
        given: Whether there is an answer; shape (annotators, paragraphs).
        said: Whether it has the technique, and in the last column whether it has any; shape
            (annotators, paragraphs, labels + 1), False where there is no answer.
        answers: The answers themselves, by annotator and paragraph.
    """

    labels: tuple[str, ...]
    annotators: tuple[str, ...]
    paragraphs: tuple[str, ...]
    articles: Index
    given: Bools
    said: Bools
    answers: Mapping[tuple[str, str], Annotation]

    @property
    def questions(self) -> tuple[str, ...]:
        """What the columns of `said` ask: the techniques, then `ANY`."""
        return (*self.labels, ANY)

    @property
    def article_count(self) -> int:
        """Articles with an answer: what a bootstrap draws from."""
        return int(self.articles.max(initial=-1)) + 1


def answer_table(
    annotations: Iterable[Annotation],
    labels: Sequence[str],
    article_of: Mapping[str, str],
    annotators: Iterable[str] = (),
) -> AnswerTable:
    """Put the answers into arrays.

    Of several answers of one annotator to one paragraph the newest counts; the order of the
    annotations never matters.

    Args:
        annotations: Of all annotators, in any state.
        labels: Technique ids in the taxonomy's order.
        article_of: Paragraph id -> article id, for each paragraph with an answer.
        annotators: Names of people who are in the table even if they left nothing.
    """
    everybody, answers = set(annotators), dict[tuple[str, str], Annotation]()
    for answer in annotations:
        if answer.origin is Origin.ANNOTATION:
            everybody.add(answer.annotator)
            if answer.status in ANSWERS:
                key = answer.annotator, answer.paragraph_id
                answers[key] = max(answers.get(key, answer), answer, key=_age)
    names = sorted(everybody, key=_by_number)
    ids = sorted({id_ for _, id_ in answers})
    row, column = ({key: n for n, key in enumerate(keys)} for keys in (names, ids))
    place = {label: n for n, label in enumerate(labels)}
    given = np.zeros((len(names), len(ids)), dtype=bool)
    said = np.zeros((len(names), len(ids), len(labels) + 1), dtype=bool)
    for (name, id_), answer in answers.items():
        at = row[name], column[id_]
        given[at] = True
        said[at][[place[label] for label in answer.labels if label in place]] = True
        said[at][-1] = bool(answer.labels)
    articles = cluster_index([article_of[id_] for id_ in ids])
    return AnswerTable(tuple(labels), tuple(names), tuple(ids), articles, given, said, answers)


def _age(answer: Annotation) -> tuple[object, ...]:
    """Orders answers by their last change, and those of one time by what they say."""
    return (answer.updated_at.rstrip("Z"), sorted(answer.labels), answer.spans, answer.comment)


def _by_number(name: str) -> tuple[tuple[int, int, str], ...]:
    """So that a2 comes before a10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((0, int(p), p) if p[0].isdecimal() else (1, 0, p) for p in parts)
