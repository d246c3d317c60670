"""`studio`: run the embedded Label Studio, manage its accounts, back it up and restore it."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
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
from annotate.core.console import plain_errors, progress, say
from annotate.core.errors import RhetoricError
from annotate.core.options import must_exist
from annotate.core.plurals import counted
from annotate.workspace import PSEUDONYM_KEY, TAXONOMY

if TYPE_CHECKING:
    from annotate.server.archive import Advance
    from annotate.server.studio import OpenStudio

studio_app = typer.Typer(invoke_without_command=True)
_SERVER, _PEOPLE = "Server", "People"


@studio_app.callback()
def studio_command(
    context: typer.Context,
    project: ProjectName = PROJECT,
    annotators: Annotated[
        str,
        typer.Option(help="Names, separated by commas; each gets an account and a project."),
    ] = "",
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="0 uses the port of the last start, or a free one."),
    ] = 0,
    external_url: Annotated[
        str,
        typer.Option(help="Address of the proxy through which annotators reach the server."),
    ] = "",
    database: Database = DATABASE,
    taxonomy: TaxonomyFile = TAXONOMY,
) -> None:
    """Run the embedded Label Studio in this folder until you press Ctrl-C."""
    if context.invoked_subcommand:
        return
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.server.process import FIRST_START, StudioConfig
    from annotate.server.studio import open_studio

    stop_on_signals()
    with plain_errors():
        loaded = load_taxonomy(taxonomy)
        config = StudioConfig(
            port=port, external_url=external_url.rstrip("/"), database=database, tell=say
        )
        say(f"starting Label Studio (the first start takes {FIRST_START}) ...")
        try:
            with open_studio(config, project, names(annotators), loaded) as opened:
                _echo(opened, project, config.external_url)
                opened.studio.process.wait()
                say(f"Label Studio ended unexpectedly; see {opened.studio.folder / 'server.log'}")
                raise typer.Exit(1)
        except KeyboardInterrupt:
            say("stopped; everything is kept: run the same command to start again")


def _echo(opened: "OpenStudio", project: str, external_url: str) -> None:
    typer.echo(f"Label Studio: {opened.studio.url}")
    if external_url:
        typer.echo(f"for annotators: {external_url} (through your proxy)")
    for annotator, log_in in opened.log_ins.items():
        link = opened.projects[annotator].labelling_url
        if external_url:
            link = link.replace(opened.studio.url, external_url)
        typer.echo(f"project {project!r}{f' of {annotator}' if annotator else ''}: {link}")
        typer.echo(f"  log in as {log_in.email} {log_in.password}")
    admin = opened.studio.admin
    if admin not in opened.log_ins.values():
        typer.echo(f"administrator, without annotators' projects: {admin.email} {admin.password}")
    typer.echo("new password: rhetoric-annotate studio people --reset NAME")
    typer.echo(f"accounts are kept in {opened.studio.folder / 'accounts.json'}")
    typer.echo("stop with Ctrl-C")


@studio_app.command("people", rich_help_panel=_PEOPLE)
def people_command(
    add: Annotated[
        str, typer.Option(metavar="NAMES", help="Create accounts; names separated by commas.")
    ] = "",
    reset: Annotated[
        str, typer.Option(metavar="NAME", help="Set a new password; reopen a closed account.")
    ] = "",
    close: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Block the log-in of an account; its work is still pulled."
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """List accounts and pseudonyms, or create, reset or close one; the server may be running."""
    from annotate.server.accounts import accounts
    from annotate.server.organizations import close_account, make_accounts, reset_password
    from annotate.server.people import account_pseudonyms
    from annotate.server.process import StudioConfig
    from annotate.server.studio import write_server_file

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
            write_server_file(config)
        everybody = accounts(config.folder)
    try:
        key = account_pseudonyms(config, PSEUDONYM_KEY)
    except RhetoricError as error:  # a new password is shown all the same
        say(f"pseudonyms are not shown: {error}")
        key = {}
    if as_json:
        rows = [
            {"name": n, "log_in": a.email, "closed": a.closed, "pseudonym": key.get(n)}
            for n, a in everybody.items()
        ]
        typer.echo(json.dumps(rows))
        return
    for name, account in everybody.items():
        password = f"  {account.password}" if name in shown else ""
        pseudonym = f"  pseudonym {key[name]}" if name in key else ""
        closed = "  closed" if account.closed else ""
        typer.echo(f"{name:<16} {account.email}{password}{pseudonym}{closed}")


@studio_app.command("backup", rich_help_panel=_SERVER)
def backup_command(
    file: Annotated[
        Path, typer.Argument(dir_okay=False, metavar="FILE", help="The file to write (.tar).")
    ],
) -> None:
    """Write database, uploads, accounts, secrets and splits to one file; the server may run."""
    from annotate.server.backup import backup
    from annotate.server.process import StudioConfig

    with plain_errors():
        say("copying the database ...")
        manifest = backup(StudioConfig(), PSEUDONYM_KEY, file, _megabytes)
    size = f"{counted(len(manifest.files), 'file')}, {file.stat().st_size / 1e6:.1f} MB"
    typer.echo(f"{size} -> {file} (holds secrets: keep it safe)")


@contextmanager
def _megabytes(total: int) -> Iterator["Advance"]:
    with progress("MB", total) as bar:
        yield bar.advance


@studio_app.command("restore", rich_help_panel=_SERVER)
def restore_command(
    file: Annotated[
        Path,
        typer.Argument(
            callback=must_exist("'rhetoric-annotate studio backup'"),
            dir_okay=False,
            metavar="FILE",
            help="The file that 'backup' wrote.",
        ),
    ],
    database: Database = DATABASE,
) -> None:
    """Restore a backup into this folder, which must not have a studio yet."""
    from annotate.server.archive import chunks
    from annotate.server.process import StudioConfig
    from annotate.server.restore import restore

    config = StudioConfig(database=database)
    with plain_errors(), _megabytes(chunks(file)) as advance:
        manifest = restore(file, config, PSEUDONYM_KEY, advance)
    typer.echo(
        f"{counted(len(manifest.files), 'file')} -> {config.folder}; start it with 'make studio'"
    )


@studio_app.command("compose", rich_help_panel=_SERVER)
def compose_command() -> None:
    """Print a Docker Compose file for the official Label Studio on PostgreSQL."""
    typer.echo(files("annotate.server").joinpath("compose.yaml").read_text("utf-8"), nl=False)


def stop_on_signals() -> None:
    """Stop the server as Ctrl-C does when the terminal closes or the process is terminated.

    SIGINT too: a shell starts background jobs, and with them the server, with it ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
