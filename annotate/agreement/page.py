"""The figures as one HTML page that asks nothing of the network and needs no script."""

from collections.abc import Sequence
from math import isnan

from annotate.agreement import wording
from annotate.agreement.advice import RULES, Advice
from annotate.agreement.json_report import Source
from annotate.agreement.measure import Measured
from annotate.agreement.wording import number, point, with_interval
from annotate.core.html.dot_plot import UNIT, Axis, Dot, alpha_axis
from annotate.core.html.environment import render
from annotate.core.plurals import counted
from annotate.core.stats import published
from annotate.core.stats.answer_matrix import ANY
from annotate.core.stats.estimates import TOO_FEW, Estimate

_OPEN = 10  # pairs: those of five people


def to_page(source: Source, measured: Measured, advice: Sequence[Advice]) -> str:
    """Return the whole page; the same figures give the same bytes."""
    names = {technique.id: technique.name for technique in source.taxonomy.techniques}
    return render(
        "annotate.agreement",
        "agreement.html",
        title=f"Agreement: {source.name}",
        source=source,
        measured=measured,
        facts=_facts(measured),
        notes=[note for note in (source.warning, wording.shortage_note(measured)) if note],
        advice=advice,
        rules=RULES,
        explain=wording,
        published=published,
        names=names | {ANY: "any technique"},
        axis=_alpha_axis(measured),
        unit=UNIT,
        alphas={alpha.label: alpha for alpha in measured.labels},
        any=ANY,
        pairs={frozenset((pair.first, pair.second)): pair for pair in measured.pairs},
        pair_key=lambda first, second: frozenset((first, second)),
        counted=counted,
        few_pairs=len(measured.pairs) <= _OPEN,
        dot=_dot,
        number=number,
        with_interval=with_interval,
    )


def _facts(measured: Measured) -> list[tuple[str, str | int]]:
    return [
        _headline("alpha over label sets", measured.sets),
        _headline("mean alpha", measured.mean),
        ("people", len(measured.people)),
        ("answers", measured.answers),
        ("paragraphs", measured.paragraphs),
        ("with two answers", measured.compared),
        ("articles", measured.articles),
    ]


def _headline(name: str, figure: Estimate) -> tuple[str, str]:
    return f"{name} ({TOO_FEW})" if figure.too_few else name, number(figure.value)


def _dot(figure: Estimate, name: str = "", shape: str = "first") -> Dot:
    return Dot(shape, name, point(figure) if figure.defined else None)


def _alpha_axis(measured: Measured) -> Axis:
    shown = [measured.sets, measured.mean, *measured.labels]
    ends = [end for figure in shown for end in (figure.value, figure.interval.low)]
    return alpha_axis(end for end in ends if not isnan(end))
