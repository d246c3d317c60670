"""`agreement`: report how far the annotators of a dataset agree."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.options import Json
from annotate.core.console import plain_errors, printable
from annotate.core.options import Dataset

if TYPE_CHECKING:
    from annotate.agreement.measure import Measured
    from annotate.agreement.report import AgreementReport

_PAIRS = 10  # the report has them all


def agreement_command(
    dataset: Dataset,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Folder for the report; by default data/agreement/NAME."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure how far the annotators of DATASET agree, and say what to do about it."""
    from annotate.agreement.report import agreement

    with plain_errors():
        report = agreement(dataset, output)
    if as_json:
        typer.echo(json.dumps(report.json))
        return
    for line in _lines(report):
        typer.echo(printable(line))


def _lines(report: "AgreementReport") -> Iterator[str]:
    from annotate.agreement.wording import people, shortage_note, with_interval
    from annotate.core.plurals import counted

    measured = report.measured
    yield from filter(None, (report.source.warning, shortage_note(measured)))
    yield (
        f"{counted(measured.answers, 'answer')} of {people(measured)} to "
        f"{counted(measured.paragraphs, 'paragraph')}, {measured.compared} of them with two or more"
    )
    if report.source.left_out:
        yield report.source.left_out_note
    yield f"{'alpha (95 % interval)':<61} answers that have it"
    yield f"  {'label sets (MASI)':<36} {with_interval(measured.sets)}"
    yield f"  {'mean of the techniques':<36} {with_interval(measured.mean)}"
    for row in measured.labels:
        yield f"  {row.label:<36} {with_interval(row):<22} {row.positive:>5}"
    yield from _pairs(measured)
    for advice in report.advice:
        yield f"- {advice.text}"
    yield f"the whole report: {report.page}"


def _pairs(measured: "Measured") -> Iterator[str]:
    """List the pairs that agree least."""
    from annotate.agreement.wording import number, with_interval
    from annotate.core.plurals import counted

    pairs = sorted((p for p in measured.pairs if p.pooled.defined), key=lambda p: p.pooled.value)
    for pair in pairs[:_PAIRS]:
        paragraphs = counted(pair.paragraphs, "paragraph")
        yield (
            f"{pair.first} and {pair.second}: pooled kappa {with_interval(pair.pooled)}, "
            f"{paragraphs}, marked words F1 {number(pair.spans.overlap.value)}"
        )
    if len(pairs) > _PAIRS:
        yield f"... and {len(pairs) - _PAIRS} pairs that agree better"
