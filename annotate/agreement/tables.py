"""Rows of the page's tables: drawings with figures, lists, and cells of a heat map."""

from collections.abc import Iterator, Sequence
from html import escape

from annotate.agreement.formatting import number, point, with_interval
from annotate.core.html.dot_plot import Axis, Dot, head, row
from annotate.core.stats.estimates import Estimate

UNIT = Axis(0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
_SHAPES = ("first", "second")


def plot_head(axis: Axis, name: str, figure: str, size: str) -> str:
    """The head of a table of drawings, with the axis."""
    return (
        f'<thead><tr><th class="name" scope="col">{name}</th><th class="plot">{head(axis)}</th>'
        f'<th class="figure" scope="col">{figure}</th><th class="size" scope="col">{size}</th>'
        "</tr></thead>"
    )


def plot_row(name: str, axis: Axis, dots: Sequence[tuple[str, Estimate]], size: str) -> str:
    """A name, the drawing, the first dot's figure, and a count; what is undefined is not drawn."""
    drawn = [
        Dot(shape, said, point(figure))
        for shape, (said, figure) in zip(_SHAPES, dots, strict=False)
        if figure.defined
    ]
    return (
        f'<tr><th class="name" scope="row">{escape(name)}</th>'
        f'<td class="plot">{row(axis, drawn)}</td>'
        f'<td class="figure">{small_interval(dots[0][1])}</td><td class="size">{size}</td></tr>\n'
    )


def small_interval(figure: Estimate) -> str:
    """The figure and, smaller, its interval."""
    value, _, interval = with_interval(figure).partition(" (")
    return f"{value}<small>({interval}</small>" if interval else value


def list_head(first: str, names: Sequence[str]) -> str:
    """The head of a list."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f'<thead><tr><th scope="col">{first}</th>{cells}</tr></thead>'


def list_row(who: str, names: Sequence[str], cells: Iterator[str]) -> str:
    """A row that a narrow screen shows as a list of names and values."""
    listed = "".join(
        f'<td data-name="{name}"><span>{cell}</span></td>'
        for name, cell in zip(names, cells, strict=True)
    )
    return f'<tr><th scope="row">{escape(who)}</th>{listed}</tr>\n'


def heat_cell(figure: Estimate, title: str, below: str) -> str:
    """A cell whose colour says how large the figure is."""
    if not figure.defined:
        return f'<td title="{escape(title)}">–{below}</td>'
    side = "hot" if figure.value >= 0 else "low"
    share = round(100 * min(abs(figure.value), 1))
    return (
        f'<td class="{side}" style="--share: {share}%" title="{escape(title)}">'
        f"{number(figure.value)}{below}</td>"
    )
