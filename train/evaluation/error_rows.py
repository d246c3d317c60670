"""The scored paragraphs as JSON for the page's list of errors: compact, and safe inside HTML."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.core.html.environment import inline_json
from annotate.core.records import Annotation, DatasetRow
from annotate.core.stats.answer_matrix import newest_answers
from train.scoring.scores import Bools, Floats

CONTEXT = 500  # characters of a neighbouring paragraph
ROOM = 8_000_000  # characters of all paragraphs: what a browser opens without a pause
LEAST_SHOWN = 0.05  # score of a label that nobody ticked and the model does not predict


@dataclass(frozen=True, slots=True)
class ErrorRows:
    """The paragraphs that fit.

    Attributes:
        json: For the page's script; holds no character that could end its element.
        count: How many there are.
    """

    json: str
    count: int


def error_rows(
    rows: Sequence[DatasetRow],
    answers: Sequence[Annotation],
    scores: Floats,
    gold: Bools,
    predicted: Bools,
    groups: Sequence[Mapping[str, Any]],
) -> ErrorRows:
    """Encode the paragraphs, in their order; where not all fit, those with errors are kept.

    Args:
        rows: The paragraphs.
        answers: The annotators', on any paragraphs.
        scores: Shape (paragraphs, labels).
        gold: The same shape, and so is `predicted`.
        predicted: What the model decides.
        groups: As in evaluation.json.
    """
    head = {
        "groups": [group["name"] for group in groups],
        "techniques": [
            [label["id"], label["name"], place]
            for place, group in enumerate(groups)
            for label in group["labels"]
        ],
    }
    votes, people = _votes(answers, [id_ for id_, _, _ in head["techniques"]])
    lines, room = {}, ROOM
    for number in np.argsort((gold == predicted).all(axis=1), kind="stable"):
        id_ = rows[number].paragraph.id
        shown = _labels(scores[number], gold[number], predicted[number], votes[id_])
        line = inline_json([*_about(rows[number]), people[id_], list(shown)])
        room -= len(line)
        if room < 0:
            break
        lines[int(number)] = line
    ordered = ",\n".join(lines[number] for number in sorted(lines))
    return ErrorRows(f'{{"head":{inline_json(head)},"rows":[{ordered}]}}', len(lines))


def _about(row: DatasetRow) -> list[Any]:
    paragraph = row.paragraph
    return [
        paragraph.id,
        [paragraph.title, paragraph.source, paragraph.date, paragraph.url],
        paragraph.text,
        paragraph.previous[-CONTEXT:],
        paragraph.next[:CONTEXT],
    ]


def _labels(
    scores: Floats, gold: Bools, predicted: Bools, votes: Mapping[int, int]
) -> Iterator[list[Any]]:
    """Yield number, score, outcome and votes of each label that is worth showing.

    The outcome is 3 for a hit, 2 for a missed label, 1 for a false one, and 0 for neither.
    """
    for number, score in enumerate(scores):
        outcome = 2 * int(gold[number]) + int(predicted[number])
        if outcome or votes.get(number) or score >= LEAST_SHOWN:
            yield [number, round(float(score), 3), outcome, votes.get(number, 0)]


def _votes(
    answers: Sequence[Annotation], labels: Sequence[str]
) -> tuple[Mapping[str, Mapping[int, int]], Mapping[str, int]]:
    """Return how many people ticked each label of a paragraph, and how many answered it."""
    numbers = {label: number for number, label in enumerate(labels)}
    newest = newest_answers(answers).values()
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for answer in newest:
        votes[answer.paragraph_id].update(numbers[label] for label in answer.labels)
    return votes, Counter(answer.paragraph_id for answer in newest)
