import json
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from annotate.core.errors import InputError
from tests.train.samples import write_tiny_dataset
from train.cli import app
from train.sweep.best import recipe_toml
from train.sweep.sweep import SweepConfig, sweep
from train.training.fit import FitConfig, fit
from train.training.recipe import Range, Recipe, choose_recipe, find_recipe

pytestmark = pytest.mark.slow

SIZES = (("train", 5), ("validation", 1))
# one step for each pass
RECIPE = Recipe(
    name="small",
    steps=1,
    min_epochs=1,
    max_epochs=3,
    learning_rate=3e-3,
    batch_size=32,
    max_length=32,
    ranges={
        "learning_rate": Range(1e-4, 1e-2, log=True),
        "steps": Range(choices=(1, 2, 3)),
    },
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset without a test split."""
    return write_tiny_dataset(tmp_path_factory.mktemp("datasets") / "small", SIZES)


@pytest.fixture(scope="module")
def config(tiny_bert: Path) -> SweepConfig:
    return SweepConfig(str(tiny_bert), RECIPE, frozenset(), minutes=1000, trials=3, folds=2)


@pytest.fixture(scope="module")
def swept(
    dataset: Path, config: SweepConfig, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The result of a sweep that nothing interrupted, and its folder."""
    report = sweep(dataset, config, tmp_path_factory.mktemp("sweeps") / "sweep")
    assert "--trials 3 is reached" in report.ended
    return {**report.result, "folder": report.folder}


def test_the_recipe_comes_first_and_everything_is_in_the_folder(swept: dict[str, Any]) -> None:
    folder = swept["folder"]
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert names == {"best.toml", "sweep.db", "sweep.html", "sweep.json", "trials"}
    assert json.loads((folder / "sweep.json").read_text("utf-8")) == {
        key: value for key, value in swept.items() if key != "folder"
    }
    trials = swept["trials"]
    assert [trial["number"] for trial in trials] == [0, 1, 2]
    assert trials[0]["settings"] == {"learning_rate": 3e-3, "steps": 1}
    assert swept["score"]["best"] == max(t["score"] for t in trials if t["folds"] == 2)
    assert not list(folder.rglob("checkpoints"))


def test_fit_takes_the_best_recipe(
    swept: dict[str, Any], dataset: Path, config: SweepConfig, tmp_path: Path
) -> None:
    best = next(t for t in swept["trials"] if t["number"] == swept["best"])
    recipe = choose_recipe(str(swept["folder"] / "best.toml"), config.encoder)

    assert replace(recipe, name="small") == replace(RECIPE, **best["settings"])
    report = fit(dataset, FitConfig(config.encoder, recipe), tmp_path / "run")
    assert (report.run / "model" / "config.json").is_file()


def test_the_command_prints_what_the_sweep_brought(
    swept: dict[str, Any], dataset: Path, config: SweepConfig, tmp_path: Path
) -> None:
    (tmp_path / "small.toml").write_text(recipe_toml(RECIPE, RECIPE, ""), "utf-8")
    words = ["sweep", str(dataset), "-o", str(swept["folder"]), "--encoder", config.encoder]
    words += ["--recipe", str(tmp_path / "small.toml"), "--minutes", "1000", "--trials", "3"]

    done = CliRunner().invoke(app, [*words, "--folds", "2"], catch_exceptions=False)
    as_json = CliRunner().invoke(app, [*words, "--folds", "2", "--json"], catch_exceptions=False)
    other = CliRunner().invoke(app, [*words, "--folds", "3"], catch_exceptions=False)

    assert done.exit_code == 0, done.stderr
    assert re.search(r"^recipe +0\.\d{3}$", done.stdout, re.MULTILINE)
    assert f"--recipe {swept['folder'] / 'best.toml'}" in done.stdout
    assert json.loads(as_json.stdout)["trials"] == swept["trials"]
    assert (other.exit_code, other.stdout) == (1, "")
    assert "holds another sweep (folds was 2, is now 3)" in other.stderr


def test_the_test_split_changes_nothing(
    swept: dict[str, Any], config: SweepConfig, tmp_path: Path
) -> None:
    with_test = write_tiny_dataset(tmp_path / "small", (*SIZES, ("test", 2)))

    report = sweep(with_test, config, shutil.copytree(swept["folder"], tmp_path / "sweep"))

    assert report.result["trials"] == swept["trials"]


DIES = """
import os, signal, sys
from pathlib import Path
from tests.train.sweep.test_sweep import RECIPE
from train.sweep import run
from train.sweep.sweep import SweepConfig, sweep

fit_and_score, count = run.fit_and_score, []

def dying(*arguments):
    logits = fit_and_score(*arguments)
    count.append(logits)
    if len(count) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return logits

run.fit_and_score = dying
config = SweepConfig(sys.argv[2], RECIPE, frozenset(), minutes=1000, trials=3, folds=2)
sweep(Path(sys.argv[1]), config, Path(sys.argv[3]))
"""


def test_a_killed_sweep_goes_on_with_the_same_trials(
    swept: dict[str, Any], dataset: Path, config: SweepConfig, tmp_path: Path
) -> None:
    out = tmp_path / "sweep"
    command = [sys.executable, "-c", DIES, str(dataset), config.encoder, str(out)]
    killed = subprocess.run(
        command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    kept = {path: path.stat().st_mtime_ns for path in out.rglob("logits.npy")}
    assert len(kept) == 4
    assert not (out / "sweep.json").exists()

    result = sweep(dataset, config, out).result

    assert result["trials"] == swept["trials"]
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())


def test_the_recipe_is_finished_even_without_time_and_more_minutes_go_on(
    swept: dict[str, Any], dataset: Path, config: SweepConfig, tmp_path: Path
) -> None:
    report = sweep(dataset, replace(config, minutes=0), tmp_path / "sweep")

    assert report.result["trials"] == swept["trials"][:1]
    assert "to go on with trial 1, run the command again with more --minutes" in report.ended
    assert report.result["verdict"] == "Only the recipe as it is was tried."
    again = sweep(dataset, replace(config, trials=1), tmp_path / "sweep")
    assert again.result["trials"] == swept["trials"][:1]


def test_another_sweep_in_the_folder_is_refused_or_replaced(
    swept: dict[str, Any], dataset: Path, config: SweepConfig, tmp_path: Path
) -> None:
    out = shutil.copytree(swept["folder"], tmp_path / "sweep")
    other = replace(config, seed=14, trials=1, minutes=0)

    with pytest.raises(InputError, match=r"holds another sweep \(seed was 13, is now 14\)"):
        sweep(dataset, other, out)
    assert sweep(dataset, other, out, replace=True).result["seed"] == 14
    assert len(list((out / "trials").iterdir())) == 1


def test_a_folder_with_other_files_is_left_alone(
    dataset: Path, config: SweepConfig, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Dear", "utf-8")

    with pytest.raises(InputError, match="holds other files, but no sweep"):
        sweep(dataset, config, tmp_path, replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_more_folds_than_articles_are_refused(
    dataset: Path, config: SweepConfig, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="5 articles, too few for 6 folds; give fewer --folds"):
        sweep(dataset, replace(config, folds=6), tmp_path / "sweep")
    assert not (tmp_path / "sweep").exists()


def test_an_unknown_setting_in_the_ranges_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[ranges]\nlearning_rat = [1e-4]\n", "utf-8")

    with pytest.raises(InputError, match=r"mine\.toml: ranges: there is no setting 'learning_rat'"):
        find_recipe(str(path))


def test_ctrl_c_names_the_command_that_goes_on(
    dataset: Path, config: SweepConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    words = ["sweep", str(dataset), "-o", str(tmp_path / "out"), "--minutes", "1"]
    words += ["--encoder", config.encoder]
    monkeypatch.setattr("train.sweep.sweep.sweep", interrupted)
    monkeypatch.setattr(sys, "argv", ["rhetoric-train", *words])

    stopped = CliRunner().invoke(app, words)

    assert stopped.exit_code == 130
    assert "keeps every fold that was scored; to go on, run again:" in stopped.stderr
    assert f"  rhetoric-train {' '.join(words)}\n" in stopped.stderr
