"""The figures as one HTML page that asks nothing of the network and needs no script.

Everything that comes from outside is escaped, and the page's own policy forbids every script and
every request.
"""

from collections.abc import Iterator, Sequence
from html import escape

from annotate.agreement import explanations
from annotate.agreement.advice import RULES, Advice
from annotate.agreement.confusions import Confusion, Example
from annotate.agreement.formatting import number, with_interval
from annotate.agreement.json_report import Source
from annotate.agreement.measure import Measured
from annotate.agreement.pair_sections import pairs_section, spans_section
from annotate.agreement.sections import people_section, techniques_section
from annotate.agreement.style import STYLE
from annotate.core.html.page import html_page

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SECTIONS = {
    "todo": "What to do",
    "techniques": "Techniques",
    "people": "People",
    "pairs": "Pairs of people",
    "spans": "Marked words",
    "confusions": "Confusions",
}


def to_page(source: Source, measured: Measured, advice: Sequence[Advice]) -> str:
    """The whole page; the same figures give the same bytes."""
    title = f"Agreement: {source.name}"
    body = f"""<header>
<h1>{escape(title)}</h1>
<p class="lead">How far people agree on which rhetorical techniques a paragraph uses, who and what
stands out, and what to do about it.</p>
<dl class="facts">{"".join(_facts(measured))}</dl>
<p class="soft">{explanations.INTERVALS}</p>
<p class="digests">dataset <code>{escape(source.digest)}</code> · taxonomy
{escape(source.taxonomy.name)} {escape(source.taxonomy.version)}
<code>{source.taxonomy.digest}</code> · seed {source.seed}</p>
<nav aria-label="Sections"><ul>{_links()}</ul></nav>
</header>
<main>
{_advice(advice)}
{techniques_section(measured, source.taxonomy)}
{people_section(measured)}
{pairs_section(measured, source.taxonomy)}
{spans_section(measured)}
{_confusions(measured.confusions, source)}
</main>"""
    return html_page(title, _POLICY, STYLE, body)


def _facts(measured: Measured) -> Iterator[str]:
    facts = (
        ("alpha over label sets", number(measured.sets.value)),
        ("mean alpha", number(measured.mean.value)),
        ("people", f"{len(measured.people):,}"),
        ("answers", f"{measured.answers:,}"),
        ("paragraphs", f"{measured.paragraphs:,}"),
        ("with two answers", f"{measured.compared:,}"),
        ("articles", f"{measured.articles:,}"),
    )
    for name, value in facts:
        yield f"<div><dt>{name}</dt><dd>{value}</dd></div>"


def _links() -> str:
    return "".join(f'<li><a href="#{id_}">{name}</a></li>' for id_, name in _SECTIONS.items())


def _advice(advice: Sequence[Advice]) -> str:
    items = "".join(
        f'<li class="{a.rule}"><p>{escape(a.text)}</p>'
        f"<small>Said when {RULES[a.rule]}.</small></li>\n"
        for a in advice
    )
    listed = (
        f'<ol class="todo">{items}</ol>'
        if items
        else "<p>No rule says anything. With few paragraphs that means little.</p>"
    )
    return f'<section id="todo"><h2>What to do</h2>{listed}</section>'


def _confusions(pairs: Sequence[Confusion], source: Source) -> str:
    listed = "".join(_confusion(pair, source) for pair in pairs)
    return f"""<section id="confusions"><h2>Techniques that people confuse</h2>
<p>{explanations.CONFUSIONS}</p>
{listed or "<p>No pair was confused twice and more often than by chance.</p>"}</section>"""


def _confusion(pair: Confusion, source: Source) -> str:
    names = {t.id: escape(t.name) for t in source.taxonomy.techniques}
    examples = "".join(_example(example, pair, source, names) for example in pair.examples)
    return f"""<h3>{names[pair.first]} and {names[pair.second]}</h3>
<p class="soft">{pair.count} times in {pair.paragraphs} paragraphs; by chance
{number(pair.expected)}; lift {with_interval(pair.lift)}.</p>
{examples}"""


def _example(example: Example, pair: Confusion, source: Source, names: dict[str, str]) -> str:
    shown = names | {label: f"<b>{names[label]}</b>" for label in (pair.first, pair.second)}
    ticks = "".join(
        f"<dt>{escape(annotator)}</dt>"
        f"<dd>{', '.join(shown[label] for label in labels) or 'no technique'}</dd>"
        for annotator, labels in example.answers.items()
    )
    paragraph = source.paragraphs[example.paragraph_id]
    return (
        f'<div class="example"><blockquote>{escape(paragraph.text)}</blockquote>'
        f"<dl>{ticks}<code>{escape(paragraph.id)}</code></dl></div>\n"
    )
