"""The command line `rhetoric-train`; each command is a module of train/commands."""

import os

import typer

from annotate.core.console import plain_errors
from annotate.core.options import Version
from train.commands.compare import compare_command
from train.commands.evaluate import evaluate_command
from train.commands.export import export_command
from train.commands.fit import fit_command
from train.commands.learning_curve import learning_curve_command
from train.commands.predict import predict_command
from train.commands.report import report_command
from train.commands.sweep import sweep_command
from train.commands.verify import verify_command
from train.training.launch import processes

app = typer.Typer(
    help="Train, evaluate and export a classifier of rhetorical techniques.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they may hold private text
)

_TRAINING, _EVALUATION, _REUSE = "Training", "Evaluation", "Reuse"

app.command("fit", rich_help_panel=_TRAINING)(fit_command)
app.command("learning-curve", rich_help_panel=_TRAINING)(learning_curve_command)
app.command("sweep", rich_help_panel=_TRAINING)(sweep_command)
app.command("evaluate", rich_help_panel=_EVALUATION)(evaluate_command)
app.command("compare", rich_help_panel=_EVALUATION)(compare_command)
app.command("report", rich_help_panel=_EVALUATION)(report_command)
app.command("export", rich_help_panel=_REUSE)(export_command)
app.command("verify", rich_help_panel=_REUSE)(verify_command)
app.command("predict", rich_help_panel=_REUSE)(predict_command)


_TOGETHER = {"fit"}  # commands that torchrun may start in several processes


@app.callback()
def _take_version(context: typer.Context, show_version: Version = False) -> None:
    if context.invoked_subcommand not in _TOGETHER:
        with plain_errors():
            processes()


def main() -> None:
    """Run the command line; the console script calls this."""
    # Training threads that spin while they wait for each other tripled the CPU time on shared
    # cores; sleeping ones cost nothing measurable. Torch reads this when it is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    app()
