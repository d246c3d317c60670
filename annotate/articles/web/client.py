"""Fetch web pages politely: obey robots.txt, pause between requests, limit time and size."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urlsplit

from annotate.articles.web.network import Network, NotFetched, UnreachableHost, unpacked
from annotate.articles.web.robots import Robots, read_robots
from annotate.articles.web.urls import check_address, names_private_host
from annotate.core.errors import InputError

AGENT = "rhetoric-annotation"
_REDIRECTS = 5
_LONGEST_WAIT = 60.0  # seconds that a server may ask us to wait
_ROBOTS_SIZE = 500_000  # bytes of robots.txt that RFC 9309 requires every parser to read
_MOVED = (301, 302, 303, 307, 308)
_BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on requests and responses.

    Attributes:
        delay: Seconds between two requests to a host; robots.txt may ask for more.
        seconds: Time for one page, with its redirects and without the pauses.
        size: Largest page in bytes, unpacked.
        allow_private: Whether to fetch from this machine and private networks as well.
    """

    delay: float = 1.0
    seconds: float = 30.0
    size: int = 10_000_000
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """A server's response.

    Attributes:
        address: Where the redirects led.
        headers: Names in lower case; of a repeated header, the last.
        body: Unpacked; empty unless the status is 200.
    """

    address: str
    status: int
    headers: dict[str, str]
    body: bytes


class Web:
    """Fetches one address after the other, so no host ever gets two requests at once."""

    def __init__(self, limits: Limits) -> None:
        import httpcore
        import httpx

        self._limits = limits
        self._network = Network(limits.allow_private)
        # No proxy: it would resolve the names where we cannot check them.
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_keepalive_connections=0,
            network_backend=self._network,
        )
        self._robots: dict[str, Robots | str] = {}  # or why nothing of the site may be fetched
        self._ended: dict[str, float] = {}
        self._seconds_left = 0.0

    def get(self, address: str) -> Response:
        """Fetch a page.

        Raises:
            NotFetched: It is not allowed, not found, too slow or too large.
        """
        self._seconds_left = self._limits.seconds
        response = self._follow(address, self._limits.size, guarded=True)
        if response.status in _BUSY and "retry-after" in response.headers:
            _wait_as_asked(response)
            response = self._follow(address, self._limits.size, guarded=True)
        if response.status != 200:
            raise NotFetched(str(response.status))
        return response

    def _follow(self, address: str, size: int, *, guarded: bool) -> Response:
        """Follow redirects to the last response; `guarded` checks robots.txt before each."""
        for _ in range(_REDIRECTS + 1):
            address = self._allowed(address, guarded)
            response = self._request(address, size)
            if response.status not in _MOVED or not response.headers.get("location"):
                return response
            address = _joined(address, response.headers["location"])
        raise NotFetched("too many redirects")

    def _allowed(self, address: str, guarded: bool) -> str:
        """Return the address as a request writes it, if it may be fetched."""
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
        robots = self._robots[site]
        if isinstance(robots, str):
            raise NotFetched(robots)
        if robots.delay > _LONGEST_WAIT:
            raise NotFetched(f"robots.txt asks for {robots.delay:.0f} s between requests")
        return robots

    def _ask_robots(self, site: str) -> Robots | str:
        """Fetch a site's robots.txt: without one all is allowed, if the server fails nothing is."""
        try:
            response = self._follow(f"{site}/robots.txt", _ROBOTS_SIZE, guarded=False)
        except UnreachableHost as reason:
            return str(reason)
        except NotFetched as reason:
            return f"robots.txt: {reason}"
        if response.status >= 500 or response.status in _BUSY:
            return f"robots.txt: {response.status}"
        text = response.body.decode("utf-8", "replace") if response.status == 200 else ""
        return read_robots(text, AGENT)

    def _request(self, address: str, size: int) -> Response:
        import httpcore

        self._pause(address)
        begun = time.monotonic()
        self._network.deadline = begun + self._seconds_left
        try:
            with self._pool.stream("GET", address, headers=_headers()) as response:
                headers = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                stream = response.iter_stream()
                pieces = unpacked(stream, headers, size) if response.status == 200 else ()
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
        """Wait until the last request to the host is long enough ago."""
        robots = self._robots.get(_site(address))
        delay = max(self._limits.delay, robots.delay if isinstance(robots, Robots) else 0.0)
        ended = self._ended.get(_host(address))
        if ended is not None:
            time.sleep(max(0.0, ended + delay - time.monotonic()))


def _wait_as_asked(response: Response) -> None:
    seconds = seconds_asked(response.headers["retry-after"], datetime.now(UTC))
    if seconds > _LONGEST_WAIT:
        raise NotFetched(f"{response.status}, asks to wait {seconds:.0f} s")
    time.sleep(seconds)


def seconds_asked(retry_after: str, now: datetime) -> float:
    """Parse a Retry-After header, which has seconds or a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, (until.astimezone(UTC) - now).total_seconds())


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
