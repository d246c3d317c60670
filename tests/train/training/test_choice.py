from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annotate.core.errors import InputError
from train.dataset import Split
from train.models.encoder import find_encoder
from train.training.choice import OutOfFold
from train.training.fit import FitConfig, fit
from train.training.recipe import Recipe
from train.training.trainer import untrained

LABELS = ("insult", "doubt", "fear", "values")


def scored(logits: list[float], head_logits: list[float]) -> OutOfFold:
    """Out-of-fold logits of 12 articles of one paragraph each; every other one has the label."""
    gold = np.array([[True], [False]] * 6)
    names = tuple("abcdefghijkl")
    split = Split("train", names, names, names, gold, ((),) * 12)
    whole, head = (np.array(each)[:, np.newaxis] for each in (logits, head_logits))
    return OutOfFold(split, np.repeat([0, 1], 6), whole, head, {})


def test_the_head_alone_is_trained_only_where_it_is_reliably_ahead() -> None:
    good, bad = [3.0, -3.0] * 6, [-3.0, 3.0] * 6
    nearly = [*good[:-1], 3.0]  # a single false alarm, which chance could take back

    assert scored(good, good).carries_encoder
    assert scored(good, bad).carries_encoder
    assert scored(nearly, good).carries_encoder
    assert not scored(bad, good).carries_encoder


def weights(run: Path) -> dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]:
    from safetensors.numpy import load_file

    return dict(load_file(run / "model" / "model.safetensors"))


def test_with_folds_the_threshold_is_chosen_on_train_and_validation(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    result = fit(tiny_dataset, replace(tiny_config, folds=2), tmp_path / "run").result

    assert result["split"] == "train+validation"
    # 8 and 3 articles of 6 paragraphs
    assert (result["threshold"]["folds"], result["threshold"]["paragraphs"]) == (2, 66)
    assert result["comparison"]["folds"] == 2
    names = {"most_frequent", "tfidf", "frozen", "average"}
    assert set(result["comparison"]["baselines"]) == names
    assert not (tmp_path / "run" / "folds").exists()


def test_a_run_that_was_killed_between_folds_ends_with_the_same_files(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    config = replace(tiny_config, folds=2)
    run = fit(tiny_dataset, config, tmp_path / "run").run

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("train.training.choice.score_baselines", stop)
        with pytest.raises(KeyboardInterrupt):
            fit(tiny_dataset, config, tmp_path / "killed")
    assert len(list((tmp_path / "killed" / "folds").glob("*/logits.npy"))) == 2
    fit(tiny_dataset, config, tmp_path / "killed")

    for name in ("model/model.safetensors", "validation.json"):
        assert (run / name).read_bytes() == (tmp_path / "killed" / name).read_bytes(), name


def test_a_refit_learns_from_validation_too(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    config = replace(tiny_config, folds=2)
    plain = fit(tiny_dataset, config, tmp_path / "plain").result
    refit = fit(tiny_dataset, replace(config, refit=True), tmp_path / "refit").result

    assert refit["threshold"] == plain["threshold"]  # chosen before
    assert refit["model_digest"] != plain["model_digest"]
    # 66 paragraphs instead of 48: five steps an epoch instead of three
    metrics = (tmp_path / "refit" / "metrics.jsonl").read_text("utf-8")
    assert '"step": 20' in metrics
    assert "validation" not in metrics


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"refit": True}, "add --folds 5 to choose it out of fold"),
        ({"folds": 12}, "--folds 12: there are 11 articles; take fewer folds"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_a_line(
    changes: dict[str, int],
    message: str,
    tiny_dataset: Path,
    tiny_config: FitConfig,
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match=message):
        fit(tiny_dataset, replace(tiny_config, **changes), tmp_path / "run")  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()


def test_where_the_head_alone_is_reliably_ahead_the_encoder_stays_as_it_is(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # one step at a rate of nothing: whatever the head says is better
    recipe = Recipe(min_epochs=1, max_epochs=1, learning_rate=1e-9, max_length=32)
    config = replace(tiny_config, recipe=recipe, choose=True)

    result = fit(tiny_dataset, config, tmp_path / "run").result

    assert result["trained"] == "head alone"
    assert "the head alone is trained" in capsys.readouterr().err
    before = untrained(find_encoder(config.encoder), LABELS, recipe, config.seed).model
    after = weights(tmp_path / "run")
    for name, value in before.state_dict().items():
        assert np.array_equal(value.numpy(), after[name]) == ("classifier" not in name), name
