"""What to tell each annotator: how far they agree, what went well, what differs, what is open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.agreement.annotators import Person, people
from annotate.core.records import ANSWERS, Annotation, DatasetRow, Origin
from annotate.core.stats.answer_matrix import AnswerTable, Bools, answer_table, majority_of_others

# A technique goes well where the person and the others tick it together at least this often, and
# in at least this share of the paragraphs where either does. Fewer ticks may be luck.
_TOGETHER, _SHARE = 5, 1 / 2
_STRENGTHS = 3  # techniques to name


@dataclass(frozen=True, slots=True)
class Case:
    """A paragraph that the annotator answered, beside its final labels.

    Attributes:
        final: The final labels, without disputed ones.
        missed: In the final labels, not ticked.
        extra: Ticked, neither in the final labels nor disputed.
        disputed: Labels that nobody has decided; they are nobody's mistake.
        adjudicated: Whether a person decided, or the annotators' answers did.
    """

    text: str
    ticked: tuple[str, ...]
    final: tuple[str, ...]
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    disputed: tuple[str, ...]
    adjudicated: bool

    @property
    def differs(self) -> bool:
        """Tell whether a final label is not what the annotator ticked."""
        return bool(self.missed or self.extra)


@dataclass(frozen=True, slots=True)
class Strength:
    """A technique that the annotator and most of the others see in the same paragraphs.

    Attributes:
        together: Paragraphs where both tick it.
        either: Paragraphs where at least one of them does.
        example: The text of a paragraph where both do.
    """

    label: str
    together: int
    either: int
    example: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one annotator reads; cases are in the order of the rows.

    Attributes:
        person: The annotator's pseudonym and agreement with the others.
        answers: Paragraphs that the person answered and that have final labels.
        differences: Cases with a final label that is not what was ticked; adjudicated ones first.
        undecided: Cases with a disputed label; some are among the differences too.
        checked: Number of cases that an adjudicator decided.
        confirmed: Those of them that were answered as decided, though somebody answered otherwise.
        strengths: The techniques that go best.
    """

    person: Person
    answers: int
    differences: tuple[Case, ...]
    undecided: tuple[Case, ...]
    checked: int
    confirmed: tuple[Case, ...]
    strengths: tuple[Strength, ...]


def sheets(
    rows: Sequence[DatasetRow], annotations: Iterable[Annotation], labels: Sequence[str]
) -> list[Sheet]:
    """Return a sheet for everybody who answered.

    Args:
        rows: The paragraphs of a dataset that have an answer.
        annotations: Of all annotators and adjudicators.
        labels: Technique ids in the taxonomy's order.
    """
    article_of = {row.paragraph.id: row.paragraph.article_id for row in rows}
    usable = [a for a in annotations if a.paragraph_id in article_of]
    table = answer_table(usable, labels, article_of)
    decided = {
        a.paragraph_id for a in usable if a.origin is Origin.ADJUDICATION and a.status in ANSWERS
    }
    text_of = {row.paragraph.id: row.paragraph.text for row in rows}
    figures = people(table)
    others = majority_of_others(table.answered, table.ticked[..., :-1])
    return [
        _sheet(
            person,
            _cases(person.name, rows, table, decided),
            _strengths(table, number, shared, rest, text_of),
        )
        for number, (person, (shared, rest)) in enumerate(zip(figures, others, strict=True))
        if person.answers
    ]


def _sheet(
    person: Person, cases: Sequence[tuple[Case, bool]], strengths: tuple[Strength, ...]
) -> Sheet:
    """Sort the cases; each comes with whether all answers to its paragraph are the same."""
    differences = [case for case, _ in cases if case.differs]
    return Sheet(
        person,
        answers=len(cases),
        differences=tuple(sorted(differences, key=lambda case: not case.adjudicated)),
        undecided=tuple(case for case, _ in cases if case.disputed),
        checked=sum(case.adjudicated for case, _ in cases),
        confirmed=tuple(
            case for case, same in cases if case.adjudicated and not case.differs and not same
        ),
        strengths=strengths,
    )


def _cases(
    name: str, rows: Iterable[DatasetRow], table: AnswerTable, decided: set[str]
) -> list[tuple[Case, bool]]:
    """Return the annotator's cases, each with whether all answers to the paragraph are the same."""
    cases = []
    for row in rows:
        id_ = row.paragraph.id
        answer = table.answers.get((name, id_))
        if answer is None:
            continue
        ticked, disputed = answer.labels, row.gold.disputed
        final = tuple(label for label in row.gold.labels if label not in disputed)
        case = Case(
            row.paragraph.text,
            ticked,
            final,
            missed=tuple(label for label in final if label not in ticked),
            extra=tuple(x for x in ticked if x not in final and x not in disputed),
            disputed=disputed,
            adjudicated=id_ in decided,
        )
        cases.append((case, _unanimous(id_, table)))
    return cases


def _unanimous(paragraph_id: str, table: AnswerTable) -> bool:
    answers = (table.answers.get((name, paragraph_id)) for name in table.annotators)
    return len({frozenset(answer.labels) for answer in answers if answer}) == 1


def _strengths(
    table: AnswerTable, number: int, shared: Bools, rest: Bools, text_of: Mapping[str, str]
) -> tuple[Strength, ...]:
    """Return the techniques that the annotator and the others tick together, often ones first."""
    ticked = table.ticked[number, :, :-1] & shared[:, None]
    together, either = ticked & rest, ticked | rest
    strengths = []
    for column, label in enumerate(table.labels):
        both, some = int(together[:, column].sum()), int(either[:, column].sum())
        if both >= _TOGETHER and both >= _SHARE * some:
            texts = [text_of[table.paragraphs[at]] for at in together[:, column].nonzero()[0]]
            strengths.append(Strength(label, both, some, min(texts, key=lambda t: (len(t), t))))
    return tuple(sorted(strengths, key=lambda strength: -strength.together)[:_STRENGTHS])
