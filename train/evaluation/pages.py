"""An evaluation for people: a Markdown text and one HTML page that asks nothing of the network.

Both say only what evaluation.json says.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from annotate.core.html.curves import RATERS, bars, calibration, threshold_curve

Evaluation = Mapping[str, Any]
Row = tuple[str, ...]

FORMAT = 1  # of evaluation.json, which the pages read
NO_FIGURE = "n/a"
NOT_SHOWN = "–"
HEAD = ("", "model", "baseline", "human ceiling")
LABEL_HEAD = ("technique", "examples", "precision", "recall", *(f"F1 {r}" for r in HEAD[1:]))
GROUP_HEAD = ("group", *LABEL_HEAD[1:])
NO_EXAMPLE = "no example"


def summary(evaluation: Evaluation) -> list[Row]:
    """The main figures of model, baseline and people, each with its interval; columns as `HEAD`."""
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
    """A row for each label, in the taxonomy's order; columns as `LABEL_HEAD`."""
    return [
        _label_row(evaluation, "labels", label["id"], label["name"])
        for group in evaluation["groups"]
        for label in group["labels"]
    ]


def group_rows(evaluation: Evaluation) -> list[Row]:
    """A row for each group of labels; columns as `GROUP_HEAD`."""
    return [_label_row(evaluation, "groups", g["id"], g["name"]) for g in evaluation["groups"]]


def figure(value: Mapping[str, float | None] | None) -> str:
    """A figure with its interval, such as "0.42 (0.31 to 0.50)"."""
    if value is None or value["value"] is None:
        return NO_FIGURE
    if value["low"] is None:
        return f"{value['value']:.2f}"
    return f"{value['value']:.2f} ({value['low']:.2f} to {value['high']:.2f})"


def _find(scores: Mapping[str, Any] | None, path: Sequence[str]) -> Any:
    for key in path if scores is not None else ():
        scores = scores[key] if scores else None
    return scores


def _label_row(evaluation: Evaluation, kind: str, id_: str, name: str) -> Row:
    all_scores = [evaluation["scores"][rater] for rater in RATERS]
    own = all_scores[0][kind][id_]
    if not own["support"]:
        return (name, NO_EXAMPLE, *[NO_FIGURE] * 5)
    found = [figure(_find(scores, (kind, id_, "f1"))) for scores in all_scores]
    return (name, str(own["support"]), figure(own["precision"]), figure(own["recall"]), *found)


def ceiling_fact(evaluation: Evaluation) -> str:
    """What the human ceiling is measured against, and what follows for comparing."""
    if not evaluation["scores"]["human"]:
        return "There is no human ceiling: it takes two annotators on the same paragraphs."
    return (
        f"The human ceiling is the mean of {evaluation['annotators']} annotators, each against "
        "what more than half of the others say on the same paragraphs: of two others, what both "
        "say. That makes precision low and recall high by construction, so only F1 is shown. The "
        "model is scored against gold, which holds each annotator's own vote and is easier to "
        "meet: near the ceiling is not yet as good as people."
    )


def facts(evaluation: Evaluation) -> list[str]:
    """What was scored, in sentences."""
    model, data = evaluation["model"], evaluation["dataset"]
    warning = evaluation.get("warning")
    chosen = (
        ["The model was fitted or chosen on this very split: these figures flatter it."]
        if evaluation["split"] != "test"
        else []
    )
    return [
        *([warning] if warning else []),
        *chosen,
        f"Model {model['digest']} at threshold {model['threshold']:.3f}, temperature "
        f"{model['temperature']:.2f}, both chosen on validation.",
        f"Dataset {data['name']} ({data['digest']}), split {evaluation['split']}: "
        f"{evaluation['paragraphs']} paragraphs of {evaluation['articles']} articles, "
        f"{evaluation['with_technique']} with a technique.",
        "Intervals are 95 %, by bootstrap over articles. The baseline is TF-IDF with logistic "
        "regression, trained on the same paragraphs.",
        ceiling_fact(evaluation),
        "The official macro-F1 counts a label that stands neither in gold nor in prediction as 1: "
        "it rewards empty output.",
        f"Expected calibration error: {evaluation['calibration']['error']:.3f}.",
    ]


