"""The report as one HTML page that asks nothing of the network.

The page's own policy forbids every request, and every script but the one that it brings.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.html.colors import page_shades
from annotate.core.html.dot_plot import UNIT, Dot, alpha_axis
from annotate.core.html.environment import read_script, render
from annotate.core.labelled_by import simulation_warning
from annotate.core.plurals import counted
from annotate.core.stats import published
from annotate.core.stats.estimates import RULE
from annotate.core.taxonomy import Taxonomy, Technique
from train.evaluation.pages import shortage_warning
from train.evaluation.raters import BASELINE, PEERS
from train.learning_curve.page import curve_values
from train.reports.inputs import (
    AgreementSummary,
    Evaluation,
    Marked,
    Predictions,
    RaterScores,
    SplitCounts,
)

ARTICLES_SHOWN = 20  # more would make the page slow to scroll
LEAST_SHOWN = 0.05  # the slider's lowest probability
MEASURES = (
    ("micro", "Micro-F1", "all decisions together: frequent techniques weigh more"),
    ("macro", "Macro-F1", "mean of the techniques that have examples: each weighs the same"),
    ("any_technique", "Any technique", "F1 of whether a paragraph has a technique at all"),
)


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that the page shows.

    Attributes:
        name: The dataset's name; `digest` and `labelled_by` are the dataset's too.
        answers: Of all annotators, "no technique" included.
        curve: The content of a learning-curve.json.
    """

    name: str
    digest: str
    labelled_by: str
    taxonomy: Taxonomy
    splits: tuple[SplitCounts, ...]
    annotators: int
    answers: int
    agreement: AgreementSummary
    evaluation: Evaluation
    predictions: Predictions
    curve: Mapping[str, Any] | None = None


def report_page(data: ReportData) -> str:
    """Return the whole page; the same data give the same bytes."""
    taxonomy = data.taxonomy
    alphas = data.agreement.labels.values()
    places = {group.id: f"g{place}" for place, group in enumerate(taxonomy.groups)}
    return render(
        "train.reports",
        "report.html",
        title=f"Rhetoric report: {data.name}",
        data=data,
        evaluation=data.evaluation,
        agreement=data.agreement,
        script=read_script("train.reports", "report.js"),
        shades=page_shades(group.color for group in taxonomy.groups),
        numbers={t.id: number for number, t in enumerate(taxonomy.techniques)},
        classes={label: places[group] for label, group in taxonomy.group_of.items()},
        facts=_facts(data),
        warnings=list(_warnings(data)),
        rule=RULE,
        counted=counted,
        unit=UNIT,
        axis=alpha_axis(p.low if p.low is not None else p.value for p in alphas if p),
        published=published,
        measures=MEASURES,
        shown=shown_raters(data.evaluation),
        dot=Dot,
        mean=data.agreement.mean,
        articles=data.predictions.articles[:ARTICLES_SHOWN],
        least=LEAST_SHOWN,
        start=_start(data),
        most_common=lambda rows: _most_common(rows, taxonomy),
        stripe=lambda marked: _stripe(marked, taxonomy),
        chips=lambda marked: _chips(marked, taxonomy),
        curve=curve_values(data.curve) if data.curve else None,
    )


def shown_raters(evaluation: Evaluation) -> list[RaterScores]:
    """Return the raters whose scores on each technique are drawn: of the baselines the best."""
    return [
        rater
        for key, rater in evaluation.raters.items()
        if key != PEERS and (rater.shape != BASELINE or key == evaluation.best_baseline)
    ]


def _facts(data: ReportData) -> list[tuple[str, int]]:
    return [
        ("articles", sum(split.articles for split in data.splits)),
        ("paragraphs", sum(split.paragraphs for split in data.splits)),
        ("with a technique", sum(split.marked for split in data.splits)),
        ("techniques", len(data.taxonomy.labels)),
        ("annotators", data.annotators),
        ("answers", data.answers),
    ]


def _warnings(data: ReportData) -> Iterator[str]:
    """Yield what to know before any figure: weak data, and what does not fit together."""
    evaluation = data.evaluation
    simulated = map(simulation_warning, (data.labelled_by, evaluation.labelled_by))
    yield from filter(None, dict.fromkeys(simulated))
    if evaluation.warning:
        yield evaluation.warning
    if few := shortage_warning(evaluation.split, evaluation.articles, evaluation.paragraphs):
        yield few
    if evaluation.dataset_digest != data.digest:
        yield (
            f"The scores were measured on another dataset ({evaluation.dataset_name}, "
            f"{evaluation.dataset_digest}) than the one whose agreement is shown."
        )
    if data.curve and data.curve["dataset"]["digest"] != data.digest:
        yield "The learning curve is that of another dataset, or of another version of it."
    if data.predictions.model != evaluation.model:
        yield (
            f"The scores are those of another model ({evaluation.model}) than the one that "
            "marked the articles."
        )
    if evaluation.split != "test":
        yield (
            f"The scores are on the {evaluation.split} split, which the model was trained or "
            "selected on: they flatter it."
        )


def _start(data: ReportData) -> float:
    """Return where the slider starts: at the threshold, or at the lowest score of a label."""
    if data.predictions.threshold is not None:
        return data.predictions.threshold
    called = (m.scores[id_] for rows in data.predictions.articles for m in rows for id_ in m.labels)
    return min(called, default=0.5)


def _most_common(rows: Sequence[Marked], taxonomy: Taxonomy) -> list[tuple[str, int]]:
    """Return the names of the three techniques that most paragraphs have, with their counts."""
    counts = Counter(label for row in rows for label in taxonomy.sorted_labels(row.labels))
    names = {technique.id: technique.name for technique in taxonomy.techniques}
    return [(names[label], count) for label, count in counts.most_common(3)]


def _stripe(marked: Marked, taxonomy: Taxonomy) -> Iterator[tuple[int, float, bool]]:
    """Yield the place of each group to show, its highest score, and whether the model sees it."""
    for place, group in enumerate(taxonomy.groups):
        labels = [technique.id for technique in group.techniques]
        score = max((marked.scores.get(label, 0.0) for label in labels), default=0.0)
        called = not marked.labels.isdisjoint(labels)
        if called or score >= LEAST_SHOWN:
            yield place, score, called


def _chips(marked: Marked, taxonomy: Taxonomy) -> list[tuple[Technique, float, bool]]:
    """Return the techniques to show, the most probable first, and whether the model sees each."""
    chips = [
        (technique, marked.scores[technique.id], technique.id in marked.labels)
        for technique in taxonomy.techniques
        if technique.id in marked.labels or marked.scores.get(technique.id, 0.0) >= LEAST_SHOWN
    ]
    return sorted(chips, key=lambda chip: -chip[1])
