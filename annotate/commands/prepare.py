"""`prepare`: from articles to paragraphs.jsonl."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

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
from annotate.core.console import plain_errors, say
from annotate.core.io.stdin import with_stdin
from annotate.core.ledger import ledger_path, notice_warning, unread_warning
from annotate.core.options import PREPARE, must_exist
from annotate.core.reading_options import (
    AuthorField,
    DateField,
    HtmlField,
    IdField,
    SourceField,
    TextField,
    TitleField,
    UrlField,
)
from annotate.core.records import BlockType, Paragraph
from annotate.paragraphs.length import CutRules, Short
from annotate.workspace import PAGES

_ANY = "any"


def _kinds(text: str) -> str:
    unknown = [name for name in names(text) if name not in list(BlockType)]
    if unknown or not names(text):
        raise typer.BadParameter(f"{text!r}: use some of {', '.join(BlockType)}")
    return text


def _languages(text: str) -> str:
    from annotate.articles.language import known_languages

    with plain_errors():  # the list is unpacked on disk, which may be full
        codes = known_languages()
    unknown = [code for code in names(text) if code not in codes]
    if text != _ANY and (unknown or not names(text)):
        raise typer.BadParameter(f"{text!r}: ISO 639 codes such as en,de, or {_ANY}")
    return text


def prepare_command(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write the paragraphs to.")
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="Files (text, Markdown, HTML, Word, PDF, EPUB, JSON, CSV, feeds, archives and "
            "more), folders of them, web addresses, or - for text or JSON Lines from stdin.",
        ),
    ] = None,
    kinds: Annotated[
        str,
        typer.Option(parser=_kinds, metavar="KIND,...", help="Block types to keep as paragraphs."),
    ] = "body,quote",
    max_words: Annotated[
        int, typer.Option(min=1, help="Longer paragraphs are split at sentence ends.")
    ] = 300,
    min_words: Annotated[
        int, typer.Option(min=0, help="Paragraphs with fewer words are short.")
    ] = 5,
    short: Annotated[Short, typer.Option(help="What to do with short paragraphs.")] = Short.JOIN,
    language: Annotated[
        str,
        typer.Option(
            parser=_languages,
            metavar="CODE,...|any",
            help="Languages to keep; other text is left out.",
        ),
    ] = "en",
    copies: Annotated[
        int,
        typer.Option(min=1, help="Keep a text that occurs in more articles than this only once."),
    ] = 5,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            help="Paragraphs of earlier runs: near-duplicates of them join their clusters.",
            callback=must_exist(PREPARE),
        ),
    ] = None,
    pushed: Annotated[
        str,
        typer.Option(
            help="A labelling project: near-duplicates of its paragraphs join their clusters."
        ),
    ] = "",
    sample: Annotated[
        int | None, typer.Option(min=1, help="Draw this many paragraphs at random.")
    ] = None,
    seed: Seed = SEED,
    page: Annotated[
        Path | None,
        typer.Option("--report", help="Write an HTML page that shows what was left out."),
    ] = None,
    text_field: TextField = "text",
    title_field: TitleField = "title",
    id_field: IdField = "id",
    source_field: SourceField = "source",
    author_field: AuthorField = "author",
    date_field: DateField = "date",
    url_field: UrlField = "url",
    html_field: HtmlField = "",
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Stop at the first file or record that cannot be used."),
    ] = False,
    urls: Urls = None,
    pages: Pages = PAGES,
    refetch: Refetch = False,
    delay: Delay = 1.0,
    allow_private: AllowPrivate = False,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: Json = False,
) -> None:
    """Cut articles into paragraphs; a ledger next to the output lists what was left out."""
    from annotate.articles.readers.column_names import Fields
    from annotate.paragraphs.left_out_page import write_page
    from annotate.paragraphs.prepare import PrepareConfig, prepare

    languages = () if language == _ANY else tuple(names(language))
    config = PrepareConfig(
        CutRules(frozenset(map(BlockType, names(kinds))), max_words, min_words, short, languages),
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
        strict=strict,
    )
    with plain_errors(), with_stdin(local_paths(inputs or (), urls)) as files:
        web = addresses(inputs or (), urls)
        fetched, failed = from_web(web, pages, refetch, delay, allow_private)
        report = prepare([*files, *fetched], output, config, failed, _pushed(pushed, url, api_key))
        if page:
            write_page(page, report, output)
    typer.echo(json.dumps(asdict(report)) if as_json else "\n".join(report.lines(output)))
    if report.notices:
        say(notice_warning(report.notices, ledger_path(output)))
    if report.unread:
        say(unread_warning(report.unread, ledger_path(output)))


def _pushed(project: str, url: str, api_key: str) -> "Iterable[Paragraph]":
    if not project:
        return ()  # without importing what Label Studio needs
    from annotate.label_studio.annotator_projects import pushed_paragraphs
    from annotate.label_studio.connection import find_connection

    return pushed_paragraphs(find_connection(url, api_key), project)
