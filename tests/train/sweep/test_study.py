import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.core.errors import InputError
from train.sweep.study import Draw, Study, Trial, importance, open_study, read_request
from train.training.recipe import Range

SPACE = {"learning_rate": Range(1e-5, 1e-3, log=True), "steps": Range(choices=(225, 450))}
FIRST = {"learning_rate": 1e-4, "steps": 450}


def score(draw: Draw) -> Trial:
    value = draw.settings["learning_rate"] * 100 + draw.settings["steps"] / 10000
    digest = "-".join(map(str, draw.settings.values()))
    return Trial(draw.number, draw.settings, digest, value, 3)


def run(study: Study, trials: int) -> list[Trial]:
    for _ in range(trials):
        draw = study.draw(FIRST)
        draw.finish(score(draw))
    return study.trials


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Trial]:
    """The trials of a sweep that nothing interrupted."""
    with open_study(tmp_path_factory.mktemp("whole"), SPACE, 7) as study:
        return run(study, 12)


def test_the_first_trial_is_the_recipe_and_the_others_lie_in_the_ranges(
    whole: list[Trial],
) -> None:
    assert whole[0].settings == FIRST
    assert len(whole) == 12
    for trial in whole[1:]:
        assert 1e-5 <= trial.settings["learning_rate"] <= 1e-3
        assert trial.settings["steps"] in (225, 450)


def test_another_seed_draws_other_settings(whole: list[Trial], tmp_path: Path) -> None:
    with open_study(tmp_path, SPACE, 8) as study:
        assert run(study, 2)[1].settings != whole[1].settings


def test_a_sweep_that_stops_and_goes_on_draws_the_same(whole: list[Trial], tmp_path: Path) -> None:
    for trials in (0, 1, 4, 7):
        with open_study(tmp_path, SPACE, 7) as study:
            run(study, trials)
            study.draw(FIRST).spend(1.5, 4)  # begun, never finished

    with open_study(tmp_path, SPACE, 7) as study:
        assert study.trials == whole
        assert study.spent == [(1.5, 4)] * 4


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.train.sweep.test_study import FIRST, SPACE, run
from train.sweep import study

count = 0
def trace(statement):
    global count
    count += 1
    if count == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

import sqlalchemy
sqlalchemy.event.listen(
    sqlalchemy.engine.Engine, "before_cursor_execute", lambda *a: trace(a[2])
)
with study.open_study(Path(sys.argv[1]), SPACE, 7) as opened:
    opened.begin({"a": 1})
    run(opened, 2)
"""


@pytest.mark.slow
@pytest.mark.parametrize("statement", [3, 45, 95])
def test_a_kill_before_any_statement_changes_nothing(
    statement: int, whole: list[Trial], tmp_path: Path
) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(statement)]
    killed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr

    assert read_request(tmp_path) in (None, {"a": 1})
    with open_study(tmp_path, SPACE, 7) as study:
        assert run(study, 4 - len(study.trials)) == whole[:4]


def test_equal_settings_are_one_trial(tmp_path: Path) -> None:
    with open_study(tmp_path, {"steps": Range(choices=(225, 450))}, 7) as study:
        for _ in range(8):
            draw = study.draw({"steps": 450})
            draw.finish(Trial(draw.number, draw.settings, str(draw.settings), 0.5, 3))
        assert [trial.settings["steps"] for trial in study.trials] == [450, 225]


def test_a_failed_trial_is_kept_with_its_reason(tmp_path: Path) -> None:
    with open_study(tmp_path, SPACE, 7) as study:
        run(study, 1)
        draw = study.draw(FIRST)
        draw.finish(Trial(draw.number, draw.settings, "digest", 0.0, 0, "the run diverged"))
        run(study, 1)
        assert [trial.failure for trial in study.trials] == ["", "the run diverged", ""]


def test_a_broken_database_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sweep.db").write_bytes(b"no database at all, but long enough to be read" * 40)

    with pytest.raises(InputError, match=r"sweep\.db: cannot be read or written; start again"):
        read_request(tmp_path)
    shutil.rmtree(tmp_path)


def test_the_setting_that_decides_has_the_largest_share(whole: list[Trial]) -> None:
    shares = importance(SPACE, whole, [trial.settings["learning_rate"] for trial in whole])

    assert sum(shares.values()) == pytest.approx(1)
    assert shares["learning_rate"] > shares["steps"]
