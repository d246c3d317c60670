"""Pages of the web, asked for politely: robots.txt, pauses, and limits of time and size."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urlsplit

from annotate.articles.web.network import Network, NotFetched, UnreachableHost
from annotate.articles.web.response import Response, plain_headers, seconds_asked, unpacked
from annotate.articles.web.robots import Robots, read_robots
from annotate.articles.web.urls import check_address, names_private_host
from annotate.core.errors import InputError

AGENT = "rhetoric-annotation"
_REDIRECTS = 5
_LONGEST_WAIT = 60.0  # seconds that a server may ask to be left alone for
_ROBOTS_SIZE = 500_000  # bytes of robots.txt that RFC 9309 has every reader take
_MOVED = (301, 302, 303, 307, 308)
_BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of others, and taken from them.

    Attributes:
        delay: Seconds between two requests to a host; robots.txt may ask for more.
        seconds: For one page, redirects included and pauses not.
        size: Bytes of one page, unpacked.
        allow_private: Also addresses of this machine and of private networks.
    """

    delay: float = 1.0
    seconds: float = 30.0
    size: int = 10_000_000
    allow_private: bool = False


class Web:
    """Reads one address after the other, so a host never has two requests of ours at once."""

    def __init__(self, limits: Limits) -> None:
        import httpcore
        import httpx

        self._limits = limits
        self._network = Network(limits.allow_private)
        # without a proxy, which would resolve the names out of our sight
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_keepalive_connections=0,
            network_backend=self._network,
        )
        self._robots: dict[str, Robots | str] = {}  # or why nothing of the site is read
        self._ended: dict[str, float] = {}
        self._seconds_left = 0.0

    def get(self, address: str) -> Response:
        """The page at an address.

        Raises:
            NotFetched: It is not allowed, not there, not in time, or too large.
        """
        self._seconds_left = self._limits.seconds
        answer = self._follow(address, self._limits.size, guarded=True)
        if answer.status in _BUSY and "retry-after" in answer.headers:
            _leave_alone(answer)
            answer = self._follow(address, self._limits.size, guarded=True)
        if answer.status != 200:
            raise NotFetched(str(answer.status))
        return answer

    def _follow(self, address: str, size: int, *, guarded: bool) -> Response:
        """The answer at the end of the redirects; `guarded` asks robots.txt before each."""
        for _ in range(_REDIRECTS + 1):
            address = self._allowed(address, guarded)
            answer = self._request(address, size)
            if answer.status not in _MOVED or not answer.headers.get("location"):
                return answer
            address = _joined(address, answer.headers["location"])
        raise NotFetched("too many redirects")

    def _allowed(self, address: str, guarded: bool) -> str:
        """The address as it is written in a request, if it may be asked."""
        import httpx

        try:
            checked = str(httpx.URL(check_address(address)))
        except (InputError, httpx.InvalidURL) as error:
            raise NotFetched("no web address") from error
        if not self._limits.allow_private and names_private_host(checked):
            raise NotFetched("private address")
        if guarded and not self._robots_of(_site(checked)).allows(checked):
            raise NotFetched("robots.txt")
        return checked

    def _robots_of(self, site: str) -> Robots:
        if site not in self._robots:
            page_left, self._seconds_left = self._seconds_left, self._limits.seconds
            self._robots[site] = self._ask_robots(site)
            self._seconds_left = page_left
        found = self._robots[site]
        if isinstance(found, str):
            raise NotFetched(found)
        if found.delay > _LONGEST_WAIT:
            raise NotFetched(f"robots.txt asks for {found.delay:.0f} s between requests")
        return found

    def _ask_robots(self, site: str) -> Robots | str:
        """A site that has no robots.txt allows all; one that cannot say allows nothing."""
        try:
            answer = self._follow(f"{site}/robots.txt", _ROBOTS_SIZE, guarded=False)
        except UnreachableHost as reason:
            return str(reason)
        except NotFetched as reason:
            return f"robots.txt: {reason}"
        if answer.status >= 500 or answer.status in _BUSY:
            return f"robots.txt: {answer.status}"
        text = answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
        return read_robots(text, AGENT)

    def _request(self, address: str, size: int) -> Response:
        import httpcore

        self._pause(address)
        begun = time.monotonic()
        self._network.deadline = begun + self._seconds_left
        try:
            with self._pool.stream("GET", address, headers=_headers()) as response:
                headers = plain_headers(response.headers)
                pieces = unpacked(response, headers, size) if response.status == 200 else ()
                return Response(address, response.status, headers, b"".join(pieces))
        except httpcore.TimeoutException as error:
            raise NotFetched("too slow") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise UnreachableHost("certificate not trusted") from error
            raise NotFetched("connection broken") from error
        finally:
            self._ended[_host(address)] = time.monotonic()
            self._seconds_left -= time.monotonic() - begun

    def _pause(self, address: str) -> None:
        """Wait until the host has been left alone for as long as it and we want."""
        robots = self._robots.get(_site(address))
        delay = max(self._limits.delay, robots.delay if isinstance(robots, Robots) else 0.0)
        ended = self._ended.get(_host(address))
        if ended is not None:
            time.sleep(max(0.0, ended + delay - time.monotonic()))


def _leave_alone(answer: Response) -> None:
    seconds = seconds_asked(answer.headers["retry-after"], datetime.now(UTC))
    if seconds > _LONGEST_WAIT:
        raise NotFetched(f"{answer.status}, asks to wait {seconds:.0f} s")
    time.sleep(seconds)


def _site(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _joined(address: str, location: str) -> str:
    import httpx

    try:
        return str(httpx.URL(address).join(location))
    except httpx.InvalidURL as error:
        raise NotFetched("no web address") from error


def _headers() -> dict[bytes | str, bytes | str]:
    return {
        "User-Agent": f"{AGENT}/{version('rhetoric-annotation')}",
        "Accept": "text/html, application/rss+xml, application/atom+xml, */*;q=0.1",
        "Accept-Encoding": "gzip",
    }
