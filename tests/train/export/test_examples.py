"""The card's examples, as they stand, where this project cannot be imported."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from train.export.export import export
from train.models.classifier import load_classifier
from train.models.folder import open_model

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
TEXT = "They lie, and they know it."
# runs a file where some packages cannot be imported, and says which of them were
STRANGER = """
import sys
path, *blocked = sys.argv[1:]
for name in blocked:
    sys.modules[name] = None
exec(compile(open(path, encoding="utf-8").read(), path, "exec"), {})
"""


@pytest.fixture(scope="module")
def model(tiny_run: Path, tiny_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exported model, in a folder of its own, that assigns every label."""
    run = shutil.copytree(tiny_run, tmp_path_factory.mktemp("runs") / "run")
    config = json.loads((run / "model" / "config.json").read_text("utf-8"))
    config["rhetoric"]["threshold"] = 1e-6
    (run / "model" / "config.json").write_text(json.dumps(config), "utf-8")
    folder = tmp_path_factory.mktemp("beside") / "my model"
    return export(run, folder, dataset=tiny_dataset).folder


@pytest.fixture(scope="module")
def expected(model: Path) -> dict[str, float]:
    opened = open_model(model)
    [scores] = load_classifier(opened).classify([TEXT]).scores
    return dict(zip(opened.labels, map(float, scores), strict=True))


def example(model: Path, language: str, number: int = 0, text: str = TEXT) -> str:
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```$", (model / "README.md").read_text("utf-8"), re.M | re.S
    )
    assert TEXT in blocks[number]
    return str(blocks[number]).replace(TEXT, text)


def as_a_stranger(model: Path, code: str, *blocked: str) -> dict[str, float]:
    path = model.parent / "example.py"
    path.write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-c", STRANGER, path, "annotate", "train", *blocked],
        cwd=model.parent,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, float] = ast.literal_eval(done.stdout)
    return result


def in_node(model: Path, code: str) -> dict[str, float]:
    (model.parent / "example.mjs").write_text(code, "utf-8")
    link = model.parent / "node_modules"
    if not link.exists():
        link.symlink_to(node_modules())
    done = subprocess.run(
        ["node", "example.mjs"], cwd=model.parent, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, float] = json.loads(done.stdout)
    return result


def node_modules() -> Path:
    """The folder of @huggingface/transformers, which .ci/run installs."""
    folder = Path(os.environ.get("RHETORIC_NODE_MODULES", ROOT / "node_modules"))
    if not shutil.which("node") or not (folder / "@huggingface" / "transformers").is_dir():
        pytest.skip(f"needs Node and @huggingface/transformers in {folder}")
    return folder


def test_transformers_alone_gives_our_scores(model: Path, expected: dict[str, float]) -> None:
    code = example(model, "python")

    assert as_a_stranger(model, code, "onnxruntime") == pytest.approx(expected, abs=1e-5)


def test_onnxruntime_and_tokenizers_alone_give_our_scores(
    model: Path, expected: dict[str, float]
) -> None:
    code = example(model, "python", 1)

    scores = as_a_stranger(model, code, "torch", "transformers", "huggingface_hub")

    assert scores == pytest.approx(expected, abs=1e-4)


def test_transformers_js_in_node_gives_our_scores(model: Path, expected: dict[str, float]) -> None:
    assert in_node(model, example(model, "js")) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("number", [0, 1])
def test_a_long_paragraph_is_cut_and_no_error_in_python(model: Path, number: int) -> None:
    code = example(model, "python", number, "the council met " * 1000)

    assert set(as_a_stranger(model, code)) == set(open_model(model).labels)


def test_a_long_paragraph_is_cut_and_no_error_in_node(model: Path) -> None:
    text = "the council met " * 1000

    assert set(in_node(model, example(model, "js", text=text))) == set(open_model(model).labels)
