from dataclasses import replace

import pytest

from annotate.core.records import Annotation, Consensus, DatasetRow, Origin, Status
from annotate.core.taxonomy import Taxonomy
from annotate.review.disagreements import find_disagreements, vote_line
from tests.annotate.samples import answer, paragraph

P, Q, R = (paragraph(f"Text {n}.", position=n) for n in range(3))


def disputed(number: int) -> DatasetRow:
    gold = Consensus((), (0.5, 0.0, 0.0), 2, (), ("Insult",))
    return DatasetRow([P, Q, R][number], gold, "train")


def row(number: int = 0, *scores: float) -> DatasetRow:
    return DatasetRow([P, Q, R][number], Consensus((), scores or (0.0, 0.0, 0.0), 2, ()), "train")


def found(annotations: list[Annotation], below: float | None = None) -> list[str]:
    rows = [row(0, 1.0, 0.5, 0.0), row(1, 0.9, 0.0, 0.0), row(2)]
    return [d.paragraph.id for d in find_disagreements(rows, annotations, below)]


def test_a_paragraph_is_disputed_where_answers_differ_in_a_label_or_in_being_usable() -> None:
    said = [
        *(answer(P.id, name, *labels) for name, labels in (("a1", ["Fear"]), ("a2", []))),
        *(answer(Q.id, name, "Fear", "Doubt") for name in ("a1", "a2")),
        answer(R.id, "a1"),
        answer(R.id, "a2", status=Status.UNUSABLE),
    ]

    assert found(said) == [P.id, R.id]


def test_disputed_paragraphs_come_before_those_that_the_others_outvoted() -> None:
    three = [
        answer(P.id, name, *labels) for name, labels in (("a1", ["Fear"]), ("a2", []), ("a3", []))
    ]
    two = [answer(p.id, n, *x) for p in (Q, R) for n, x in (("a1", ["Insult"]), ("a2", []))]

    found = find_disagreements([row(0), disputed(1), disputed(2)], [*three, *two], None)

    assert [(d.paragraph.id, d.disputed) for d in found] == [
        (Q.id, True),
        (R.id, True),
        (P.id, False),
    ]


def test_a_label_that_the_estimate_leaves_undecided_is_to_be_decided_even_if_all_agree() -> None:
    same = [answer(P.id, name, "Insult") for name in ("a1", "a2")]

    assert [d.paragraph.id for d in find_disagreements([disputed(0)], same, None)] == [P.id]


def test_skips_and_drafts_dispute_nothing() -> None:
    said = [
        answer(P.id, "a1", "Fear"),
        answer(P.id, "a2", status=Status.SKIPPED),
        answer(P.id, "a3", "Doubt", status=Status.DRAFT),
    ]

    assert found(said) == []


def test_what_was_adjudicated_is_not_sent_again_but_a_draft_decides_nothing() -> None:
    said = [answer(p.id, n, *x) for p in (P, Q) for n, x in (("a1", ["Fear"]), ("a2", []))]
    decided = replace(answer(P.id, "a3", "Fear"), origin=Origin.ADJUDICATION)
    begun = replace(answer(Q.id, "a3", "Fear", status=Status.DRAFT), origin=Origin.ADJUDICATION)

    assert found([*said, decided, begun]) == [Q.id]


@pytest.mark.parametrize(("below", "expected"), [(0.8, [P.id]), (0.95, [P.id, Q.id]), (0.5, [])])
def test_with_a_bound_the_uncertain_scores_are_disputed(below: float, expected: list[str]) -> None:
    assert found([], below) == expected


def test_votes_are_counted_without_names(small: Taxonomy) -> None:
    said = [
        replace(answer(P.id, "a1", "Insult", "Fear"), comment="Or doubt?"),
        answer(P.id, "a2", "Insult"),
        answer(P.id, "a3"),
    ]
    (dispute,) = find_disagreements([row()], said, None)

    line = vote_line(dispute, small)

    assert line == ("Of 3 answers: Insult 2, Fear 1, No technique 1. Comments: “Or doubt?”")


def test_the_order_of_the_answers_does_not_tell_whose_they_are() -> None:
    one = [answer(P.id, "a1", "Fear"), answer(P.id, "a2")]
    other = [answer(P.id, "a1"), answer(P.id, "a2", "Fear")]

    labels = [
        [a.labels for a in find_disagreements([row()], said, None)[0].answers]
        for said in (one, other)
    ]
    assert labels[0] == labels[1]
