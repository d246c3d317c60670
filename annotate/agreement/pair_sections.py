"""The sections of the page on pairs of people: the heat map of kappa, and the marked words."""

from collections.abc import Iterator
from html import escape

from annotate.agreement import explanations
from annotate.agreement.formatting import with_interval
from annotate.agreement.measure import Measured, Pair
from annotate.agreement.spans import SpanAgreement
from annotate.agreement.tables import (
    UNIT,
    heat_cell,
    list_head,
    list_row,
    plot_head,
    plot_row,
    small_interval,
)
from annotate.core.html.dot_plot import sample
from annotate.core.stats.answer_matrix import ANY
from annotate.core.taxonomy import Taxonomy

_OPEN = 10  # pairs: those of five people


def pairs_section(measured: Measured, taxonomy: Taxonomy) -> str:
    """The heat map, the figures of each pair, and kappa of each technique."""
    names = ("paragraphs", "pooled kappa", "mean kappa", "raw agreement", "same set")
    rows = "".join(list_row(_both(p), names, _pair(p)) for p in measured.pairs)
    listed = f'<table class="list">{list_head("people", names)}<tbody>{rows}</tbody></table>'
    return f"""<section id="pairs"><h2>Pairs of people</h2>
<p>{explanations.PAIRS}</p>
{_heat_map(measured) if measured.pairs else "<p>There is one annotator only: no pair.</p>"}
{_folded("Figures of each pair", listed, len(measured.pairs))}
{_by_technique(measured, taxonomy) if measured.pairs else ""}</section>"""


def spans_section(measured: Measured) -> str:
    """How far people mark the same words."""
    pairs = "".join(_span_row(_both(pair), pair.spans) for pair in measured.pairs)
    start = f'<table class="plots">{plot_head(UNIT, "", "F1", "")}<tbody>'
    listed = f"{start}{pairs}</tbody></table>"
    return f"""<section id="spans"><h2>Marked words</h2>
<p>{explanations.SPANS}</p>
<ul class="key"><li>{sample("first")}F1 by characters</li>
<li>{sample("second")}where both marked</li></ul>
{start}{_span_row("All pairs", measured.spans)}</tbody></table>
{_folded("Each pair", listed, len(measured.pairs))}</section>"""


def _span_row(who: str, spans: SpanAgreement) -> str:
    dots = [("F1", spans.overlap), ("where both marked", spans.where_both)]
    return plot_row(who, UNIT, dots, "")


def _folded(title: str, listed: str, pairs: int) -> str:
    """The list of all pairs, closed where it is long, left out where it is empty."""
    if not pairs:
        return ""
    return (
        f"<details{' open' if pairs <= _OPEN else ''}><summary>{title}</summary>{listed}</details>"
    )


def _pair(pair: Pair) -> Iterator[str]:
    yield f"{pair.paragraphs:,}"
    yield from map(small_interval, (pair.pooled, pair.mean, pair.raw, pair.same))


def _both(pair: Pair) -> str:
    return f"{pair.first} and {pair.second}"


def _heat_map(measured: Measured) -> str:
    names = [person.name for person in measured.people]
    pairs = {frozenset((p.first, p.second)): p for p in measured.pairs}
    rows = ""
    for name in names:
        cells = "".join(_pair_cell(pairs.get(frozenset((name, other)))) for other in names)
        rows += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>\n'
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    return f"""<p class="key"><span>pooled kappa 0<span class="scale"></span>1, and below it the
paragraphs in common</span></p>
<div class="scroll" tabindex="0">
<table class="heat"><thead><tr><td class="same"></td>{columns}</tr></thead>
<tbody>{rows}</tbody></table></div>"""


def _pair_cell(pair: Pair | None) -> str:
    if pair is None:
        return '<td class="same"></td>'
    title = f"{_both(pair)}: pooled kappa {with_interval(pair.pooled)}"
    return heat_cell(pair.pooled, title, f"<small>{pair.paragraphs:,}</small>")


def _by_technique(measured: Measured, taxonomy: Taxonomy) -> str:
    names = {t.id: t.name for t in taxonomy.techniques} | {ANY: "any technique"}
    columns = "".join(f'<th scope="col">{escape(_both(p))}</th>' for p in measured.pairs)
    rows = ""
    for label, name in names.items():
        cells = "".join(
            heat_cell(p.kappas[label], f"{name}, {_both(p)}: {with_interval(p.kappas[label])}", "")
            for p in measured.pairs
        )
        rows += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>\n'
    return f"""<details><summary>Kappa of each technique</summary><div class="scroll" tabindex="0">
<table class="heat"><thead><tr><td class="same"></td>{columns}</tr></thead>
<tbody>{rows}</tbody></table></div></details>"""
