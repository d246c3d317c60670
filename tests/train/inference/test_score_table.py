from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.core.io.stdin import STDIN
from annotate.core.predictions import PredictionRow
from train.inference.score_table import also_as_table


def test_a_row_has_the_labels_and_all_scores_of_a_paragraph(tmp_path: Path) -> None:
    predictions, table = tmp_path / "out.jsonl", tmp_path / "scores.csv"
    with also_as_table(table, predictions, []):
        lines = [
            PredictionRow("p1", "m", 0.5, ("doubt", "fear"), {"doubt": 0.9, "fear": 0.51}),
            PredictionRow("p2", "m", 0.5, (), {"doubt": 0.00002, "fear": 0.1}),
        ]
        predictions.write_text("".join(line.to_line() for line in lines), encoding="utf-8")
        assert not table.exists()

    assert table.read_text(encoding="utf-8").splitlines() == [
        "id,labels,doubt,fear",
        "p1,doubt|fear,0.9,0.51",
        "p2,,2e-05,0.1",
    ]


def test_a_table_replaces_no_other_file_of_the_run(tmp_path: Path) -> None:
    predictions, article = tmp_path / "out.jsonl", tmp_path / "article.txt"
    for table in (predictions, article, tmp_path, STDIN):
        with (
            pytest.raises(InputError, match="--scores needs a file of its own"),
            also_as_table(table, predictions, [article]),
        ):
            pytest.fail("nothing is to be computed")


def test_no_table_is_written_unless_it_is_asked_for(tmp_path: Path) -> None:
    with also_as_table(None, tmp_path / "out.jsonl", []):
        pass

    assert not list(tmp_path.iterdir())
