"""Write a comparison as Markdown and as one self-contained HTML page.

Both say only what compare.json says.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.html.dot_plot import Axis, Dot, Point
from annotate.core.html.environment import render
from train.comparison.plot import HEIGHT, LEFT, RIGHT, TOP, WIDTH, cost_chart
from train.comparison.verdict import LEVEL
from train.comparison.wording import (
    Comparison,
    Pair,
    errors_in_words,
    facts,
    names,
    rare,
    signed,
    size_in_words,
    speed_in_words,
    verdicts,
    warnings,
)
from train.evaluation.pages import markdown_escape, markdown_table
from train.evaluation.tables import figure

FORMAT = 1  # of compare.json, which the pages read
SHOWN = 25  # paragraphs of each list on the pages
_FIGURES = {"micro": "micro-F1", "macro": "macro-F1", "any_technique": "any technique, F1"}
_HEAD = (*("", "what", *_FIGURES.values()), "size", "paragraphs per CPU-s", "threshold")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A difference in a plot.

    Attributes:
        holds: Whether it remains after the correction over all techniques.
    """

    name: str
    dots: list[Dot]
    text: str
    size: str
    holds: bool = False


def markdown_page(comparison: Comparison) -> str:
    """Return the whole comparison as Markdown."""
    return "\n".join(
        [
            "# Comparison",
            "",
            *(f"- **{markdown_escape(each)}**" for each in warnings(comparison)),
            *(f"- **{markdown_escape(sentence)}**" for _, sentence in verdicts(comparison)),
            *(f"- {markdown_escape(fact)}" for fact in facts(comparison)),
            "",
            "## Quality and cost",
            "",
            *markdown_table(_HEAD, model_rows(comparison)),
            "",
            *(line for pair in _differing(comparison) for line in _markdown_pair(comparison, pair)),
        ]
    )


def _markdown_pair(comparison: Comparison, pair: Pair) -> Iterator[str]:
    yield from (f"## {pair['second']} against {pair['first']}", "")
    yield from (f"- {title}: {signed(pair[key])}" for key, title in _FIGURES.items())
    yield from (f"- {markdown_escape(errors_in_words(pair))}", "")
    lines = label_lines(comparison, pair)
    if lines:
        rows = [(one.name, one.size, one.text, "yes" if one.holds else "") for one in lines]
        yield from (*markdown_table(("technique", "examples", "F1", "holds"), rows), "")
    if few := rare(comparison, pair):
        yield from (markdown_escape(few), "")
    for kind in ("fixed", "broken"):
        yield from (f"### {len(pair[kind]):,} {kind}", "")
        for item in paragraphs(comparison, pair, kind):
            labels = "; ".join(f"{who}: {', '.join(ids) or 'none'}" for who, ids in item["labels"])
            yield f"- {markdown_escape(item['text'])} ({markdown_escape(labels)})"
        yield from (*_rest(pair[kind]), "")


def _rest(ids: Sequence[str]) -> list[str]:
    more = len(ids) - SHOWN
    return [f"- and {more:,} more, in compare.json"] if more > 0 else []


def html_page(comparison: Comparison) -> str:
    """Return the whole comparison as one page, for light and dark screens."""
    shown, pairs = names(comparison), _differing(comparison)
    return render(
        "train.comparison",
        "compare.html",
        title=f"Comparison on the {comparison['split']} split",
        lead=_lead(comparison),
        warnings=warnings(comparison),
        verdicts=[(kind.replace(" ", "-"), text) for kind, text in verdicts(comparison)],
        facts=facts(comparison),
        chart=cost_chart(comparison["models"]),
        place={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP},
        head_cells=_HEAD,
        models=model_rows(comparison),
        axis=_axis([pair[key] for pair in pairs for key in _FIGURES], comparison),
        differences=[(_title(p, shown), _figure_lines(p)) for p in pairs],
        links=[(_id(p), f"{p['second']} against {p['first']}") for p in pairs],
        pairs=[_pair(comparison, pair, shown) for pair in pairs],
    )


