from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotate.core.errors import TaxonomyError
from tests.train.samples import write_tiny_dataset
from train.models.encoder import find_encoder, find_trained
from train.models.folder import open_model
from train.training.fit import FitConfig, fit
from train.training.recipe import with_settings
from train.training.run_folder import RunFolder
from train.training.trainer import untrained

LABELS = ("insult", "doubt", "fear", "values")


def weights(run: Path) -> dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]:
    from safetensors.numpy import load_file

    return dict(load_file(run / "model" / "model.safetensors"))


def test_a_run_starts_from_another_one_and_keeps_the_labels_they_share(
    tiny_run: Path, tiny_config: FitConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ("doubt", "insult", "order", "values")
    dataset = write_tiny_dataset(tmp_path / "dataset", labels=("doubt", "insult", "fear", "values"))
    config = replace(tiny_config, init_from=str(tiny_run))

    encoder = find_trained(tiny_run, other)
    start = untrained(encoder, other, tiny_config.recipe, 13).model
    assert f"{tiny_run}: has no order; these start from nothing" in capsys.readouterr().err
    old, new = weights(tiny_run)["classifier.weight"], start.classifier.weight.detach().numpy()
    assert np.array_equal(new[[0, 1, 3]], old[[1, 0, 3]])
    assert not np.array_equal(new[2], old[2])

    run = fit(dataset, config, tmp_path / "run").run
    assert open_model(run).labels == ("doubt", "insult", "fear", "values")
    request = RunFolder(run).request()
    assert find_encoder(request["encoder"]).digest == request["encoder_digest"]


def test_a_model_without_any_label_of_the_dataset_is_refused(
    tiny_run: Path, official_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    with pytest.raises(TaxonomyError, match=r"^--init-from .*: has none of the labels of this da"):
        fit(official_dataset, replace(tiny_config, init_from=str(tiny_run)), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_layers_that_are_computed_again_end_in_the_same_weights(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers.models.bert.modeling_bert import BertSelfAttention

    forward, computed = BertSelfAttention.forward, []

    def counted(layer: Any, *arguments: Any, **rest: Any) -> Any:
        computed.append(layer.training)
        return forward(layer, *arguments, **rest)

    def train_once(name: str, settings: Sequence[str]) -> tuple[str, int]:
        computed.clear()
        config = replace(tiny_config, recipe=with_settings(tiny_config.recipe, settings))
        run = fit(tiny_dataset, config, tmp_path / name).run
        return open_model(run).digest, sum(computed)

    monkeypatch.setattr(BertSelfAttention, "forward", counted)
    plain, times = train_once("plain", [])
    again, times_again = train_once("again", ["gradient_checkpointing=true"])

    assert again == plain
    assert times_again == 2 * times


@pytest.mark.parametrize("setting", ["adam_beta1=0.5", "adam_beta2=0.5", "adam_epsilon=0.1"])
def test_the_optimizer_has_the_settings_that_were_asked_for(
    setting: str, tiny_run: Path, tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    recipe = with_settings(tiny_config.recipe, [setting])

    run = fit(tiny_dataset, replace(tiny_config, recipe=recipe), tmp_path / "run").run

    assert open_model(run).digest != open_model(tiny_run).digest


def test_low_rank_updates_end_in_a_stock_model(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    recipe = replace(tiny_config.recipe, lora_rank=2, pooling="mean")

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
    fixed = [name for name in after if name.startswith(("bert.encoder.layer.2.", "bert.pooler."))]
    assert len(fixed) == 18  # what takes the mean, behind two layers
    assert all(np.array_equal(after[name], before[name].numpy()) for name in fixed)
