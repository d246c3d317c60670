"""The sections of the report page that hold figures: scores and agreement, drawn row by row."""

from collections.abc import Callable, Iterator
from html import escape
from math import floor

from annotate.core.html.dot_plot import Axis, Dot, Point, head, in_words, row, sample
from annotate.core.stats import published
from annotate.core.taxonomy import Taxonomy, Technique
from train.reports.inputs import AgreementSummary, Evaluation

UNIT = Axis(0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
NAMES = {"model": "model", "baseline": "TF-IDF baseline", "human": "human ceiling"}

_MEASURES = (
    ("micro", "Micro-F1", "all decisions in one pot: frequent techniques weigh more"),
    ("macro", "Macro-F1", "mean of the techniques that have examples: each weighs the same"),
    ("any_technique", "Any technique", "F1 of whether a paragraph has a technique at all"),
)


def scores_section(evaluation: Evaluation, taxonomy: Taxonomy) -> str:
    """F1 of model, baseline and people; then of each technique."""
    return f"""<section id="scores">
<h2>Scores</h2>
<p>F1 on the {escape(evaluation.split)} split, {evaluation.paragraphs:,} paragraphs: 1 is perfect.
{_about_raters(evaluation)}</p>
{_rater_key(evaluation)}
<table>
{_table_head(UNIT, "", "F1", "")}
{"".join(_measure(evaluation, *measure) for measure in _MEASURES)}
</table>
<h3>F1 of each technique</h3>
<p class="soft">The model's dot has its interval; the hollow marks are the baseline and the human
ceiling. An interval from 0 to 0 says that none of its examples was found, and no more. A
technique's name opens its definition.</p>
<table>
{_table_head(UNIT, "technique", "model's F1", "examples")}
{_by_group(taxonomy, lambda technique: _technique_scores(evaluation, technique))}
</table>
</section>"""


def agreement_section(agreement: AgreementSummary, taxonomy: Taxonomy) -> str:
    """Alpha of each technique, beside what others have found."""
    axis = _alpha_axis(agreement)
    return f"""<section id="agreement">
<h2>Agreement</h2>
<p>Krippendorff's alpha: 1 is perfect agreement of the annotators, 0 what chance would give. These
techniques are hard to agree on: the annotators of SemEval-2023 task 3 together reached
{published.ALL:g} before their labels were curated. What people do not agree on, no model learns
well.</p>
<ul class="key"><li>{sample("model")}alpha with its 95 % interval</li>
<li>{sample("band")}published, before curation: from {published.LOWER_HALF:g} (the lower half
of the annotators) to {published.UPPER_HALF:g} (the upper half)</li>
<li>{sample("strong")}all of them, {published.ALL:g}; two curators, {published.CURATORS:g}</li></ul>
<table>
{_table_head(axis, "technique", "alpha", "times marked")}
<tbody>{_alpha("Any technique", agreement.any_technique, "", axis)}
{_alpha("Mean of the techniques", _bare(agreement.mean), "", axis)}</tbody>
{_by_group(taxonomy, lambda technique: _technique_alpha(agreement, technique, axis))}
</table>
</section>"""


def group_classes(taxonomy: Taxonomy) -> dict[str, str]:
    """Technique id -> the class that carries its group's colours."""
    places = {group.id: place for place, group in enumerate(taxonomy.groups)}
    return {label: f"g{places[group]}" for label, group in taxonomy.group_of.items()}


def _about_raters(evaluation: Evaluation) -> str:
    parts = ["The model's threshold was chosen on validation."]
    if "baseline" in evaluation.raters:
        parts.append("The baseline is TF-IDF with logistic regression on the same paragraphs.")
    if "human" in evaluation.raters:
        parts.append(
            f"The human ceiling scores each of the {evaluation.annotators} annotators like a "
            "model, against the majority of the others. The model is scored against gold, which is "
            "easier to meet: near the ceiling is not yet as good as people."
        )
    else:
        parts.append("There is no human ceiling: it needs two annotators on the same paragraphs.")
    return " ".join(parts)


def _rater_key(evaluation: Evaluation) -> str:
    listed = "".join(f"<li>{sample(rater)}{NAMES[rater]}</li>" for rater in evaluation.raters)
    return f'<ul class="key">{listed}</ul>'


def _table_head(axis: Axis, name: str, figure: str, size: str) -> str:
    return (
        f'<thead><tr><th class="name" scope="col">{name}</th>'
        f'<th class="plot">{head(axis)}</th><th class="figure" scope="col">{figure}</th>'
        f'<th class="size" scope="col">{size}</th></tr></thead>'
    )


def _measure(evaluation: Evaluation, key: str, name: str, meaning: str) -> str:
    rows = [
        _row(
            f'<th class="name rater" scope="row">{NAMES[rater]}</th>',
            row(UNIT, [Dot(rater, NAMES[rater], point)]),
            _figure(point),
            "",
        )
        for rater, scores in evaluation.raters.items()
        for point in [getattr(scores, key)]
    ]
    title = f'<tr class="title"><th colspan="4">{name}<small>{meaning}</small></th></tr>'
    return f"<tbody>{title}\n{''.join(rows)}</tbody>\n"


def _by_group(taxonomy: Taxonomy, draw: Callable[[Technique], tuple[str, str, str]]) -> str:
    """A part of a table for each group; `draw` gives a technique's plot, figure and size."""
    return "".join(_group_rows(taxonomy, draw))


def _group_rows(
    taxonomy: Taxonomy, draw: Callable[[Technique], tuple[str, str, str]]
) -> Iterator[str]:
    number = 0
    for place, group in enumerate(taxonomy.groups):
        title = f'<span class="swatch"></span>{escape(group.name)}'
        yield f'<tbody class="g{place}"><tr class="title"><th colspan="4">{title}</th></tr>\n'
        for technique in group.techniques:
            yield _row(
                f'<th class="name" scope="row">{_term(number, technique)}</th>', *draw(technique)
            )
            number += 1
        yield "</tbody>\n"


def _term(number: int, technique: Technique) -> str:
    return (
        f'<button class="term" popovertarget="technique-{number}" '
        f'title="{escape(technique.definition)}">{escape(technique.name)}</button>'
    )


def _row(name: str, plot: str, figure: str, size: str) -> str:
    return (
        f'<tr>{name}<td class="plot">{plot}</td><td class="figure">{figure}</td>'
        f'<td class="size">{size}</td></tr>\n'
    )


def _technique_scores(evaluation: Evaluation, technique: Technique) -> tuple[str, str, str]:
    size = evaluation.support[technique.id]
    if not size:
        return row(UNIT, []), "<small>no example</small>", "0"
    dots = [
        Dot(rater, NAMES[rater], scores.labels[technique.id], whisker=rater == "model")
        for rater, scores in evaluation.raters.items()
    ]
    return row(UNIT, dots), _figure(evaluation.raters["model"].labels[technique.id]), str(size)


def _technique_alpha(
    agreement: AgreementSummary, technique: Technique, axis: Axis
) -> tuple[str, str, str]:
    plot, figure = _alpha_cells(technique.name, agreement.labels[technique.id], axis)
    return plot, figure, f"{agreement.positive[technique.id]:,}"


def _alpha(name: str, point: Point | None, size: str, axis: Axis) -> str:
    cells = _alpha_cells(name, point, axis)
    return _row(f'<th class="name" scope="row">{name}</th>', *cells, size)


def _alpha_cells(name: str, point: Point | None, axis: Axis) -> tuple[str, str]:
    if point is None:
        return row(axis, []), "<small>not defined</small>"
    return row(axis, [Dot("model", f"{name}: alpha", point)]), _figure(point)


def _alpha_axis(agreement: AgreementSummary) -> Axis:
    """From 0 to 1, and below 0 as far as an interval goes, in steps of 0.2."""
    ends = [p.low if p.low is not None else p.value for p in agreement.labels.values() if p]
    fifths = floor(min([0.0, *ends]) * 5)
    ticks = [fifth / 5 for fifth in range(max(fifths, -5), 6)]
    band = (published.LOWER_HALF, published.UPPER_HALF)
    return Axis(ticks[0], 1.0, ticks, band, (published.ALL, published.CURATORS))


def _bare(value: float | None) -> Point | None:
    return None if value is None else Point(value, None, None)


def _figure(point: Point) -> str:
    """The figure and, smaller, its interval."""
    value, _, interval = in_words(point).partition(" (")
    ends = f"<small>({interval}</small>" if interval else ""
    return f"{value}{ends}"
