"""`pull`: fetch what people labelled into a dataset folder."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.aggregation.disputed import Disputed
from annotate.aggregation.methods import DEFAULT, Method
from annotate.commands.leaks import say_leaks
from annotate.commands.options import (
    PROJECT,
    SEED,
    ApiKey,
    DisputedRule,
    Folds,
    IncludeAdmin,
    Json,
    NewSplit,
    ProjectName,
    Seed,
    SplitByName,
    TaxonomyFile,
    TestShare,
    Url,
    ValidationShare,
    administrators_answers,
    split_request,
)
from annotate.core.console import plain_errors, say
from annotate.core.options import must_exist
from annotate.core.plurals import counted
from annotate.workspace import PSEUDONYM_KEY, TAXONOMY

if TYPE_CHECKING:
    from annotate.sync.pull import PullReport
    from annotate.sync.task_cache import Refreshed


def pull_command(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Dataset folder to write, data/datasets/NAME.")
    ],
    project: ProjectName = PROJECT,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    method: Annotated[
        Method, typer.Option("--aggregate", help="How several answers become the gold labels.")
    ] = DEFAULT,
    disputed: DisputedRule = Disputed.OFF,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            callback=must_exist("'rhetoric-annotate pull --map-template', and fill it in"),
            dir_okay=False,
            help="YAML file that maps the labeling config of a project made elsewhere to ours.",
        ),
    ] = None,
    map_template: Annotated[
        bool,
        typer.Option("--map-template", help="Only print a map to fill in."),
    ] = False,
    seed: Seed = SEED,
    since_last: Annotated[
        bool,
        typer.Option(
            "--since-last", help="Read from the server only what changed since the last pull."
        ),
    ] = False,
    include_admin: IncludeAdmin = False,
    validation: ValidationShare = None,
    test: TestShare = None,
    split_by: SplitByName = None,
    folds: Folds = None,
    new_split: NewSplit = False,
    as_json: Json = False,
) -> None:
    """Fetch the finished labels into a dataset folder; bad answers are set aside with a reason."""
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.imports.label_studio_project import (
        open_external_project,
        source_of,
        template_for,
    )
    from annotate.label_studio.annotator_projects import (
        counting_administrator,
        doubled_lines,
        open_projects,
    )
    from annotate.label_studio.connection import find_connection
    from annotate.sync.collect import REJECTED
    from annotate.sync.pull import PullRequest, check_output, pull, pull_projects

    if since_last and map_file:
        raise typer.BadParameter("--since-last cannot be combined with --map")
    with plain_errors():
        splits = split_request(validation, test, split_by, folds, new_split)
        request = PullRequest(
            *(taxonomy, output, PSEUDONYM_KEY, seed, method),
            disputed=disputed,
            splits=splits,
            project=project,
        )
        check_output(request)
        server, labels = find_connection(url, api_key), load_taxonomy(taxonomy)
        if map_template:
            template = template_for(server, project, labels)
            typer.echo(template.text, nl=False)
            say(template.sentence)
            return
        if map_file:
            sources = open_external_project(server, project, labels, map_file)
            say("reading what people labelled ...")
            report = pull(sources, replace(request, source=source_of(project, map_file)))
        else:
            projects = open_projects(server, project, labels)
            projects = counting_administrator(projects) if include_admin else projects
            for line in doubled_lines(project, projects):
                say(line)
            say("reading what people labelled ...")
            report, refreshed = pull_projects(projects.values(), request, since_last=since_last)
            if since_last:
                _say_what_was_read(refreshed)
    rejected = any(counts[REJECTED] for counts in report.ledger["annotators"].values())
    if as_json:
        lineage = report.lineage.to_json()
        typer.echo(
            json.dumps({"ledger": report.ledger, "splits": report.splits, "lineage": lineage})
        )
        return
    echo_report(report, output)
    if rejected and not map_file:
        say(
            f"'rhetoric-annotate reopen --project {quote(project)}' gives answers that cannot be "
            "used back to their annotators"
        )


def _say_what_was_read(projects: Sequence["Refreshed"]) -> None:
    read, total = sum(p.read for p in projects), sum(p.total for p in projects)
    say(f"read from the server: {read} of {counted(total, 'task')}")
    for why in sorted({p.why_full for p in projects if p.why_full}):
        say(f"a project was read in full: {why}")


def echo_report(report: "PullReport", output: Path) -> None:
    """Print what a pull wrote."""
    from annotate.core.stats.estimates import TOO_FEW
    from annotate.dataset.splits.report import by_split
    from annotate.sync.collect import ADMINISTRATORS

    typer.echo(
        f"{counted(report.ledger['paragraphs'], 'paragraph')} -> {output} ({report.folder.name})"
    )
    for name, counts in report.ledger["annotators"].items():
        states = ", ".join(f"{n} {s}" for s, n in counts.items() if n and s != "tasks")
        typer.echo(f"  {name}: {states}")
    typer.echo(f"gold: {by_split(report.splits)}")
    typer.echo(report.lineage.sentence())
    typer.echo(report.disputed)
    mean = report.agreement["mean_alpha"]
    few = f" ({TOO_FEW})" if report.agreement["too_few_to_tell"] else ""
    alpha = "undefined" if mean is None else f"{mean:.2f}{few}"
    typer.echo(f"mean alpha over techniques: {alpha}")
    for line in administrators_answers(report.ledger.get(ADMINISTRATORS, 0)):
        say(line)
    if warning := report.lineage.warning(str(output)):
        say(warning)
    say_leaks(report.folder, output)
    if report.set_aside:
        say(f"{report.set_aside:,} set aside, with reasons, in {report.rejected_file}")
