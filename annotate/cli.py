"""The command line `rhetoric-annotate`; each command is a module of annotate/commands."""

from io import StringIO

import typer

from annotate.commands.adjudicate import adjudicate_command, feedback_command
from annotate.commands.agreement import agreement_command
from annotate.commands.config import config_command
from annotate.commands.corpus import corpus_command
from annotate.commands.demo import demo_command
from annotate.commands.diff import diff_command
from annotate.commands.doctor import doctor_command
from annotate.commands.hub import hub_app
from annotate.commands.import_labels import import_labels_command
from annotate.commands.leaks import leaks_command
from annotate.commands.merge import merge_command
from annotate.commands.migrate import migrate_command
from annotate.commands.prepare import prepare_command
from annotate.commands.pull import pull_command
from annotate.commands.push import push_command
from annotate.commands.rehydrate import rehydrate_command
from annotate.commands.reopen import reopen_command
from annotate.commands.show import show_command
from annotate.commands.status import status_command
from annotate.commands.studio import studio_app
from annotate.commands.versions import versions_command
from annotate.commands.withdraw import withdraw_command
from annotate.core.console import plain_errors
from annotate.core.options import Version
from annotate.workspace import ENV_FILE

app = typer.Typer(
    help="Turn articles into a labelled dataset with Label Studio.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)

main = app

# The panels of --help, in the order of the work.
ARTICLES, SERVER, LABELLING = "Articles", "Server", "Labelling"
DATASETS, PEOPLE = "Datasets", "People"

app.command("prepare", rich_help_panel=ARTICLES)(prepare_command)
app.command("demo", rich_help_panel=ARTICLES)(demo_command)
app.add_typer(studio_app, name="studio", rich_help_panel=SERVER)
app.command("doctor", rich_help_panel=SERVER)(doctor_command)
app.command("config", rich_help_panel=LABELLING)(config_command)
app.command("push", rich_help_panel=LABELLING)(push_command)
app.command("status", rich_help_panel=LABELLING)(status_command)
app.command("reopen", rich_help_panel=LABELLING)(reopen_command)
app.command("adjudicate", rich_help_panel=LABELLING)(adjudicate_command)
app.command("pull", rich_help_panel=DATASETS)(pull_command)
app.command("import-labels", rich_help_panel=DATASETS)(import_labels_command)
app.command("corpus", rich_help_panel=DATASETS)(corpus_command)
app.command("show", rich_help_panel=DATASETS)(show_command)
app.command("versions", rich_help_panel=DATASETS)(versions_command)
app.command("leaks", rich_help_panel=DATASETS)(leaks_command)
app.command("merge", rich_help_panel=DATASETS)(merge_command)
app.command("diff", rich_help_panel=DATASETS)(diff_command)
app.command("migrate", rich_help_panel=DATASETS)(migrate_command)
app.add_typer(hub_app, name="hub", rich_help_panel=DATASETS)
app.command("rehydrate", rich_help_panel=DATASETS)(rehydrate_command)
app.command("agreement", rich_help_panel=PEOPLE)(agreement_command)
app.command("feedback", rich_help_panel=PEOPLE)(feedback_command)
app.command("withdraw", rich_help_panel=PEOPLE)(withdraw_command)


@app.callback()
def _read_env(show_version: Version = False) -> None:
    # Before a command's options are parsed: their defaults come from the environment.
    from dotenv import load_dotenv

    from annotate.core.io.files import read_text

    with plain_errors():
        if ENV_FILE.is_file():
            load_dotenv(stream=StringIO(read_text(ENV_FILE)))
