from hashlib import sha256
from pathlib import Path

import pytest

from annotate.core.errors import ModelError
from train.models.manifest import MANIFEST, check_manifest, check_unchanged, manifest, read_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "onnx").mkdir(parents=True)
    (folder / ".eval_results").mkdir()
    for name in ("config.json", "onnx/model.onnx", ".eval_results/demo.yaml"):
        (folder / name).write_text(name)
    (folder / MANIFEST).write_text(manifest(folder))
    return folder


def test_the_manifest_names_files_in_folders_but_not_itself(folder: Path) -> None:
    digests = read_manifest(folder)

    assert set(digests) == {"config.json", "onnx/model.onnx", ".eval_results/demo.yaml"}
    assert digests["onnx/model.onnx"] == sha256(b"onnx/model.onnx").hexdigest()
    assert check_manifest(folder) == 3


def test_what_git_and_the_hub_leave_is_no_damage(folder: Path) -> None:
    (folder / ".gitattributes").touch()
    (folder / ".cache" / "huggingface").mkdir(parents=True)
    (folder / ".cache" / "huggingface" / "download").touch()

    assert check_manifest(folder) == 3


def test_damage_is_named(folder: Path) -> None:
    (folder / "config.json").write_text("other")
    with pytest.raises(ModelError, match=r"config\.json: not as it was exported, by MANIFEST"):
        check_manifest(folder)
    with pytest.raises(ModelError, match=r"config\.json: not as it was exported"):
        check_unchanged(folder, "config.json")
    check_unchanged(folder, "onnx/model.onnx")

    (folder / "config.json").unlink()
    (folder / "onnx" / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"config\.json: missing, and 1 more file; "):
        check_manifest(folder)


def test_a_file_that_was_added_is_named(folder: Path) -> None:
    (folder / "onnx" / "other.onnx").touch()

    with pytest.raises(ModelError, match=r"onnx/other\.onnx: not in MANIFEST\.sha256; "):
        check_manifest(folder)


@pytest.mark.parametrize("name", ["/etc/passwd", "../run/config.json", ""])
def test_a_manifest_that_leaves_the_folder_is_refused(folder: Path, name: str) -> None:
    (folder / MANIFEST).write_text(f"{'0' * 64}  {name}\n")

    with pytest.raises(ModelError, match="is no file of this folder"):
        check_manifest(folder)


def test_a_folder_without_a_manifest_was_not_exported(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no exported model.*'rhetoric-train export'"):
        read_manifest(tmp_path)
    check_unchanged(tmp_path, "config.json")
