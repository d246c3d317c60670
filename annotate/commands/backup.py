"""`studio backup`, `restore` and `compose`: a studio in one file, and one for a host of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.options import DATABASE, Database
from annotate.core.console import plain_errors, progress, say

if TYPE_CHECKING:
    from annotate.server.archive import Advance


def backup_command(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The archive to write (.tar).")],
) -> None:
    """Write database, uploads, accounts and secrets into one file; the server may run meanwhile."""
    from annotate.server.backup import backup
    from annotate.server.process import StudioConfig
    from annotate.workspace import PSEUDONYM_KEY

    with plain_errors():
        say("copying the database ...")
        report = backup(StudioConfig(), PSEUDONYM_KEY, file, _counting)
    count = len(report.manifest.files)
    typer.echo(f"{count} files, {report.size / 1e6:.1f} MB -> {file} (holds secrets: keep it so)")


@contextmanager
def _counting(total: int) -> Iterator["Advance"]:
    with progress("MB", total) as bar:
        yield bar.advance


def restore_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What 'backup' wrote.")],
    database: Database = DATABASE,
) -> None:
    """Make the studio of a backup in this folder, which must have none."""
    from annotate.server.archive import chunks
    from annotate.server.process import StudioConfig
    from annotate.server.restore import restore
    from annotate.workspace import PSEUDONYM_KEY

    with plain_errors(), progress("MB", chunks(file)) as bar:
        config = StudioConfig(database=database)
        manifest = restore(file, config, PSEUDONYM_KEY, bar.advance)
    typer.echo(f"{len(manifest.files)} files -> {config.folder}; start it with 'make studio'")


def compose_command() -> None:
    """Print a Docker Compose file: the official Label Studio on PostgreSQL, for a real host."""
    typer.echo(files("annotate.server").joinpath("compose.yaml").read_text("utf-8"), nl=False)
