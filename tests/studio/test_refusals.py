"""What goes wrong between us and a server: one clear line each, and no secret in it."""

import base64
import json
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from annotate.core.errors import InputError, ServerError
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.connection import find_connection
from annotate.label_studio.project import Project
from annotate.sync.upload import upload
from tests.studio.desk import Desk, paragraphs, task_numbers
from tests.studio.proxy import other_server

# With a personal access token the SDK calls what pydantic has deprecated.
pytestmark = [
    pytest.mark.studio,
    pytest.mark.filterwarnings("ignore:The `parse_obj` method is deprecated:DeprecationWarning"),
]


@contextmanager
def one_line(desk: Desk, *parts: str, secrets: tuple[str, ...] = ()) -> Iterator[None]:
    """The block fails with a line that holds `parts`; not even its traceback holds a secret."""
    with pytest.raises(ServerError) as caught:
        yield
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message
    printed = "".join(traceback.format_exception(caught.value))
    accounts = [desk.account(name) for name in ("admin", "ana", "ben", "cy")]
    for secret in (*secrets, *(a.token for a in accounts), *(a.password for a in accounts)):
        assert secret not in printed
    for word in ("studio.local", "sessionid", "csrftoken", "Authorization", "Set-Cookie"):
        assert word.lower() not in printed.lower()


