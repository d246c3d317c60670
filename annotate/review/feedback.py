"""Write a sheet for each annotator: where the final labels differ from their answers, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.core.html.environment import render
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
    ticked: tuple[str, ...]
    final: tuple[str, ...]
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    adjudicated: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one annotator reads.

    Attributes:
        annotator: Pseudonym.
        answers: Paragraphs that the person answered and that have final labels.
        differences: In the order of the gold rows; adjudicated ones first.
    """

    annotator: str
    answers: int
    differences: tuple[Difference, ...]


def sheets(gold: Iterable[DatasetRow], annotations: Sequence[Annotation]) -> list[Sheet]:
    """Return a sheet for everybody who answered, by pseudonym."""
    rows = {row.paragraph.id: row for row in gold}
    decided = {
        a.paragraph_id
        for a in annotations
        if a.origin is Origin.ADJUDICATION and a.status in ANSWERS
    }
    answers_of: dict[str, dict[str, Annotation]] = {}
    for a in annotations:
        if a.origin is Origin.ANNOTATION and a.status in ANSWERS and a.paragraph_id in rows:
            answers_of.setdefault(a.annotator, {})[a.paragraph_id] = a
    return [
        Sheet(name, len(answers), tuple(_differences(rows.values(), answers, decided)))
        for name, answers in sorted(answers_of.items(), key=lambda item: (len(item[0]), item[0]))
    ]


def _differences(
    rows: Iterable[DatasetRow], answers: dict[str, Annotation], decided: set[str]
) -> list[Difference]:
    differences = []
    for row in rows:
        answer = answers.get(row.paragraph.id)
        if answer is None or set(answer.labels) == set(row.gold.labels):
            continue
        final = row.gold.labels
        differences.append(
            Difference(
                text=row.paragraph.text,
                ticked=answer.labels,
                final=final,
                missed=tuple(label for label in final if label not in answer.labels),
                extra=tuple(label for label in answer.labels if label not in final),
                adjudicated=row.paragraph.id in decided,
            )
        )
    return sorted(differences, key=lambda difference: not difference.adjudicated)


def sheet_page(sheet: Sheet, dataset: str, taxonomy: Taxonomy) -> str:
    """Return the sheet as a self-contained page."""
    return render(
        "annotate.review",
        "feedback.html",
        title=f"Feedback for {sheet.annotator}: {dataset}",
        sheet=sheet,
        names={technique.id: technique.name for technique in taxonomy.techniques},
        nothing=taxonomy.none.name,
        explain=lambda difference: _explanations(difference, taxonomy),
    )


def _explanations(difference: Difference, taxonomy: Taxonomy) -> list[tuple[str, str, str]]:
    """Return for each label that differs its name, what was done, and why it is right or wrong."""
    techniques = {t.id: t for t in taxonomy.techniques}
    rows = []
    for technique in map(techniques.__getitem__, difference.missed):
        why = _why(technique, difference.extra, f"It applies: {technique.applies}")
        rows.append((technique.name, "not ticked", why))
    for technique in map(techniques.__getitem__, difference.extra):
        why = _why(technique, difference.missed, f"It does not apply: {technique.does_not_apply}")
        rows.append((technique.name, "ticked", why))
    return rows


def _why(technique: Technique, others: Sequence[str], otherwise: str) -> str:
    """Return the definition, and the rules between the technique and those it was confused with."""
    rules = [confusion.rule for confusion in technique.confused_with if confusion.id in others]
    return " ".join([technique.definition, *(rules or [otherwise])])
