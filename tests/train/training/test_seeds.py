import json
import statistics
from dataclasses import replace
from pathlib import Path

import pytest

from train.training.fit import FitConfig
from train.training.seeds import fit_seeds


@pytest.mark.slow
def test_several_seeds_give_a_mean_a_deviation_and_a_run_each(
    tiny_dataset: Path, tiny_config: FitConfig, tmp_path: Path
) -> None:
    report = fit_seeds(tiny_dataset, tiny_config, tmp_path / "run", 2)

    runs = [tmp_path / "run", tmp_path / "run" / "seeds" / "14"]
    results = [json.loads((run / "validation.json").read_text("utf-8")) for run in runs]
    values = [result["model"]["micro"]["f1"]["value"] for result in results]
    assert report.summary["seeds"] == [13, 14]
    assert report.summary["micro_f1"]["mean"] == pytest.approx(sum(values) / 2)
    assert report.summary["micro_f1"]["deviation"] == pytest.approx(statistics.stdev(values))
    assert results[0]["model_digest"] != results[1]["model_digest"]

    again = fit_seeds(tiny_dataset, tiny_config, tmp_path / "run", 2)
    assert again.first.already_done
    assert again.summary == report.summary
    more = fit_seeds(tiny_dataset, replace(tiny_config), tmp_path / "run", 3)
    assert more.summary["micro_f1"]["values"][:2] == values
