"""The one door to Label Studio; the only module that knows its SDK and its JSON.

Never let the text of an SDK error out: it holds headers with the session cookie.
"""

import json
import weakref
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from annotate.core.errors import ServerError
from annotate.core.records import Paragraph
from annotate.interface import controls, task_data
from annotate.settings import Stream
from annotate.store import InDoubtError, Task, Work

if TYPE_CHECKING:
    import httpx

_TIMEOUT = 600  # seconds; an export of 50,000 tasks took 78
_PAGE = 5000
_LOCAL = ("http://127.", "http://localhost:")  # the environment's proxy cannot reach these
_ONCE = {"max_retries": 0}  # the SDK repeats a POST that the server may have carried out


class LabelStudio:
    """A server, seen by the owner of a token."""

    def __init__(self, url: str, token: str) -> None:
        from label_studio_sdk.client import LabelStudio as Client

        self.url, self._token = url.rstrip("/"), token.strip()
        if not (self._token and self._token.isascii() and self._token.isprintable()):
            raise self._plain(401, None, writing=False)  # no header can carry it
        with self.plain_errors():
            http = self._http(follow_redirects=True)
            weakref.finalize(self, http.close)  # the SDK never closes its connections
            self.client = Client(base_url=self.url, api_key=self._token, httpx_client=http)
            self.user = self._whoami()

    def _http(self, *, follow_redirects: bool) -> "httpx.Client":
        import httpx

        return httpx.Client(
            base_url=self.url,
            timeout=_TIMEOUT,
            follow_redirects=follow_redirects,
            trust_env=not self.url.startswith(_LOCAL),
        )

    def _whoami(self) -> int:
        """Number of the token's owner; the first question, so any address may be behind it."""
        try:
            number = self.client.users.whoami(request_options=_ONCE).id
        except UnicodeDecodeError:
            raise self._foreign(writing=False) from None
        except UnicodeError:  # a host with an empty label, or one of more than 63 characters
            raise self._nowhere() from None
        except (AttributeError, TypeError):  # JSON, but not the object that the SDK relies on
            raise self._foreign(writing=False) from None
        if not isinstance(number, int):
            raise self._foreign(writing=False)
        return number

    @contextmanager
    def plain_errors(self, *, writing: bool = False) -> Iterator[None]:
        """Turn what the SDK raises into one line; with `writing`, tell what is in doubt."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError
        from pydantic import ValidationError

        try:
            yield
        except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise self._nowhere() from None
        except httpx.HTTPError as error:
            kind = InDoubtError if writing else ServerError
            raise kind(f"{self.url}: the connection broke ({type(error).__name__})") from None
        except ApiError as error:
            raise self._plain(error.status_code or 0, error.body, writing) from None
        except (json.JSONDecodeError, UnicodeDecodeError, ValidationError):
            raise self._foreign(writing) from None

    def _nowhere(self) -> ServerError:
        return ServerError(
            f"no Label Studio answers at {self.url}: start it with 'make studio', or set "
            "LABEL_STUDIO_URL (or --url) to where it is"
        )

    def _foreign(self, writing: bool) -> ServerError:
        kind = InDoubtError if writing else ServerError
        return kind(f"{self.url} answers, but not as Label Studio does; check the address")

    def _plain(self, status: int, body: Any, writing: bool) -> ServerError:
        if status == 401:
            return ServerError(f"{self.url} refused {_about_token(self.url, self._token, body)}")
        if status == 403:
            return ServerError(f"{self.url}: this token has no right to do that (403)")
        if status == 404:
            return ServerError(f"{self.url}: not found (404): check the address and the project")
        if status < 400:
            return self._foreign(writing)
        if writing and (status >= 500 or status in (408, 409, 429)):
            return InDoubtError(f"{self.url}: the server failed with status {status}")
        return ServerError(f"{self.url}: the server answered {status}: {_reason(body)}")

    def project(self, title: str, server: str) -> "Project | None":
        """The project with this title, the oldest if there are several."""
        with self.plain_errors():
            found = [p.id for p in self.client.projects.list(title=title) if p.title == title]
        return Project(self, min(found), server) if found else None

    def make_project(self, title: str, server: str, config: str, instruction: str) -> "Project":
        """A new project with this labelling configuration and what annotators are told."""
        if not 3 <= len(title) <= 50:
            raise ServerError(f"project name {title!r}: Label Studio wants 3 to 50 characters")
        with self.plain_errors(writing=True):
            made = self.client.projects.create(
                title=title,
                label_config=config,
                expert_instruction=instruction,
                show_instruction=False,  # the page's button shows it; each time would disturb
                request_options=_ONCE,
            )
        return Project(self, made.id, server)

    def users(self) -> dict[str, int]:
        """E-mail -> number of everybody that this token can see: drafts name people by e-mail."""
        with self.plain_errors():
            return {user.email: user.id for user in self.client.users.list()}

    def get(self, path: str, **query: Any) -> Any:
        """JSON from a path for which the SDK has no lean way."""
        with self.plain_errors():
            wrapper = self.client._client_wrapper  # it refreshes both kinds of token
            answer = wrapper.httpx_client.request(path, method="GET", params=query)
            return self._good(answer, writing=False).json()

    def post(self, path: str, fields: Mapping[str, Any]) -> None:
        """Send JSON, once, to a path that the SDK does not know."""
        with self.plain_errors(writing=True):
            wrapper = self.client._client_wrapper
            answer = wrapper.httpx_client.request(
                path, method="POST", json=fields, request_options=_ONCE
            )
            self._good(answer, writing=True)

    def _good(self, answer: "httpx.Response", *, writing: bool) -> "httpx.Response":
        if answer.status_code >= 400:
            raise self._plain(answer.status_code, answer.text, writing)
        return answer

    def sign_up(self, email: str, password: str) -> str | None:
        """Make an account that can log in.

        Returns:
            Its token; None if the server refuses the e-mail or the password.
        """
        # The form that an invited person fills in: the API ignores passwords.
        invite = self._text(self.get("api/invite"), "invite_url")
        return self._fill_in(invite, email, password)

    def log_in(self, email: str, password: str) -> str | None:
        """The account's token; None if there is no such account, or the password is another."""
        return self._fill_in("/user/login/", email, password)

    def _fill_in(self, page: str, email: str, password: str) -> str | None:
        with self.plain_errors(), self._http(follow_redirects=False) as browser:
            self._good(browser.get(page), writing=False)
            form = {
                "email": email,
                "password": password,
                "csrfmiddlewaretoken": browser.cookies.get("csrftoken", ""),
            }
            answer = browser.post(page, data=form, headers={"Referer": self.url})
            if self._good(answer, writing=False).status_code != 302:
                return None  # the form again, with what is wrong
            answer = self._good(browser.get("/api/current-user/token"), writing=False)
            return self._text(answer.json(), "token")

    def _text(self, found: Any, name: str) -> str:
        if not (isinstance(found, Mapping) and isinstance(found.get(name), str)):
            raise self._foreign(writing=False)
        return str(found[name])


