"""What `fit` chooses out of fold, refits, and starts from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annotate.core.errors import InputError, TaxonomyError
from tests.train.samples import write_tiny_dataset
from train.models.encoder import find_encoder
from train.models.folder import open_model
from train.training.fit import FitConfig, fit
from train.training.recipe import Recipe
from train.training.trainer import untrained

LABELS = ("insult", "doubt", "fear", "values")


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


def test_where_the_head_alone_scores_better_the_encoder_stays_as_it_is(
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


def test_a_run_starts_from_another_one_and_keeps_the_labels_they_share(
    tiny_run: Path, tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ("doubt", "insult", "order", "values")
    dataset = write_tiny_dataset(tmp_path / "dataset", labels=("doubt", "insult", "fear", "values"))
    config = replace(tiny_config, init_from=str(tiny_run))

    from train.models.encoder import find_trained

    encoder = find_trained(tiny_run, other)
    start = untrained(encoder, other, tiny_config.recipe, 13).model
    assert f"{tiny_run}: has no order; these start from nothing" in capsys.readouterr().err
    old, new = weights(tiny_run)["classifier.weight"], start.classifier.weight.detach().numpy()
    assert np.array_equal(new[[0, 1, 3]], old[[1, 0, 3]])
    assert not np.array_equal(new[2], old[2])

    run = fit(dataset, config, tmp_path / "run").run
    assert open_model(run).labels == ("doubt", "insult", "fear", "values")


def test_a_model_without_any_label_of_the_dataset_is_refused(
    tiny_run: Path, official_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    with pytest.raises(TaxonomyError, match="has none of the labels of this dataset"):
        fit(official_dataset, replace(tiny_config, init_from=str(tiny_run)), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_low_rank_updates_end_in_a_stock_model(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    recipe = replace(tiny_config.recipe, lora_rank=2, pooling="first")

    run = fit(tiny_dataset, replace(tiny_config, recipe=recipe), tmp_path / "run").run

    before = untrained(
        find_encoder(tiny_config.encoder), LABELS, replace(recipe, lora_rank=0), 13
    ).model.state_dict()
    after = weights(run)
    assert set(after) == set(before)
    query = "bert.encoder.layer.0.attention.self.query"
    change = after[f"{query}.weight"] - before[f"{query}.weight"].numpy()
    assert 0 < np.linalg.matrix_rank(change, tol=1e-6) <= 2
    assert np.array_equal(after[f"{query}.bias"], before[f"{query}.bias"].numpy())
