"""The figures as agreement_report.json has them; undefined values are null."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.agreement.advice import RULES, Advice
from annotate.agreement.annotators import Person
from annotate.agreement.coefficients import SpanAgreement
from annotate.agreement.confusions import Confusion, Example
from annotate.agreement.measure import Measured, Pair
from annotate.core.labelled_by import simulation_warning
from annotate.core.plurals import counted
from annotate.core.records import Paragraph
from annotate.core.stats import published
from annotate.core.stats.answer_matrix import ANY
from annotate.core.stats.krippendorff import Alpha
from annotate.core.taxonomy import Taxonomy

JSON_FILE = "agreement_report.json"
SCHEMA, FORMAT = "agreement-report", 1


@dataclass(frozen=True, slots=True)
class Source:
    """What was measured.

    Attributes:
        name: Of the dataset, as is `digest`.
        paragraphs: By id; texts for the examples.
        left_out: Number of answers to paragraphs that were adjudicated unusable.
        labelled_by: As in the dataset's manifest.
    """

    name: str
    digest: str
    taxonomy: Taxonomy
    paragraphs: Mapping[str, Paragraph]
    left_out: int
    labelled_by: str = ""

    @property
    def warning(self) -> str:
        """Warn of simulated annotators; empty where there are none."""
        return simulation_warning(self.labelled_by)

    @property
    def left_out_note(self) -> str:
        """Say how many answers do not count; empty where all do."""
        if not self.left_out:
            return ""
        number = counted(self.left_out, "answer")
        return f"Left out: {number} to paragraphs that were adjudicated unusable."


def to_json(source: Source, measured: Measured, advice: Sequence[Advice]) -> dict[str, Any]:
    """Return all that the report says; each figure as its value and the ends of its interval."""
    taxonomy = source.taxonomy
    labels = [_label(a) for a in measured.labels]
    return {
        "schema": SCHEMA,
        "format": FORMAT,
        "dataset": {"name": source.name, "digest": source.digest},
        "labelled_by": source.labelled_by or None,
        "taxonomy": {"name": taxonomy.name, "version": taxonomy.version, "digest": taxonomy.digest},
        "intervals": {"level": 0.95, "of": "articles"},
        "articles": measured.articles,
        "paragraphs": measured.paragraphs,
        "compared": measured.compared,
        "answers": measured.answers,
        "left_out": source.left_out,
        "undefined": measured.undefined or None,
        "too_few_to_tell": measured.shortage or None,
        "alpha": {
            "sets": measured.sets.to_json(),
            "mean": measured.mean.to_json(),
            "any": next(row for row in labels if row["label"] == ANY),
            "labels": [row for row in labels if row["label"] != ANY],
        },
        "people": [_person(person) for person in measured.people],
        "pairs": [_pair(pair) for pair in measured.pairs],
        "spans": _spans(measured.spans),
        "confusions": [_confusion(pair, source.paragraphs) for pair in measured.confusions],
        "advice": [{"rule": RULES[a.rule], "text": a.text} for a in advice],
        "published": _published(),
    }


def _published() -> dict[str, Any]:
    return {
        "source": published.SOURCE,
        "alpha": {
            "all": published.ALL,
            "upper_half": published.UPPER_HALF,
            "lower_half": published.LOWER_HALF,
            "curators": published.CURATORS,
        },
        "micro_f1_to_curated": {
            half: {"mean": mean, "deviation": deviation}
            for half, (mean, deviation) in (
                ("upper_half", published.UPPER_F1),
                ("lower_half", published.LOWER_F1),
            )
        },
        "alpha_checkthat_2024": published.CHECKTHAT,
    }


def _label(agreement: Alpha) -> dict[str, Any]:
    counts = {"positive": agreement.positive, "answers": agreement.answers}
    return {"label": agreement.label} | agreement.to_json() | counts


def _person(person: Person) -> dict[str, Any]:
    figures = ("techniques", "none", "ticks", "f1", "kappa", "gain")
    counts = {"annotator": person.name, "answers": person.answers, "shared": person.shared}
    return counts | {name: getattr(person, name).to_json() for name in figures}


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "annotators": [pair.first, pair.second],
        "paragraphs": pair.paragraphs,
        "kappa_mean": pair.mean.to_json(),
        "kappa_pooled": pair.pooled.to_json(),
        "raw": pair.raw.to_json(),
        "same": pair.same.to_json(),
        "kappa": {label: kappa.to_json() for label, kappa in pair.kappas.items()},
        "spans": _spans(pair.spans),
    }


def _spans(spans: SpanAgreement) -> dict[str, Any]:
    return {"overlap": spans.overlap.to_json(), "where_both": spans.where_both.to_json()}


def _confusion(pair: Confusion, paragraphs: Mapping[str, Paragraph]) -> dict[str, Any]:
    return {
        "techniques": [pair.first, pair.second],
        "count": pair.count,
        "by_chance": round(pair.expected, 6),
        "lift": pair.lift.to_json(),
        "paragraphs": pair.paragraphs,
        "examples": [
            _example(example, paragraphs[example.paragraph_id]) for example in pair.examples
        ],
    }


def _example(example: Example, paragraph: Paragraph) -> dict[str, Any]:
    return {
        "paragraph": paragraph.id,
        "article": paragraph.article_id,
        "text": paragraph.text,
        "answers": {name: list(labels) for name, labels in example.answers.items()},
    }
