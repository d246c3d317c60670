import importlib.util
import json
import math
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import InputError
from train.models.folder import model_digest
from train.training.fit import FitConfig, fit
from train.training.sinks import SINKS, check_sinks


@pytest.mark.parametrize("name", SINKS)
def test_a_missing_package_is_one_line_with_the_command_that_installs_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("train.training.sinks.find_spec", lambda _: None)

    with pytest.raises(InputError, match=rf"--log-to {name}: .*'pip install {name}'") as caught:
        check_sinks([name])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", SINKS)
def test_an_installed_package_is_no_mistake(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{name}.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()

    check_sinks([name])


def test_an_unknown_sink_is_refused_before_anything_is_written(
    tiny_dataset: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="--log-to wandb: choose from tensorboard, trackio"):
        fit(tiny_dataset, FitConfig(log_to=("wandb",)), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_tensorboard_shows_the_figures_of_the_log_and_changes_nothing(
    tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    events: Any = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    run = tmp_path / "run"

    fit(tiny_dataset, replace(tiny_config, log_to=("tensorboard",)), run)

    shown = events.EventAccumulator(str(run / "tensorboard"))
    shown.Reload()
    lines = (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    logged = [x for x in map(json.loads, lines) if "loss" in x]
    scalars = shown.Scalars("train/loss")
    assert [x.step for x in scalars] == [x["step"] for x in logged]
    for scalar, line in zip(scalars, logged, strict=True):
        assert math.isclose(scalar.value, line["loss"], rel_tol=1e-5)
    assert model_digest(run / "model") == model_digest(tiny_run / "model")


@pytest.mark.slow
@pytest.mark.sinks
@pytest.mark.filterwarnings("ignore")  # of their own packages
def test_mlflow_and_trackio_get_the_figures_of_the_log_and_leave_stdout_to_data(
    tiny_run: Path,
    tiny_dataset: Path,
    tiny_config: FitConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    run = tmp_path / "run"
    capfd.readouterr()

    fit(tiny_dataset, replace(tiny_config, log_to=("mlflow", "trackio")), run)

    assert capfd.readouterr().out == ""
    lines = (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    losses = [x["loss"] for x in map(json.loads, lines) if "loss" in x]
    query = "SELECT value FROM metrics WHERE key = 'loss' ORDER BY step"
    assert [value for (value,) in rows(run / "mlflow.db", query)] == losses
    query = "SELECT metrics FROM metrics ORDER BY step"
    sent = [json.loads(value) for (value,) in rows(tmp_path / "trackio" / "huggingface.db", query)]
    assert [x["train/loss"] for x in sent if "train/loss" in x] == losses
    assert model_digest(run / "model") == model_digest(tiny_run / "model")


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()
