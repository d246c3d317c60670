from pathlib import Path

import pytest

from annotate.core.console import progress
from annotate.core.dataset_folder import open_dataset
from train.dataset import read_split
from train.models.encoder import find_encoder
from train.training import forecast
from train.training.forecast import Forecast, peak_memory
from train.training.recipe import Recipe
from train.training.trainer import train, untrained


class Gauge:
    """A clock or a memory gauge that stands still until it is set."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self) -> float:
        return self.value


def test_time_is_forecast_by_tokens(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Gauge(1000)
    outlook = Forecast("runs/mine", 10_000, clock, Gauge(1.9))

    clock.value += 20
    outlook.look(230, 1000)  # 9,000 tokens at 50 a second

    assert capsys.readouterr().err == (
        "runs/mine: 230 training steps, about 3 min left; peak memory so far 1.9 GB\n"
    )


def test_a_forecast_is_said_again_only_when_time_or_memory_has_changed_much(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock, memory = Gauge(0), Gauge(1)
    outlook = Forecast("runs/mine", 10_000, clock, memory)
    for clock.value, memory.value, tokens in (
        (60, 1, 1000),  # 600 s in all
        (130, 1.2, 2000),  # 650 s
        (300, 1.2, 3000),  # 1000 s
        (390, 2, 4000),  # 975 s
        (500, 2, 5000),
    ):
        outlook.look(50, tokens)

    assert capsys.readouterr().err.splitlines() == [
        "runs/mine: 50 training steps, about 9 min left; peak memory so far 1.0 GB",
        "runs/mine: 50 training steps, about 12 min left; peak memory so far 1.2 GB",
        "runs/mine: 50 training steps, about 10 min left; peak memory so far 2.0 GB",
    ]


def test_less_than_a_minute_is_not_forecast(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Gauge(0)
    outlook = Forecast("runs/mine", 10_000, clock, Gauge(1))

    clock.value = 6
    outlook.look(90, 1000)

    assert capsys.readouterr().err == ""


def test_peak_memory_is_in_gigabytes() -> None:
    assert 0.05 < peak_memory() < 100


@pytest.mark.slow
def test_a_run_is_forecast_after_ten_steps(
    tiny_bert: Path,
    tiny_dataset: Path,
    tiny_recipe: Recipe,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forecast, "EVERY", 0.0)  # a tiny run takes seconds
    dataset = open_dataset(tiny_dataset)
    split = read_split(dataset, "train")
    classifier = untrained(find_encoder(str(tiny_bert)), dataset.taxonomy.labels, tiny_recipe, 1)

    with progress("training steps") as bar:
        train(classifier, (split, None), tiny_recipe, 1, tmp_path, bar)

    left = tiny_recipe.total_steps(len(split.texts)) - 10
    line = capsys.readouterr().err.splitlines()[0]
    assert line.startswith(f"{tmp_path}: {left} training steps, about ")
    assert line.endswith(" GB")
