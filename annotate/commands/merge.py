"""`merge`: combine datasets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.leaks import say_leaks
from annotate.commands.options import SEED, Json, Seed
from annotate.core.console import plain_errors, printable, progress, say
from annotate.core.options import dataset_argument
from annotate.core.plurals import counted
from annotate.workspace import PSEUDONYM_KEY

if TYPE_CHECKING:
    from annotate.migration.merge import MergeReport


def merge_command(
    datasets: Annotated[
        list[Path],
        dataset_argument("DATASET", "Two or more datasets; the first decides on the taxonomy."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Dataset folder to write, data/datasets/NAME.")
    ],
    test_from: Annotated[
        str,
        typer.Option(
            metavar="DATASET",
            help="Keep only the test split of this dataset; leave out the others'.",
        ),
    ] = "",
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            exists=True,
            dir_okay=False,
            help="YAML file that maps labels to those of the first dataset, as for 'migrate'.",
        ),
    ] = None,
    same_people: Annotated[
        bool,
        typer.Option(
            "--same-people",
            help="The same pseudonym is the same person in all datasets, as in one project folder.",
        ),
    ] = False,
    seed: Seed = SEED,
    as_json: Json = False,
) -> None:
    """Merge datasets into one; no dataset's test paragraphs end up in train."""
    from annotate.migration.merge import MergeConfig, merge_datasets

    config = MergeConfig(PSEUDONYM_KEY, map_file, test_from, same_people, seed)
    with plain_errors(), progress("comparing paragraphs") as bar:
        report = merge_datasets(datasets, output, config, bar.advance)
    if as_json:
        parts = {
            name: {"paragraphs": count, "left_out": _by_name(report, name)}
            for name, count in report.parts.items()
        }
        typer.echo(json.dumps({"parts": parts, "splits": report.splits, "notes": report.notes}))
        return
    for line in _lines(report):
        typer.echo(printable(line))
    typer.echo(f"{output} ({report.folder.name})")
    for note in report.notes:
        say(note)
    say_leaks(report.folder, output)


def _by_name(report: "MergeReport", part: str) -> dict[str, int]:
    return {reason.name.lower(): count for reason, count in report.left_out[part].items()}


def _lines(report: "MergeReport") -> Iterator[str]:
    from annotate.dataset.splits.report import by_split

    for name, count in report.parts.items():
        left_out = report.left_out[name]
        taken = count - sum(left_out.values())
        yield f"{name}: {taken:,} of {counted(count, 'paragraph')} taken"
        for reason, number in left_out.items():
            yield f"  left out {number:,} {reason}"
    yield f"gold: {by_split(report.splits)}"
