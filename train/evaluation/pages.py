"""Write an evaluation as Markdown and as one self-contained HTML page.

Both say only what evaluation.json says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from annotate.core.html.dot_plot import UNIT, Dot, Point
from annotate.core.html.environment import render
from annotate.core.labelled_by import simulation_warning
from annotate.core.plurals import counted
from annotate.core.stats.estimates import COVERAGE, RULE, TOO_FEW, Size
from train.evaluation.official import official_facts, official_table
from train.evaluation.raters import (
    AGAINST_PEERS,
    MODEL,
    Evaluation,
    Rater,
    best_baseline,
    raters,
    shown_raters,
)
from train.evaluation.tables import (
    AHEAD,
    NO_EXAMPLE,
    Row,
    find_figure,
    group_table,
    label_table,
    summary,
)

FORMAT = 2  # of evaluation.json, which the pages read
PLOTTED = ("micro-F1", "macro-F1")


def ceiling_fact(evaluation: Evaluation) -> str:
    """Explain what the human ceiling is measured against, and how to compare with it."""
    if not evaluation["scores"]["human"]:
        return "There is no human ceiling: it needs two annotators on the same paragraphs."
    return (
        f"The human ceiling is the mean of {evaluation['annotators']} annotators, each scored "
        "against what more than half of the others say on the same paragraphs (of two others, what "
        f"both say). '{AGAINST_PEERS}' scores the model against the same answers: compare these "
        "two, and not the model's score against the gold labels, which include each annotator's "
        "vote. So strict a reference makes precision low and recall high: only F1 is shown."
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
        f"{COVERAGE} {RULE}",
        *baseline_facts(evaluation),
        ceiling_fact(evaluation),
        "The official macro-F1 counts a label that is in neither the gold labels nor the "
        "predictions as 1, which rewards empty output.",
        f"Expected calibration error: {evaluation['calibration']['error']:.3f}{few}.",
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
        f"{AHEAD.capitalize()} is the difference in micro-F1 on the same articles. By "
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
        ]
    )


def _markdown_official(evaluation: Evaluation) -> Iterator[str]:
    if official := evaluation.get("official"):
        yield from ("## Official scores", "")
        yield from (f"- {markdown_escape(fact)}" for fact in official_facts(official))
        yield from ("", *markdown_table(*official_table(official)), "")


def markdown_facts(evaluation: Evaluation) -> Iterator[str]:
    """Yield the lines of a list: warnings and verdict in bold, then what was scored."""
    for sentence in (*warnings(evaluation), *evaluation["verdict"]):
        yield f"- **{markdown_escape(sentence)}**"
    for fact in facts(evaluation):
        yield f"- {markdown_escape(fact)}"


def markdown_table(head: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table."""
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(markdown_escape(cell) for cell in row)} |"


def markdown_escape(text: str) -> str:
    """Return the text without anything that would end a cell or start markup."""
    return escape(" ".join(text.split()), quote=False).replace("|", "\\|")


def html_page(evaluation: Evaluation) -> str:
    """Return the whole evaluation as one page, for light and dark screens."""
    official = evaluation.get("official")
    return render(
        "train.evaluation",
        "evaluation.html",
        title=f"Evaluation on the {evaluation['split']} split",
        evaluation=evaluation,
        warnings=warnings(evaluation),
        facts=facts(evaluation),
        official_facts=list(official_facts(official)) if official else [],
        unit=UNIT,
        measures=_plotted(evaluation),
        shown=shown_raters(evaluation),
        dots=_dots(evaluation),
        no_example=NO_EXAMPLE,
        tables={
            "summary": summary(evaluation),
            "official": official_table(official) if official else None,
            "groups": group_table(evaluation),
            "labels": label_table(evaluation),
        },
    )


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


def _dots(evaluation: Evaluation) -> list[tuple[str, int, list[Dot]]]:
    """Return name, examples and dots of each label that has examples."""
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
        for group in evaluation["groups"]
        for label in group["labels"]
        if supports[label["id"]]
    ]


def _dot(rater: Rater, value: Mapping[str, Any]) -> Dot:
    if value["value"] is None:
        return Dot(rater.shape, rater.name, None)
    few = value["low"] is None
    return Dot(rater.shape, rater.name, Point(value["value"], value["low"], value["high"], few))
