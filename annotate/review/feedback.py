"""A sheet for each annotator: where the final labels differ from the own ones, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from annotate.core.records import ANSWERS, Annotation, DatasetRow, Origin
from annotate.core.taxonomy import Taxonomy, Technique


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph whose final labels are not what the annotator ticked.

    Attributes:
        missed: In the final labels, not ticked.
        extra: Ticked, not in the final labels.
        adjudicated: Whether a person decided, or the other annotators' answers did.
    """

    text: str
    own: tuple[str, ...]
    final: tuple[str, ...]
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    adjudicated: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one annotator is to read.

    Attributes:
        annotator: Pseudonym.
        answers: Paragraphs that the person answered and that have final labels.
        differences: In the order of the gold rows; adjudicated ones first.
    """

    annotator: str
    answers: int
    differences: tuple[Difference, ...]


def sheets(gold: Iterable[DatasetRow], annotations: Sequence[Annotation]) -> list[Sheet]:
    """A sheet for everybody who answered, by pseudonym."""
    rows = {row.paragraph.id: row for row in gold}
    decided = {
        a.paragraph_id
        for a in annotations
        if a.origin is Origin.ADJUDICATION and a.status in ANSWERS
    }
    own: dict[str, dict[str, Annotation]] = {}
    for a in annotations:
        if a.origin is Origin.ANNOTATION and a.status in ANSWERS and a.paragraph_id in rows:
            own.setdefault(a.annotator, {})[a.paragraph_id] = a
    return [
        Sheet(name, len(answers), tuple(_differences(rows.values(), answers, decided)))
        for name, answers in sorted(own.items(), key=lambda item: (len(item[0]), item[0]))
    ]


def _differences(
    rows: Iterable[DatasetRow], answers: dict[str, Annotation], decided: set[str]
) -> list[Difference]:
    found = []
    for row in rows:
        answer = answers.get(row.paragraph.id)
        if answer is None or set(answer.labels) == set(row.gold.labels):
            continue
        final = row.gold.labels
        found.append(
            Difference(
                text=row.paragraph.text,
                own=answer.labels,
                final=final,
                missed=tuple(label for label in final if label not in answer.labels),
                extra=tuple(label for label in answer.labels if label not in final),
                adjudicated=row.paragraph.id in decided,
            )
        )
    return sorted(found, key=lambda difference: not difference.adjudicated)


_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid #8888; padding: .75rem 0; }
blockquote { margin: 0 0 .5rem; padding-left: .75rem; border-left: 3px solid #888; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 1rem; overflow-wrap: anywhere; }
.how { opacity: .7; font-size: .875rem; }
"""


def sheet_page(sheet: Sheet, dataset: str, taxonomy: Taxonomy) -> str:
    """The sheet as a page that stands alone."""
    title = f"Feedback for {sheet.annotator}: {dataset}"
    share = f"{len(sheet.differences)} of your {sheet.answers} answers differ from the final labels"
    parts = [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(title)}</h1>",
        f"<p>{share}. Where somebody decided the case, it comes first.</p>",
        *(_case(difference, taxonomy) for difference in sheet.differences),
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _case(difference: Difference, taxonomy: Taxonomy) -> str:
    how = "decided by an adjudicator" if difference.adjudicated else "from all annotators' answers"
    names = {t.id: t.name for t in taxonomy.techniques}
    return "\n".join(
        [
            f"<article><blockquote>{escape(difference.text)}</blockquote>",
            f"<p>You: <b>{_list(difference.own, names, taxonomy)}</b>. "
            f'Final: <b>{_list(difference.final, names, taxonomy)}</b> <span class="how">({how})'
            "</span></p>",
            "<dl>",
            *_definitions(difference, taxonomy),
            "</dl></article>",
        ]
    )


def _list(labels: Sequence[str], names: dict[str, str], taxonomy: Taxonomy) -> str:
    return escape(", ".join(names[label] for label in labels) or taxonomy.none.name)


def _definitions(difference: Difference, taxonomy: Taxonomy) -> Iterator[str]:
    technique = {t.id: t for t in taxonomy.techniques}
    for ids, what in ((difference.missed, "not ticked"), (difference.extra, "ticked")):
        for id_ in ids:
            found = technique[id_]
            yield f"<dt>{escape(found.name)} ({what})</dt>"
            yield f"<dd>{escape(found.definition)} {_rule(found, difference, what)}</dd>"


def _rule(found: Technique, difference: Difference, what: str) -> str:
    """What decides between this technique and one that stood where it should, or the other way."""
    others = difference.extra if what == "not ticked" else difference.missed
    rules = [escape(c.rule) for c in found.confused_with if c.id in others]
    if rules:
        return " ".join(rules)
    applies = found.applies if what == "not ticked" else found.does_not_apply
    head = "It applies:" if what == "not ticked" else "It does not apply:"
    return f"{head} {escape(applies)}"
