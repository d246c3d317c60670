"""`diff`: what changed between two datasets."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.commands.options import Json
from annotate.core.console import plain_errors, printable
from annotate.core.options import dataset_argument

if TYPE_CHECKING:
    from annotate.dataset.diff import DatasetDiff, ParagraphChange

_SHOWN = 20
_WIDTH = 60
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def diff_command(
    before: Annotated[Path, dataset_argument("BEFORE", "Dataset, or a version: NAME@DIGEST.")],
    after: Annotated[Path, dataset_argument("AFTER", "What to compare it with.")],
    whole: Annotated[
        bool, typer.Option("--all", help=f"List all paragraphs, not the first {_SHOWN}.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show which paragraphs, labels, splits and settings differ between two datasets."""
    from annotate.core.dataset_folder import open_dataset
    from annotate.dataset.diff import diff_datasets

    with plain_errors():
        diff = diff_datasets(open_dataset(before), open_dataset(after))
    if as_json:
        typer.echo(json.dumps(diff.to_json(), ensure_ascii=False))
        return
    shown = diff.changes if whole else diff.changes[:_SHOWN]
    for line in (*_summary(diff), *_labels(diff), *map(_line, shown)):
        typer.echo(printable(line))
    if len(shown) < len(diff.changes):
        typer.echo(f"... and {len(diff.changes) - len(shown):,} more; --all lists them")


def _summary(diff: "DatasetDiff") -> Iterator[str]:
    yield " -> ".join(diff.versions)
    old, new = diff.paragraphs
    for split in old:
        yield f"{split:<12}{old[split]:>8,} -> {new[split]:,}"
    counts = diff.counts
    yield (
        f"paragraphs: {counts['added']:,} added, {counts['removed']:,} removed, "
        f"{counts['moved']:,} in another split, {counts['relabelled']:,} with other labels"
    )
    yield from (f"taxonomy: {line}" for line in diff.taxonomy or ["the same"])
    yield f"lineage: {diff.lineage}"
    for name, (one, other) in diff.settings.items():
        yield f"setting {name}: {_value(one)} -> {_value(other)}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return _cut(json.dumps(value, ensure_ascii=False))
    return "not set" if value in (None, "") else str(value)


def _labels(diff: "DatasetDiff") -> Iterator[str]:
    labels = sorted({*diff.gained, *diff.lost})
    if labels:
        yield f"{'label':<36} gained    lost"
    for label in labels:
        yield f"{label:<36} {diff.gained.get(label, 0):>6,} {diff.lost.get(label, 0):>7,}"


def _line(change: "ParagraphChange") -> str:
    splits = " -> ".join(dict.fromkeys(filter(None, (change.before, change.after))))
    labels = [*(f"+{x}" for x in change.gained), *(f"-{x}" for x in change.lost)]
    return f"{_SIGNS[change.kind]} {'  '.join([change.id, splits, *labels, _cut(change.text)])}"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"
