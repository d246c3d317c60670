"""The report as one HTML page that asks nothing of the network.

Everything that comes from outside is escaped, and the page's own policy forbids every script but
the one that it brings and every request.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from annotate.core.html.page import html_page
from annotate.core.taxonomy import Group, Taxonomy, Technique
from train.reports.article_view import articles_section
from train.reports.articles import Predictions
from train.reports.inputs import AgreementSummary, Evaluation, SplitCounts
from train.reports.style import SCRIPT, style_sheet
from train.reports.tables import agreement_section, scores_section


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that the page says.

    Attributes:
        name: Of the dataset, as is `digest`.
        answers: Of all annotators, "no technique" included.
    """

    name: str
    digest: str
    taxonomy: Taxonomy
    splits: tuple[SplitCounts, ...]
    annotators: int
    answers: int
    agreement: AgreementSummary
    evaluation: Evaluation
    predictions: Predictions


def report_page(data: ReportData) -> str:
    """The whole page; the same data give the same bytes."""
    title = f"Rhetoric report: {data.name}"
    allowed = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; "
        "base-uri 'none'; form-action 'none'"
    )
    threshold = data.evaluation.threshold if _same_model(data) else None
    body = f"""{_header(data, title)}
<main>
{scores_section(data.evaluation, data.taxonomy)}
{agreement_section(data.agreement, data.taxonomy)}
{articles_section(data.predictions, data.taxonomy, threshold)}
</main>
{"".join(_cards(data.taxonomy))}
<script>{SCRIPT}</script>"""
    return html_page(title, policy, style_sheet(data.taxonomy.groups), body)


def _header(data: ReportData, title: str) -> str:
    links = (
        ("scores", "Scores"),
        ("agreement", "Agreement"),
        ("articles", "Marked articles"),
    )
    listed = "".join(f'<li><a href="#{id_}">{name}</a></li>' for id_, name in links)
    return f"""<header>
<h1>{escape(title)}</h1>
<p class="lead">Which rhetorical techniques people marked in the paragraphs of news articles, how
far they agree, and how well a model trained on their labels finds the same.</p>
<dl class="facts">{"".join(_facts(data))}</dl>
<p class="soft">{_split_sentence(data.splits)}</p>
<div class="note"><p><strong>Read intervals, not points.</strong> {_caution(data.evaluation)}</p>
</div>
{"".join(f'<div class="note warning"><p>{escape(w)}</p></div>' for w in _warnings(data))}
<p class="digests">dataset <code>{escape(data.digest)}</code> · model
<code>{escape(data.predictions.model)}</code> · taxonomy {escape(data.taxonomy.name)}
{escape(data.taxonomy.version)} <code>{escape(data.taxonomy.digest)}</code></p>
<nav aria-label="Sections"><ul>{listed}</ul></nav>
</header>"""


def _facts(data: ReportData) -> Iterator[str]:
    facts = (
        ("articles", sum(split.articles for split in data.splits)),
        ("paragraphs", sum(split.paragraphs for split in data.splits)),
        ("with a technique", sum(split.marked for split in data.splits)),
        ("techniques", len(data.taxonomy.labels)),
        ("annotators", data.annotators),
        ("answers", data.answers),
    )
    for name, number in facts:
        yield f"<div><dt>{name}</dt><dd>{number:,}</dd></div>"


def _split_sentence(splits: tuple[SplitCounts, ...]) -> str:
    parts = [f"{s.name} {s.paragraphs:,} paragraphs of {s.articles:,} articles" for s in splits]
    return f"Split by article: {'; '.join(parts)}."


def _caution(evaluation: Evaluation) -> str:
    return (
        "Whiskers and brackets are 95 % intervals, by bootstrap over articles. The scores rest on "
        f"{evaluation.paragraphs:,} paragraphs of {evaluation.articles:,} articles (split "
        f"{escape(evaluation.split)}): a score on few paragraphs says little, and one on a "
        "technique with a handful of examples next to nothing."
    )


def _warnings(data: ReportData) -> Iterator[str]:
    """What does not fit together, and is allowed."""
    evaluation = data.evaluation
    if evaluation.warning:
        yield evaluation.warning
    if evaluation.dataset_digest != data.digest:
        yield (
            f"The scores were measured on another dataset ({evaluation.dataset_name}, "
            f"{evaluation.dataset_digest}) than the one whose agreement is shown."
        )
    if not _same_model(data):
        yield (
            f"The scores are those of another model ({evaluation.model}) than the one that "
            "marked the articles."
        )
    if evaluation.split != "test":
        yield (
            f"The scores are on the {evaluation.split} split, which the model was fitted or "
            "chosen on: they flatter it."
        )


def _same_model(data: ReportData) -> bool:
    return data.predictions.model == data.evaluation.model


def _cards(taxonomy: Taxonomy) -> Iterator[str]:
    """What the taxonomy says of each technique; opened by the technique's name."""
    number = 0
    for place, group in enumerate(taxonomy.groups):
        for technique in group.techniques:
            yield _card(number, place, group, technique)
            number += 1


def _card(number: int, place: int, group: Group, technique: Technique) -> str:
    rules = (
        ("Applies", technique.applies),
        ("Does not apply", technique.does_not_apply),
        ("For example", technique.examples[0]),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rules)
    return (
        f'<div popover id="technique-{number}" class="card g{place}">'
        f'<p class="group">{escape(group.name)}</p><h3>{escape(technique.name)}</h3>'
        f"<p>{escape(technique.definition)}</p><dl>{listed}</dl>"
        f'<button popovertarget="technique-{number}" popovertargetaction="hide">Close</button>'
        "</div>\n"
    )
