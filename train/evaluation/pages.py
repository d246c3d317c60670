"""Write an evaluation as Markdown and as one self-contained HTML page.

Both say only what evaluation.json says; the HTML page also lists the paragraphs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby
from typing import Any

from annotate.core.html.dot_plot import UNIT, Dot, Point
from annotate.core.html.environment import inline_json, read_script, render
from annotate.core.labelled_by import simulation_warning
from annotate.core.plurals import counted
from annotate.core.stats.estimates import RULE, TOO_FEW, Size
from train.evaluation.error_rows import ErrorRows
from train.evaluation.official import official_facts, official_table
from train.evaluation.raters import (
    EMPTY,
    HUMAN,
    MODEL,
    Evaluation,
    Rater,
    best_baseline,
    raters,
    shown_raters,
)
from train.evaluation.tables import (
    AHEAD,
    NOTHING,
    Row,
    Table,
    by_frequency,
    confusion_table,
    figure,
    find_figure,
    group_table,
    label_table,
    pooled_score,
    rare_title,
    slice_table,
    summary,
)

_PACKAGE = "train.evaluation"
FORMAT = 3  # of evaluation.json, which the pages read
PLOTTED = ("micro-F1", "macro-F1")


def ceiling_fact(evaluation: Evaluation) -> str:
    """Explain what the human ceiling is measured against, and how to compare with it."""
    if not evaluation["scores"]["human"]:
        return "There is no human ceiling: it needs two annotators on the same paragraphs."
    return (
        f"The human ceiling is the mean of {evaluation['annotators']} annotators, each scored "
        "against what more than half of the others say on the same paragraphs (of two others, what "
        "both say). That makes precision low and recall high by construction, so only F1 is shown. "
        "The model is scored against the gold labels, which include each annotator's vote and are "
        "easier to match: a model near the ceiling is not yet as good as people."
    )


def warnings(evaluation: Evaluation) -> list[str]:
    """Return what a reader must know before any figure, in sentences; mostly nothing."""
    flattering = "The model was trained or selected on this split, so these figures flatter it."
    candidates = (
        evaluation.get("warning"),
        simulation_warning(evaluation.get("labelled_by") or ""),
        shortage_warning(evaluation["split"], evaluation["articles"], evaluation["paragraphs"]),
        flattering if evaluation["split"] != "test" else "",
    )
    return [warning for warning in candidates if warning]


def shortage_warning(split: str, articles: int, paragraphs: int) -> str:
    """Say that a split is too small to tell how good a model is; empty if it is not."""
    if not Size(articles, paragraphs).shortage:
        return ""
    return (
        f"The {split} split has {counted(paragraphs, 'paragraph')} of "
        f"{counted(articles, 'article')}: {TOO_FEW} how good the model is."
    )


def facts(evaluation: Evaluation) -> list[str]:
    """Return what was scored, in sentences."""
    model, data = evaluation["model"], evaluation["dataset"]
    few = f" ({TOO_FEW})" if Size(evaluation["articles"], evaluation["paragraphs"]).shortage else ""
    return [
        f"Model {model['digest']} at threshold {model['threshold']:.3f}, temperature "
        f"{model['temperature']:.2f}, both chosen on validation.",
        f"Dataset {data['name']} ({data['digest']}), split {evaluation['split']}: "
        f"{counted(evaluation['paragraphs'], 'paragraph')} of "
        f"{counted(evaluation['articles'], 'article')}, "
        f"{evaluation['with_technique']} with a technique.",
        *trained_on(evaluation),
        f"Intervals are 95 %, by bootstrap over articles. {RULE}",
        *baseline_facts(evaluation),
        ceiling_fact(evaluation),
        "The official macro-F1 counts a label that is in neither the gold labels nor the "
        "predictions as 1, which rewards empty output.",
        f"Expected calibration error: {evaluation['calibration']['error']:.3f}{few}; before the "
        f"calibration it was {evaluation['calibration']['before']['error']:.3f}.",
    ]


def baseline_facts(evaluation: Evaluation) -> list[str]:
    """Say what the baselines are; nothing if there are none."""
    best, note = best_baseline(evaluation), evaluation.get("frozen_encoder")
    if not best:
        return []
    return [
        "The baselines are trained on the same paragraphs, with thresholds chosen on validation: "
        "TF-IDF of words and characters, and the encoder's embeddings without training, each with "
        "logistic regression; the mean of these two; and always the most frequent label. "
        f"{AHEAD.capitalize()} is the difference in micro-F1 on the same draws of articles. By "
        f"technique the best baseline is shown: {best.name}.",
        *([note] if note else []),
    ]


def trained_on(evaluation: Evaluation) -> list[str]:
    """Say of which other version of the dataset the model is; nothing if it is of this one."""
    sentence = evaluation.get("trained_on")
    return [sentence] if sentence else []


def markdown_page(evaluation: Evaluation) -> str:
    """Return the whole evaluation as Markdown."""
    return "\n".join(
        [
            "# Evaluation",
            "",
            *markdown_facts(evaluation),
            "",
            *markdown_table(*summary(evaluation)),
            "",
            *_markdown_official(evaluation),
            "## Groups of techniques",
            "",
            *markdown_table(*group_table(evaluation)),
            "",
            "## Techniques",
            "",
            *markdown_table(*label_table(evaluation)),
            "",
            *_markdown_part("## Confusions", confusion_table(evaluation)),
            *_markdown_part("## Slices", slice_table(evaluation)),
        ]
    )


def _markdown_official(evaluation: Evaluation) -> Iterator[str]:
    if official := evaluation.get("official"):
        yield from ("## Official scores", "")
        yield from (f"- {markdown_escape(fact)}" for fact in official_facts(official))
        yield from ("", *markdown_table(*official_table(official)), "")


def _markdown_part(title: str, table: Table) -> Iterator[str]:
    if table[1]:
        yield from (title, "", *markdown_table(*table), "")


def markdown_facts(evaluation: Evaluation) -> Iterator[str]:
    """Yield the lines of a list: warnings and verdict in bold, then what was scored."""
    for sentence in (*warnings(evaluation), *evaluation["verdict"]):
        yield f"- **{markdown_escape(sentence)}**"
    for fact in (headline(evaluation), *facts(evaluation)):
        yield f"- {markdown_escape(fact)}"


def markdown_table(head: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table."""
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(markdown_escape(cell) for cell in row)} |"