def markdown_page(evaluation: Evaluation) -> str:
    """The whole evaluation as Markdown."""
    return "\n".join(
        [
            "# Evaluation",
            "",
            *(f"- {markdown_escape(fact)}" for fact in facts(evaluation)),
            "",
            *markdown_table(HEAD, summary(evaluation)),
            "",
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


def markdown_table(head: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """The lines of a table."""
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(markdown_escape(cell) for cell in row)} |"


def markdown_escape(text: str) -> str:
    """The text without what would end a cell or start markup."""
    return escape(" ".join(text.split()), quote=False).replace("|", "\\|")


_STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1c2430; --soft: #5b6675; --grid: #dfe4ea;
  --model: #2563a8; --baseline: #9aa5b1; --human: #c77d1a; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --ink: #e4e8ec; --soft: #a3adb8;
  --grid: #2e3640; --model: #6ea8e6; --baseline: #6b7683; --human: #e0a352; } }
body { background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
ul { color: var(--soft); padding-left: 1.2rem; } .wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--grid);
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; }
.grid { stroke: var(--grid); } .whisker { stroke: var(--ink); } .line { fill: none;
  stroke-width: 2; } .chosen { stroke: var(--soft); stroke-dasharray: 4 3; }
.model { fill: var(--model); } .baseline { fill: var(--baseline); } .human { fill: var(--human); }
.precision { stroke: var(--baseline); } .recall { stroke: var(--human); }
.f1 { stroke: var(--model); } .plots { display: flex; flex-wrap: wrap; gap: 1rem; }
.key span { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
.key .model { background: var(--model); } .key .baseline { background: var(--baseline); }
.key .human { background: var(--human); }
"""


def html_page(evaluation: Evaluation) -> str:
    """The whole evaluation as one page, for light and dark screens."""
    listed = "".join(f"<li>{escape(fact)}</li>" for fact in facts(evaluation))
    key = "".join(
        f'<span class="{rater}"></span>{name}' for rater, name in zip(RATERS, HEAD[1:], strict=True)
    )
    threshold = evaluation["model"]["threshold"]
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Evaluation of {escape(evaluation["model"]["digest"])}</title>
<style>{_STYLE}</style></head>
<body>
<h1>Evaluation on the {escape(evaluation["split"])} split</h1>
<ul>{listed}</ul>
<div class="wide">{html_table(HEAD, summary(evaluation))}</div>
<h2>F1 of each technique</h2>
<p class="key">{key}; the thin lines are 95 % intervals</p>
{_bars(evaluation)}
<h2>Threshold and calibration</h2>
<div class="plots">{threshold_curve(evaluation["curve"], threshold)}
{calibration(evaluation["calibration"]["bins"])}</div>
<h2>Groups of techniques</h2>
<div class="wide">{html_table(GROUP_HEAD, group_rows(evaluation))}</div>
<h2>Techniques</h2>
<div class="wide">{html_table(LABEL_HEAD, label_rows(evaluation))}</div>
</body>
</html>
"""


def html_table(head: Sequence[str], rows: Sequence[Row]) -> str:
    """A table; every cell is escaped."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table>"


def _bars(evaluation: Evaluation) -> str:
    """Bars of the labels that have examples."""
    scores = evaluation["scores"]
    rows = [
        (label["name"], {r: _find(scores[r], ("labels", label["id"], "f1")) for r in RATERS})
        for group in evaluation["groups"]
        for label in group["labels"]
        if scores["model"]["labels"][label["id"]]["support"]
    ]
    return bars(rows, "F1 of each technique") if rows else f"<p>{NO_EXAMPLE}</p>"
