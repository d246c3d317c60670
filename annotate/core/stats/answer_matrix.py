"""The answers of all annotators as arrays: who answered which paragraph, and what.

Only annotators' answers count (labelled, or none): a skipped paragraph, a draft, a paragraph
called unusable and an adjudication are missing values.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from annotate.core.records import ANSWERS, Annotation, Origin, Status
from annotate.core.stats.estimates import Size, cluster_index

Bools = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]

ANY = "any technique"
_DECIDED = ANSWERS | {Status.UNUSABLE}  # a skipped or unfinished adjudication decides nothing


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The answers to all paragraphs that have one; build it with `answer_table`.

    Attributes:
        labels: Technique ids in the taxonomy's order.
        annotators: In order of their names; some may have no answer.
        paragraphs: Ids, sorted.
        articles: Number of each paragraph's article; shape (paragraphs,).
        answered: Whether there is an answer; shape (annotators, paragraphs).
        ticked: Whether it has the technique, and in the last column whether it has any; shape
            (annotators, paragraphs, labels + 1), False where there is no answer.
        answers: The answers themselves, by annotator and paragraph.
        decisions: Paragraph id -> its newest adjudication, also where nobody answered.
    """

    labels: tuple[str, ...]
    annotators: tuple[str, ...]
    paragraphs: tuple[str, ...]
    articles: Index
    answered: Bools
    ticked: Bools
    answers: Mapping[tuple[str, str], Annotation]
    decisions: Mapping[str, Annotation]

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that the columns of `ticked` answer: the techniques, then `ANY`."""
        return (*self.labels, ANY)

    @property
    def article_count(self) -> int:
        """Articles with an answer: what intervals are over."""
        return int(self.articles.max(initial=-1)) + 1

    @property
    def compared(self) -> Bools:
        """Paragraphs that two or more people answered; shape (paragraphs,)."""
        compared: Bools = self.answered.sum(axis=0) >= 2
        return compared

    def size(self, paragraphs: Bools) -> Size:
        """Return the size of a figure on some paragraphs; shape (paragraphs,)."""
        return Size(self._count_articles(paragraphs), int(paragraphs.sum()))

    def sizes(self, paragraphs: Bools, ticked: Bools) -> list[Size]:
        """Return the size of a figure on each question.

        Args:
            paragraphs: The paragraphs that are compared; shape (paragraphs,).
            ticked: Where somebody says yes; shape (paragraphs, questions).
        """
        return [
            Size(self._count_articles(yes), int(paragraphs.sum()), int(yes.sum()))
            for yes in (ticked & paragraphs[:, np.newaxis]).T
        ]

    def _count_articles(self, paragraphs: Bools) -> int:
        return len(np.unique(self.articles[paragraphs]))


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
    decisions: dict[str, Annotation] = {}
    for answer in annotations:
        if answer.origin is Origin.ANNOTATION:
            everybody.add(answer.annotator)
            if answer.status in ANSWERS:
                _keep_newest(answers, (answer.annotator, answer.paragraph_id), answer)
        elif answer.status in _DECIDED:
            _keep_newest(decisions, answer.paragraph_id, answer)
    names = sorted(everybody, key=_by_number)
    ids = sorted({id_ for _, id_ in answers})
    row, column = ({key: n for n, key in enumerate(keys)} for keys in (names, ids))
    place = {label: n for n, label in enumerate(labels)}
    answered = np.zeros((len(names), len(ids)), dtype=bool)
    ticked = np.zeros((len(names), len(ids), len(labels) + 1), dtype=bool)
    for (name, id_), answer in answers.items():
        at = row[name], column[id_]
        answered[at] = True
        ticked[at][[place[label] for label in answer.labels if label in place]] = True
        ticked[at][-1] = bool(answer.labels)
    return AnswerTable(
        labels=tuple(labels),
        annotators=tuple(names),
        paragraphs=tuple(ids),
        articles=cluster_index([article_of[id_] for id_ in ids]),
        answered=answered,
        ticked=ticked,
        answers=answers,
        decisions=decisions,
    )


def majority_of_others(answered: Bools, ticked: Bools) -> Iterator[tuple[Bools, Bools]]:
    """Compare each annotator with the other people who answered the same paragraphs.

    A technique holds when more than half of the others tick it, so a tie is off. With one other
    person, the majority is that person's answer.

    Args:
        answered: Who answered which paragraph; shape (annotators, paragraphs).
        ticked: What they ticked; shape (annotators, paragraphs, questions).

    Yields:
        For each annotator: the paragraphs that somebody else answered too, shape (paragraphs,);
        what the majority of the others ticks, shape (paragraphs, questions), False elsewhere.
    """
    answers, votes = answered.sum(axis=0), ticked.sum(axis=0)
    for mask, ticks in zip(answered, ticked, strict=True):
        shared = mask & (answers > 1)
        others = (answers - mask)[:, np.newaxis]
        yield shared, shared[:, np.newaxis] & (2 * (votes - ticks) > others)


def newest_answers(annotations: Iterable[Annotation]) -> dict[tuple[str, str], Annotation]:
    """Return the answer that counts, as in `answer_table`, by annotator and paragraph."""
    newest: dict[tuple[str, str], Annotation] = {}
    for answer in annotations:
        _keep_newest(newest, (answer.annotator, answer.paragraph_id), answer)
    return newest


Key = TypeVar("Key")


def _keep_newest(kept: dict[Key, Annotation], key: Key, answer: Annotation) -> None:
    kept[key] = max(kept.get(key, answer), answer, key=_age)


def _age(answer: Annotation) -> tuple[object, ...]:
    """Order answers by their last change, and those of the same time by their content."""
    return (
        answer.updated_at.rstrip("Z"),
        sorted(answer.labels),
        answer.status,
        answer.spans,
        answer.comment,
    )


def _by_number(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort a2 before a10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((0, int(p), p) if p[0].isdecimal() else (1, 0, p) for p in parts)
