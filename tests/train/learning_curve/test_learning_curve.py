import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annotate.core.errors import InputError
from annotate.core.records import Annotation, Paragraph, Status
from tests.train.samples import annotations, write_tiny_dataset
from train.learning_curve import learning_curve as module
from train.learning_curve.learning_curve import CurveConfig, learning_curve
from train.training.recipe import Recipe

pytestmark = pytest.mark.slow

RECIPE = Recipe(min_epochs=1, max_epochs=1, learning_rate=3e-3, max_length=32)
SIZES = (12, 24, 48)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sizes = (("train", 9), ("validation", 3), ("test", 2))
    return write_tiny_dataset(tmp_path_factory.mktemp("datasets") / "grown", sizes)


@pytest.fixture
def config(tiny_bert: Path) -> CurveConfig:
    return CurveConfig(str(tiny_bert), RECIPE, sizes=SIZES, repeats=2)


def test_an_interrupted_curve_goes_on_and_a_finished_one_does_nothing(
    dataset: Path, config: CurveConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit_and_score = module.fit_and_score  # type: ignore[attr-defined]
    trained: list[object] = []

    def interrupted(*arguments: object) -> object:
        if len(trained) == 7:
            raise KeyboardInterrupt
        trained.append(arguments)
        return fit_and_score(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "fit_and_score", interrupted)
    with pytest.raises(KeyboardInterrupt):
        learning_curve(dataset, config, tmp_path / "curve")
    kept = {p: p.stat().st_mtime_ns for p in (tmp_path / "curve").rglob("*.npy")}
    assert len(kept) == 7
    assert not (tmp_path / "curve" / "learning-curve.json").exists()
    monkeypatch.setattr(module, "fit_and_score", fit_and_score)

    report = learning_curve(dataset, config, tmp_path / "curve")

    assert all(p.stat().st_mtime_ns == written for p, written in kept.items())
    assert not list((tmp_path / "curve").rglob("checkpoints"))
    assert not report.already_done
    result = json.loads((tmp_path / "curve" / "learning-curve.json").read_text("utf-8"))
    assert result == report.result
    assert result["paragraphs"] == 72  # of train and validation
    assert [p["paragraphs"] for p in result["points"]] == [12, 24, 48]  # of articles of six
    assert [p["articles"] for p in result["points"]] == [2, 4, 8]
    assert [p["draws"] for p in result["points"]] == [2, 1, 1]
    names = {"model", "most_frequent", "tfidf", "frozen", "average"}
    assert all(set(p["scores"]) == names for p in result["points"])
    assert set(result["turn"]) == names - {"model"}
    assert result["points"][-1]["scores"]["tfidf"]["value"] > 0.8  # labels hang on single words
    assert result["forecast"]["from"] == 72
    assert result["forecast"]["more"] == 24  # 96 is twice the largest size
    assert (tmp_path / "curve" / "learning-curve.html").is_file()

    assert learning_curve(dataset, config, tmp_path / "curve").already_done
    with pytest.raises(InputError, match=r"holds another learning curve \(seed was 13, is now 14"):
        learning_curve(dataset, replace(config, seed=14), tmp_path / "curve")
    wider = learning_curve(dataset, replace(config, sizes=(12, 24, 48, 54)), tmp_path / "curve")
    assert all(p.stat().st_mtime_ns == written for p, written in kept.items())
    assert len(wider.result["points"]) == 4


def test_replace_removes_another_curve_but_nothing_else(
    dataset: Path, config: CurveConfig, tmp_path: Path
) -> None:
    out = tmp_path / "curve"
    two = replace(config, sizes=(12, 24))
    learning_curve(dataset, two, out)
    (out / "samples" / "old").touch()

    report = learning_curve(dataset, replace(two, seed=14), out, replace=True)

    assert report.result["seed"] == 14
    assert "needs 3 sizes, and 2 were measured" in report.result["sentences"][0]
    assert not (out / "samples" / "old").exists()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").touch()
    with pytest.raises(InputError, match="holds other files, but no learning curve"):
        learning_curve(dataset, two, tmp_path / "notes", replace=True)


def silent(rows: Sequence[Paragraph]) -> list[Annotation]:
    return [replace(a, labels=(), status=Status.NONE) for a in annotations(rows)]


@pytest.mark.parametrize(
    ("sizes", "each", "say", "message"),
    [
        ((("train", 1), ("validation", 1)), 5, annotations, "of 2 articles .* needs 8 articles"),
        ((("train", 1),), 90, annotations, "90 paragraphs of 1 article "),
        ((("train", 10),), 1, annotations, "--sizes 12,24,48: .*at most 7 paragraphs"),
        ((("train", 9),), 6, silent, "no paragraph of train and validation has a technique"),
    ],
)
def test_data_that_make_no_curve_are_refused_before_anything_is_written(
    sizes: Sequence[tuple[str, int]],
    each: int,
    say: object,
    message: str,
    config: CurveConfig,
    tmp_path: Path,
) -> None:
    small = write_tiny_dataset(tmp_path / "small", sizes, each, say=say)  # type: ignore[arg-type]

    with pytest.raises(InputError, match=message):
        learning_curve(small, config, tmp_path / "curve")
    assert not (tmp_path / "curve").exists()


def test_scores_are_kept_as_they_are(dataset: Path, config: CurveConfig, tmp_path: Path) -> None:
    two = replace(config, sizes=(12, 24))
    first = learning_curve(dataset, two, tmp_path / "one").result
    second = learning_curve(dataset, two, tmp_path / "two").result

    assert first == second
    one, other = (
        np.load(tmp_path / name / "samples/draw-0/fold-0/12/logits.npy") for name in ("one", "two")
    )
    assert (one == other).all()
