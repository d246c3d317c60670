import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from annotate.core.errors import ModelError, RhetoricError
from train.export.export import export
from train.export.verify import report, verify
from train.models.folder import open_model
from train.models.manifest import MANIFEST, manifest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(tiny_run: Path, tiny_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "model"
    return export(tiny_run, folder, dataset=tiny_dataset).folder


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A sound folder that a test may damage."""
    return Path(shutil.copytree(exported, tmp_path / "model"))


def listed_again(folder: Path) -> None:
    (folder / MANIFEST).write_text(manifest(folder), "utf-8")


def changed(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), "utf-8")


def test_a_sound_folder_is_summed_up(folder: Path) -> None:
    result = verify(folder)

    assert result.digest == open_model(folder).digest
    assert result.files == len((folder / MANIFEST).read_text("utf-8").splitlines())
    assert result.onnx["onnx/model.onnx"].flips == 0
    lines = list(report(result))
    assert lines[0].endswith("files as exported, no code, no pickle")
    assert lines[2].startswith("onnx/model.onnx: loads; beside torch probabilities differ by at")
    assert json.loads(json.dumps(result.to_json()))["onnx"]["onnx/model.onnx"]["flips"] == 0


def test_without_onnxruntime_the_rest_is_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("train.models.onnx.find_spec", lambda _: None)

    result = verify(folder)

    assert result.onnx == {}
    assert list(report(result))[-1].startswith(
        "ONNX not checked: the packages onnx and onnxruntime"
    )


def test_a_run_is_no_exported_model(tiny_run: Path) -> None:
    with pytest.raises(ModelError, match=r"no exported model \(no MANIFEST\.sha256\)"):
        verify(tiny_run)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("model.safetensors", r"model\.safetensors: not as it was exported"),
        ("onnx/model.onnx", r"model\.onnx: not as it was exported"),
        ("taxonomy.yaml", r"taxonomy\.yaml: not as it was exported"),
        ("README.md", r"README\.md: not as it was exported"),
    ],
)
def test_a_changed_byte_is_noticed(folder: Path, name: str, what: str) -> None:
    path = folder / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(RhetoricError, match=what):
        verify(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "onnx/model.onnx", "tokenizer.json"])
def test_a_file_that_does_not_load_is_named_even_if_the_manifest_knows_it(
    folder: Path, name: str
) -> None:
    (folder / name).write_bytes(b"{}")
    listed_again(folder)

    with pytest.raises(RhetoricError, match=r"cannot (be loaded|run it)"):
        verify(folder)


def test_onnx_of_another_model_is_noticed(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"] += 3
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    listed_again(folder)

    with pytest.raises(ModelError, match=r"model\.onnx: answers otherwise than model\.safetensors"):
        verify(folder)


def test_a_model_that_others_would_run_with_softmax_is_refused(folder: Path) -> None:
    changed(folder / "config.json", lambda c: c.update(problem_type="single_label_classification"))
    listed_again(folder)

    with pytest.raises(ModelError, match="problem_type is 'single_label_classification', not"):
        verify(folder)


def test_code_of_its_own_is_refused(folder: Path) -> None:
    changed(folder / "config.json", lambda c: c.update(auto_map={"AutoModel": "mine.Model"}))
    listed_again(folder)

    with pytest.raises(ModelError, match="'auto_map' asks to run code"):
        verify(folder)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("modeling_mine.py", "code, which no model needs"),
        ("onnx/custom.so", "code, which no model needs"),
        ("pytorch_model.bin", "a pickle, which can run code"),
        ("onnx/notes", "a pickle, which can run code"),
    ],
)
def test_code_and_pickles_are_refused_wherever_they_lie(folder: Path, name: str, what: str) -> None:
    (folder / name).write_bytes(pickle.dumps({"a": 1}))
    listed_again(folder)

    with pytest.raises(ModelError, match=what):
        verify(folder)
