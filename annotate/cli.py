"""The command line `rhetoric-annotate`; each command stands in a module of annotate/commands."""

from io import StringIO

import typer

from annotate.commands.adjudicate import adjudicate_command, feedback_command
from annotate.commands.agreement import agreement_command
from annotate.commands.backup import backup_command, compose_command, restore_command
from annotate.commands.config import config_command
from annotate.commands.demo import demo_command
from annotate.commands.doctor import doctor_command
from annotate.commands.import_labels import import_labels_command
from annotate.commands.migrate import migrate_command
from annotate.commands.prepare import prepare_command
from annotate.commands.pull import pull_command
from annotate.commands.push import push_command
from annotate.commands.status import status_command
from annotate.commands.studio import studio_app
from annotate.commands.versions import versions_command
from annotate.commands.withdraw import withdraw_command
from annotate.core.console import plain_errors
from annotate.workspace import ENV_FILE

app = typer.Typer(
    help="From articles to a labelled dataset folder, with Label Studio in between.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

main = app

app.command("doctor")(doctor_command)
app.command("prepare")(prepare_command)
app.command("config")(config_command)
studio_app.command("backup")(backup_command)
studio_app.command("restore")(restore_command)
studio_app.command("compose")(compose_command)
app.add_typer(studio_app, name="studio")
app.command("push")(push_command)
app.command("status")(status_command)
app.command("pull")(pull_command)
app.command("versions")(versions_command)
app.command("import-labels")(import_labels_command)
app.command("agreement")(agreement_command)
app.command("adjudicate")(adjudicate_command)
app.command("feedback")(feedback_command)
app.command("migrate")(migrate_command)
app.command("withdraw")(withdraw_command)
app.command("demo")(demo_command)


@app.callback()
def _read_env() -> None:
    # Before a command's options are parsed: they take what is not given from the environment.
    from dotenv import load_dotenv

    from annotate.core.io.files import read_text

    with plain_errors():
        if ENV_FILE.is_file():
            load_dotenv(stream=StringIO(read_text(ENV_FILE)))
