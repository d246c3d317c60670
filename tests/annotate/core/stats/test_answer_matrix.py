import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.records import Annotation, Origin, Status
from annotate.core.stats.answer_matrix import ANY, answer_table
from tests.annotate.samples import answer

LABELS = ["Doubt", "Fear"]
ARTICLES = {"p1": "x", "p2": "y"}


def test_the_table_holds_who_answered_and_what() -> None:
    table = answer_table(
        [answer("p2", "a1", "Fear"), answer("p1", "a1"), answer("p1", "a2", "Doubt", "Fear")],
        LABELS,
        ARTICLES,
    )

    assert (table.annotators, table.paragraphs) == (("a1", "a2"), ("p1", "p2"))
    assert table.questions == ("Doubt", "Fear", ANY)
    assert table.answered.tolist() == [[True, True], [True, False]]
    assert table.ticked.astype(int).tolist() == [[[0, 0, 0], [0, 1, 1]], [[1, 1, 1], [0, 0, 0]]]
    assert table.article_count == 2


@pytest.mark.parametrize("status", [Status.SKIPPED, Status.DRAFT, Status.UNUSABLE])
def test_what_is_no_answer_is_missing_and_its_author_is_in_the_table(status: Status) -> None:
    table = answer_table([answer("p1", "a1", "Doubt", status=status)], LABELS, {})

    assert table.annotators == ("a1",)
    assert table.paragraphs == ()
    assert table.article_count == 0


def test_an_adjudication_is_no_annotators_answer() -> None:
    decided = replace(answer("p1", "boss", "Doubt"), origin=Origin.ADJUDICATION)

    table = answer_table([answer("p1", "a1"), decided], LABELS, ARTICLES)

    assert table.annotators == ("a1",)
    assert not table.ticked.any()


def test_names_that_left_nothing_can_be_asked_for_and_numbers_are_ordered_as_numbers() -> None:
    table = answer_table([answer("p1", "a10")], LABELS, ARTICLES, ["a2", "ben", "a10"])

    assert table.annotators == ("a2", "a10", "ben")
    assert table.answered.sum(axis=1).tolist() == [0, 1, 0]


def test_of_two_answers_of_one_annotator_the_newest_counts() -> None:
    old = replace(answer("p1", "a1", "Doubt"), updated_at="2026-11-22T04:00:00.000000Z")
    new = replace(answer("p1", "a1", "Fear"), updated_at="2026-11-22T05:00:00.000000Z")

    for rows in ([old, new], [new, old]):
        table = answer_table(rows, LABELS, ARTICLES)
        assert table.ticked[0, 0].tolist() == [False, True, True]


ROWS = st.lists(
    st.builds(
        lambda unit, name, labels: answer(unit, name, *sorted(labels)),
        st.sampled_from(["p1", "p2"]),
        st.sampled_from(["a1", "a2"]),
        st.sets(st.sampled_from(LABELS)),
    )
)


@settings(deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_repeated_rows_matter(
    rows: list[Annotation], chance: random.Random
) -> None:
    shuffled = rows + rows[: len(rows) // 2]
    chance.shuffle(shuffled)

    once, again = (answer_table(r, LABELS, ARTICLES) for r in (rows, shuffled))

    assert once.annotators == again.annotators
    assert once.ticked.tolist() == again.ticked.tolist()
    assert once.answers == again.answers
