"""`demo`: label the sample articles in a real Label Studio and pull the dataset."""

from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import SEED, Seed, TaxonomyFile
from annotate.commands.pull import echo_report
from annotate.commands.studio import stop_on_signals
from annotate.core.console import plain_errors
from annotate.workspace import DATASETS, SAMPLES, TAXONOMY


def demo_command(
    samples: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The sample corpus.")
    ] = SAMPLES,
    output: Annotated[Path, typer.Option("--output", "-o", help="The dataset.")] = DATASETS
    / "demo",
    taxonomy: TaxonomyFile = TAXONOMY,
    seed: Seed = SEED,
) -> None:
    """Label the sample articles in a real Label Studio and pull the dataset."""
    from annotate.core.stats.estimates import TOO_FEW
    from annotate.demo import demo

    stop_on_signals()
    with plain_errors():
        report = demo(samples, taxonomy, output, seed)
    echo_report(report, output)
    typer.echo("technique                              alpha")
    for row in report.agreement["labels"]:
        few = f" ({TOO_FEW})" if row["low"] is None else ""
        alpha = "undefined" if row["alpha"] is None else f"{row['alpha']:.2f}{few}"
        typer.echo(f"  {row['label']:<36} {alpha}")