def markdown_escape(text: str) -> str:
    """Return the text without anything that would end a cell or start markup."""
    return escape(" ".join(text.split()), quote=False).replace("|", "\\|")


def html_page(evaluation: Evaluation, paragraphs: ErrorRows) -> str:
    """Return the whole evaluation as one page, for light and dark screens.

    Args:
        evaluation: The content of evaluation.json.
        paragraphs: The scored paragraphs.
    """
    official = evaluation.get("official")
    common, rare, unseen = by_frequency(evaluation)
    return render(
        _PACKAGE,
        "evaluation.html",
        title=f"Evaluation on the {evaluation['split']} split",
        evaluation=evaluation,
        headline=headline(evaluation),
        warnings=warnings(evaluation),
        counts=_counts(evaluation),
        facts=facts(evaluation),
        official_facts=list(official_facts(official)) if official else [],
        unit=UNIT,
        measures=_plotted(evaluation),
        shown=shown_raters(evaluation),
        dots=_dots(evaluation, common),
        techniques=_technique_rows(evaluation, common + rare),
        names={label["id"]: label["name"] for label in common + rare + unseen},
        rare_title=rare_title(len(rare)),
        rare=[
            (rater.name, pooled_score(rater.scores["labels"], rare))
            for rater in shown_raters(evaluation)
        ]
        if rare
        else [],
        unseen=[label["name"] for label in unseen],
        tables={
            "summary": summary(evaluation),
            "official": official_table(official) if official else None,
            "groups": group_table(evaluation),
        },
        nothing=NOTHING,
        worse=[row for row in evaluation["slices"] if row["worse"]],
        slices=[
            (by, list(rows)) for by, rows in groupby(evaluation["slices"], lambda row: row["by"])
        ],
        point=_point,
        dot=Dot,
        counted=counted,
        options=[
            (group["name"], [(label["id"], label["name"]) for label in group["labels"]])
            for group in evaluation["groups"]
        ],
        paragraphs=paragraphs,
        script=read_script(_PACKAGE, "browser.js", "evaluation.js"),
        curve=inline_json(evaluation["curve"]),
    )