def find_project(stream: Stream, config: str) -> "Project | None":
    """The stream's project, if it is there.

    Raises:
        ServerError: It has another labelling configuration.
    """
    project = LabelStudio(stream.url, stream.token).project(stream.title, stream.server)
    if project:
        project.check_config(config)
    return project


def open_project(stream: Stream, config: str) -> "Project":
    """The stream's project.

    Raises:
        ServerError: No such project, or it has another labelling configuration.
    """
    project = find_project(stream, config)
    if project is None:
        raise ServerError(
            f"{stream.url} has no project {stream.title!r}: 'rhetoric-annotate push' makes it"
        )
    return project


def make_project(stream: Stream, config: str, instruction: str) -> "Project":
    """The stream's project, made if it is not there, with these words and this look.

    Raises:
        ServerError: It is there with other controls or labels.
    """
    studio = LabelStudio(stream.url, stream.token)
    project = studio.project(stream.title, stream.server)
    if project is None:
        return studio.make_project(stream.title, stream.server, config, instruction)
    if not project.check_config(config):
        project.set_config(config, instruction)
    return project


class Project:
    """A project as a TaskStore."""

    def __init__(self, studio: LabelStudio, number: int, server: str) -> None:
        self.studio, self.number, self.server = studio, number, server

    @property
    def labelling_url(self) -> str:
        """Where an annotator begins."""
        return f"{self.studio.url}/projects/{self.number}/data?labeling=1"

    def config(self) -> str:
        """The labelling configuration that the server has."""
        with self.studio.plain_errors():
            return str(self.studio.client.projects.get(id=self.number).label_config or "")

    def check_config(self, config: str) -> bool:
        """Whether the project has exactly this configuration.

        Raises:
            ServerError: Its controls or labels differ, so answers would not mean the same.
        """
        there = self.config()
        try:
            fits = controls(there) == controls(config)
        except ET.ParseError:
            fits = False
        if not fits:
            raise ServerError(
                f"project {self.number} at {self.studio.url} has another labelling configuration "
                "than the taxonomy; use another --project, or the taxonomy it was made with"
            )
        return there.strip() == config.strip()

    def set_config(self, config: str, instruction: str) -> None:
        """Give the project a configuration with the same controls but other words or looks."""
        with self.studio.plain_errors(writing=True):
            self.studio.client.projects.update(
                id=self.number, label_config=config, expert_instruction=instruction
            )

    def known_ids(self) -> frozenset[str]:
        return frozenset(str(data.get("id")) for _, data in self.task_data())

    def task_data(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Number and data of every task, without what people did with it."""
        page = 1
        while True:
            answer = self.studio.get(
                "api/tasks",
                project=self.number,
                fields="task_only",
                include="id,data",
                page_size=_PAGE,
                page=page,
            )
            yield from ((task["id"], task["data"]) for task in answer["tasks"])
            if page * _PAGE >= answer["total"]:
                return
            page += 1

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        rows = [{"data": task_data(paragraph)} for paragraph in paragraphs]
        with self.studio.plain_errors(writing=True):
            answer = self.studio.client.projects.import_tasks(
                self.number, request=rows, request_options=_ONCE
            )
        if answer.task_count != len(rows):
            raise InDoubtError(f"{self.studio.url}: took {answer.task_count} of {len(rows)} tasks")

    def tasks(self) -> Iterator[Task]:
        users = self.studio.users()
        rows = self.studio.get(
            f"api/projects/{self.number}/export", exportType="JSON", download_all_tasks="true"
        )
        for row in sorted(rows, key=lambda row: row["id"]):
            yield from_task(row, users)

    def annotate(self, task: int, result: list[dict[str, Any]], seconds: float) -> None:
        """Submit an answer in the name of the token's owner."""
        self._annotate(task, result=result, lead_time=seconds)

    def skip(self, task: int, seconds: float) -> None:
        """Skip a task in the name of the token's owner."""
        self._annotate(task, result=[], lead_time=seconds, was_cancelled=True)

    def _annotate(self, task: int, **fields: Any) -> None:
        with self.studio.plain_errors(writing=True):
            self.studio.client.annotations.create(task, **fields, request_options=_ONCE)

    def save_draft(self, task: int, result: list[dict[str, Any]], seconds: float) -> None:
        """Leave a draft, as the labelling page does by itself."""
        fields = {"result": result, "lead_time": seconds}
        self.studio.post(f"api/tasks/{task}/drafts", fields)


def from_task(row: Mapping[str, Any], users: Mapping[str, int]) -> Task:
    """A task of a JSON export.

    A draft on an annotation, or of somebody who also submitted, is an edit that was never saved:
    it is left out. Whose account was deleted, or whom the token cannot see, has no number: the
    first such work on a task gets -1, the next -2, so that two on one task stay apart.
    """
    nobody = count(-1, -1)
    done = [_work(a, a["completed_by"] or next(nobody), draft=False) for a in row["annotations"]]
    submitted = {work.user for work in done}
    own = [draft for draft in row["drafts"] if draft.get("annotation") is None]
    drafts = [_work(d, users.get(d["user"]) or next(nobody), draft=True) for d in own]
    open_ = [work for work in drafts if work.user not in submitted]
    return Task(row["id"], row["data"], (*done, *open_))


def _work(row: Mapping[str, Any], user: int, *, draft: bool) -> Work:
    return Work(
        number=row["id"],
        user=user,
        result=row["result"],
        skipped=bool(row.get("was_cancelled")),
        draft=draft,
        seconds=float(row.get("lead_time") or 0.0),
        updated_at=str(row["updated_at"]),
        edited=row.get("updated_by") not in (None, user),
    )


def _about_token(url: str, token: str, body: Any) -> str:
    """Which kind of token was refused and how to get one that is not."""
    if not token:
        return (
            f"to work without a token: get one at {url}/user/account and set LABEL_STUDIO_API_KEY"
        )
    if token.count(".") == 2:
        return (
            "the personal access token (wrong, revoked or expired): make a new one at "
            f"{url}/user/account/personal-access-token and set LABEL_STUDIO_API_KEY"
        )
    if "disabled" in _reason(body):
        return (
            "the legacy token because legacy tokens are switched off there: make a personal "
            f"access token at {url}/user/account/personal-access-token"
        )
    return (
        f"the legacy token (wrong or reset): copy it from {url}/user/account/legacy-token "
        "and set LABEL_STUDIO_API_KEY"
    )


def _reason(body: Any) -> str:
    """What the server says was wrong, in one line, without anything that could be a secret."""
    if isinstance(body, Mapping):
        found = body.get("validation_errors") or body.get("detail") or "no reason given"
        return " ".join(json.dumps(found, ensure_ascii=False).split())[:300].strip('"')
    return "no reason given"
