"""A fault at the first question, before the real server: push and pull go on."""

import pytest

from annotate.label_studio.client import LabelStudio, greet
from annotate.sync.upload import upload
from tests.studio.desk import Desk, paragraphs
from tests.studio.proxy import Fault, failing_proxy

pytestmark = pytest.mark.studio

FAULTS = (
    Fault.CUT_BEFORE,
    Fault.CUT_WITHIN,
    Fault.TIMEOUT_AFTER,
    Fault.REFUSED_BEFORE,
    Fault.BUSY_BEFORE,
    Fault.EMPTY_AFTER,
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.label_studio.retry._PAUSES", (0.1, 0.1, 0.1, 0.1))


def first_questions(path: str) -> bool:
    return path in ("/api/current-user/whoami", "/api/version/")


@pytest.mark.parametrize("fault", FAULTS)
def test_push_survives_faults_at_the_first_question(desk: Desk, fault: Fault) -> None:
    with failing_proxy(desk.url, *[fault] * 3, aim=first_questions) as proxy:
        shared = desk.make(desk.elsewhere(url=proxy.url))
        assert proxy.faults == []
        rows = paragraphs("They lied to you.")
        assert upload(rows, shared).added == 1
        (number,) = (number for number, _ in shared.task_data())
        shared.skip(number, 1.0)
        proxy.faults[:] = [fault] * 3
        assert LabelStudio(proxy.url, desk.account("admin").token).user
        proxy.faults[:] = [fault] * 3
        assert greet(proxy.url).version

        assert proxy.faults == []
