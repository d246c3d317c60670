"""What users are told when Label Studio refuses, against a small server that refuses."""

import base64
import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest

from annotate.core.errors import InDoubtError, ServerError
from annotate.label_studio.client import LabelStudio, greet
from annotate.label_studio.project import Project, from_task
from annotate.label_studio.tasks import Task, Work
from tests.studio.proxy import serving

GRANTED = {
    "whoami": "/api/current-user/whoami",
}
LEGACY = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2"


def personal(expires: int) -> str:
    """A token of the form of a personal access token."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"exp": expires, "token_type": "refresh"})
    packed = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*packed, "c2lnbmF0dXJl"])


class Refusing(BaseHTTPRequestHandler):
    """Answers everything with the same status and body, but for the paths that it grants."""

    status: ClassVar[int]
    body: ClassVar[bytes]
    granted: ClassVar[Mapping[str, Any]]

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        if path in self.granted:
            self.reply(200, json.dumps(self.granted[path]).encode())
        else:
            self.reply(self.status, self.body)

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "sessionid=secret-of-the-session")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 -- their names

    def log_message(self, *args: object) -> None:
        """Nothing on stderr."""


@contextmanager
def refusing(status_: int, body_: Any, **granted_: Any) -> Iterator[str]:
    """The address of a server; what it grants is named by the end of the path."""

    class Handler(Refusing):
        status = status_
        granted: ClassVar = {GRANTED[name]: answer for name, answer in granted_.items()}
        body = body_ if isinstance(body_, bytes) else json.dumps(body_).encode()

    with serving(Handler) as url:
        yield url


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.label_studio.retry._PAUSES", (0.0, 0.0, 0.0, 0.0))


def message(url: str, token: str) -> str:
    text = str(failure(lambda: LabelStudio(url, token)))
    if token:
        assert token not in text
    return text


def failure(call: Callable[[], object]) -> ServerError:
    """What the call raises: one line, and no secret in it or in what is printed with it."""
    with pytest.raises(ServerError) as caught:
        call()
    error = caught.value
    assert "\n" not in str(error)
    assert "secret" not in "".join(traceback.format_exception(error))
    assert error.__cause__ is None  # the SDK's error would show headers
    assert error.__suppress_context__ or error.__context__ is None
    return error


@pytest.mark.parametrize(
    ("token", "body", "said"),
    [
        (LEGACY, {"detail": "Invalid token."}, "refused the legacy token (wrong or reset): copy"),
        (LEGACY, {"detail": "legacy token authentication has been disabled"}, "switched off there"),
        (personal(1), {}, "refused the personal access token (wrong, revoked or expired)"),
        (personal(2**33), {"detail": "Token is blacklisted"}, "refused the personal access token"),
        ("", {}, "refused to work without a token: get one at"),
        ("pasted “oddly”", {}, "refused the legacy token"),
    ],
)
def test_a_refused_token_is_named_by_its_kind_with_where_to_get_another(
    token: str, body: dict[str, str], said: str
) -> None:
    with refusing(401, body) as url:
        text = message(url, token)

    assert said in text
    assert f"{url}/user/account" in text


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, {}, "this token has no right to do that (403)"),
        (404, {}, "not found (404): check the address and the project"),
        (500, {"detail": "oh\nno"}, r"the server answered 500: oh\nno"),
        (400, {"validation_errors": {"title": ["too long"]}}, 'the server answered 400: {"title"'),
        (418, ["odd"], "the server answered 418: no reason given"),
        (200, {"id": None}, "answers, but not as Label Studio does; check the address"),
        (200, b"<html>A router</html>", "answers, but not as Label Studio does"),
        (200, [{"id": 3}], "answers, but not as Label Studio does; check the address"),
        (200, None, "answers, but not as Label Studio does; check the address"),
        (200, "3", "answers, but not as Label Studio does; check the address"),
        (200, 3, "answers, but not as Label Studio does; check the address"),
    ],
)
def test_other_refusals_say_what_to_check(status: int, body: Any, said: str) -> None:
    with refusing(status, body) as url:
        assert said in message(url, LEGACY)


@pytest.mark.parametrize("token", [LEGACY, "short", personal(2**33)])
def test_a_server_that_repeats_a_token_or_an_e_mail_is_not_quoted_with_it(token: str) -> None:
    cookie = "eyJhbGciOi.JIUzI1NiIsInR5cCI6IkpXVCJ9:1vN-cookie_cookie"
    told = {"detail": f"Token {token} of ana.b+c@example.org, {cookie}: the title is too long"}
    granted = {"access": personal(2**33), "id": 1}
    with refusing(400, told, whoami=granted) as url:
        error = failure(lambda: LabelStudio(url, token).users())

    assert not [s for s in (token, "ana.b", "example.org", "cookie_cookie") if s in str(error)]
    assert "the title is too long" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9",
        "127.0.0.1:9",
        "ftp://127.0.0.1",
        "http://",
        "http://a..b",
        "http://ü..b",
        "http://" + "a" * 64 + ".org",
    ],
)
def test_an_address_where_nothing_answers_says_how_to_start_it(url: str) -> None:
    text = message(url, LEGACY)

    assert text.startswith(
        f"no Label Studio answers at {url.rstrip('/')}: start it with 'make studio'"
    )


@pytest.mark.parametrize(
    ("status", "said", "in_doubt"),
    [
        (401, "refused the legacy token (wrong or reset): copy", False),
        (403, "this token has no right to do that (403)", False),
        (404, "not found (404)", False),
        (503, "the server failed with status 503", True),
    ],
)
def test_what_a_refused_draft_means_is_said_as_for_an_answer(
    status: int, said: str, in_doubt: bool
) -> None:
    with refusing(status, {}, whoami={"id": 3}) as url:
        project = Project(LabelStudio(url, LEGACY), 1, "studio")
        errors = [
            failure(lambda: project.save_draft(1, [], 1.0)),
            failure(lambda: project.annotate(1, [], 1.0)),
        ]

    for error in errors:
        assert said in str(error)
        assert isinstance(error, InDoubtError) == in_doubt


def exported(**changes: Any) -> dict[str, Any]:
    annotation = {
        "id": 7,
        "completed_by": 3,
        "result": [1],
        "was_cancelled": False,
        "lead_time": 4.5,
        "updated_at": "2026-11-22T04:00:00.000000Z",
        "updated_by": 3,
    }
    return annotation | changes


def drafted(user: str, **changes: Any) -> dict[str, Any]:
    draft = {"id": 8, "user": user, "result": [2], "lead_time": None, "annotation": None}
    return draft | {"updated_at": "2026-11-22T05:00:00.000000Z"} | changes


def test_a_task_of_an_export_is_read_with_answers_and_drafts() -> None:
    row = {
        "id": 1,
        "data": {"id": "p"},
        "annotations": [exported(), exported(id=9, completed_by=4, was_cancelled=True)],
        "drafts": [drafted("cy@studio.local")],
    }

    assert from_task(row, {"cy@studio.local": 5}) == Task(
        1,
        {"id": "p"},
        (
            Work(7, 3, [1], False, False, 4.5, "2026-11-22T04:00:00.000000Z"),
            Work(9, 4, [1], True, False, 4.5, "2026-11-22T04:00:00.000000Z", edited=True),
            Work(8, 5, [2], False, True, 0.0, "2026-11-22T05:00:00.000000Z"),
        ),
    )


def test_a_draft_of_somebody_who_submitted_is_left_out() -> None:
    row = {
        "id": 1,
        "data": {},
        "annotations": [exported(completed_by=5)],
        "drafts": [drafted("cy@studio.local"), drafted("ben@studio.local", annotation=7)],
    }

    work = from_task(row, {"cy@studio.local": 5, "ben@studio.local": 6}).work

    assert [(one.number, one.user) for one in work] == [(7, 5)]


def test_a_task_keeps_no_e_mail_of_people_that_the_token_cannot_see() -> None:
    row = {"id": 1, "data": {}, "annotations": [], "drafts": [drafted("who@example.org")]}

    task = from_task(row, {})

    assert len(task.work) == 1
    assert "example.org" not in repr(task)


def test_works_of_people_who_have_no_number_are_those_of_different_people() -> None:
    row = {
        "id": 1,
        "data": {},
        "annotations": [
            exported(id=7, completed_by=None),
            exported(id=8, completed_by=None),
            exported(id=9, completed_by=3),
        ],
        "drafts": [drafted("cy@example.org", id=7), drafted("who@example.org", id=8)],
    }

    work = from_task(row, {}).work

    assert [(one.number, one.draft) for one in work] == [
        (7, False),
        (8, False),
        (9, False),
        (7, True),
        (8, True),
    ]
    assert len({one.user for one in work}) == 5
    assert [one.user for one in work if one.user > 0] == [3]
    assert from_task(row, {}).work == work  # the same at each pull, so pseudonyms stay


Answer = tuple[int, dict[str, str], bytes] | None  # None: the connection is cut
WHO = b'{"id": 3}'
VERSION = b'{"label-studio-os-package": {"version": "1.23.2"}}'


@contextmanager
def answering(*answers: Answer) -> Iterator[str]:
    """The address of a server that gives these answers in turn, then the last one for ever."""
    left = list(answers)

    class Handler(Refusing):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 -- their names

    with serving(Handler) as url:
        yield url


FAULTS: list[Answer] = [
    None,
    (429, {"Retry-After": "0"}, b"{}"),
    (500, {}, b"{}"),
    (502, {}, b"<html>Bad Gateway</html>"),
    (200, {}, b""),
    (200, {}, b'{"id'),
    (200, {"Content-Length": "99"}, WHO),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("token", [LEGACY, personal(2**33)])
@pytest.mark.filterwarnings("ignore:The `parse_obj` method is deprecated:DeprecationWarning")
def test_the_first_question_is_asked_again_after_a_fault_on_the_way(
    token: str, fault: Answer
) -> None:
    granted = {"id": 3, "access": personal(2**33)}
    with answering(fault, fault, (200, {}, json.dumps(granted).encode())) as url:
        assert LabelStudio(url, token).user == 3


@pytest.mark.parametrize("fault", FAULTS)
def test_a_greeting_is_asked_again_after_a_fault_on_the_way(fault: Answer) -> None:
    with answering(fault, fault, (200, {}, VERSION)) as url:
        assert greet(url).version == "1.23.2"


@pytest.mark.parametrize("fault", FAULTS)
def test_any_other_question_is_asked_again_after_a_fault_on_the_way(fault: Answer) -> None:
    with answering((200, {}, WHO), fault, fault, (200, {}, b'{"tasks": []}')) as url:
        assert LabelStudio(url, LEGACY).get("api/tasks") == {"tasks": []}


def test_a_server_that_stays_busy_says_how_long_it_asks_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotate.label_studio.retry.LONGEST", 0.0)
    with answering((429, {"Retry-After": "300"}, b"{}")) as url:
        assert "answered 429" in message(url, LEGACY)
        assert "; it asks to wait 300 seconds" in message(url, LEGACY)
        assert "; it asks to wait 300 seconds" in str(failure(lambda: greet(url)))


def test_a_change_that_is_confirmed_with_nothing_is_in_doubt() -> None:
    with answering((200, {}, WHO), (200, {}, b"")) as url:
        project = Project(LabelStudio(url, LEGACY), 1, "studio")

        assert isinstance(failure(lambda: project.update(1, {})), InDoubtError)
        assert isinstance(failure(lambda: project.add([{}])), InDoubtError)
