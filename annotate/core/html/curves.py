"""Small plots as SVG text: no library, no request, colours from the page's style sheet.

Classes give the colours (`model`, `baseline`, `human`, `grid`, `text`), so one drawing serves the
light and the dark page.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, HEIGHT, MARGIN = 460, 300, 44
RATERS = ("model", "baseline", "human")
_ROW, _LABEL, _BAR = 12, 190, 420


def bars(rows: Sequence[tuple[str, Mapping[str, Mapping[str, Any] | None]]], title: str) -> str:
    """Horizontal F1 bars with their intervals as whiskers.

    Args:
        rows: A name, and for each rater its figure (`value`, `low`, `high`) or None.
        title: What screen readers say.
    """
    step = _ROW * len(RATERS) + 10
    height, parts = step * len(rows) + 26, []
    for tenth in range(0, 11, 2):
        x = _LABEL + _BAR * tenth / 10
        parts.append(_line(x, 4, x, height - 20, "grid"))
        parts.append(_text(x, height - 6, f"{tenth / 10:.1f}", "middle"))
    for number, (name, figures) in enumerate(rows):
        top = 6 + number * step
        parts.append(_text(_LABEL - 8, top + step / 2, name, "end"))
        for place, rater in enumerate(RATERS):
            parts.append(_bar(figures.get(rater), rater, top + place * _ROW))
    return _svg(_LABEL + _BAR + 20, height, title, parts)


def _bar(figure: Mapping[str, Any] | None, rater: str, top: float) -> str:
    if figure is None:
        return ""
    width, middle = _BAR * figure["value"], top + _ROW / 2 - 1
    bar = (
        f'<rect class="{rater}" x="{_LABEL}" y="{top:.1f}" width="{width:.1f}" height="{_ROW - 3}">'
        f"<title>{rater} {figure['value']:.3f}</title></rect>"
    )
    if figure["low"] is None or figure["low"] == figure["high"]:
        return bar
    left, right = _LABEL + _BAR * figure["low"], _LABEL + _BAR * figure["high"]
    ends = "".join(_line(x, middle - 3, x, middle + 3, "whisker") for x in (left, right))
    return bar + _line(left, middle, right, middle, "whisker") + ends


def threshold_curve(points: Sequence[Mapping[str, float]], threshold: float) -> str:
    """Precision, recall and micro-F1 over the threshold; the chosen one as a dashed line."""
    parts = _axes("threshold", "")
    for place, name in enumerate(("precision", "recall", "f1")):
        path = " ".join(f"{_x(p['threshold']):.1f},{_y(p[name]):.1f}" for p in points)
        parts.append(f'<polyline class="line {name}" points="{path}"/>')
        left, top = _x(0.7), _y(1) + 14 + 16 * place  # the key, where the curves are low
        parts.append(_line(left, top, left + 18, top, f"line {name}"))
        parts.append(_text(left + 24, top + 4, "micro-F1" if name == "f1" else name, "start"))
    parts.append(_line(_x(threshold), _y(0), _x(threshold), _y(1), "chosen"))
    return _svg(WIDTH, HEIGHT, "Precision, recall and F1 by threshold", parts)


def calibration(bins: Sequence[Mapping[str, float]]) -> str:
    """Share of true decisions over the mean score of each bin; the diagonal is perfect.

    The area of a point grows with the number of decisions in it.
    """
    parts = _axes("mean score", "share that is true")
    parts.append(_line(_x(0), _y(0), _x(1), _y(1), "chosen"))
    most = max((b["size"] for b in bins), default=1)
    for b in bins:
        radius = 3 + 7 * (b["size"] / most) ** 0.5
        parts.append(
            f'<circle class="model" cx="{_x(b["score"]):.1f}" cy="{_y(b["share"]):.1f}" '
            f'r="{radius:.1f}"><title>{b["size"]} decisions: score {b["score"]:.2f}, '
            f"true {b['share']:.2f}</title></circle>"
        )
    return _svg(WIDTH, HEIGHT, "Calibration", parts)


def _axes(below: str, beside: str) -> list[str]:
    """A unit square with its grid."""
    parts = []
    for tenth in range(0, 11, 2):
        at, name = tenth / 10, f"{tenth / 10:.1f}"
        parts += [_line(_x(at), _y(0), _x(at), _y(1), "grid")]
        parts += [_line(_x(0), _y(at), _x(1), _y(at), "grid")]
        parts += [_text(_x(at), _y(0) + 16, name, "middle")]
        parts += [_text(_x(0) - 6, _y(at) + 4, name, "end")]
    parts.append(_text(_x(0.5), HEIGHT - 6, below, "middle"))
    parts.append(_text(_x(0), _y(1) - 8, beside, "start"))
    return parts


def _x(value: float) -> float:
    return MARGIN + value * (WIDTH - 2 * MARGIN)


def _y(value: float) -> float:
    return HEIGHT - MARGIN - value * (HEIGHT - 2 * MARGIN)


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
