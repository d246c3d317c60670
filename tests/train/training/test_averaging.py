from pathlib import Path
from typing import Any

import pytest

from train.training.averaging import Average


def model_of(value: float) -> Any:
    import torch

    model = torch.nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(value)
    return model


def weight(model: Any) -> float:
    return float(model.weight.detach())


def test_the_decay_rises_with_the_steps() -> None:
    model = model_of(0.0)
    average = Average(model, 0.995)
    model.weight.data.fill_(1.0)

    average.update(1)  # decay 2/11: 9/11 of the new weight
    average.update(2)  # decay 3/12: 1 - 3/12 * 2/11
    average.swap()

    assert weight(model) == pytest.approx(1 - (3 / 12) * (2 / 11))


def test_the_decay_ends_where_the_recipe_says() -> None:
    model = model_of(0.0)
    average = Average(model, 0.5)
    model.weight.data.fill_(1.0)

    average.update(1000)
    average.swap()

    assert weight(model) == pytest.approx(0.5)


def test_swapping_twice_leaves_the_weights_as_they_were() -> None:
    model = model_of(0.0)
    average = Average(model, 0.9)
    model.weight.data.fill_(1.0)

    average.swap()
    average.swap()

    assert weight(model) == 1.0


def test_a_checkpoint_brings_the_average_back(tmp_path: Path) -> None:
    model = model_of(2.0)
    Average(model, 0.9).save(tmp_path / "average.safetensors")
    model.weight.data.fill_(5.0)
    later = Average(model, 0.9)

    later.load(tmp_path / "average.safetensors")
    later.swap()

    assert weight(model) == 2.0


def test_weights_that_are_not_trained_are_left_out(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))
    model[0].requires_grad_(False)
    Average(model, 0.9).save(tmp_path / "average.safetensors")

    assert set(load_file(tmp_path / "average.safetensors")) == {"1.weight", "1.bias"}
