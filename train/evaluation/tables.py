"""The tables of an evaluation: each rater, each technique and each group, as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.core.plurals import counted, signed
from annotate.core.stats.estimates import LEAST_EXAMPLES, TOO_FEW
from train.evaluation.raters import (
    EMPTY,
    HUMAN,
    MODEL,
    PEERS,
    Evaluation,
    Rater,
    raters,
    shown_raters,
)

Row = tuple[str, ...]
Table = tuple[Row, list[Row]]  # head and rows
Named = Mapping[str, Any]  # a label or a group: its id and its name

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
NOTHING = "nothing at all"
WORSE = ", reliably worse"


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
    value = find_figure(rater.scores, measure)
    return f"{value['value']:.2f}" if rater.key == EMPTY else figure(value)  # nothing is uncertain


def label_table(evaluation: Evaluation) -> Table:
    """Return a row for each label with enough examples, one for the rarer ones, one for none."""
    common, rare, unseen = by_frequency(evaluation)
    head, rows = _technique_table(evaluation, "technique", "labels", common)
    if rare:
        shown = shown_raters(evaluation)
        pooled = [pooled_score(rater.scores["labels"], rare) for rater in shown]
        figures = [f"{pooled[0][key]:.2f}" for key in ("precision", "recall")]
        f1 = [f"{each['f1']:.2f}" for each in pooled]
        rows.append((rare_title(len(rare)), f"{pooled[0]['support']:.0f}", *figures, *f1))
    if unseen:
        names = ", ".join(label["name"] for label in unseen)
        rows.append((names, NO_EXAMPLE, *[NO_FIGURE] * (len(head) - 2)))
    return head, rows


def by_frequency(evaluation: Evaluation) -> tuple[list[Named], list[Named], list[Named]]:
    """Return the labels with enough examples for a figure, those with fewer, and those with none.

    All are in the taxonomy's order.
    """
    labels = [label for group in evaluation["groups"] for label in group["labels"]]
    scores = evaluation["scores"][MODEL]["labels"]
    supports = [scores[label["id"]]["support"] for label in labels]
    cut: tuple[list[Named], list[Named], list[Named]] = ([], [], [])
    for label, support in zip(labels, supports, strict=True):
        cut[0 if support >= LEAST_EXAMPLES else 1 if support else 2].append(label)
    return cut


def rare_title(number: int) -> str:
    """Name the labels with few examples, taken together."""
    return f"{counted(number, 'technique')} with fewer than {LEAST_EXAMPLES} examples, together"


def pooled_score(scores: Mapping[str, Any], labels: Sequence[Named]) -> dict[str, float]:
    """Return precision, recall, F1 and support of all decisions on some labels together."""
    several = [scores[label["id"]] for label in labels]
    support = sum(score["support"] for score in several)
    predicted = sum(score["predicted"] for score in several)
    hits = sum(round(score["recall"]["value"] * score["support"]) for score in several)
    return {
        "precision": hits / max(predicted, 1),
        "recall": hits / max(support, 1),
        "f1": 2 * hits / max(support + predicted, 1),
        "support": support,
    }


def group_table(evaluation: Evaluation) -> Table:
    """Return a row for each group of labels."""
    return _technique_table(evaluation, "group", "groups", evaluation["groups"])


def _technique_table(
    evaluation: Evaluation, first: str, kind: str, items: Sequence[Named]
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


def confusion_table(evaluation: Evaluation) -> Table:
    """Return what was missed most often, and what the model said in its place."""
    names = {label["id"]: label["name"] for g in evaluation["groups"] for label in g["labels"]}
    rows: list[Row] = [
        (
            names[pair["missed"]],
            names.get(pair["instead"], NOTHING),
            str(pair["paragraphs"]),
            f"{pair['paragraphs']} of {pair['of']}",
        )
        for pair in evaluation["confusions"]
    ]
    return ("missed", "said instead", "paragraphs", "of those that miss it"), rows


def slice_table(evaluation: Evaluation) -> Table:
    """Return a row for each slice."""
    rows: list[Row] = [
        (
            f"{row['by']}: {row['name']}",
            str(row["articles"]),
            str(row["paragraphs"]),
            f"{100 * row['with_technique'] / row['paragraphs']:.0f} %",
            figure(row["f1"]),
            signed_figure(row["difference"]) + (WORSE if row["worse"] else ""),
        )
        for row in evaluation["slices"]
    ]
    head = (
        "slice",
        "articles",
        "paragraphs",
        "with a technique",
        "micro-F1",
        "ahead of the rest by",
    )
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
    if value["low"] is None or value["high"] is None:
        return f"{signed(value['value'])} ({TOO_FEW})"
    return f"{signed(value['value'])} ({signed(value['low'])} to {signed(value['high'])})"


def find_figure(scores: Mapping[str, Any], measure: str) -> Any:
    """Return a figure of a rater by the head of its column."""
    value: Any = scores
    for key in MEASURES[measure]:
        value = value[key]
    return value
