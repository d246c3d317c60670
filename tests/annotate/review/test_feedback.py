from collections.abc import Sequence
from dataclasses import replace

from annotate.core.records import Annotation, Consensus, DatasetRow, Origin, Status
from annotate.core.taxonomy import Taxonomy
from annotate.review.feedback import Sheet, sheets
from tests.annotate.samples import answer, majority, paragraph

LABELS = ("Insult", "Doubt", "Fear")
P, Q, R = (paragraph(f"Text {n} & <b>.", position=n) for n in range(3))
GOLD = [
    DatasetRow(P, Consensus(("Insult",), (1.0, 0.0, 0.0), 2, ()), "train"),
    DatasetRow(Q, Consensus((), (0.0, 0.4, 0.0), 2, ()), "train"),
    DatasetRow(R, Consensus(("Fear",), (0.0, 0.0, 1.0), 2, ()), "test"),
]
ANNOTATIONS = [
    answer(P.id, "a1", "Insult"),
    answer(P.id, "a2", "Doubt"),
    answer(Q.id, "a1", "Doubt"),
    answer(Q.id, "a2"),
    answer(R.id, "a1"),
    answer(R.id, "a2", status=Status.SKIPPED),
    replace(answer(R.id, "a3", "Fear"), origin=Origin.ADJUDICATION),
]


def of(rows: Sequence[DatasetRow], annotations: Sequence[Annotation]) -> list[Sheet]:
    return sheets(rows, annotations, LABELS)


def pairs(small: Taxonomy, *answers: tuple[str, str]) -> tuple[list[DatasetRow], list[Annotation]]:
    """Two people's answers to a paragraph each, and the gold by majority; "" is no technique."""
    rows, annotations = [], []
    for n, labels in enumerate(answers):
        one = paragraph(f"Words of paragraph {n}.", f"article {n}")
        given = [
            answer(one.id, name, *filter(None, [label]))
            for name, label in zip(("a1", "a2"), labels, strict=True)
        ]
        merged = majority(given, small)
        assert merged
        rows.append(DatasetRow(one, merged, "train"))
        annotations += given
    return rows, annotations


def test_each_annotator_gets_the_answers_that_differ_from_the_final_labels() -> None:
    first, second = of(GOLD, ANNOTATIONS)

    assert (first.person.name, first.answers) == ("a1", 3)
    assert [(d.text, d.missed, d.extra) for d in first.differences] == [
        (R.text, ("Fear",), ()),  # decided by a person, so it comes first
        (Q.text, (), ("Doubt",)),
    ]
    assert [d.adjudicated for d in first.differences] == [True, False]
    assert (second.person.name, second.answers) == ("a2", 2)
    assert [(d.missed, d.extra) for d in second.differences] == [(("Insult",), ("Doubt",))]


def test_what_two_people_dispute_is_nobodys_mistake(small: Taxonomy) -> None:
    for sheet in of(*pairs(small, ("Insult", "Insult"), ("Insult", ""), ("Doubt", "Fear"))):
        assert sheet.answers == 3
        assert sheet.differences == ()
        assert [case.disputed for case in sheet.undecided] == [("Insult",), ("Doubt", "Fear")]


def test_a_disputed_label_that_holds_in_gold_is_still_nobodys_mistake() -> None:
    on = [DatasetRow(P, Consensus(("Insult",), (0.5, 0.0, 0.0), 2, (), ("Insult",)), "train")]
    first, second = of(on, [answer(P.id, "a1", "Insult"), answer(P.id, "a2")])

    assert (first.differences, second.differences) == ((), ())
    assert [case.ticked for case in (*first.undecided, *second.undecided)] == [("Insult",), ()]


def test_the_sheet_has_the_agreement_with_the_others(small: Taxonomy) -> None:
    # Both tick Insult twice, only a1 once: F1 = 2 * 2 / (2 * 2 + 1).
    rows, annotations = pairs(
        small, ("Insult", "Insult"), ("Insult", "Insult"), ("Insult", ""), ("", "")
    )

    first, second = of(rows, annotations)

    assert (first.person.f1.value, second.person.f1.value) == (0.8, 0.8)
    assert first.person.shared == 4


def test_a_technique_goes_well_that_both_tick_five_times_and_mostly_together(
    small: Taxonomy,
) -> None:
    both = [("Insult", "Insult")] * 5
    four = [("Fear", "Fear")] * 4
    doubted = [("Doubt", "Doubt")] * 5 + [("Doubt", "")] * 6

    first, _ = of(*pairs(small, *both, ("Insult", ""), *four, *doubted))

    (insult,) = first.strengths
    assert (insult.label, insult.together, insult.either) == ("Insult", 5, 6)
    assert insult.example == "Words of paragraph 0."


def test_an_answer_that_the_adjudicator_confirms_against_another_is_counted(
    small: Taxonomy,
) -> None:
    rows, annotations = pairs(small, ("Insult", ""), ("Doubt", "Doubt"), ("Fear", ""))
    decided = {0: ("Insult",), 1: ("Doubt",)}
    for n, labels in decided.items():
        rows[n] = replace(rows[n], gold=replace(rows[n].gold, labels=labels, disputed=()))
        made = answer(rows[n].paragraph.id, "a9", *labels)
        annotations.append(replace(made, origin=Origin.ADJUDICATION))

    first, second = of(rows, annotations)

    assert (first.checked, [case.final for case in first.confirmed]) == (2, [("Insult",)])
    assert (second.checked, second.confirmed) == (2, ())
    assert [case.missed for case in second.differences] == [("Insult",)]
    assert [case.disputed for case in first.undecided] == [("Fear",)]


def test_whoever_answered_alone_has_a_sheet_and_nobody_to_compare_with() -> None:
    (alone,) = of(GOLD[:1], ANNOTATIONS[:1])

    assert alone.person.shared == 0
    assert not alone.person.f1.defined
    assert (alone.differences, alone.strengths, alone.checked) == ((), (), 0)