def _differing(comparison: Comparison) -> list[Pair]:
    """Return the pairs of which there is more to say than that they answer alike."""
    return [pair for pair in comparison["pairs"] if not pair["identical"]]


def _lead(comparison: Comparison) -> str:
    dataset = comparison["dataset"]
    return f"{dataset['name']}: {comparison['paragraphs']:,} paragraphs"


def _title(pair: Pair, shown: Mapping[str, str]) -> str:
    return f"{shown[pair['second']]} against {shown[pair['first']]}"


def _id(pair: Pair) -> str:
    return f"{pair['second']}-{pair['first']}"


def _pair(comparison: Comparison, pair: Pair, shown: Mapping[str, str]) -> dict[str, Any]:
    lines = label_lines(comparison, pair)
    return {
        "id": _id(pair),
        "title": _title(pair, shown),
        "axis": _axis([one["f1"] for one in pair["labels"] if one["p"] is not None], comparison),
        "lines": lines,
        "holding": sum(line.holds for line in lines),
        "rare": rare(comparison, pair),
        "errors": errors_in_words(pair),
        "lists": [
            (kind, len(pair[kind]), paragraphs(comparison, pair, kind), _rest(pair[kind]))
            for kind in ("fixed", "broken")
        ],
    }


def model_rows(comparison: Comparison) -> list[Row]:
    """Return a row for each of those that are compared: quality, then cost."""
    return [
        (
            f"{model['key']} {model['name']}",
            model["kind"],
            *(figure(model[key]) for key in _FIGURES),
            size_in_words(model["bytes"]),
            speed_in_words(model["paragraphs_per_cpu_second"]),
            "–" if model["threshold"] is None else f"{model['threshold']:.3f}",
        )
        for model in comparison["models"]
    ]


def _figure_lines(pair: Pair) -> list[Line]:
    return [
        Line(title, [_dot(title, pair[key])], signed(pair[key]), "")
        for key, title in _FIGURES.items()
    ]


def label_lines(comparison: Comparison, pair: Pair) -> list[Line]:
    """Return the differences of the techniques that were tested, the largest first."""
    tested = [
        (label["name"], each)
        for label, each in zip(comparison["labels"], pair["labels"], strict=True)
        if each["p"] is not None and each["f1"]["value"] is not None
    ]
    tested.sort(key=lambda item: -abs(item[1]["f1"]["value"]))
    return [
        Line(
            name,
            [_dot(name, each["f1"])],
            signed(each["f1"], digits=2),
            f"{each['examples']:,}",
            each["p_holm"] < LEVEL,
        )
        for name, each in tested
    ]


def _dot(name: str, value: Mapping[str, Any]) -> Dot:
    if value["value"] is None:
        return Dot("model", name, None)
    return Dot("model", name, Point(value["value"], value["low"], value["high"]))


def _axis(values: Sequence[Mapping[str, Any]], comparison: Comparison) -> Axis:
    """Return an axis around zero that holds all ends, with the margin as a band."""
    ends = [abs(v) for each in values for v in each.values() if isinstance(v, float)]
    margin = comparison["margin"]
    widest = max([*ends, 1.5 * margin, 0.01])
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if 3 * s >= widest or s == 0.5)
    edge = step * math.ceil(widest / step - 1e-9)
    ticks = [round(step * n, 10) for n in range(-round(edge / step), round(edge / step) + 1)]
    return Axis(-edge, edge, ticks, (-margin, margin) if margin else None, (0.0,))


def paragraphs(comparison: Comparison, pair: Pair, kind: str) -> list[dict[str, Any]]:
    """Return the first paragraphs that a pair fixed or broke, with gold and both answers."""
    label_names = [label["name"] for label in comparison["labels"]]

    def written(numbers: Sequence[int]) -> list[str]:
        return [label_names[number] for number in numbers]

    def answers(item: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
        both = (pair["first"], pair["second"])
        given = [(key, written(item["labels"][key])) for key in both]
        return [("gold", written(item["gold"])), *given]

    items = [comparison["answers"][id_] for id_ in pair[kind][:SHOWN]]
    return [{"text": item["text"], "labels": answers(item)} for item in items]
