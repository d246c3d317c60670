"""`leaks`: find what the splits of a dataset share."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from annotate.commands.options import Json
from annotate.core.console import plain_errors, printable, progress, say
from annotate.core.options import Dataset
from annotate.core.plurals import counted

if TYPE_CHECKING:
    from annotate.dataset.leaks import Group, Kind, Leaks

FOUND = 3  # exit code: a finding is no error
_EXAMPLES = 3  # of each kind; --json has them all
_WIDTH = 72


def leaks_command(dataset: Dataset, as_json: Json = False) -> None:
    """Find words, articles and addresses that splits share; exit code 3 if there are any."""
    leaks = _find(dataset)
    if as_json:
        typer.echo(json.dumps(leaks.to_json(), ensure_ascii=False))
    else:
        for line in _lines(leaks):
            typer.echo(printable(line))
    if leaks:
        raise typer.Exit(FOUND)


def say_leaks(folder: Path, dataset: Path) -> None:
    """Say in one line what the splits of a dataset that was just written share, if anything.

    Args:
        folder: Its newest version.
        dataset: As the user names it.
    """
    from annotate.dataset.leaks import leaks_line

    if line := leaks_line(_find(folder), str(dataset)):
        say(line)


def _find(folder: Path) -> "Leaks":
    from annotate.core.dataset_folder import open_dataset
    from annotate.dataset.leaks import find_leaks

    with plain_errors():
        rows = open_dataset(folder).gold()
        with progress("comparing paragraphs", len(rows)) as bar:
            return find_leaks(rows, bar.advance)


def _lines(leaks: "Leaks") -> Iterator[str]:
    from annotate.dataset.leaks import Kind

    for kind in Kind:
        yield f"{_TITLES[kind]}: {_counts(leaks, kind)}"
        groups = leaks.groups[kind]
        for group in groups[:_EXAMPLES]:
            yield f"  {_example(kind, group)}"
        if len(groups) > _EXAMPLES:
            yield f"  ... and {len(groups) - _EXAMPLES:,} more, which --json lists"


_TITLES = {
    "words": "same words",
    "near-duplicate": "near-duplicates",
    "article": "same article",
    "address": "same address",
    "title": "same title (a hint)",
    "boilerplate": "boilerplate (a hint)",
}


def _counts(leaks: "Leaks", kind: "Kind") -> str:
    from annotate.dataset.leaks import MANY, Kind

    if not leaks.groups[kind]:
        return "none"
    if kind is Kind.BOILERPLATE:
        texts = counted(len(leaks.groups[kind]), "text stands", "texts stand")
        return f"{texts} in more than {MANY} articles"
    return ", ".join(
        f"{count:,} of {counted(leaks.paragraphs[split], f'{split} paragraph')} with {other}"
        for (split, other), count in leaks.counts[kind].items()
    )


def _example(kind: "Kind", group: "Group") -> str:
    from collections import Counter

    from annotate.core.dataset_folder import SPLITS
    from annotate.dataset.leaks import Kind

    first = group[0].paragraph
    shared = {Kind.ARTICLE: first.article_id, Kind.ADDRESS: first.url, Kind.TITLE: first.title}
    text = shared.get(kind, first.text)
    counts = Counter(row.split for row in group)
    splits = ", ".join(f"{counts[s]} {s}" for s in SPLITS if counts[s])
    return f"{text if len(text) <= _WIDTH else f'{text[:_WIDTH]}…'} ({splits})"
