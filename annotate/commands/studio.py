"""`studio`: the embedded Label Studio, and `studio people`: its accounts."""

import json
import signal
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.options import (
    DATABASE,
    PROJECT,
    Database,
    Json,
    ProjectName,
    TaxonomyFile,
    names,
)
from annotate.core.console import plain_errors, say
from annotate.workspace import TAXONOMY

if TYPE_CHECKING:
    from annotate.server.studio import OpenStudio

studio_app = typer.Typer(invoke_without_command=True)


@studio_app.callback()
def studio_command(
    context: typer.Context,
    project: ProjectName = PROJECT,
    annotators: Annotated[
        str, typer.Option(help="Names, with commas between; each gets an account and a project.")
    ] = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 keeps the last one or takes a free one.")
    ] = 0,
    external_url: Annotated[
        str, typer.Option(help="Address of the proxy by which annotators come from elsewhere.")
    ] = "",
    database: Database = DATABASE,
    taxonomy: TaxonomyFile = TAXONOMY,
) -> None:
    """Run the embedded Label Studio in this folder, until Ctrl-C."""
    if context.invoked_subcommand:
        return
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.server.process import StudioConfig
    from annotate.server.studio import open_studio

    stop_on_signals()
    with plain_errors():
        loaded = load_taxonomy(taxonomy)
        config = StudioConfig(port=port, external_url=external_url.rstrip("/"), database=database)
        say("starting Label Studio (the first start takes up to a minute) ...")
        try:
            with open_studio(config, project, names(annotators), loaded) as opened:
                _echo(opened, project, config.external_url)
                opened.studio.process.wait()
                say(f"Label Studio ended by itself; see {opened.studio.folder / 'server.log'}")
                raise typer.Exit(1)
        except KeyboardInterrupt:
            say("stopped; start again with the same command, everything is kept")


def _echo(opened: "OpenStudio", project: str, external_url: str) -> None:
    typer.echo(f"Label Studio: {opened.studio.url}")
    if external_url:
        typer.echo(f"from elsewhere: {external_url} (through your proxy)")
    for annotator, stream in opened.streams.items():
        link = stream.labelling_url
        if external_url:
            link = link.replace(opened.studio.url, external_url)
        typer.echo(f"project {project!r}{f' of {annotator}' if annotator else ''}: {link}")
    typer.echo(f"log in as {opened.studio.admin.email} {opened.studio.admin.password}")
    for account in opened.new_accounts.values():
        typer.echo(f"       or {account.email} {account.password}")
    typer.echo(f"accounts are kept in {opened.studio.folder / 'accounts.json'}")
    typer.echo("stop with Ctrl-C")


@studio_app.command("people")
def people_command(
    add: Annotated[str, typer.Option(help="Names, with commas between: make accounts.")] = "",
    reset: Annotated[str, typer.Option(help="Give this person a new password.")] = "",
    close: Annotated[str, typer.Option(help="Let nobody log in as this person any more.")] = "",
    as_json: Json = False,
) -> None:
    """List the accounts; make, reset or close one; the server may run meanwhile."""
    from annotate.server.accounts import accounts
    from annotate.server.organizations import close_account, make_accounts, reset_password
    from annotate.server.process import StudioConfig
    from annotate.server.studio import write_people

    config = StudioConfig()
    shown = {}
    with plain_errors():
        if add:
            shown = make_accounts(config, names(add))
        if reset:
            shown = {reset: reset_password(config, reset)}
        if close:
            close_account(config, close)
        if add or reset or close:
            write_people(config)
        known = accounts(config.folder)
    if as_json:
        rows = [{"name": n, "log_in": a.email, "closed": a.closed} for n, a in known.items()]
        typer.echo(json.dumps(rows))
        return
    for name, account in known.items():
        password = f"  {account.password}" if name in shown else ""
        typer.echo(f"{name:<16} {account.email}{password}{'  closed' if account.closed else ''}")


def stop_on_signals() -> None:
    """Stop the server too when the terminal closes or a supervisor ends us, as after Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
