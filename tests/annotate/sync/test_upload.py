import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InDoubtError, ServerError
from annotate.core.records import Paragraph
from annotate.sync.upload import BATCH, PushReport, missing, upload
from tests.annotate.samples import paragraph
from tests.annotate.stores import Fault, ListStore


def paragraphs(count: int) -> list[Paragraph]:
    return [paragraph(f"Paragraph number {n}.", position=n) for n in range(count)]


class Waits(list[float]):
    """Instead of sleeping."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def test_a_second_push_adds_nothing() -> None:
    store = ListStore()

    assert upload(paragraphs(3), store) == PushReport(added=3, skipped=0, put_right=0)
    assert upload(paragraphs(3), store) == PushReport(added=0, skipped=3, put_right=0)
    assert upload(paragraphs(5), store) == PushReport(added=2, skipped=3, put_right=0)
    assert [task.data["position"] for task in store.held] == [0, 1, 2, 3, 4]


def test_a_paragraph_that_stands_twice_is_sent_once() -> None:
    store = ListStore()

    assert upload(paragraphs(2) + paragraphs(2), store) == PushReport(2, 2, 0)
    assert len(store.held) == 2


def test_missing_are_those_that_a_push_would_send() -> None:
    first, second, third = paragraphs(3)

    assert missing([first, second, third, second], {third.id}) == [first, second]


def test_batches_hold_a_thousand_and_each_is_told() -> None:
    store = ListStore()
    told: list[int] = []

    upload(paragraphs(2 * BATCH + 1), store, advance=told.append)

    assert BATCH == 1000
    assert store.sent == [1000, 1000, 1]
    assert told == [1000, 1000, 1]
    assert store.looks == 1


def test_nothing_to_send_is_nothing_sent() -> None:
    store = ListStore()

    assert upload([], store) == PushReport(0, 0, 0)
    assert store.sent == []


def test_a_server_that_commits_and_then_fails_gets_no_doubles() -> None:
    store, waits = ListStore(faults=[Fault.COMMITS_THEN_FAILS]), Waits()

    report = upload(paragraphs(3), store, sleep=waits)

    assert report == PushReport(added=3, skipped=0, put_right=3)
    assert set(store.copies().values()) == {1}
    assert store.sent == [3]
    assert waits == [1.0]


def test_what_failed_before_is_sent_again_after_a_look() -> None:
    store, waits = ListStore(faults=[Fault.FAILS_BEFORE, Fault.FAILS_BEFORE]), Waits()

    report = upload(paragraphs(3), store, sleep=waits)

    assert report == PushReport(added=3, skipped=0, put_right=3)
    assert store.sent == [3, 3, 3]
    assert store.looks == 1 + 2
    assert waits == [1.0, 2.0]


def test_only_what_is_missing_is_sent_again() -> None:
    store = ListStore(faults=[Fault.SHORT_COUNT])

    report = upload(paragraphs(5), store, sleep=Waits())

    assert report == PushReport(added=5, skipped=0, put_right=5)
    assert store.sent == [5, 3]
    assert set(store.copies().values()) == {1}


def test_only_batches_in_doubt_are_counted_as_put_right() -> None:
    store = ListStore(faults=[Fault.NONE, Fault.COMMITS_THEN_FAILS])

    report = upload(paragraphs(BATCH + 7), store, sleep=Waits())

    assert report == PushReport(added=BATCH + 7, skipped=0, put_right=7)


def test_a_server_that_stays_in_doubt_is_given_up_with_one_line() -> None:
    store, waits = ListStore(faults=[Fault.FAILS_BEFORE] * 9), Waits()

    with pytest.raises(ServerError) as caught:
        upload(paragraphs(3), store, sleep=waits)

    assert not isinstance(caught.value, InDoubtError)
    assert str(caught.value) == (
        "the connection broke; gave up after 5 tries: run the same command again later"
    )
    assert store.sent == [3] * 5
    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_a_refusal_is_not_tried_again() -> None:
    store, waits = ListStore(faults=[Fault.REFUSES]), Waits()

    with pytest.raises(ServerError, match="the server refused it"):
        upload(paragraphs(3), store, sleep=waits)

    assert store.sent == [3]
    assert waits == []


@settings(deadline=None)
@given(st.lists(st.sampled_from([f for f in Fault if f is not Fault.REFUSES])), st.integers(0, 9))
def test_whatever_happens_on_the_way_each_paragraph_is_there_once(
    faults: list[Fault], count: int
) -> None:
    store = ListStore(faults=faults)
    waits = Waits()
    for _ in range(len(faults) + 1):
        try:
            upload(paragraphs(count), store, sleep=waits)
        except ServerError:
            continue

    assert store.copies() == {one.id: 1 for one in paragraphs(count)}
