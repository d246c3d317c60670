"""From the answers of several annotators to one gold label set a paragraph."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from annotate.aggregation.annotator_quality import against, against_others, why_not_estimated
from annotate.aggregation.dawid_skene import dawid_skene
from annotate.aggregation.mace import mace
from annotate.aggregation.methods import Method
from annotate.core.records import ANSWERS, Annotation, Consensus, Origin, Status
from annotate.core.stats.answer_matrix import AnswerTable, Bools, answer_table
from annotate.core.stats.estimates import Floats
from annotate.core.taxonomy import Taxonomy

_MEANING = {
    "sensitivity": "share of the techniques that are there which the annotator ticks",
    "specificity": "share of those that are not there which the annotator leaves out",
    "competence": "chance that the annotator knows an answer and does not guess",
}
_THERE = {
    Method.MAJORITY: "more than half of the others tick it, in the same paragraph",
    Method.DAWID_SKENE: "weighted by the probability that Dawid-Skene gives it",
    Method.MACE: "as MACE takes it to be",
}
_DIGITS = 6  # what the order of a sum changes stays below


@dataclass(frozen=True, slots=True)
class AnnotatorQuality:
    """How well an annotator answers.

    Attributes:
        answers: To how many paragraphs.
        figures: Sensitivity and specificity, or competence; not a number where undefined.
    """

    answers: int
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The gold labels, and how far each annotator was believed.

    Attributes:
        asked: The method that was asked for.
        fallback: Why it was majority instead; empty where it was not.
        gold: Paragraph id -> gold, for each paragraph with an answer or an adjudication.
        skill: Annotator -> skill, for each who answered.
    """

    asked: Method
    fallback: str
    gold: Mapping[str, Consensus]
    skill: Mapping[str, AnnotatorQuality]

    @property
    def method(self) -> Method:
        """The method that was used."""
        return Method.MAJORITY if self.fallback else self.asked

    def skill_json(self) -> dict[str, Any]:
        """Skill as agreement.json shows it; what is undefined is null."""
        shown = dict.fromkeys(name for skill in self.skill.values() for name in skill.figures)
        return {
            "method": str(self.method),
            "asked": str(self.asked),
            "fallback": self.fallback or None,
            "there": _THERE[self.method],
            "meaning": {name: _MEANING[name] for name in shown},
            "annotators": {
                name: {"answers": skill.answers}
                | {key: _number(value) for key, value in skill.figures.items()}
                for name, skill in self.skill.items()
            },
        }


def aggregate(
    annotations: Iterable[Annotation],
    taxonomy: Taxonomy,
    method: Method,
    seed: int,
    *,
    table: AnswerTable | None = None,
) -> Aggregation:
    """The gold labels of all paragraphs; neither order nor annotators' names matter.

    A label holds when its score is above one half: by majority, when more than half of the
    answers have it, so a tie is off. Where too few paragraphs were answered twice to tell who is
    to be believed, every method is majority.

    An adjudication wins; of several the newest does. One that calls the paragraph unusable takes
    it out of the gold; one that is skipped or not finished decides nothing.

    `table` is the annotations' `answer_table`, where there is one already.
    """
    annotations = list(annotations)
    table = table or answer_table(
        annotations, taxonomy.labels, {a.paragraph_id: a.paragraph_id for a in annotations}
    )
    given, said = table.given, table.said[..., :-1]
    fallback = "" if method is Method.MAJORITY else why_not_estimated(given)
    scores, figures = _estimate(Method.MAJORITY if fallback else method, given, said, seed)
    answers: dict[str, list[Annotation]] = {}
    for (_, id_), answer in table.answers.items():
        answers.setdefault(id_, []).append(answer)
    same: dict[tuple[float, ...], tuple[float, ...]] = {}  # few rows differ, and each is long
    gold = {
        id_: _gold(answers[id_], same.setdefault(row, row), taxonomy)
        for id_, row in zip(table.paragraphs, (tuple(r.tolist()) for r in scores), strict=True)
    }
    for id_, decision in _decisions(annotations).items():
        gold.pop(id_, None)
        if decision.status in ANSWERS:
            gold[id_] = _decided(decision, answers.get(id_, []), taxonomy)
    skill = {
        name: AnnotatorQuality(int(count), found)
        for name, count, found in zip(table.annotators, given.sum(axis=1), figures, strict=True)
        if count
    }
    return Aggregation(method, fallback, dict(sorted(gold.items())), skill)


def _estimate(
    method: Method, given: Bools, said: Bools, seed: int
) -> tuple[Floats, list[Mapping[str, float]]]:
    """Scores, shape (paragraphs, labels), and the figures of each annotator."""
    found: list[Mapping[str, float]]
    if method is Method.MAJORITY:
        shares = said.sum(axis=0) / given.sum(axis=0)[:, np.newaxis]
        found = [asdict(rates) for rates in against_others(given, said)]
        return shares, found
    if method is Method.DAWID_SKENE:
        posterior = dawid_skene(given, said)
        found = [asdict(rates) for rates in against(given, said, posterior)]
        return posterior.round(_DIGITS), found
    swapped = np.random.default_rng(seed).random(said.shape[1:]) < 0.5
    posterior, competence = mace(given, said, swapped)
    found = [{"competence": value} for value in competence.tolist()]
    return posterior.round(_DIGITS), found


def _gold(
    answers: Sequence[Annotation], scores: tuple[float, ...], taxonomy: Taxonomy
) -> Consensus:
    held = zip(taxonomy.labels, scores, strict=True)
    labels = tuple(label for label, score in held if score > 0.5)
    supported = set(labels) | {taxonomy.group_of[label] for label in labels}
    spans = Counter(span for a in answers for span in a.spans if span.label in supported)
    return Consensus(labels, scores, len(answers), tuple(sorted(spans.items())))


def _decided(decision: Annotation, answers: Sequence[Annotation], taxonomy: Taxonomy) -> Consensus:
    """As adjudicated; the annotators' spans stand unless the adjudicator marked some."""
    scores = tuple(float(label in decision.labels) for label in taxonomy.labels)
    marked = [decision] if decision.spans else answers
    return replace(_gold(marked, scores, taxonomy), annotators=len(answers))


def _decisions(annotations: Iterable[Annotation]) -> dict[str, Annotation]:
    """Paragraph id -> what was decided last."""
    decided = [
        a
        for a in annotations
        if a.origin is Origin.ADJUDICATION and a.status in ANSWERS | {Status.UNUSABLE}
    ]
    decided.sort(key=lambda a: (a.updated_at.rstrip("Z"), a.status, a.labels, a.spans))
    return {a.paragraph_id: a for a in decided}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, _DIGITS)
