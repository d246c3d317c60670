"""`prepare`: from articles to paragraphs.jsonl."""

import json
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import Json
from annotate.core.console import plain_errors


def prepare_command(
    inputs: Annotated[
        list[Path],
        typer.Argument(exists=True, help="Files (.txt, .html, .jsonl) or folders of them."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the paragraphs go.")],
    as_json: Json = False,
) -> None:
    """Cut articles into paragraphs; what is left out stands in a ledger beside them."""
    from annotate.prepare import prepare

    with plain_errors():
        report = prepare(inputs, output)
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
