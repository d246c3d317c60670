"""The sections of the page on techniques and on single people."""

from collections.abc import Iterator
from html import escape
from math import floor, isnan

from annotate.agreement import explanations
from annotate.agreement.annotators import Person
from annotate.agreement.formatting import alpha_figure
from annotate.agreement.measure import Measured
from annotate.agreement.tables import (
    UNIT,
    list_head,
    list_row,
    plot_head,
    plot_row,
    small_interval,
)
from annotate.core.html.dot_plot import Axis, sample
from annotate.core.stats.answer_matrix import ANY
from annotate.core.stats.published import ALL, CURATORS, LOWER_HALF, UPPER_HALF
from annotate.core.taxonomy import Taxonomy


def techniques_section(measured: Measured, taxonomy: Taxonomy) -> str:
    """Alpha over sets, then of each technique, beside what others have found."""
    axis = _alpha_axis(measured)
    alphas = {a.label: a for a in measured.labels}
    groups = []
    for group in taxonomy.groups:
        rows = [
            plot_row(t.name, axis, [("alpha", alpha_figure(found))], f"{found.positive:,}")
            for t in group.techniques
            for found in [alphas[t.id]]
        ]
        title = f'<tr class="title"><th colspan="4">{escape(group.name)}</th></tr>'
        groups.append(f"<tbody>{title}\n{''.join(rows)}</tbody>\n")
    summary = [
        plot_row("Label sets (MASI)", axis, [("alpha", measured.sets)], ""),
        plot_row("Mean of the techniques", axis, [("alpha", measured.mean)], ""),
        plot_row("Any technique", axis, [("alpha", alpha_figure(alphas[ANY]))], ""),
    ]
    return f"""<section id="techniques"><h2>Techniques</h2>
<p>{explanations.ALPHA}</p>
<p class="soft">{explanations.PUBLISHED}</p>
<ul class="key"><li>{sample("first")}alpha with its 95 % interval</li>
<li>{sample("band")}published: {LOWER_HALF:g} to {UPPER_HALF:g}</li>
<li>{sample("strong")}published: {ALL:g} for all, {CURATORS:g} for two curators</li></ul>
<table class="plots">{plot_head(axis, "", "alpha", "answers that have it")}
<tbody>{"".join(summary)}</tbody>
{"".join(groups)}</table></section>"""


def people_section(measured: Measured) -> str:
    """Each person against the rest."""
    plots = "".join(
        plot_row(p.name, UNIT, [("F1", p.f1), ("kappa", p.kappa)], f"{p.shared:,}")
        for p in measured.people
    )
    names = ("answers", "kappa", "gain", "ticks", "techniques a paragraph", "no technique")
    rows = "".join(list_row(p.name, names, _person(p)) for p in measured.people)
    return f"""<section id="people"><h2>People</h2>
<p>{explanations.PEOPLE}</p>
<ul class="key"><li>{sample("first")}micro-F1 against the rest</li>
<li>{sample("second")}mean kappa against the rest</li></ul>
<table class="plots">{plot_head(UNIT, "", "F1", "shared")}<tbody>{plots}</tbody></table>
<table class="list">{list_head("person", names)}<tbody>{rows}</tbody></table></section>"""


def _alpha_axis(measured: Measured) -> Axis:
    """From 0 to 1, and below 0 as far as an interval goes, in steps of 0.2."""
    shown = [measured.sets, measured.mean, *map(alpha_figure, measured.labels)]
    ends = [end for figure in shown for end in (figure.value, figure.interval.low)]
    fifths = floor(5 * min([0.0, *(end for end in ends if not isnan(end))]))
    ticks = [fifth / 5 for fifth in range(max(fifths, -5), 6)]
    return Axis(ticks[0], ticks[-1], ticks, (LOWER_HALF, UPPER_HALF), (ALL, CURATORS))


def _person(person: Person) -> Iterator[str]:
    yield f"{person.answers:,}"
    figures = (person.kappa, person.gain, person.ticks, person.techniques, person.none)
    yield from map(small_interval, figures)
