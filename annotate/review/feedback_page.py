"""The page of feedback for an annotator."""

from collections.abc import Iterable, Sequence

from annotate.agreement.wording import with_interval
from annotate.core.html.environment import render
from annotate.core.taxonomy import Taxonomy, Technique
from annotate.review.feedback import Case, Sheet

_SHORT = 160  # characters of an example
_CONFIRMED = 2  # examples to show


def sheet_page(sheet: Sheet, dataset: str, taxonomy: Taxonomy) -> str:
    """Return the sheet as a self-contained page."""
    techniques = {technique.id: technique for technique in taxonomy.techniques}
    mentioned = {label for case in sheet.differences for label in (*case.missed, *case.extra)} | {
        label for case in sheet.undecided for label in case.disputed
    }
    return render(
        "annotate.review",
        "feedback.html",
        title=f"Feedback for {sheet.person.name}: {dataset}",
        sheet=sheet,
        names={technique.id: technique.name for technique in taxonomy.techniques},
        nothing=taxonomy.none.name,
        confirmed=sheet.confirmed[:_CONFIRMED],
        mentioned=[technique for technique in taxonomy.techniques if technique.id in mentioned],
        figure=with_interval,
        short=_short,
        reasons=lambda case: _reasons(case, techniques),
    )


def _short(text: str) -> str:
    """Return the beginning of a text, cut between words where it has any."""
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} …"


def _reasons(case: Case, techniques: dict[str, Technique]) -> Iterable[tuple[str, str, str]]:
    """Return for each label that differs its id, what was done, and the rule that decides."""
    for label in case.missed:
        technique = techniques[label]
        yield label, "you did not tick it", _rule(technique, case.extra, technique.applies)
    for label in case.extra:
        technique = techniques[label]
        yield label, "you ticked it", _rule(technique, case.missed, technique.does_not_apply)


def _rule(technique: Technique, others: Sequence[str], otherwise: str) -> str:
    """Return the rules between a technique and those it was confused with, else its own rule."""
    rules = [confusion.rule for confusion in technique.confused_with if confusion.id in others]
    return " ".join(rules) or otherwise
