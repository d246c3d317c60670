import shutil
from pathlib import Path

import numpy as np
import pytest

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import TaxonomyError
from train.export.gate import Parity, parity, write_onnx
from train.models.folder import ModelFolder, open_model
from train.models.onnx import FP32, INT8


def test_flips_are_counted_at_the_threshold_in_both_directions() -> None:
    torch = np.array([[0.6, 0.4], [0.5, 0.1]])
    onnx = np.array([[0.6, 0.5], [0.49, 0.1]])

    result = parity(torch, onnx, 0.5)

    assert result.difference == pytest.approx(0.1)
    assert (result.flips, result.assigned) == (2, 2)


@pytest.mark.parametrize(
    ("result", "fp32", "int8"),
    [
        (Parity(1e-4, 0, 100, 0.0), True, True),
        (Parity(2e-4, 0, 100, 0.01), False, True),
        (Parity(1e-5, 1, 100, -0.01), False, True),
        (Parity(1e-5, 2, 100, 0.0), False, False),
        (Parity(1e-5, 0, 100, -0.011), True, False),
        (Parity(float("nan"), 0, 0, 0.0), False, True),
    ],
)
def test_what_passes(result: Parity, fp32: bool, int8: bool) -> None:
    assert (result.passes(FP32), result.passes(INT8)) == (fp32, int8)


def copied(run: Path, folder: Path) -> tuple[ModelFolder, Path]:
    return open_model(run), Path(shutil.copytree(run / "model", folder))


@pytest.mark.slow
def test_both_files_are_compared_on_validation(
    tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    model, folder = copied(tiny_run, tmp_path / "model")
    dataset = open_dataset(tiny_dataset)

    fp32, int8 = write_onnx(model, dataset, folder)

    validation = len(dataset.split("validation"))
    assert fp32.size == (folder / FP32).stat().st_size
    assert f"on {validation + 14} texts, probabilities differ by at most " in fp32.about
    assert f"on {validation} texts, probabilities differ by at most " in int8.about
    assert (folder / INT8).exists() == (int8.size > 0)


@pytest.mark.slow
def test_without_a_dataset_there_are_no_eight_bits(tiny_run: Path, tmp_path: Path) -> None:
    model, folder = copied(tiny_run, tmp_path / "model")

    fp32, int8 = write_onnx(model, None, folder)

    assert "on 14 texts" in str(fp32)
    assert str(int8) == (
        "onnx/model_int8.onnx: not written; no validation split to check it on (--dataset)"
    )
    assert [path.name for path in (folder / "onnx").iterdir()] == ["model.onnx"]


@pytest.mark.slow
def test_a_file_that_answers_otherwise_is_not_kept(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("train.export.gate._DIFFERENCE", 0.0)  # which no file reaches
    model, folder = copied(tiny_run, tmp_path / "model")

    fp32, int8 = write_onnx(model, None, folder)

    assert fp32.size == int8.size == 0
    assert "allowed: 1e-4, and no label changed" in fp32.about
    assert "made from onnx/model.onnx" in int8.about
    assert list((folder / "onnx").iterdir()) == []


@pytest.mark.slow
def test_a_dataset_of_other_labels_is_refused(
    tiny_run: Path, official_dataset: Path, tmp_path: Path
) -> None:
    model, folder = copied(tiny_run, tmp_path / "model")

    with pytest.raises(TaxonomyError, match="name the dataset that the model was trained on"):
        write_onnx(model, open_dataset(official_dataset), folder)
