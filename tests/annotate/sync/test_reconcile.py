from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import ServerError
from annotate.core.records import Paragraph
from annotate.label_studio.tasks import Task, Work
from annotate.sync.reconcile import doubles, remove_untouched, stale, unite, update
from annotate.sync.upload import PushReport, upload
from tests.annotate.samples import paragraph
from tests.annotate.stores import ListStore

ANSWER = Work(1, 7, [], skipped=False, draft=False, seconds=1.0, updated_at="2026-11-02")


def three() -> list[Paragraph]:
    return [paragraph(f"Paragraph number {n}.", position=n) for n in range(3)]


def store_of(*rows: Paragraph) -> ListStore:
    """A task for each, twice where a paragraph is named twice."""
    store = ListStore()
    store.fill(*rows)
    return store


def clean(store: ListStore) -> int:
    """Remove the doubles that are there now; how many."""
    return len(remove_untouched(doubles(store.summaries()), store))


def no_sleep(seconds: float) -> None:
    pass


def test_a_task_with_another_context_or_title_is_stale_and_is_updated_in_place() -> None:
    first, second, third = three()
    store = store_of(first, second, third)
    now = [replace(first, next="Another next."), second, replace(third, title="Another title")]

    changed = stale(now, store.summaries())

    assert sorted(changed) == [1, 3]
    assert update(changed, store) == (2, 0)
    assert [task.number for task in store.held] == [1, 2, 3]
    assert [store.held[n].data["id"] for n in range(3)] == [first.id, second.id, third.id]
    assert store.held[0].data["next"] == "Another next."
    assert store.held[2].data["title"] == "Another title"
    assert stale(now, store.summaries()) == {}


def test_a_task_that_lost_a_key_is_stale_but_not_one_made_before_author_existed() -> None:
    first, second, _ = three()
    second = replace(second, previous="")
    store = store_of(first, second)
    for task, key in zip(list(store.held), ("author", "previous"), strict=True):
        lost = {name: value for name, value in task.data.items() if name != key}
        store.held[task.number - 1] = replace(task, data=lost)

    assert stale([first, second], store.summaries()) == {2: second}


def test_of_a_stale_paragraph_that_is_there_twice_the_task_that_stays_is_updated() -> None:
    first, *_ = three()
    store = store_of(first, first)
    now = replace(first, next="Another next.")

    update(stale([now], store.summaries()), store)

    assert clean(store) == 1
    assert [(task.number, task.data["next"]) for task in store.held] == [(1, "Another next.")]
    assert stale([now], store.summaries()) == {}


def test_a_text_that_was_changed_on_the_server_is_corrected_and_not_sent_again() -> None:
    first, *_ = three()
    store = store_of(first)
    store.held[0] = replace(store.held[0], data={**store.held[0].data, "text": "Other words."})

    assert upload([first], store).added == 0
    assert update(stale([first], store.summaries()), store) == (1, 0)
    assert store.held[0].data["text"] == first.text


@pytest.mark.parametrize(
    "work", [ANSWER, replace(ANSWER, skipped=True), replace(ANSWER, draft=True)]
)
def test_what_somebody_worked_on_keeps_the_context_that_it_was_judged_in(work: Work) -> None:
    first, second, _ = three()
    store = store_of(first, second)
    store.leave(1, work)
    now = [replace(first, next="Another."), replace(second, next="Another.")]

    assert update(stale(now, store.summaries()), store) == (1, 1)
    assert store.held[0].data["next"] == first.next
    assert store.held[1].data["next"] == "Another."


def test_an_update_in_doubt_is_made_again_and_given_up_after_five_tries() -> None:
    (first, *_) = three()
    store = store_of(first)
    changed = stale([replace(first, next="Another.")], store.summaries())
    store.doubts = [True, True]

    assert update(changed, store, sleep=no_sleep) == (1, 0)
    assert store.held[0].data["next"] == "Another."

    store.doubts = [True] * 5
    with pytest.raises(ServerError, match="gave up after 5 tries"):
        update(stale([first], store.summaries()), store, sleep=no_sleep)


def test_of_doubles_the_lowest_number_stays() -> None:
    first, second, third = three()
    store = store_of(first, second, first, third, first)

    assert doubles(store.summaries()) == [3, 5]
    assert clean(store) == 2
    assert [task.number for task in store.held] == [1, 2, 4]


def test_doubles_go_in_batches_and_a_removal_in_doubt_is_repeated() -> None:
    first, *_ = three()
    store = store_of(*[first] * 452)
    store.leave(7, ANSWER)
    store.doubts = [True]

    gone = remove_untouched(doubles(store.summaries()), store, sleep=no_sleep)

    assert len(gone) == 450
    assert [task.number for task in store.held] == [1, 7]
    assert sum(store.removals) == 450
    assert max(store.removals) <= 200


def test_an_answer_that_comes_between_the_look_and_the_removal_stays() -> None:
    class AnsweredJustNow(ListStore):
        def remove(self, numbers: Sequence[int]) -> None:
            self.leave(3, ANSWER)
            super().remove(numbers)

    first, *_ = three()
    store = AnsweredJustNow()
    store.fill(first, first, first)

    assert remove_untouched([2, 3], store) == {2}
    assert [task.number for task in store.held] == [1, 3]


def test_of_two_projects_with_one_title_the_older_gets_what_nobody_worked_on() -> None:
    first, second, third = three()
    younger = store_of(first, second, third)
    younger.leave(2, ANSWER)
    store = store_of(first)
    store.younger = [younger]

    assert unite(store) == PushReport(0, 0, 0, moved=1, doubles=1)

    assert store.copies() == {first.id: 1, third.id: 1}
    assert younger.copies() == {second.id: 1}
    assert not younger.deleted
    assert unite(store) == PushReport(0, 0, 0)


def test_a_second_project_without_work_is_deleted_and_one_that_was_changed_by_hand_stays() -> None:
    rows = three()
    store, second, third = store_of(), store_of(*rows), store_of(rows[0])
    third.held += [Task(8, {"id": "by hand", "text": "The same."})]
    store.younger = [second, third]

    assert unite(store) == PushReport(0, 0, 0, moved=3, doubles=1)

    assert [second.deleted, third.deleted] == [True, False]
    assert [task.number for task in third.held] == [8]


def test_a_double_that_somebody_worked_on_stays_and_so_does_what_is_not_ours() -> None:
    first, *_ = three()
    store = store_of(first, first, first)
    store.leave(2, ANSWER)
    store.held += [Task(n, {"id": "by hand", "text": "The same."}) for n in (8, 9)]

    assert clean(store) == 1
    assert [task.number for task in store.held] == [1, 2, 8, 9]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.integers(0, 4), max_size=12), st.lists(st.integers(0, 4), max_size=12), st.data()
)
def test_two_pushes_at_once_leave_each_paragraph_once_whoever_ends_last(
    one: list[int], other: list[int], data: st.DataObject
) -> None:
    """Both look, both send, in any order of batches; then one after the other removes doubles."""
    rows = [paragraph(f"Paragraph number {n}.", position=n) for n in range(5)]
    store = ListStore()
    for number in data.draw(st.permutations([*set(one), *set(other)])):
        store.fill(rows[number])

    removed = [store.count() != len(set(mine)) and clean(store) for mine in (one, other)]

    assert sorted(store.copies()) == sorted({rows[n].id for n in (*one, *other)})
    assert set(store.copies().values()) <= {1}
    assert sum(removed) == len(set(one) & set(other))
    assert upload([rows[n] for n in (*one, *other)], store).added == 0
