"""Turn the answers of several annotators into one set of labels for each paragraph."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from annotate.aggregation.annotator_quality import (
    Rates,
    against,
    against_others,
    why_not_estimated,
)
from annotate.aggregation.dawid_skene import dawid_skene
from annotate.aggregation.disputed import DISPUTED_SCORES, Disputed
from annotate.aggregation.methods import Method
from annotate.core.records import ANSWERS, Annotation, Consensus, Span
from annotate.core.stats.answer_matrix import AnswerTable, Bools
from annotate.core.stats.estimates import Floats, plain
from annotate.core.taxonomy import Taxonomy

_MEANING = {
    "sensitivity": "share of the techniques that are there which the annotator ticks",
    "specificity": "share of those that are not there which the annotator leaves out",
}
_PRESENT = {
    Method.MAJORITY: "more than half of the others tick it, in the same paragraph",
    Method.DAWID_SKENE: "weighted by the probability that Dawid-Skene gives it",
}
_DIGITS = 6  # the order of a sum changes only later digits


@dataclass(frozen=True, slots=True)
class AnnotatorQuality:
    """How many paragraphs an annotator answered, and how well."""

    answers: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The consensus on each paragraph, and how far each annotator was believed.

    Attributes:
        asked: The method that was asked for.
        disputed: What gold does with disputed labels.
        fallback: Why majority was used instead; empty where it was not.
        consensus: Paragraph id -> consensus, for each paragraph with an answer or a decision.
        quality: Annotator -> quality, for each annotator with an answer.
    """

    asked: Method
    disputed: Disputed
    fallback: str
    consensus: Mapping[str, Consensus]
    quality: Mapping[str, AnnotatorQuality]

    @property
    def method(self) -> Method:
        """The method that was used."""
        return Method.MAJORITY if self.fallback else self.asked

    def left_out(self, paragraph_id: str) -> bool:
        """Tell whether a paragraph leaves gold until its disputed labels are decided."""
        return self.disputed is Disputed.DROP and bool(self.consensus[paragraph_id].disputed)

    def disputed_rule(self) -> dict[str, Any]:
        """Return what gold does with disputed labels, and the scores at which a label is one."""
        low, high = DISPUTED_SCORES[self.method]
        return {"gold": str(self.disputed), "from": low, "to": high}

    def disputed_counts(self) -> dict[str, Any]:
        """Return the paragraphs with disputed labels, and how often each label is disputed."""
        disputed = [made.disputed for made in self.consensus.values() if made.disputed]
        labels = Counter(label for labels in disputed for label in labels)
        return {"paragraphs": len(disputed), "labels": dict(sorted(labels.items()))}

    def quality_json(self) -> dict[str, Any]:
        """Return annotator quality as agreement.json has it; undefined values are null."""
        return {
            "method": str(self.method),
            "asked": str(self.asked),
            "fallback": self.fallback or None,
            "there": _PRESENT[self.method],
            "meaning": _MEANING if self.quality else {},
            "annotators": {
                name: {"answers": quality.answers}
                | {key: plain(value) for key, value in asdict(quality.rates).items()}
                for name, quality in self.quality.items()
            },
        }


def aggregate(
    table: AnswerTable, taxonomy: Taxonomy, method: Method, disputed: Disputed = Disputed.OFF
) -> Aggregation:
    """Aggregate the answers to all paragraphs; annotators' order and names do not matter.

    A label holds when its score is above one half: by majority, when more than half of the
    answers have it. Where too few paragraphs have two answers to tell how good each annotator is,
    every method falls back to majority.

    A label is disputed when its score is one half, by majority, or .4 to .6, by Dawid-Skene. It
    then also holds if `disputed` says `on`.

    An adjudication overrides the answers, and nothing stays disputed. One that calls the paragraph
    unusable removes it.
    """
    answered, ticked = table.answered, table.ticked[..., :-1]
    fallback = "" if method is Method.MAJORITY else why_not_estimated(answered)
    used = Method.MAJORITY if fallback else method
    scores, rates = _estimate(used, answered, ticked)
    answers: dict[str, list[Annotation]] = {}
    for (_, id_), answer in table.answers.items():
        answers.setdefault(id_, []).append(answer)
    same: dict[tuple[float, ...], tuple[float, ...]] = {}  # few rows differ, and each is long
    consensus = {
        id_: _consensus(answers[id_], same.setdefault(row, row), taxonomy, used, disputed)
        for id_, row in zip(table.paragraphs, (tuple(r.tolist()) for r in scores), strict=True)
    }
    for id_, decision in table.decisions.items():
        consensus.pop(id_, None)
        if decision.status in ANSWERS:
            consensus[id_] = _decided(decision, answers.get(id_, []), taxonomy)
    quality = {
        name: AnnotatorQuality(int(count), rate)
        for name, count, rate in zip(table.annotators, answered.sum(axis=1), rates, strict=True)
        if count
    }
    return Aggregation(method, disputed, fallback, dict(sorted(consensus.items())), quality)


def _estimate(method: Method, answered: Bools, ticked: Bools) -> tuple[Floats, list[Rates]]:
    """Return scores, shape (paragraphs, labels), and the rates of each annotator."""
    if method is Method.MAJORITY:
        shares = ticked.sum(axis=0) / answered.sum(axis=0)[:, np.newaxis]
        return shares, against_others(answered, ticked)
    posterior = dawid_skene(answered, ticked)
    return posterior.round(_DIGITS), against(answered, ticked, posterior)


def _consensus(
    answers: Sequence[Annotation],
    scores: tuple[float, ...],
    taxonomy: Taxonomy,
    method: Method,
    rule: Disputed,
) -> Consensus:
    low, high = DISPUTED_SCORES[method]
    scored = list(zip(taxonomy.labels, scores, strict=True))
    disputed = tuple(label for label, score in scored if low <= score <= high)
    on = disputed if rule is Disputed.ON else ()
    labels = tuple(label for label, score in scored if score > 0.5 or label in on)
    return Consensus(labels, scores, len(answers), _spans(answers, labels, taxonomy), disputed)


def _decided(decision: Annotation, answers: Sequence[Annotation], taxonomy: Taxonomy) -> Consensus:
    """Return the adjudicated labels; annotators' spans stand unless the adjudicator marked some."""
    labels = tuple(label for label in taxonomy.labels if label in decision.labels)
    scores = tuple(float(label in labels) for label in taxonomy.labels)
    marked = [decision] if decision.spans else answers
    return Consensus(labels, scores, len(answers), _spans(marked, labels, taxonomy))


def _spans(
    answers: Sequence[Annotation], labels: Sequence[str], taxonomy: Taxonomy
) -> tuple[tuple[Span, int], ...]:
    """Return the marked words of these labels and their groups, with how many marked them."""
    supported = {*labels, *(taxonomy.group_of[label] for label in labels)}
    spans = Counter(span for a in answers for span in a.spans if span.label in supported)
    return tuple(sorted(spans.items()))