def headline(evaluation: Evaluation) -> str:
    """Say in one sentence how good the model is, beside the best baseline, people and silence."""
    scores = {rater.key: rater for rater in raters(evaluation)}
    best, empty = best_baseline(evaluation), evaluation["all_right"]["empty"]
    parts = [f"Micro-F1 {figure(scores[MODEL].scores['micro']['f1'])}"]
    if best:
        parts.append(f"the best baseline, {best.name}, has {best.micro:.2f}")
    if HUMAN in scores:
        parts.append(f"people, each against the others, {scores[HUMAN].micro:.2f}")
    silent = (
        f"no label at all would be right for {empty:,} of "
        f"{counted(evaluation['paragraphs'], 'paragraph')}, and the model is for "
        f"{evaluation['all_right'][MODEL]:,}"
    )
    return f"{'; '.join([*parts, silent])}."


def _counts(evaluation: Evaluation) -> list[tuple[str, int]]:
    return [
        ("articles", evaluation["articles"]),
        ("paragraphs", evaluation["paragraphs"]),
        ("with a technique", evaluation["with_technique"]),
        ("annotators", evaluation["annotators"]),
    ]


def _plotted(evaluation: Evaluation) -> list[tuple[str, list[tuple[str, Dot]]]]:
    """Return the measures to draw, each with the name and the dot of each rater."""
    return [
        (
            measure,
            [
                (rater.name, _dot(rater, find_figure(rater.scores, measure)))
                for rater in raters(evaluation)
            ],
        )
        for measure in PLOTTED
    ]


def _dots(
    evaluation: Evaluation, labels: Sequence[Mapping[str, Any]]
) -> list[tuple[str, int, list[Dot]]]:
    """Return name, examples and dots of each of these labels, the most frequent first."""
    shown = shown_raters(evaluation)
    supports = {id_: label["support"] for id_, label in shown[0].scores["labels"].items()}
    return [
        (
            label["name"],
            supports[label["id"]],
            [
                replace(_dot(r, r.scores["labels"][label["id"]]["f1"]), whisker=r.key == MODEL)
                for r in shown
            ],
        )
        for label in sorted(labels, key=lambda label: -supports[label["id"]])
    ]


def _technique_rows(
    evaluation: Evaluation, labels: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any], list[float | None]]]:
    """Return for each label itself, the model's scores, and what to sort and show beside them."""
    model, *others = shown_raters(evaluation)
    precisions = evaluation["average_precision"]["labels"]
    return [
        (
            label,
            model.scores["labels"][label["id"]],
            [
                precisions[label["id"]],
                *(rater.scores["labels"][label["id"]]["f1"]["value"] for rater in others),
            ],
        )
        for label in labels
    ]


def _dot(rater: Rater, value: Mapping[str, Any]) -> Dot:
    point = _point(value)
    if rater.key == EMPTY and point:
        point = replace(point, too_few=False)  # nothing is uncertain about it
    return Dot(rater.shape, rater.name, point)


def _point(value: Mapping[str, Any]) -> Point | None:
    """Return an estimate of evaluation.json as a point to draw."""
    if value["value"] is None:
        return None
    few = value["low"] is None
    return Point(value["value"], value["low"], value["high"], few)
