"""`prepare`: from articles to paragraphs.jsonl."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.commands.options import Json
from annotate.commands.web_inputs import (
    PAGES,
    AllowPrivate,
    Delay,
    Pages,
    Refetch,
    Urls,
    addresses,
    from_web,
    local_paths,
)
from annotate.core.console import plain_errors

_STDIN = Path("-")


def _named(what: str) -> Any:
    return typer.Option(help=f"What .jsonl, .csv and .parquet call the {what}.")


def prepare_command(
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the paragraphs go.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files (.txt, .md, .html, .rss, .jsonl, .csv, .parquet), folders of them, "
            "web addresses, or - for text or JSON Lines from stdin.",
        ),
    ] = None,
    text_field: Annotated[str, _named("text")] = "text",
    title_field: Annotated[str, _named("title")] = "title",
    id_field: Annotated[str, _named("id")] = "id",
    source_field: Annotated[str, _named("outlet")] = "source",
    date_field: Annotated[str, _named("date")] = "date",
    url_field: Annotated[str, _named("address")] = "url",
    urls: Urls = None,
    pages: Pages = PAGES,
    refetch: Refetch = False,
    delay: Delay = 1.0,
    allow_private: AllowPrivate = False,
    as_json: Json = False,
) -> None:
    """Cut articles into paragraphs; what is left out stands in a ledger beside them."""
    from annotate.core.article_rows import Fields
    from annotate.prepare import prepare

    fields = Fields(text_field, title_field, id_field, source_field, date_field, url_field)
    with plain_errors(), _with_stdin(local_paths(inputs or (), urls)) as files:
        wanted = addresses(inputs or (), urls)
        fetched, failed = from_web(wanted, pages, refetch, delay, allow_private)
        report = prepare([*files, *fetched], output, fields=fields, failed=failed)
    left_out = sum(report.left_out.values())
    if as_json:
        counts = {"articles": report.articles, "blocks": report.blocks}
        typer.echo(
            json.dumps(counts | {"paragraphs": report.paragraphs, "left_out": report.left_out})
        )
        return
    typer.echo(f"{report.paragraphs} paragraphs of {report.articles} articles -> {output}")
    reasons = ", ".join(f"{n} {reason}" for reason, n in sorted(report.left_out.items()))
    typer.echo(f"left out {left_out} of {report.blocks} blocks{': ' + reasons if reasons else ''}")


@contextmanager
def _with_stdin(inputs: Sequence[Path]) -> Iterator[list[Path]]:
    """The inputs with a file of what comes from stdin in the place of -."""
    import tempfile

    if _STDIN not in inputs:
        yield list(inputs)
        return
    raw = sys.stdin.buffer.read()
    name = "stdin.jsonl" if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "stdin.txt"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(raw)
        yield [file if path == _STDIN else path for path in inputs]
