"""`status`: show how far the labelling has progressed."""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.commands.options import (
    PROJECT,
    ApiKey,
    IncludeAdmin,
    Json,
    ProjectName,
    TaxonomyFile,
    Url,
    administrators_answers,
)
from annotate.core.console import plain_errors, printable, say
from annotate.core.options import PREPARE, must_exist
from annotate.core.plurals import counted
from annotate.workspace import PSEUDONYM_KEY, TAXONOMY

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from annotate.sync.progress import AnnotatorProgress, Forecast, ProgressReport

_HEADS = (
    *("who", "tasks", "labelled", "none", "unusable", "skipped", "left"),
    *("s each", "hours", "gold F1"),
)


def status_command(
    project: ProjectName = PROJECT,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    whole: Annotated[
        Path | None,
        typer.Option(
            callback=must_exist(PREPARE),
            dir_okay=False,
            help="A paragraphs.jsonl: estimate the hours and cost of labelling it.",
        ),
    ] = None,
    overlap: Annotated[
        int, typer.Option(min=1, help="Annotators for each paragraph; used with --whole.")
    ] = 2,
    hourly: Annotated[
        float | None, typer.Option(min=0, help="Hourly wage; used to estimate the cost.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Refresh until Ctrl-C.")] = False,
    every: Annotated[
        int, typer.Option(min=1, help="Seconds between refreshes; used with --watch.")
    ] = 60,
    include_admin: IncludeAdmin = False,
    as_json: Json = False,
) -> None:
    """Show how much each annotator has done, how fast and how well, and what is left."""
    from annotate.assignment.control_items import remembered_control_items
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_studio.annotator_projects import (
        counting_administrator,
        doubled_lines,
        open_projects,
    )
    from annotate.label_studio.connection import find_connection
    from annotate.paragraphs.file import read_paragraphs
    from annotate.sync.collect import REJECTED
    from annotate.sync.progress import forecast, read_progress

    with plain_errors():
        labels = load_taxonomy(taxonomy)
        size = sum(1 for _ in read_paragraphs(whole)) if whole else 0
        projects = open_projects(find_connection(url, api_key), project, labels)
        projects = counting_administrator(projects) if include_admin else projects
        for line in doubled_lines(project, projects):
            say(line)

    def read() -> "tuple[ProgressReport, Forecast | None]":
        gold = remembered_control_items(project)
        report = read_progress(projects.values(), labels, PSEUDONYM_KEY, gold)
        return report, forecast(report, size, overlap, hourly) if size else None

    with plain_errors():
        if watch:
            _watch(lambda: _table(*read(), asked=bool(whole)), every)
        elif as_json:
            typer.echo(json.dumps(_json(*read())))
        else:
            report, estimate = read()
            _print(_table(report, estimate, asked=bool(whole)))
            if rejected := report.total.states[REJECTED]:
                say(
                    f"answers that cannot be used: {rejected}; 'rhetoric-annotate reopen --project "
                    f"{quote(project)}' gives them back to their annotators"
                )


def _watch(draw: "Callable[[], RenderableType]", every: int) -> None:
    from rich.live import Live

    try:
        with Live(draw(), auto_refresh=False) as live:
            while True:
                time.sleep(every)
                live.update(draw(), refresh=True)
    except KeyboardInterrupt:
        say("stopped")


def _print(what: "RenderableType") -> None:
    from rich.console import Console

    Console().print(what)


def _table(
    report: "ProgressReport", estimate: "Forecast | None", *, asked: bool
) -> "RenderableType":
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table

    from annotate.core.stats.estimates import TOO_FEW

    table = Table(
        *_HEADS, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for person in (*report.people, report.total):
        if person is report.total:
            table.add_section()
        table.add_row(*_cells(person))
    few = f" ({TOO_FEW})" if report.too_few else ""
    alpha = "undefined yet" if math.isnan(report.mean_alpha) else f"{report.mean_alpha:.2f}{few}"
    lines = [f"mean alpha over techniques so far: {alpha}", *_forecast_lines(estimate, asked=asked)]
    lines += administrators_answers(report.administrators_answers)
    return Group(table, *lines)


def _cells(person: "AnnotatorProgress") -> "list[str | Text]":
    from rich.text import Text

    counts = (person.states[s] for s in ("labelled", "none", "unusable", "skipped"))
    pace, hours = person.seconds, person.hours_left
    return [
        Text(printable(person.name)),  # on a foreign server a project's title gave it
        str(person.tasks),
        *map(str, counts),
        str(person.left),
        "" if pace is None else f"{pace:.0f}",
        "" if hours is None else f"{hours:.1f}",
        "" if person.gold is None else f"{person.gold.f1:.2f} of {person.gold.paragraphs}",
    ]


def _forecast_lines(estimate: "Forecast | None", *, asked: bool) -> list[str]:
    if estimate is None:
        return ["hours for all paragraphs: unknown before the first answer"] if asked else []
    low, middle, high = estimate.hours
    lines = [
        f"all paragraphs: {counted(estimate.answers, 'answer')}, about {middle:.1f} hours "
        f"({low:.1f} at the pace of the fastest person, {high:.1f} of the slowest)"
    ]
    if estimate.cost:
        low, middle, high = estimate.cost
        lines.append(f"cost: about {middle:.0f} ({low:.0f} to {high:.0f})")
    return lines


def _json(report: "ProgressReport", estimate: "Forecast | None") -> dict[str, Any]:
    from annotate.sync.collect import ADMINISTRATORS

    people = [_person(person) for person in report.people]
    alpha = None if math.isnan(report.mean_alpha) else round(report.mean_alpha, 6)
    answer: dict[str, Any] = {"annotators": people, "all": _person(report.total)}
    answer["mean_alpha"] = alpha
    answer[ADMINISTRATORS] = report.administrators_answers
    if estimate:
        ends = ("low", "middle", "high")
        answer["whole"] = {
            "answers": estimate.answers,
            "hours": dict(zip(ends, estimate.hours, strict=True)),
            "cost": estimate.cost and dict(zip(ends, estimate.cost, strict=True)),
        }
    return answer


def _person(person: "AnnotatorProgress") -> dict[str, Any]:
    gold = person.gold
    return {
        "name": person.name,
        "tasks": person.tasks,
        "done": person.done,
        **person.states,
        "left": person.left,
        "seconds_per_paragraph": person.seconds,
        "hours_left": person.hours_left,
        "gold": gold and {"paragraphs": gold.paragraphs, "f1": gold.f1},
    }
