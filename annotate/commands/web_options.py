"""The web addresses among the inputs of a command, and the options for fetching them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.core.console import say
from annotate.core.plurals import counted

if TYPE_CHECKING:
    from annotate.core.ledger import LedgerRow


Urls = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, help="File with addresses of pages or feeds, one per line."
    ),
]
Pages = Annotated[
    Path, typer.Option(help="Folder for fetched pages; pages in it are not fetched again.")
]
Refetch = Annotated[
    bool, typer.Option("--refetch", help="Fetch pages again even if they are in --pages.")
]
Delay = Annotated[
    float, typer.Option(min=0, max=60, help="Seconds between two requests to the same host.")
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Also fetch from private network addresses.")
]


def local_paths(inputs: Sequence[str], urls: Path | None) -> list[Path]:
    """Return the inputs that are files or folders.

    Raises:
        typer.BadParameter: There is no input of any kind.
    """
    from annotate.articles.web.urls import looks_like_address

    if not inputs and urls is None:
        raise typer.BadParameter("name files, folders or web addresses, or a list by --urls")
    return [Path(name) for name in inputs if not looks_like_address(name)]


def addresses(inputs: Sequence[str], urls: Path | None) -> tuple[str, ...]:
    """Return the inputs that are web addresses, and those of the list.

    Raises:
        InputError: One is not a web address; for a list, with its line.
    """
    from annotate.articles.web.urls import check_address, looks_like_address, read_addresses

    named = tuple(check_address(name) for name in inputs if looks_like_address(name))
    return named + (read_addresses(urls) if urls else ())


def from_web(
    addresses: Sequence[str], pages: Path, refetch: bool, delay: float, allow_private: bool
) -> tuple[tuple[Path, ...], "tuple[LedgerRow, ...]"]:
    """Fetch the addresses; return their files, and a row for each page that could not be fetched.

    Raises:
        InputError: No page could be fetched.
    """
    if not addresses:
        return (), ()  # without importing what fetching needs
    from annotate.articles.web.client import Limits
    from annotate.articles.web.fetch import fetch_pages

    limits = Limits(delay=delay, allow_private=allow_private)
    web = fetch_pages(addresses, pages, limits, refetch=refetch)
    files, failed = counted(len(web.files), "file"), counted(len(web.failed), "page")
    say(f"{files} in {pages}; {failed} could not be fetched")
    return web.files, web.failed
