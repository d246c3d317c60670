"""The tables of an evaluation: each rater, each technique and each group, as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.core.stats.estimates import TOO_FEW
from train.evaluation.raters import HUMAN, PEERS, Evaluation, Rater, raters, shown_raters

Row = tuple[str, ...]
Table = tuple[Row, list[Row]]  # head and rows

NO_FIGURE = "n/a"
NOT_SHOWN = "–"
NO_EXAMPLE = "no example"
# Heads of the table of raters, and where each figure stands in their scores
MEASURES = {
    "micro-F1": ("micro", "f1"),
    "macro-F1": ("macro",),
    "any technique, F1": ("any_technique", "f1"),
    "micro precision": ("micro", "precision"),
    "micro recall": ("micro", "recall"),
    "macro-F1, official": ("macro_official",),
}
AHEAD = "model ahead by"


def summary(evaluation: Evaluation) -> Table:
    """Return the main figures: a row for each rater, and how far the model is ahead of it."""
    micro, *others = MEASURES
    rows = [
        (
            rater.name,
            _rater_figure(rater, micro),
            signed_figure(rater.ahead) if rater.ahead else NOT_SHOWN,
            *(_rater_figure(rater, measure) for measure in others),
        )
        for rater in raters(evaluation)
    ]
    return ("", micro, AHEAD, *others), rows


def _rater_figure(rater: Rater, measure: str) -> str:
    if rater.key in {HUMAN, PEERS} and MEASURES[measure][-1] in {"precision", "recall"}:
        return NOT_SHOWN  # the reference of the peers makes one low and the other high
    return figure(find_figure(rater.scores, measure))


def label_table(evaluation: Evaluation) -> Table:
    """Return a row for each label, in the taxonomy's order."""
    labels = [label for group in evaluation["groups"] for label in group["labels"]]
    return _technique_table(evaluation, "technique", "labels", labels)


def group_table(evaluation: Evaluation) -> Table:
    """Return a row for each group of labels."""
    return _technique_table(evaluation, "group", "groups", evaluation["groups"])


def _technique_table(
    evaluation: Evaluation, first: str, kind: str, items: Sequence[Mapping[str, Any]]
) -> Table:
    shown = shown_raters(evaluation)
    head = (first, "examples", "precision", "recall", *(f"F1 {rater.name}" for rater in shown))
    rows = []
    for item in items:
        scores = [rater.scores[kind][item["id"]] for rater in shown]
        if scores[0]["support"]:
            of_model = [figure(scores[0][key]) for key in ("precision", "recall")]
            f1 = [figure(each["f1"]) for each in scores]
            rows.append((item["name"], str(scores[0]["support"]), *of_model, *f1))
        else:
            rows.append((item["name"], NO_EXAMPLE, *[NO_FIGURE] * (2 + len(shown))))
    return head, rows


def figure(value: Mapping[str, float | None]) -> str:
    """Return a figure with its interval, such as "0.42 (0.31 to 0.50)"."""
    if value["value"] is None:
        return NO_FIGURE
    if value["low"] is None:
        return f"{value['value']:.2f} ({TOO_FEW})"
    return f"{value['value']:.2f} ({value['low']:.2f} to {value['high']:.2f})"


def signed_figure(value: Mapping[str, float | None]) -> str:
    """Return a difference with its interval, such as "+0.04 (-0.01 to +0.09)"."""
    if value["value"] is None:
        return NO_FIGURE
    if value["low"] is None:
        return f"{value['value']:+.2f} ({TOO_FEW})"
    return f"{value['value']:+.2f} ({value['low']:+.2f} to {value['high']:+.2f})"


def find_figure(scores: Mapping[str, Any], measure: str) -> Any:
    """Return a figure of a rater by the head of its column."""
    value: Any = scores
    for key in MEASURES[measure]:
        value = value[key]
    return value
