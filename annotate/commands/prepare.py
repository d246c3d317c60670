"""`prepare`: from articles to paragraphs.jsonl."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from annotate.commands.options import SEED, ApiKey, Json, Seed, Url, names
from annotate.commands.web_options import (
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
from annotate.core.records import BlockType, Paragraph
from annotate.paragraphs.length import CutRules, Short
from annotate.workspace import PAGES

_STDIN = Path("-")
_ANY = "any"


def _named(what: str) -> Any:
    return typer.Option(help=f"What .jsonl, .csv and .parquet call the {what}.")


def _kinds(text: str) -> str:
    unknown = [name for name in names(text) if name not in list(BlockType)]
    if unknown or not names(text):
        raise typer.BadParameter(f"{text!r}: name some of {', '.join(BlockType)}")
    return text


def _languages(text: str) -> str:
    from annotate.articles.language import known_languages

    unknown = [code for code in names(text) if code not in known_languages()]
    if text != _ANY and (unknown or not names(text)):
        raise typer.BadParameter(f"{text!r}: ISO 639 codes such as en,de, or {_ANY}")
    return text


def prepare_command(
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the paragraphs go.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files (.txt, .md, .html, .rss, .jsonl, .csv, .parquet), folders of them, "
            "web addresses, or - for text or JSON Lines from stdin.",
        ),
    ] = None,
    kinds: Annotated[
        str, typer.Option(parser=_kinds, metavar="KIND,...", help="Blocks that are paragraphs.")
    ] = "body,quote",
    max_words: Annotated[int, typer.Option(min=1, help="Longer ones are cut at sentences.")] = 300,
    min_words: Annotated[int, typer.Option(min=0, help="What has fewer is short.")] = 5,
    short: Annotated[Short, typer.Option(help="What becomes of short ones.")] = Short.JOIN,
    language: Annotated[
        str,
        typer.Option(parser=_languages, metavar="CODE,...|any", help="Others are left out."),
    ] = "en",
    copies: Annotated[
        int,
        typer.Option(min=1, help="Articles in which a text may stand; beyond, it is kept once."),
    ] = 5,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            help="Paragraphs of earlier runs, to share near-duplicates with.", exists=True
        ),
    ] = None,
    pushed: Annotated[
        str, typer.Option(help="A labelling project, to share near-duplicates with.")
    ] = "",
    sample: Annotated[int | None, typer.Option(min=1, help="Draw so many paragraphs.")] = None,
    seed: Seed = SEED,
    page: Annotated[
        Path | None, typer.Option("--report", help="Write a page to read what was left out.")
    ] = None,
    text_field: Annotated[str, _named("text")] = "text",
    title_field: Annotated[str, _named("title")] = "title",
    id_field: Annotated[str, _named("id")] = "id",
    source_field: Annotated[str, _named("outlet")] = "source",
    author_field: Annotated[str, _named("author")] = "author",
    date_field: Annotated[str, _named("date")] = "date",
    url_field: Annotated[str, _named("address")] = "url",
    html_field: Annotated[
        str, typer.Option(help="What they call an article's body as HTML, to be read for its text.")
    ] = "",
    urls: Urls = None,
    pages: Pages = PAGES,
    refetch: Refetch = False,
    delay: Delay = 1.0,
    allow_private: AllowPrivate = False,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: Json = False,
) -> None:
    """Cut articles into paragraphs; what is left out stands in a ledger beside them."""
    from annotate.articles.readers.rows import Fields
    from annotate.paragraphs.left_out_page import write_page
    from annotate.paragraphs.prepare import PrepareConfig, prepare

    wanted = () if language == _ANY else tuple(names(language))
    config = PrepareConfig(
        CutRules(frozenset(map(BlockType, names(kinds))), max_words, min_words, short, wanted),
        Fields(
            text=text_field,
            title=title_field,
            id=id_field,
            source=source_field,
            author=author_field,
            date=date_field,
            url=url_field,
            html=html_field,
        ),
        copies=copies,
        sample=sample,
        seed=seed,
        against=against or (),
    )
    with plain_errors(), _with_stdin(local_paths(inputs or (), urls)) as files:
        asked = addresses(inputs or (), urls)
        fetched, failed = from_web(asked, pages, refetch, delay, allow_private)
        report = prepare([*files, *fetched], output, config, failed, _pushed(pushed, url, api_key))
        if page:
            write_page(page, report, output)
    typer.echo(json.dumps(asdict(report)) if as_json else "\n".join(report.lines(output)))


def _pushed(project: str, url: str, api_key: str) -> "Iterable[Paragraph]":
    if not project:
        return ()  # and nothing is loaded that Label Studio needs
    from annotate.label_studio.annotator_projects import pushed_paragraphs
    from annotate.label_studio.connection import connection

    return pushed_paragraphs(connection(url, api_key), project)


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
