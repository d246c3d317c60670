"""The section of the report page that shows articles with their techniques in the margin."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from annotate.core.records import BlockType
from annotate.core.taxonomy import Taxonomy, Technique
from train.reports.articles import Marked, Predictions
from train.reports.tables import group_classes

ARTICLES_SHOWN = 20  # more would make a page that no browser scrolls with ease
LEAST_SHOWN = 0.05  # no slider reaches what is less probable


def articles_section(predictions: Predictions, taxonomy: Taxonomy, threshold: float | None) -> str:
    """Each article as it reads, its techniques beside it.

    Args:
        predictions: What to show.
        taxonomy: Of its labels.
        threshold: From where the model calls a technique there; None where it is not known.
    """
    shown = predictions.articles[:ARTICLES_SHOWN]
    drawn = "\n".join(_article(article, taxonomy) for article in shown)
    return f"""<section id="articles">
<h2>Marked articles</h2>
<p>What the model finds in {_how_many(len(shown), len(predictions.articles))}. The stripe has the
colours of the groups; beside it stand the techniques with their probability, which the length of
the line under a name repeats. In a paragraph without stripe the model finds no technique. It is
often wrong: the scores above say how often.</p>
{_tools(taxonomy, _start(predictions, threshold), threshold)}
{drawn}
</section>"""


def _how_many(shown: int, all_: int) -> str:
    if shown < all_:
        return f"the first {shown} of {all_:,} articles"
    return "this article" if all_ == 1 else f"these {all_} articles"


def _start(predictions: Predictions, threshold: float | None) -> float:
    """Where the slider stands: at the threshold, or at the lowest score that was called."""
    if threshold is not None:
        return threshold
    called = [m.scores[label] for rows in predictions.articles for m in rows for label in m.labels]
    return min(called, default=0.5)


def _tools(taxonomy: Taxonomy, start: float, threshold: float | None) -> str:
    legend = "".join(
        f'<li class="g{place}"><span class="swatch"></span>{escape(group.name)}</li>'
        for place, group in enumerate(taxonomy.groups)
    )
    said = f"{start:.2f}" if threshold is not None else f"from {start:.2f}"
    return f"""<div class="tools"><ul class="key" aria-label="Groups of techniques">{legend}</ul>
<div class="control" id="control" hidden>
<label for="threshold">Show techniques from probability</label>
<input type="range" id="threshold" min="{LEAST_SHOWN}" max="0.99" step="0.01" value="{start:.2f}"
autocomplete="off"><output for="threshold" id="threshold-value">{said}</output>
<button type="button" id="threshold-reset">back to the model's threshold</button>
<span class="soft">dashed: less probable than that</span>
</div></div>"""


def _article(rows: Sequence[Marked], taxonomy: Taxonomy) -> str:
    first = rows[0].paragraph
    by = " · ".join(escape(part) for part in (first.source, first.date) if part)
    paragraphs = "\n".join(_paragraph(marked, taxonomy) for marked in rows)
    return f"""<article lang="{escape(taxonomy.language)}">
<h3 dir="auto">{escape(first.title or first.article_id)}</h3>
{f'<p class="by">{by}</p>' if by else ""}
<p class="counts" lang="en">{_counts(rows, taxonomy)}</p>
{paragraphs}
</article>"""


def _counts(rows: Sequence[Marked], taxonomy: Taxonomy) -> str:
    """How many paragraphs have a technique, and the three that most have."""
    marked = sum(bool(row.labels) for row in rows)
    found = Counter(label for row in rows for label in taxonomy.sorted_labels(row.labels))
    names = {technique.id: technique.name for technique in taxonomy.techniques}
    most = ", ".join(f"{escape(names[label])} ({n})" for label, n in found.most_common(3))
    text = f"{marked} of {len(rows)} paragraphs with a technique"
    return f"{text}; most often {most}." if most else f"{text}."


def _paragraph(marked: Marked, taxonomy: Taxonomy) -> str:
    tag = "blockquote" if marked.paragraph.kind is BlockType.QUOTE else "p"
    return (
        '<div class="paragraph"><div class="words"><div class="stripe" aria-hidden="true">'
        f"{_stripe(marked, taxonomy)}</div>"
        f'<{tag} class="text" dir="auto">{escape(marked.paragraph.text)}</{tag}></div>'
        f'<ul class="chips" aria-label="Techniques">{_chips(marked, taxonomy)}</ul></div>'
    )


def _stripe(marked: Marked, taxonomy: Taxonomy) -> str:
    """A piece for each group, with the score of its most probable technique."""
    pieces = []
    for place, group in enumerate(taxonomy.groups):
        labels = [technique.id for technique in group.techniques]
        score = max((marked.scores.get(label, 0.0) for label in labels), default=0.0)
        there = not marked.labels.isdisjoint(labels)
        if there or score >= LEAST_SHOWN:
            pieces.append(f'<span class="g{place}" data-p="{score:g}"{_hidden(there)}></span>')
    return "".join(pieces)


def _chips(marked: Marked, taxonomy: Taxonomy) -> str:
    """The techniques, the most probable first; those that the model does not call are hidden."""
    classes = group_classes(taxonomy)
    chips = [
        (-marked.scores[technique.id], number, technique)
        for number, technique in enumerate(taxonomy.techniques)
        if technique.id in marked.labels or marked.scores.get(technique.id, 0.0) >= LEAST_SHOWN
    ]
    return "".join(
        _chip(-score, number, technique, classes[technique.id], technique.id in marked.labels)
        for score, number, technique in sorted(chips, key=lambda chip: chip[:2])
    )


def _chip(score: float, number: int, technique: Technique, group: str, there: bool) -> str:
    low = "" if there else " low"
    return (
        f'<li class="{group}{low}" data-p="{score:g}"{_hidden(there)}>'
        f'<button class="chip" popovertarget="technique-{number}" style="--p:{score:.0%}" '
        f'title="{escape(technique.definition)}"><span>{escape(technique.name)}</span> '
        f"<span>{score:.2f}</span></button></li>\n"
    )


def _hidden(there: bool) -> str:
    return "" if there else " hidden"
