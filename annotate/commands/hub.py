"""`hub`: push a dataset to the Hugging Face Hub, and pull one."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.options import Json
from annotate.core.console import plain_errors, say
from annotate.core.options import Dataset
from annotate.workspace import PSEUDONYM_KEY

hub_app = typer.Typer(no_args_is_help=True, help="Share datasets on the Hugging Face Hub.")

_Repo = Annotated[str, typer.Argument(metavar="REPO", help="The dataset on the Hub, OWNER/NAME.")]


@hub_app.command("push")
def hub_push_command(
    dataset: Dataset,
    repo: _Repo,
    licence: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="Licence of the labels, such as cc-by-4.0; by default that of the last push.",
        ),
    ] = "",
    public: Annotated[
        bool, typer.Option("--public", help="Let everyone read it; private by default.")
    ] = False,
    without_text: Annotated[
        bool,
        typer.Option(
            "--without-text",
            help="Leave out the articles' texts and the comments; 'rehydrate' fills in the texts.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Push a dataset to the Hugging Face Hub, in one commit."""
    from annotate.core.dataset_folder import open_dataset
    from annotate.dataset.hub.licences import licence_sentences
    from annotate.dataset.hub.push_pull import PushOptions, push_to_hub

    with plain_errors():
        if sentences := licence_sentences(open_dataset(dataset).manifest["settings"]):
            say(f"warning: {' '.join(sentences)} Make sure that you may pass it on.")
        say(f"pushing to {repo} ...")
        report = push_to_hub(dataset, repo, PushOptions(licence, public, without_text))
    if as_json:
        typer.echo(json.dumps(asdict(report)))
        return
    if not report.changed:
        typer.echo(f"{repo} has version {report.digest} already; nothing to push")
        return
    seen = "private" if report.private else "public"
    typer.echo(f"{dataset} ({report.digest}) -> {repo}: {seen}, licence {report.licence}")


@hub_app.command("pull")
def hub_pull_command(
    repo: _Repo,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Dataset folder to write, data/datasets/NAME.")
    ],
    revision: Annotated[
        str | None, typer.Option(help="Branch, tag or commit on the Hub; by default the newest.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Pull a dataset that 'hub push' pushed, as a version like any other."""
    from annotate.dataset.hub.push_pull import pull_from_hub
    from annotate.privacy.withdrawal_list import read_withdrawn, withdrawn_file

    with plain_errors():
        say(f"pulling {repo} ...")
        withdrawn = read_withdrawn(withdrawn_file(PSEUDONYM_KEY))
        report = pull_from_hub(repo, output, revision, withdrawn.has_article)
    if as_json:
        typer.echo(json.dumps(asdict(report)))
        return
    typer.echo(f"{repo} -> {output} ({report.digest}), licence {report.licence or 'unknown'}")
