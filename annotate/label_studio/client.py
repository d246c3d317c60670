"""The one door to Label Studio; the only module that knows its SDK and its JSON.

Never let the text of an SDK error out: it holds headers with the session cookie.
"""

import json
import logging
import re
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from annotate.core.errors import AwayError, InDoubtError, NotFoundError, ServerError
from annotate.label_studio.retry import Answer, patiently

if TYPE_CHECKING:
    import ssl

    import httpx

_TIMEOUT = 600  # seconds; an export of 50,000 tasks took 78
_SHORT = 20  # seconds for a question that costs the server nothing
_SECRET = re.compile(r"[\w.+-]+@[\w.-]+|[\w.:-]{40,}")  # an e-mail, a token or a cookie
_WANTED = "id,title"  # of a project: all that is said costs the server counts of everything
_LOCAL = ("http://127.", "http://localhost:")  # the environment's proxy cannot reach these
ONCE = {"max_retries": 0}  # the SDK repeats a POST that the server may have carried out


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server says of itself to anybody.

    Attributes:
        version: Of Label Studio.
        date: Its clock, as an HTTP header has it; empty where it does not say.
    """

    version: str
    date: str


def greet(url: str) -> Greeting:
    """Ask a server who it is, without a token.

    Raises:
        ServerError: Nobody answers there, or it is no Label Studio.
    """
    import httpx

    url = url.rstrip("/")
    try:
        with _open_http(url, _SHORT) as http:
            answer = http.get("/api/version/")
        version = answer.json()["label-studio-os-package"]["version"]
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _nowhere(url) from None
    except (ValueError, LookupError, TypeError):  # a page, or JSON of something else
        # A host that no name can have comes here too: its UnicodeError is a ValueError.
        raise ServerError(_foreign(url)) from None
    return Greeting(str(version), answer.headers.get("Date", ""))


class LabelStudio:
    """A server, seen by the owner of a token."""

    def __init__(self, url: str, token: str) -> None:
        from label_studio_sdk.client import LabelStudio as Client

        self.url, self._token = url.rstrip("/"), token.strip()
        if not (self._token and self._token.isascii() and self._token.isprintable()):
            raise self._plain(401, None, writing=False)  # no header can carry it
        with self.plain_errors():
            http = _open_http(self.url, _TIMEOUT)
            weakref.finalize(self, http.close)  # the SDK never closes its connections
            self.client = Client(base_url=self.url, api_key=self._token, httpx_client=http)
            self.user = self._whoami()

    def _whoami(self) -> int:
        """Number of the token's owner; the first question, so any address may be behind it."""
        try:
            number = self.client.users.whoami(request_options=ONCE).id
        except UnicodeDecodeError:
            raise self._foreign(writing=False) from None
        except UnicodeError:  # a host with an empty label, or one of more than 63 characters
            raise _nowhere(self.url) from None
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

        away = InDoubtError if writing else AwayError
        try:
            yield
        except httpx.ConnectError:  # of what is written nothing is in doubt, but a look is cheap
            raise away(str(_nowhere(self.url))) from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise _nowhere(self.url) from None
        except httpx.HTTPError as error:
            # Whoever waited in vain as long as we do is not helped by four times more of it.
            kind = ServerError if isinstance(error, httpx.TimeoutException) else AwayError
            kind = InDoubtError if writing else kind
            raise kind(f"{self.url}: the connection broke ({type(error).__name__})") from None
        except ApiError as error:
            raise self._plain(error.status_code or 0, error.body, writing) from None
        except (json.JSONDecodeError, UnicodeDecodeError, ValidationError):
            raise self._foreign(writing) from None

    def _foreign(self, writing: bool) -> ServerError:
        kind = InDoubtError if writing else ServerError
        return kind(_foreign(self.url))

    def _plain(self, status: int, body: Any, writing: bool) -> ServerError:
        if status == 401:
            return ServerError(f"{self.url} refused {_about_token(self.url, self._token, body)}")
        if status == 403:
            return ServerError(f"{self.url}: this token has no right to do that (403)")
        if status == 404:
            return NotFoundError(f"{self.url}: not found (404): check the address and the project")
        if status < 400:
            return self._foreign(writing)
        away = status >= 500 or status in (408, 409, 429)
        if writing and away:
            return InDoubtError(f"{self.url}: the server failed with status {status}")
        reason = _reason(body).replace(self._token, "***")
        kind = AwayError if away else ServerError
        return kind(f"{self.url}: the server answered {status}: {reason}")

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer to a question that changes nothing; the server may be away for a moment.

        The SDK is to be called with `ONCE`: two kinds of patience would multiply.
        """

        def plainly() -> Answer:
            with self.plain_errors():
                return question()

        return patiently(plainly)

    def projects(self, title: str) -> dict[str, int]:
        """Title -> number of the projects with this in their title; the oldest of several alike."""

        def ask() -> list[tuple[str, int]]:
            found = self.client.projects.list(title=title, include=_WANTED, request_options=ONCE)
            return [(project.title, project.id) for project in found]

        found = self.ask(ask)
        return dict(sorted(found, key=lambda row: -row[1]))

    def make_project(self, title: str, config: str, instruction: str) -> int:
        """The number of a new project with this configuration and what annotators are told."""
        if not 3 <= len(title) <= 50:
            raise ServerError(f"project name {title!r}: Label Studio wants 3 to 50 characters")
        with self.plain_errors(writing=True):
            made = self.client.projects.create(
                title=title,
                label_config=config,
                expert_instruction=instruction,
                show_instruction=False,  # the page's button shows it; each time would disturb
                request_options=ONCE,
            )
        return int(made.id)

    def users(self) -> dict[str, int]:
        """E-mail -> number of everybody that this token can see: drafts name people by e-mail."""
        found = self.ask(lambda: self.client.users.list(request_options=ONCE))
        return {user.email: user.id for user in found}

    def get(self, path: str, **query: Any) -> Any:
        """JSON from a path for which the SDK has no lean way."""
        wrapper = self.client._client_wrapper  # it refreshes both kinds of token

        def ask() -> Any:
            answer = wrapper.httpx_client.request(
                path, method="GET", params=query, request_options=ONCE
            )
            return self._good(answer, writing=False).json()

        return self.ask(ask)

    def send(self, method: str, path: str, fields: Mapping[str, Any]) -> None:
        """Send JSON, once, to a path that the SDK does not know."""
        with self.plain_errors(writing=True):
            wrapper = self.client._client_wrapper
            answer = wrapper.httpx_client.request(
                path, method=method, json=fields, request_options=ONCE
            )
            self._good(answer, writing=True)

    def _good(self, answer: "httpx.Response", *, writing: bool) -> "httpx.Response":
        if answer.status_code >= 400:
            raise self._plain(answer.status_code, answer.text, writing)
        return answer


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
    """Read once: it costs as much as some requests, and a push opens several clients."""
    import httpx

    return httpx.create_ssl_context()


def _nowhere(url: str) -> ServerError:
    return ServerError(
        f"no Label Studio answers at {url}: start it with 'make studio', or set "
        "LABEL_STUDIO_URL (or --url) to where it is"
    )


def _foreign(url: str) -> str:
    return f"{url} answers, but not as Label Studio does; check the address"


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
        text = " ".join(json.dumps(found, ensure_ascii=False).split())
        return _SECRET.sub("***", text)[:300].strip('"')
    return "no reason given"
