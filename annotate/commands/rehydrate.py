"""`rehydrate`: fill the texts into a dataset that was published without them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import Json
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
from annotate.core.options import Dataset
from annotate.core.plurals import counted
from annotate.workspace import PAGES


def rehydrate_command(
    dataset: Dataset,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Dataset folder to write, data/datasets/NAME.")
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="The articles: files and folders as for 'prepare', web addresses, or "
            "paragraphs.jsonl.",
        ),
    ] = None,
    urls: Urls = None,
    pages: Pages = PAGES,
    refetch: Refetch = False,
    delay: Delay = 1.0,
    allow_private: AllowPrivate = False,
    as_json: Json = False,
) -> None:
    """Fill the texts into a dataset that was published without them; list what no longer fits."""
    from annotate.core.dataset_folder import open_dataset
    from annotate.dataset.rehydrate import rehydrate

    with plain_errors():
        paths = local_paths(inputs or (), urls)
        web = addresses(inputs or (), urls)
        fetched, failed = from_web(web, pages, refetch, delay, allow_private)
        report = rehydrate(open_dataset(dataset), [*paths, *fetched], output)
    if as_json:
        paths_as_text = {"folder": str(report.folder), "rejected_file": str(report.rejected_file)}
        typer.echo(json.dumps(asdict(report) | paths_as_text))
        return
    missing = sum(report.missing.values())
    filled = f"{report.paragraphs - missing} of {counted(report.paragraphs, 'paragraph')}"
    typer.echo(f"texts of {filled} -> {output} ({report.folder.name})")
    if missing:
        reasons = ", ".join(f"{n} {reason}" for reason, n in report.missing.items())
        say(f"left out {missing}: {reasons}; {report.rejected_file} lists them")
    elif not report.same:
        say("all texts fit, but titles or neighbouring paragraphs are not those that were labelled")
    if unread := report.unread + len(failed):
        say(f"warning: {counted(unread, 'file or record', 'files or records')} could not be used")
