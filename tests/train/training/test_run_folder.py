from pathlib import Path

import pytest

from annotate.core.errors import InputError
from train.training.checkpoints import seal
from train.training.run_folder import RunFolder, State

REQUEST = {"dataset": {"digest": "d1"}, "settings": {"epochs": 3}}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "run")


def finish(run: RunFolder) -> None:
    run.begin(REQUEST, {"torch": "2"})
    run.model.mkdir()
    (run.model / "config.json").write_text("{}", encoding="utf-8")
    (run.folder / "checkpoints").mkdir()
    run.finish({"paragraphs": 2})


def test_a_folder_that_is_missing_or_empty_is_new(run: RunFolder) -> None:
    assert run.state(REQUEST) is State.NEW
    run.folder.mkdir()
    assert run.state(REQUEST) is State.NEW


def test_a_run_that_was_begun_is_unfinished_until_its_result_stands(run: RunFolder) -> None:
    run.begin(REQUEST, {})
    assert run.state(REQUEST) is State.UNFINISHED
    finish(run)
    assert run.state(REQUEST) is State.FINISHED
    assert run.read_result() == {"paragraphs": 2}


@pytest.mark.parametrize("place", ["checkpoints", "folds/fold-0/checkpoints"])
def test_a_run_whose_checkpoints_are_all_broken_may_be_replaced(run: RunFolder, place: str) -> None:
    run.begin(REQUEST, {})
    checkpoint = run.folder / place / "checkpoint-3"
    checkpoint.mkdir(parents=True)
    seal(checkpoint)
    assert run.state(REQUEST, replace=True) is State.UNFINISHED

    (checkpoint / "optimizer.pt").write_bytes(b"more")

    assert run.state(REQUEST) is State.UNFINISHED
    assert run.state(REQUEST, replace=True) is State.OTHER


def test_a_finished_run_keeps_no_checkpoints(run: RunFolder) -> None:
    finish(run)

    assert not (run.folder / "checkpoints").exists()


def test_a_run_that_lost_its_model_is_not_finished(run: RunFolder) -> None:
    finish(run)
    (run.model / "config.json").unlink()

    assert run.state(REQUEST) is State.UNFINISHED


@pytest.mark.parametrize(
    ("request_", "difference"),
    [
        ({**REQUEST, "dataset": {"digest": "d2"}}, "dataset.digest was 'd1', is now 'd2'"),
        ({**REQUEST, "settings": {"epochs": 4}}, "settings.epochs was 3, is now 4"),
        ({**REQUEST, "extra": 1}, "extra was None, is now 1"),
    ],
)
def test_another_run_is_refused_and_the_difference_named(
    run: RunFolder, request_: dict[str, object], difference: str
) -> None:
    finish(run)

    with pytest.raises(InputError, match=f"another training run \\({difference}\\).*--replace"):
        run.state(request_)


def test_a_folder_with_other_files_is_neither_used_nor_cleared(run: RunFolder) -> None:
    run.folder.mkdir()
    (run.folder / "thesis.txt").write_text("years of work", encoding="utf-8")

    with pytest.raises(InputError, match="other files, but no training run"):
        run.state(REQUEST)
    with pytest.raises(InputError, match="other files, but no training run"):
        run.state(REQUEST, replace=True)
    with pytest.raises(InputError, match="other files, but no training run"):
        run.clear()
    assert (run.folder / "thesis.txt").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"request": 1}'])
def test_a_broken_request_is_one_line(run: RunFolder, text: str) -> None:
    run.folder.mkdir()
    (run.folder / "fit.json").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=r"fit\.json.*--replace"):
        run.state(REQUEST)
    assert run.state(REQUEST, replace=True) is State.OTHER


def test_a_run_is_cleared_even_when_its_request_is_broken(run: RunFolder) -> None:
    run.folder.mkdir()
    (run.folder / "fit.json").write_text("{", encoding="utf-8")

    run.clear()

    assert run.state(REQUEST) is State.NEW


@pytest.mark.parametrize("name", [".fit.json.k3x_9a2b", ".resources.json.q0"])
def test_a_run_killed_before_its_request_was_whole_is_new(run: RunFolder, name: str) -> None:
    run.folder.mkdir()
    (run.folder / name).write_text('{"format', encoding="utf-8")

    assert run.state(REQUEST) is State.NEW
    run.begin(REQUEST, {})
    assert [path.name for path in run.folder.iterdir()] == ["fit.json"]


def test_a_run_that_goes_on_removes_what_was_half_written(run: RunFolder) -> None:
    run.begin(REQUEST, {})
    (run.folder / ".model.x1y2").mkdir()
    (run.folder / ".model.x1y2" / "config.json").touch()
    (run.folder / ".validation.json.zz").touch()
    (run.folder / ".notes.txt").touch()

    run.begin(REQUEST, {})

    assert sorted(p.name for p in run.folder.iterdir()) == [".notes.txt", "fit.json"]


def test_a_hidden_file_of_the_user_is_no_leftover(run: RunFolder) -> None:
    run.folder.mkdir()
    (run.folder / ".thesis.txt").touch()

    with pytest.raises(InputError, match="other files, but no training run"):
        run.state(REQUEST)
