"""An import that ends in doubt, before a real server: each paragraph is there once in the end."""

import pytest

from annotate.core.errors import ServerError
from annotate.sync.upload import PushReport, upload
from tests.studio.desk import Desk, paragraphs, task_numbers
from tests.studio.proxy import COMMITS, Fault, Proxy, failing_proxy

pytestmark = pytest.mark.studio

TEXTS = tuple(f"Paragraph number {number}." for number in range(30))


def push_through(desk: Desk, proxy: Proxy, texts: tuple[str, ...] = TEXTS) -> PushReport:
    store = desk.make(desk.elsewhere(url=proxy.url))
    return upload(paragraphs(*texts), store, sleep=lambda seconds: None)


DOUBTS = [
    Fault.CUT_AFTER,
    Fault.CUT_WITHIN,
    Fault.TIMEOUT_AFTER,
    Fault.PAGE_AFTER,
    Fault.CUT_BEFORE,
    Fault.REFUSED_BEFORE,
]


@pytest.mark.parametrize("fault", DOUBTS)
def test_a_push_in_doubt_leaves_each_paragraph_there_once(desk: Desk, fault: Fault) -> None:
    with failing_proxy(desk.url, fault) as proxy:
        report = push_through(desk, proxy)

    assert report == PushReport(added=30, skipped=0, put_right=30)
    assert proxy.imports == (1 if fault in COMMITS else 2)
    assert task_numbers(desk.open()).keys() == {row.id for row in paragraphs(*TEXTS)}


def test_several_doubts_in_a_row_are_looked_up_each(desk: Desk) -> None:
    faults = (Fault.REFUSED_BEFORE, Fault.CUT_BEFORE, Fault.CUT_AFTER)
    with failing_proxy(desk.url, *faults) as proxy:
        report = push_through(desk, proxy)

    assert report == PushReport(added=30, skipped=0, put_right=30)
    assert len(task_numbers(desk.open())) == 30


def test_a_push_that_gives_up_says_so_and_the_next_one_mends_it(desk: Desk) -> None:
    with failing_proxy(desk.url, *[Fault.REFUSED_BEFORE] * 5) as proxy:
        with pytest.raises(ServerError, match="run the same command again later"):
            push_through(desk, proxy)
        assert proxy.imports == 5
        assert task_numbers(desk.open()) == {}

        assert push_through(desk, proxy) == PushReport(added=30, skipped=0, put_right=0)

    assert len(task_numbers(desk.open())) == 30


def test_what_was_there_before_the_doubt_does_not_count_as_put_right(desk: Desk) -> None:
    upload(paragraphs(*TEXTS[:10]), desk.make())

    with failing_proxy(desk.url, Fault.CUT_AFTER) as proxy:
        report = push_through(desk, proxy)

    assert report == PushReport(added=20, skipped=10, put_right=20)
    assert len(task_numbers(desk.open())) == 30


def test_looks_that_fail_are_asked_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.label_studio.retry._PAUSES", (0.0,) * 4)
    desk.make()
    faults = (Fault.CUT_WITHIN, Fault.CUT_BEFORE, Fault.REFUSED_BEFORE, Fault.TIMEOUT_AFTER)
    with failing_proxy(desk.url, *faults, aim=lambda path: path == "/api/tasks") as proxy:
        assert push_through(desk, proxy) == PushReport(added=30, skipped=0, put_right=0)

    assert proxy.imports == 5
    assert len(task_numbers(desk.open())) == 30
