"""Fetch web addresses into a folder of pages and feeds, each of them once.

A file is named by a digest of its address, so a second run reads the same files in the same order
and sends no request.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from annotate.articles.article import Article
from annotate.articles.readers.feed import NO_TEXT, Announced, announced
from annotate.articles.registry import scan_file
from annotate.articles.web.client import Limits, Web
from annotate.articles.web.content_type import web_file
from annotate.articles.web.network import NotFetched
from annotate.articles.web.urls import mark
from annotate.core.errors import InputError
from annotate.core.io.files import writing_bytes
from annotate.core.ledger import LedgerRow

_FEED = ".rss"
_SUFFIXES = (".html", _FEED)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The files of some addresses, and a ledger row for each page that could not be read."""

    files: tuple[Path, ...]
    failed: tuple[LedgerRow, ...]


def fetch_pages(
    addresses: Sequence[str], folder: Path, limits: Limits, *, refetch: bool = False
) -> Fetched:
    """Fetch the pages and feeds at some addresses.

    In place of a feed that has only teasers, the pages that it links to are fetched.

    Args:
        addresses: Web addresses.
        folder: Where the files are saved.
        limits: On requests and responses.
        refetch: Whether to fetch saved pages again.

    Raises:
        InputError: No page at all could be read, or the folder cannot be written.
    """
    pages = _Pages(folder, limits, refetch)
    parts = [part for address in dict.fromkeys(addresses) for part in pages.behind(address)]
    files = tuple(dict.fromkeys(part for part in parts if isinstance(part, Path)))
    failed = tuple(dict.fromkeys(part for part in parts if isinstance(part, LedgerRow)))
    if not files:
        reasons = Counter(row.reason for row in failed)
        counted = ", ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items()))
        raise InputError(
            f"{addresses[0]}: no page could be read ({counted}); open it in a browser, save it "
            "and give the file instead"
        )
    return Fetched(files, failed)


class _Pages:
    def __init__(self, folder: Path, limits: Limits, refetch: bool) -> None:
        self._folder, self._refetch = folder, refetch
        self._web = Web(limits)
        self._asked: set[str] = set()

    def behind(self, address: str) -> Iterator[Path | LedgerRow]:
        """Yield the file of an address, or the files of the pages that its feed announces."""
        file = self._file(address)
        links = _announced(file) if isinstance(file, Path) and file.suffix == _FEED else ()
        if not links:
            yield _checked(file, address)
        for link in links:
            if link.address:
                yield _checked(self._file(link.address), link.address)
            else:
                yield _row(NO_TEXT, link.title)

    def _file(self, address: str) -> Path | LedgerRow:
        try:
            return self._saved(address) or self._fetch(address)
        except NotFetched as reason:
            return _row(f"not fetched: {reason}", address)

    def _saved(self, address: str) -> Path | None:
        if self._refetch and address not in self._asked:
            return None
        paths = (self._path(address, suffix) for suffix in _SUFFIXES)
        return next((path for path in paths if path.is_file()), None)

    def _fetch(self, address: str) -> Path:
        self._asked.add(address)
        response = self._web.get(address)
        type_ = response.headers.get("content-type", "")
        page = web_file(response.body, type_)
        if page is None:
            raise NotFetched(f"neither page nor feed but {type_.partition(';')[0] or 'unnamed'}")
        path = self._path(address, page.suffix)
        with writing_bytes(path) as file:
            file.write(page.content + mark(response.address).encode())
        for suffix in _SUFFIXES:  # an earlier response may have been the other
            if suffix != page.suffix:
                self._path(address, suffix).unlink(missing_ok=True)
        return path

    def _path(self, address: str, suffix: str) -> Path:
        return self._folder / f"{sha256(address.encode()).hexdigest()[:32]}{suffix}"


def _announced(feed: Path) -> Sequence[Announced]:
    try:
        return announced(feed)
    except InputError:
        return ()  # reading the file itself tells the error


def _checked(file: Path | LedgerRow, address: str) -> Path | LedgerRow:
    """Return the file if it has an article: one page without any must not stop the others."""
    if isinstance(file, LedgerRow):
        return file
    errors = []
    for article in scan_file(file):
        if isinstance(article, Article):
            return file
        errors.append(str(article.error))
    why = errors[0].removeprefix(f"{file}: ").partition(";")[0]
    return _row(f"not read: {why}", address)


def _row(reason: str, text: str) -> LedgerRow:
    return LedgerRow("", None, "page", reason, text)
