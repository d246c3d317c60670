"""`adjudicate`: send disagreements to a review project; `feedback`: write annotators' pages."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import ApiKey, Json, Url
from annotate.core.console import plain_errors
from annotate.core.options import Dataset
from annotate.workspace import FEEDBACK


def adjudicate_command(
    dataset: Dataset,
    project: Annotated[
        str, typer.Option(help="Name of the labelling project; by default the dataset's name.")
    ] = "",
    below: Annotated[
        float | None,
        typer.Option(
            min=0.5,
            max=1,
            help="Select paragraphs by scores less certain than this instead of by disagreement.",
        ),
    ] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Hide the annotators' votes.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would be sent.")
    ] = False,
    url: Url = "",
    api_key: ApiKey = "",
    as_json: Json = False,
) -> None:
    """Send paragraphs that annotators disagree on to a review project, whose labels are final."""
    from annotate.core.dataset_folder import open_dataset
    from annotate.label_studio.connection import find_connection
    from annotate.review.disagreements import find_disagreements
    from annotate.review.review_project import send_to_review

    with plain_errors():
        folder = open_dataset(dataset)
        rows = folder.answered()
        open_ = find_disagreements(rows, folder.annotations(), below)
        disputed = sum(disagreement.disputed for disagreement in open_)
        report: dict[str, object] = {"paragraphs": len(rows), "to_decide": len(open_)}
        report["disputed"] = disputed
        if not dry_run and open_:
            server, name = find_connection(url, api_key), project or folder.name
            pushed, review = send_to_review(server, name, open_, folder.taxonomy, blind=blind)
            report |= asdict(pushed) | {"url": review.labelling_url}
    if as_json:
        typer.echo(json.dumps(report | {"dry_run": dry_run}))
        return
    first = f"; first the {disputed} disputed" if disputed else ""
    typer.echo(f"{len(open_)} of {len(rows)} paragraphs to decide{first}")
    if "url" in report:
        typer.echo(f"added {report['added']}, already sent {report['skipped']}")
        typer.echo(f"review at {report['url']}, logged in as the administrator")


def feedback_command(
    dataset: Dataset,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for the pages; by default data/feedback/NAME."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a page for each annotator: agreement, what went well, what differs and what is open."""
    from annotate.core.dataset_folder import open_dataset
    from annotate.core.io.files import writing
    from annotate.review.feedback import sheets
    from annotate.review.feedback_page import sheet_page

    rows = []
    with plain_errors():
        folder = open_dataset(dataset)
        out = output or FEEDBACK / folder.name
        labels = folder.taxonomy.labels
        for sheet in sheets(folder.answered(), folder.annotations(), labels):
            name = sheet.person.name
            path = out / f"{name}.html"
            with writing(path) as file:
                file.write(sheet_page(sheet, folder.name, folder.taxonomy))
            counts = {"answers": sheet.answers, "differences": len(sheet.differences)}
            counts["disputed"] = len(sheet.undecided)
            rows.append({"annotator": name, **counts, "page": str(path)})
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        line = "{page}  answers: {answers}, of which differ: {differences}, disputed: {disputed}"
        typer.echo(line.format(**row))
