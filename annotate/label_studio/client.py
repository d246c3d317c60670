"""The connection to a Label Studio server; the only module that imports its SDK.

What its JSON means is known in this folder alone: projects and tasks in `project`, annotation
results in `results`.

Never let the text of an SDK error out: it holds headers with the session cookie.
"""

import json
import logging
import re
import socket
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from annotate.core.errors import AwayError, InDoubtError, NotFoundError, ServerError
from annotate.label_studio.retry import LONGEST, Result, retry_after, retry_read

if TYPE_CHECKING:
    import ssl

    import httpx

_TIMEOUT = 600  # seconds; an export of 50,000 tasks took 78
_SHORT = 20  # seconds for a question that costs the server nothing
_SECRET = re.compile(r"[\w.+-]+@[\w.-]+|[\w.:-]{40,}")  # an e-mail, a token or a cookie
_PROJECT_FIELDS = "id,title"  # for all of them the server would count everything
_LOCAL = ("http://127.", "http://localhost:")  # the environment's proxy cannot reach these
ONCE = {"max_retries": 0}  # the SDK repeats a POST that the server may have carried out


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server tells anybody about itself.

    Attributes:
        version: Version of Label Studio.
        date: Its clock, as an HTTP header has it; empty if it does not say.
    """

    version: str
    date: str


def greet(url: str) -> Greeting:
    """Ask a server for its version, without a token.

    Raises:
        ServerError: Nobody answers there, or it is no Label Studio.
    """
    url = url.rstrip("/")
    return retry_read(lambda: _greet_once(url))


def _greet_once(url: str) -> Greeting:
    import httpx

    try:
        with _open_http(url, _SHORT) as http:
            answer = http.get("/api/version/")
        if _is_away(answer.status_code):
            raise _away(AwayError, f"{url}: the server answered {answer.status_code}", answer)
        version = answer.json()["label-studio-os-package"]["version"]
    except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
        raise AwayError(_broken(url, error)) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _unreachable(url) from None
    except json.JSONDecodeError:
        cut = _is_cut(answer)
        raise (AwayError(_cut(url)) if cut else ServerError(_not_label_studio(url))) from None
    except (ValueError, LookupError, TypeError):  # a page, or JSON of something else
        # A host that no name can have comes here too: its UnicodeError is a ValueError.
        raise ServerError(_not_label_studio(url)) from None
    return Greeting(str(version), answer.headers.get("Date", ""))


class LabelStudio:
    """A server, as the owner of a token sees it.

    Attributes:
        url: Its address.
        user: Number of the token's owner on the server.
        sdk: Label Studio's own client; everything it raises goes through `plain_errors`.
    """

    def __init__(self, url: str, token: str) -> None:
        from label_studio_sdk.client import LabelStudio as Sdk

        self.url, self._token = url.rstrip("/"), token.strip()
        if not (self._token and self._token.isascii() and self._token.isprintable()):
            raise self._refusal(401, None, writing=False)  # no header can carry it
        self._answers: deque[httpx.Response] = deque(maxlen=1)  # the SDK's errors tell less
        self._asked = False
        with self.plain_errors():
            http = _open_http(self.url, _TIMEOUT)
            http.event_hooks = {"response": [self._answers.append]}
            weakref.finalize(self, http.close)  # the SDK never closes its connections
            self.sdk = Sdk(base_url=self.url, api_key=self._token, httpx_client=http)
        self.user = self._ask(self._whoami)

    def _whoami(self) -> int:
        """Return the number of the token's owner.

        It is the first question, so anything may be behind the address.
        """
        try:
            number = self.sdk.users.whoami(request_options=ONCE).id
        except UnicodeDecodeError:
            raise
        except UnicodeError:  # a host with an empty label, or one of more than 63 characters
            raise _unreachable(self.url) from None
        except (AttributeError, TypeError):  # JSON, but not the object that the SDK relies on
            raise self._unexpected(writing=False) from None
        if not isinstance(number, int):
            raise self._unexpected(writing=False)
        return number

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a path; ask again while the server is away for a moment."""
        return self._ask(lambda: self._request("GET", path, params=query))

    def send(self, method: str, path: str, content: Any) -> Any:
        """Send JSON, once, and return the JSON that comes back, or None.

        Raises:
            InDoubtError: The server may or may not have carried it out.
        """
        with self.plain_errors(writing=True):
            return self._request(method, path, json=content)

    def _request(self, method: str, path: str, **content: Any) -> Any:
        http = self.sdk._client_wrapper.httpx_client  # it refreshes both kinds of token
        response = http.request(path, method=method, request_options=ONCE, **content)
        if response.status_code >= 400:
            raise self._refusal(response.status_code, response.text, writing=method != "GET")
        may_be_empty = method in ("POST", "DELETE")
        return None if may_be_empty and not response.content else response.json()

    def users(self) -> dict[str, int]:
        """E-mail -> number of everybody that this token can see: drafts name people by e-mail."""
        users = self._ask(lambda: self.sdk.users.list(request_options=ONCE))
        return {user.email: user.id for user in users}

    def projects(self, title: str) -> dict[str, tuple[int, ...]]:
        """Title -> numbers, from the lowest, of the projects with this in their title."""

        def ask() -> list[tuple[str, int]]:
            projects = self.sdk.projects.list(
                title=title, include=_PROJECT_FIELDS, request_options=ONCE
            )
            return [(project.title, project.id) for project in projects]

        numbers: dict[str, tuple[int, ...]] = {}
        for each, number in sorted(self._ask(ask), key=lambda row: row[1]):
            numbers[each] = (*numbers.get(each, ()), number)
        return numbers

    def make_project(self, title: str, config: str, instruction: str) -> int:
        """Make a project, even if there is one of that title, and return its number."""
        with self.plain_errors(writing=True):
            project = self.sdk.projects.create(
                title=title,
                label_config=config,
                expert_instruction=instruction,
                show_instruction=False,  # the page's button shows it; each time would disturb
                request_options=ONCE,
            )
        return int(project.id)

    def _ask(self, question: Callable[[], Result]) -> Result:
        """Ask something that changes nothing; the server may be away for a moment.

        The SDK is to be called with `ONCE`: two kinds of retries would multiply.
        """

        def ask_once() -> Result:
            try:
                with self.plain_errors():
                    return question()
            finally:
                self._asked = True

        return retry_read(ask_once)

    @contextmanager
    def plain_errors(self, *, writing: bool = False) -> Iterator[None]:
        """Turn what the SDK raises into one line; with `writing`, tell what is in doubt."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError
        from pydantic import ValidationError

        away = InDoubtError if writing else AwayError
        try:
            yield
        except httpx.ConnectError as error:  # nothing written is in doubt, but a look is cheap
            kind = away if self._asked or not _nobody_listens(error) else ServerError
            raise kind(str(_unreachable(self.url))) from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise _unreachable(self.url) from None
        except httpx.HTTPError as error:
            # After a timeout as long as ours, four more of them would not help.
            kind = ServerError if isinstance(error, httpx.TimeoutException) else AwayError
            kind = InDoubtError if writing else kind
            raise kind(_broken(self.url, error)) from None
        except ApiError as error:
            raise self._refusal(error.status_code or 0, error.body, writing) from None
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise self._unreadable(writing) from None
        except ValidationError:
            raise self._unexpected(writing) from None

    def _unexpected(self, writing: bool) -> ServerError:
        kind = InDoubtError if writing else ServerError
        return kind(_not_label_studio(self.url))

    def _unreadable(self, writing: bool) -> ServerError:
        """Return the error for an answer that is no JSON."""
        answer = self._answers[-1] if self._answers else None
        if answer and answer.status_code >= 400:
            return self._refusal(answer.status_code, None, writing)
        if answer and _is_cut(answer):
            return (InDoubtError if writing else AwayError)(_cut(self.url))
        return self._unexpected(writing)

    def _refusal(self, status: int, body: Any, writing: bool) -> ServerError:
        """Return the error for a status other than success."""
        if status == 401:
            return ServerError(f"{self.url} refused {_about_token(self.url, self._token, body)}")
        if status == 403:
            return ServerError(f"{self.url}: this token has no right to do that (403)")
        if status == 404:
            return NotFoundError(f"{self.url}: not found (404): check the address and the project")
        if status < 400:  # the SDK could not read it
            return self._unreadable(writing)
        reason = _reason(body).replace(self._token, "***")
        message = f"{self.url}: the server answered {status}: {reason}"
        if not _is_away(status):
            return ServerError(message)
        if writing:
            message = f"{self.url}: the server failed with status {status}"
        return _away(InDoubtError if writing else AwayError, message, self._answers[-1])


def _open_http(url: str, timeout: float) -> "httpx.Client":
    import httpx

    # Where a program logs everything, httpcore writes each answer's headers: session cookies.
    logging.getLogger("httpcore").setLevel(logging.INFO)
    return httpx.Client(
        base_url=url,
        timeout=timeout,
        follow_redirects=True,
        verify=_certificates(),
        trust_env=not url.startswith(_LOCAL),
    )


@lru_cache(maxsize=1)
def _certificates() -> "ssl.SSLContext":
    """Read the certificates once: it costs as much as some requests."""
    import httpx

    return httpx.create_ssl_context()


def _unreachable(url: str) -> ServerError:
    return ServerError(
        f"no Label Studio answers at {url}: start it with 'make studio', or set "
        "LABEL_STUDIO_URL (or --url) to where it is"
    )


def _nobody_listens(error: BaseException | None) -> bool:
    """Tell whether an address has no server at all, which patience does not change."""
    while error is not None:
        if isinstance(error, ConnectionRefusedError):
            return True
        if isinstance(error, socket.gaierror):
            return error.errno != socket.EAI_AGAIN
        error = error.__cause__ or error.__context__
    return False


def _is_away(status: int) -> bool:
    return status >= 500 or status in (408, 409, 429)


def _is_cut(answer: "httpx.Response") -> bool:
    """Tell whether an answer that is no JSON is empty, or JSON without its end."""
    return answer.content.lstrip()[:1] in (b"", b"{", b"[")


def _away(kind: type[AwayError], message: str, answer: "httpx.Response") -> AwayError:
    seconds = retry_after(answer.headers)
    asks = f"; it asks to wait {seconds:.0f} seconds" if seconds > LONGEST else ""
    return kind(message + asks, seconds)


def _broken(url: str, error: Exception) -> str:
    return f"{url}: the connection broke ({type(error).__name__})"


def _cut(url: str) -> str:
    return f"{url}: the answer was cut short"


def _not_label_studio(url: str) -> str:
    return f"{url} answers, but not as Label Studio does; check the address"


def _about_token(url: str, token: str, body: Any) -> str:
    """Say which kind of token was refused and how to get a valid one."""
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
    """Return what the server says was wrong, in one line and without possible secrets."""
    if isinstance(body, Mapping):
        reason = body.get("validation_errors") or body.get("detail") or "no reason given"
        text = " ".join(json.dumps(reason, ensure_ascii=False).split())
        return _SECRET.sub("***", text)[:300].strip('"')
    return "no reason given"