def jwt(**claims: object) -> str:
    """A personal access token that the server never gave."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"token_type": "refresh", "jti": "x", **claims})
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts]
    return ".".join(part.rstrip("=") for part in (*encoded, "c2lnbmF0dXJl"))


FAR, PAST = 8_000_000_000, 1_000_000_000  # seconds since 1970: the years 2223 and 2001


def test_nothing_listens_at_the_address(desk: Desk) -> None:
    with socket.socket() as closed:  # bound, so nobody else takes it; it does not listen
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with one_line(desk, f"no Label Studio answers at {url}", "make studio", "--url"):
            desk.make(desk.elsewhere(url=url))


@pytest.mark.parametrize(
    "url", ["localhost:1", "http://[", "nowhere", "ftp://x", "http://", "http://a..b"]
)
def test_an_address_that_is_none(desk: Desk, url: str) -> None:
    with one_line(desk, "no Label Studio answers at", "LABEL_STUDIO_URL"):
        desk.make(desk.elsewhere(url=url))


@pytest.mark.parametrize("token", ["legacy", "personal"])
@pytest.mark.parametrize("content", [b"<html>A wiki</html>", b"\xff\xfe", b"{}", b"[]"])
def test_another_server_stands_at_the_address(desk: Desk, token: str, content: bytes) -> None:
    sent = jwt(exp=FAR) if token == "personal" else ""
    with other_server(200, content) as url:
        line = f"{url} answers, but not as Label Studio does; check the address"
        with one_line(desk, line, secrets=(sent,) if sent else ()):
            desk.make(desk.elsewhere(url=url, token=sent))


def test_a_page_is_not_found_at_the_address(desk: Desk) -> None:
    with other_server(404, b"<html>Not here</html>") as url:
        with one_line(desk, f"{url}: not found (404)", "check the address"):
            desk.make(desk.elsewhere(url=url))
        with one_line(desk, url, "check the address"):
            desk.make(desk.elsewhere(url=url, token=jwt(exp=FAR)))


def test_a_legacy_token_that_is_wrong(desk: Desk) -> None:
    wrong = "0123456789abcdef" * 2 + "01234567"
    with one_line(desk, "the legacy token (wrong or reset)", "legacy-token", secrets=(wrong,)):
        desk.make(desk.elsewhere(token=wrong))


@pytest.mark.parametrize("token", ["“quoted”", "two\nlines", "tab\there"])
def test_a_token_that_no_request_can_carry(desk: Desk, token: str) -> None:
    with one_line(desk, "the legacy token (wrong or reset)", secrets=(token,)):
        desk.make(desk.elsewhere(token=token))


def test_a_token_with_a_newline_behind_it_works(desk: Desk) -> None:
    assert desk.make(desk.elsewhere(token=f"{desk.account('ana').token}\n")).number


def test_a_token_that_is_missing(desk: Desk) -> None:
    with one_line(desk, f"the token for {desk.url} is missing", "--api-key"):
        find_connection(desk.url, "")
    with one_line(desk, "refused to work without a token", "LABEL_STUDIO_API_KEY"):
        LabelStudio(desk.url, " ")


@pytest.mark.parametrize("token", [jwt(exp=FAR), jwt(exp=PAST), jwt(), "a.b.c"])
def test_a_personal_access_token_that_is_wrong_or_expired(desk: Desk, token: str) -> None:
    with one_line(desk, "the personal access token", "make a new one at", secrets=(token,)):
        desk.make(desk.elsewhere(token=token))


def test_a_personal_access_token_works_until_it_is_revoked(desk: Desk) -> None:
    rows = paragraphs("The first.", "The second.")
    with personal_token(desk, "ben") as token:
        assert upload(rows, desk.make(desk.elsewhere(token=token))).added == 2
        assert task_numbers(desk.open("ana")).keys() == {row.id for row in rows}

    line = "the personal access token (wrong, revoked or expired): make a new one at"
    with one_line(desk, line, "personal-access-token", secrets=(token,)):
        desk.make(desk.elsewhere(token=token))


@contextmanager
def personal_token(desk: Desk, name: str) -> Iterator[str]:
    with desk.http(name) as http:
        token = http.post("/api/token/").raise_for_status().json()["token"]
        try:
            yield token
        finally:
            http.post("/api/token/blacklist/", json={"refresh": token}).raise_for_status()


def test_legacy_tokens_that_are_switched_off_on_the_server(desk: Desk) -> None:
    with personal_token(desk, "admin") as token, legacy_tokens_switched_off(desk, token):
        with one_line(desk, "legacy tokens are switched off there", "personal access token"):
            desk.make(desk.seen_by("ana"))
        assert desk.make(desk.elsewhere(token=token)).number
    assert desk.make(desk.seen_by("ana")).number


@contextmanager
def legacy_tokens_switched_off(desk: Desk, token: str) -> Iterator[None]:
    with desk.http() as http:
        access = http.post("/api/token/refresh/", json={"refresh": token}).json()["access"]
        http.headers["Authorization"] = f"Bearer {access}"
        settings = {"api_tokens_enabled": True, "legacy_api_tokens_enabled": False}
        http.post("/api/jwt/settings", json=settings).raise_for_status()
        try:
            yield
        finally:
            settings["legacy_api_tokens_enabled"] = True
            http.post("/api/jwt/settings", json=settings).raise_for_status()


@pytest.mark.parametrize("title", ["ab", "x" * 51])
def test_a_title_that_label_studio_would_not_take(desk: Desk, title: str) -> None:
    with pytest.raises(
        InputError, match=rf"^project name '{title}' .*: Label Studio wants 3 to 50$"
    ):
        replace(desk, title=title).make()


@pytest.mark.parametrize("title", ["abc", "x" * 50, "Ärger & <b>„Brücke“</b> ?#/%"])
def test_titles_at_the_limits_name_one_project_each(desk: Desk, title: str) -> None:
    titled = replace(desk, title=title)

    made = titled.make()

    assert titled.make().number == made.number
    assert titled.open().number == made.number


def test_a_proxy_of_the_environment_is_not_asked_for_what_is_on_this_machine(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert desk.make().number


def test_a_project_that_nobody_made_cannot_be_opened(desk: Desk) -> None:
    with one_line(desk, f"no project {desk.title!r}; existing: ", "rhetoric-annotate push"):
        desk.open()


def test_a_project_with_another_configuration_is_refused_and_left_alone(desk: Desk) -> None:
    other = desk.config.replace('alias="Doubt"', 'alias="Doubts"')
    admin = LabelStudio(desk.url, desk.account("admin").token)
    theirs = Project(admin, admin.make_project(desk.title, other, "Their words."), "studio")
    upload(paragraphs("Theirs."), theirs)

    for refused in (desk.make, desk.open):
        with one_line(desk, "has other labels than taxonomy semeval2023", "migrate", "--project"):
            refused()

    assert theirs.config().strip() == other.strip()
    assert len(task_numbers(theirs)) == 1
    with desk.http() as http:
        project = http.get(f"/api/projects/{theirs.number}/").json()
    assert project["expert_instruction"] == "Their words."
