from pathlib import Path
from typing import Any

import pytest

from annotate.core.io.yaml_files import read_yaml
from train.export.results import eval_results, write_results


@pytest.fixture
def evaluation() -> dict[str, Any]:
    scores = {"micro": {"f1": {"value": 0.51}}, "macro": {"value": 0.27}}
    return {
        "dataset": {"name": "demo", "digest": "0123456789abcdef"},
        "split": "test",
        "labelled_by": "people",
        "scores": {"model": scores},
    }


def test_the_hubs_client_reads_what_is_written(evaluation: dict[str, Any], tmp_path: Path) -> None:
    from huggingface_hub import parse_eval_result_entries

    write_results(evaluation, tmp_path)

    rows = read_yaml(tmp_path / ".eval_results" / "demo.yaml")
    entries = parse_eval_result_entries(rows)
    assert [(e.dataset_id, e.task_id, e.value) for e in entries] == [
        ("demo", "test-micro-f1", 0.51),
        ("demo", "test-macro-f1", 0.27),
    ]
    assert entries[0].notes == "micro-F1, split test, dataset 0123456789abcdef"


def test_simulated_labels_are_named_beside_each_figure(
    evaluation: dict[str, Any], tmp_path: Path
) -> None:
    evaluation["labelled_by"] = "simulated"

    write_results(evaluation, tmp_path)

    text = (tmp_path / ".eval_results" / "demo.yaml").read_text("utf-8")
    assert text.count("(labelled by: simulated)") == 2
    assert {r.dataset_name for r in eval_results(evaluation)} == {"demo (labelled by: simulated)"}
