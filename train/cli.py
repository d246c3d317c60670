"""The command `rhetoric-train`: from a dataset folder to a trained, scored and exported model."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from annotate.core.console import plain_errors, say

app = typer.Typer(
    help="Train, evaluate and export a classifier of rhetorical techniques.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they may hold what is nobody's business
)

Dataset = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, metavar="DATASET", help="Dataset folder.")
]
Model = Annotated[
    Path,
    typer.Argument(
        exists=True, file_okay=False, metavar="MODEL", help="Model folder, or a finished run."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


@app.command("fit")
def fit_command(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("-o", "--output", help="Folder of the training run.")],
    encoder: Annotated[
        str, typer.Option(help="minilm (comes with the set-up), a folder, or a Hub id.")
    ] = "minilm",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training data.")] = 10,
    learning_rate: Annotated[
        float, typer.Option(min=1e-8, max=1.0, help="Of the encoder; the head's is 20 times it.")
    ] = 1e-4,
    batch_size: Annotated[int, typer.Option(min=1, help="Paragraphs a step.")] = 16,
    max_length: Annotated[int, typer.Option(min=8, help="Tokens read of a paragraph.")] = 256,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of all chance.")] = 13,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Replace another run in -o; it is removed before the new one starts.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Train a classifier on DATASET; started again, a killed run goes on where it stopped."""
    with plain_errors():
        from train.training.fit import fit
        from train.training.trainer import FitConfig

        config = FitConfig(encoder, epochs, learning_rate, batch_size, max_length, seed)
        report = fit(dataset, config, out, replace=replace)
    if report.already_done:
        say(f"{report.run}: this run is finished already; nothing to do")
    _print(report.result, as_json, _fit_lines(report.run, report.result))


@app.command("evaluate")
def evaluate_command(
    model: Model,
    dataset: Dataset,
    split: Annotated[
        Literal["train", "validation", "test"], typer.Option(help="Which split to score.")
    ] = "test",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder of the report; of a run: RUN/evaluation."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score MODEL on a split of DATASET, beside the baseline and the human ceiling."""
    with plain_errors():
        from train.evaluation.evaluate import evaluate, report_folder

        report = evaluate(model, dataset, split, out or report_folder(model))
    if report.evaluation["warning"]:
        say(report.evaluation["warning"])
    _print(report.evaluation, as_json, _evaluate_lines(report.folder, report.evaluation))


@app.command("export")
def export_command(
    run: Annotated[
        Path,
        typer.Argument(exists=True, file_okay=False, metavar="RUN", help="A finished run."),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="Model folder to write.")],
    evaluation: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Else RUN/evaluation/evaluation.json."),
    ] = None,
) -> None:
    """Write the model of RUN as a folder that plain transformers load, with card and checksums."""
    with plain_errors():
        from train.export.export import export

        report = export(run, out, evaluation)
    if not report.evaluated:
        say("the card says 'not evaluated': run 'rhetoric-train evaluate' first for figures")
    typer.echo(report.folder)


@app.command("predict")
def predict_command(
    model: Model,
    inputs: Annotated[
        list[Path],
        typer.Argument(
            exists=True,
            metavar="INPUT...",
            help=".txt, .html, .jsonl, folders, or a paragraphs.jsonl.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="predictions.jsonl to write.")],
    with_paragraphs: Annotated[
        bool, typer.Option("--with-paragraphs", help="Repeat the paragraph in each line.")
    ] = False,
) -> None:
    """Label the paragraphs of INPUTS with MODEL."""
    with plain_errors():
        from train.inference.predict import predict

        report = predict(model, inputs, out, with_paragraphs)
    if report.cut:
        say(f"{report.cut} paragraphs are longer than the model reads; their ends were not seen")
    if report.repeated:
        say(f"{report.repeated} paragraphs were left out: another of the same id came before")
    typer.echo(f"{report.paragraphs} paragraphs, {report.labelled} with a technique: {out}")


@app.command("report")
def report_command(
    dataset: Dataset,
    evaluation: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, metavar="EVALUATION", help="Folder that evaluate wrote."
        ),
    ],
    predictions: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            metavar="PREDICTIONS",
            help="Made by predict --with-paragraphs.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", help="HTML page to write.")],
) -> None:
    """Show agreement, scores and the PREDICTIONS of articles on one page."""
    with plain_errors():
        from train.reports.build import report

        written = report(dataset, evaluation, predictions, out)
    typer.echo(written.page)


def _print(value: Mapping[str, Any], as_json: bool, lines: Sequence[str]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False) if as_json else "\n".join(lines))


def _fit_lines(run: Path, result: Mapping[str, Any]) -> list[str]:
    model, baseline = result["model"], result["baseline"]
    return [
        f"{'on validation':<16}{'micro-F1':>10}{'macro-F1':>10}{'threshold':>11}",
        _row("model", model, result["threshold"]["value"]),
        _row("baseline", baseline, baseline["threshold"]),
        f"temperature {result['calibration']['temperature']:.2f}, "
        f"shift {result['calibration']['shift']:+.2f}: {run}",
    ]


def _row(name: str, scores: Mapping[str, Any], threshold: float) -> str:
    micro, macro = scores["micro"]["f1"]["value"], scores["macro"]["value"]
    return f"{name:<16}{micro:>10.3f}{macro:>10.3f}{threshold:>11.2f}"


def _evaluate_lines(folder: Path, evaluation: Mapping[str, Any]) -> list[str]:
    from train.evaluation.pages import HEAD, summary

    rows = [HEAD, *summary(evaluation)]
    lines = [f"{row[0]:<32}" + "".join(f"{cell:>24}" for cell in row[1:]) for row in rows]
    return [*lines, f"page: {folder / 'evaluation.html'}"]


def main() -> None:
    """The entry point of the console script."""
    # Threads that spin while they wait for each other tripled the CPU time of training on cores
    # that others use too; sleeping ones cost nothing measurable. Read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    app()
