"""The command line `rhetoric-annotate`: parse, call one function, echo its report."""

import json
import signal
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.core.console import plain_errors, progress, say

if TYPE_CHECKING:
    from annotate.pull import PullReport

app = typer.Typer(
    help="From articles to a labelled dataset folder, with Label Studio in between.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

TaxonomyFile = Annotated[
    Path,
    typer.Option("--taxonomy", exists=True, dir_okay=False, help="The taxonomy to label with."),
]
TAXONOMY = Path("label_config/taxonomy.yaml")
ProjectName = Annotated[str, typer.Option(help="Name of the labelling project.")]
PROJECT = "rhetoric"
ENV_FILE = Path(".env")
Url = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_URL",
        show_envvar=True,
        help="Address of Label Studio; without it, the one that 'studio' started.",
    ),
]
ApiKey = Annotated[
    str,
    typer.Option(
        envvar="LABEL_STUDIO_API_KEY",
        show_envvar=True,
        show_default=False,
        help="Token, personal or legacy.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Report as JSON on stdout.")]
Seed = Annotated[int, typer.Option(help="Of everything that is drawn.")]


main = app


@app.callback()
def _read_env() -> None:
    # Before a command's options are parsed: they take what is not given from the environment.
    from dotenv import load_dotenv

    from annotate.core.files import read_text

    with plain_errors():
        if ENV_FILE.is_file():
            load_dotenv(stream=StringIO(read_text(ENV_FILE)))


@app.command("prepare")
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


@app.command("config")
def config_command(
    taxonomy: TaxonomyFile = TAXONOMY,
    output: Annotated[Path, typer.Option(help="Folder for the generated files.")] = TAXONOMY.parent,
) -> None:
    """Check the taxonomy; write the labelling page and the guidelines that follow from it."""
    from annotate.config import generate

    with plain_errors():
        for path in generate(taxonomy, output):
            typer.echo(path)


@app.command("studio")
def studio_command(
    project: ProjectName = PROJECT,
    annotators: Annotated[
        str, typer.Option(help="Names, with commas between; each gets an account.")
    ] = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 keeps the last one or takes a free one.")
    ] = 0,
    taxonomy: TaxonomyFile = TAXONOMY,
) -> None:
    """Run the embedded Label Studio in this folder, until Ctrl-C."""
    from annotate.core.taxonomy import load_taxonomy
    from annotate.server import StudioConfig
    from annotate.studio import open_studio

    _stop_on_signals()
    names = [name.strip() for name in annotators.split(",") if name.strip()]
    with plain_errors():
        loaded = load_taxonomy(taxonomy)
        say("starting Label Studio (the first start takes up to a minute) ...")
        try:
            with open_studio(StudioConfig(port=port), project, names, loaded) as opened:
                typer.echo(f"Label Studio: {opened.studio.url}")
                typer.echo(f"project {project!r}: {opened.project.labelling_url}")
                typer.echo(f"log in as {opened.studio.admin.email} {opened.studio.admin.password}")
                for account in opened.new_accounts.values():
                    typer.echo(f"       or {account.email} {account.password}")
                typer.echo(f"accounts are kept in {opened.studio.folder / 'accounts.json'}")
                typer.echo("stop with Ctrl-C")
                opened.studio.process.wait()
                say(f"Label Studio ended by itself; see {opened.studio.folder / 'server.log'}")
                raise typer.Exit(1)
        except KeyboardInterrupt:
            say("stopped; start again with the same command, everything is kept")


def _stop_on_signals() -> None:
    """Stop the server too when the terminal closes or a supervisor ends us, as after Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@app.command("push")
def push_command(
    paragraphs: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="What 'prepare' wrote.")
    ],
    project: ProjectName = PROJECT,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be sent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send the new paragraphs to the labelling project; a second push adds nothing."""
    from annotate.core.paragraphs import read_paragraphs
    from annotate.core.taxonomy import load_taxonomy
    from annotate.guidelines import instruction
    from annotate.interface import label_config
    from annotate.labelstudio import find_project, make_project
    from annotate.push import PushReport, missing, push
    from annotate.settings import one_stream

    with plain_errors():
        rows = list(read_paragraphs(paragraphs))
        loaded = load_taxonomy(taxonomy)
        stream = one_stream(project, url, api_key)
        if dry_run:
            known = find_project(stream, label_config(loaded))
            fresh = len(missing(rows, known.known_ids() if known else ()))
            report = PushReport(fresh, len(rows) - fresh, 0)
        else:
            store = make_project(stream, label_config(loaded), instruction(loaded))
            with progress("pushing", len(rows)) as bar:
                report = push(rows, store, advance=bar.advance)
            say(f"label at {store.labelling_url}")
    if as_json:
        typer.echo(json.dumps(asdict(report) | {"dry_run": dry_run}))
        return
    done = "would add" if dry_run else "added"
    typer.echo(
        f"{done} {report.added}, there already {report.skipped}, put right {report.put_right}"
    )


@app.command("pull")
def pull_command(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The dataset, data/datasets/NAME.")
    ],
    project: ProjectName = PROJECT,
    taxonomy: TaxonomyFile = TAXONOMY,
    url: Url = "",
    api_key: ApiKey = "",
    seed: Seed = 13,
    as_json: Json = False,
) -> None:
    """Fetch the finished labels into a dataset folder; what is bad is set aside with the reason."""
    from annotate.core.taxonomy import load_taxonomy
    from annotate.interface import label_config
    from annotate.labelstudio import open_project
    from annotate.pseudonyms import KEY_FILE
    from annotate.pull import pull
    from annotate.settings import streams

    with plain_errors():
        config = label_config(load_taxonomy(taxonomy))
        stores = [open_project(stream, config) for stream in streams(project, url, api_key)]
        say("reading what people labelled ...")
        report = pull(stores, taxonomy, output, KEY_FILE, seed)
    if as_json:
        typer.echo(json.dumps({"ledger": report.ledger, "splits": report.splits}))
        return
    _echo_pull(report, output)


@app.command("demo")
def demo_command(
    samples: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="The sample corpus.")
    ] = Path("data/samples"),
    output: Annotated[Path, typer.Option("--output", "-o", help="The dataset.")] = Path(
        "data/datasets/demo"
    ),
    taxonomy: TaxonomyFile = TAXONOMY,
    seed: Seed = 13,
) -> None:
    """Label the sample articles through a real Label Studio and pull the dataset."""
    from annotate.demo import demo

    _stop_on_signals()
    with plain_errors():
        report = demo(samples, taxonomy, output, seed)
    _echo_pull(report, output)
    typer.echo("technique                              alpha")
    for row in report.agreement["labels"]:
        alpha = "undefined" if row["alpha"] is None else f"{row['alpha']:.2f}"
        typer.echo(f"  {row['label']:<36} {alpha}")


def _echo_pull(report: "PullReport", output: Path) -> None:
    typer.echo(f"{report.ledger['paragraphs']} paragraphs -> {output} ({report.folder.name})")
    for name, counts in report.ledger["annotators"].items():
        states = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
        typer.echo(f"  {name}: {states}")
    typer.echo("gold: " + ", ".join(f"{n} {split}" for split, n in sorted(report.splits.items())))
    mean = report.agreement["mean_alpha"]
    typer.echo(f"mean alpha over techniques: {'undefined' if mean is None else f'{mean:.2f}'}")
    if report.set_aside:
        say(f"{report.set_aside} set aside, with reasons, in {report.rejected_file}")
