"""Write an evaluation as Markdown and as one self-contained HTML page.

Both say only what evaluation.json says.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from annotate.core.html.dot_plot import UNIT, Dot, Point
from annotate.core.html.environment import render
from annotate.core.labelled_by import simulation_warning
from annotate.core.plurals import counted
from annotate.core.stats.estimates import RULE, TOO_FEW, Size
from train.evaluation.official import official_facts, official_table

Evaluation = Mapping[str, Any]
Row = tuple[str, ...]

RATERS = ("model", "baseline", "human")
FORMAT = 1  # of evaluation.json, which the pages read
NO_FIGURE = "n/a"
NOT_SHOWN = "–"
HEAD = ("", "model", "baseline", "human ceiling")
LABEL_HEAD = ("technique", "examples", "precision", "recall", *(f"F1 {r}" for r in HEAD[1:]))
GROUP_HEAD = ("group", *LABEL_HEAD[1:])
NO_EXAMPLE = "no example"


def summary(evaluation: Evaluation) -> list[Row]:
    """Return the main figures of each rater, with their intervals; columns as `HEAD`."""
    scores = [evaluation["scores"][rater] for rater in RATERS]
    wanted = (
        ("micro-F1", ("micro", "f1")),
        ("micro precision", ("micro", "precision")),
        ("micro recall", ("micro", "recall")),
        ("macro-F1, labels with examples", ("macro",)),
        ("macro-F1, official", ("macro_official",)),
        ("any technique, F1", ("any_technique", "f1")),
    )
    rows = [(name, *(figure(_find(s, path)) for s in scores)) for name, path in wanted]
    # the ceiling's reference makes one low and the other high, whatever people do
    return [
        (*row[:-1], NOT_SHOWN) if path[-1] in {"precision", "recall"} and scores[-1] else row
        for row, (_, path) in zip(rows, wanted, strict=True)
    ]


def label_rows(evaluation: Evaluation) -> list[Row]:
    """Return a row for each label, in the taxonomy's order; columns as `LABEL_HEAD`."""
    return [
        _label_row(evaluation, "labels", label["id"], label["name"])
        for group in evaluation["groups"]
        for label in group["labels"]
    ]


def group_rows(evaluation: Evaluation) -> list[Row]:
    """Return a row for each group of labels; columns as `GROUP_HEAD`."""
    return [_label_row(evaluation, "groups", g["id"], g["name"]) for g in evaluation["groups"]]


def figure(value: Mapping[str, float | None] | None) -> str:
    """Return a figure with its interval, such as "0.42 (0.31 to 0.50)"."""
    if value is None or value["value"] is None:
        return NO_FIGURE
    if value["low"] is None:
        return f"{value['value']:.2f} ({TOO_FEW})"
    return f"{value['value']:.2f} ({value['low']:.2f} to {value['high']:.2f})"


def _find(scores: Mapping[str, Any] | None, path: Sequence[str]) -> Any:
    for key in path if scores is not None else ():
        scores = scores[key] if scores else None
    return scores


def _label_row(evaluation: Evaluation, kind: str, id_: str, name: str) -> Row:
    all_scores = [evaluation["scores"][rater] for rater in RATERS]
    score = all_scores[0][kind][id_]
    if not score["support"]:
        return (name, NO_EXAMPLE, *[NO_FIGURE] * 5)
    f1 = [figure(_find(scores, (kind, id_, "f1"))) for scores in all_scores]
    return (name, str(score["support"]), figure(score["precision"]), figure(score["recall"]), *f1)


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
        f"Intervals are 95 %, by bootstrap over articles. {RULE} The baseline is TF-IDF with "
        "logistic regression, trained on the same paragraphs.",
        ceiling_fact(evaluation),
        "The official macro-F1 counts a label that is in neither the gold labels nor the "
        "predictions as 1, which rewards empty output.",
        f"Expected calibration error: {evaluation['calibration']['error']:.3f}{few}.",
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
            *markdown_table(HEAD, summary(evaluation)),
            "",
            *_markdown_official(evaluation),
            "## Groups of techniques",
            "",
            *markdown_table(GROUP_HEAD, group_rows(evaluation)),
            "",
            "## Techniques",
            "",
            *markdown_table(LABEL_HEAD, label_rows(evaluation)),
            "",
        ]
    )


def _markdown_official(evaluation: Evaluation) -> Iterator[str]:
    if official := evaluation.get("official"):
        yield from ("## Official scores", "")
        yield from (f"- {markdown_escape(fact)}" for fact in official_facts(official))
        yield from ("", *markdown_table(*official_table(official)), "")


def markdown_facts(evaluation: Evaluation) -> Iterator[str]:
    """Yield the lines of a list: the warnings in bold, then what was scored."""
    for warning in warnings(evaluation):
        yield f"- **{markdown_escape(warning)}**"
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
        raters=list(zip(RATERS, HEAD[1:], strict=True)),
        unit=UNIT,
        dots=_dots(evaluation),
        no_example=NO_EXAMPLE,
        tables={
            "summary": (HEAD, summary(evaluation)),
            "official": official_table(official) if official else None,
            "groups": (GROUP_HEAD, group_rows(evaluation)),
            "labels": (LABEL_HEAD, label_rows(evaluation)),
        },
    )


def _dots(evaluation: Evaluation) -> list[tuple[str, int, list[Dot]]]:
    """Return name, examples and dots of each label that has examples."""
    scores = evaluation["scores"]
    supports = {id_: label["support"] for id_, label in scores["model"]["labels"].items()}
    return [
        (label["name"], supports[label["id"]], [_dot(r, scores[r], label["id"]) for r in RATERS])
        for group in evaluation["groups"]
        for label in group["labels"]
        if supports[label["id"]]
    ]


def _dot(rater: str, scores: Mapping[str, Any] | None, label: str) -> Dot:
    f1 = _find(scores, ("labels", label, "f1"))
    if not f1 or f1["value"] is None:
        return Dot(rater, rater, None)
    point = Point(f1["value"], f1["low"], f1["high"], too_few=f1["low"] is None)
    return Dot(rater, rater, point, whisker=rater == "model")
