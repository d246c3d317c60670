import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotate.core.errors import ModelError
from train.models.classifier import Classifier, load_classifier
from train.models.folder import ModelFolder, open_model
from train.models.onnx import FP32, INT8, load_onnx, missing_package, write_fp32
from train.models.onnx_int8 import write_int8

pytestmark = pytest.mark.slow

TEXTS = ["", "the traitor spoke about a bridge.", "No.", "a supposedly wise mayor " * 30]


@pytest.fixture(scope="module")
def exported(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """A model with the layer that averages tokens, and both ONNX files."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    shutil.copytree(tiny_run / "model", folder)
    model = open_model(folder)
    write_fp32(load_classifier(model), folder / FP32)
    write_int8(folder / FP32, folder / INT8)
    return model


def copy_of(model: ModelFolder, folder: Path) -> ModelFolder:
    return open_model(Path(shutil.copytree(model.folder, folder)))


def test_full_precision_gives_the_scores_and_cuts_of_torch(exported: ModelFolder) -> None:
    expected, output = (
        load_classifier(exported).classify(TEXTS),
        load_onnx(exported).classify(TEXTS),
    )

    np.testing.assert_allclose(output.logits, expected.logits, atol=1e-5)
    assert output.windowed == expected.windowed == 1


def test_eight_bits_are_near_and_do_not_depend_on_the_other_texts(exported: ModelFolder) -> None:
    classifier = load_onnx(exported, INT8)
    together = classifier.classify(TEXTS)

    assert np.abs(together.scores - load_onnx(exported).classify(TEXTS).scores).max() < 0.1
    alone = classifier.classify([TEXTS[1]])
    assert (alone.logits[0] == together.logits[1]).all()


def test_each_text_is_counted_and_no_text_is_no_row(exported: ModelFolder) -> None:
    steps: list[int] = []

    load_onnx(exported).classify(TEXTS, steps.append)

    assert sum(steps) == len(TEXTS)
    assert load_onnx(exported).classify([]).logits.shape == (0, len(exported.labels))


def small(config: Callable[..., Any]) -> Any:
    from transformers import AutoModelForSequenceClassification

    return AutoModelForSequenceClassification.from_config(  # type: ignore[no-untyped-call]
        config(
            vocab_size=120,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=80,
            num_labels=4,
            pad_token_id=0,
        )
    )


@pytest.mark.parametrize("family", ["MPNet", "Roberta", "Electra", "ModernBert", "DebertaV2"])
def test_other_encoders_are_written_right(
    family: str, exported: ModelFolder, tmp_path: Path
) -> None:
    import torch
    import transformers

    torch.manual_seed(3)
    model = small(getattr(transformers, f"{family}Config"))
    classifier = Classifier(model, load_classifier(exported).tokenizer, 32)
    if family in ("MPNet", "ModernBert"):  # the families that know no segments
        classifier.tokenizer.model_input_names = ["input_ids", "attention_mask"]
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copy(exported.folder / "tokenizer.json", folder)

    write_fp32(classifier, folder / FP32)

    settings = replace(exported.settings, max_length=32)
    output = load_onnx(replace(exported, folder=folder, settings=settings)).classify(TEXTS)
    np.testing.assert_allclose(output.logits, classifier.classify(TEXTS).logits, atol=1e-4)


def test_an_architecture_that_cannot_be_written_is_said_in_one_line(
    exported: ModelFolder, tmp_path: Path
) -> None:
    class Strange(type(load_classifier(exported).model)):  # type: ignore[misc]
        def forward(self, **_: Any) -> Any:
            raise NotImplementedError("no such operator")

    classifier = load_classifier(exported)
    classifier.model.__class__ = Strange

    with pytest.raises(ModelError, match="bert: cannot be written as ONNX: no such operator"):
        write_fp32(classifier, tmp_path / "model.onnx")


def test_a_broken_file_is_said_in_one_line(exported: ModelFolder, tmp_path: Path) -> None:
    model = copy_of(exported, tmp_path / "model")
    (model.folder / FP32).write_bytes(b"no model")

    with pytest.raises(ModelError, match=r"model\.onnx: onnxruntime cannot run it: "):
        load_onnx(model)
    (model.folder / FP32).unlink()
    with pytest.raises(ModelError, match=r"model\.onnx: does not exist; export"):
        load_onnx(model)


def test_a_file_with_other_inputs_is_said_in_one_line(
    exported: ModelFolder, tmp_path: Path
) -> None:
    model = copy_of(exported, tmp_path / "model")
    tokenizer = json.loads((model.folder / "tokenizer.json").read_text("utf-8"))
    tokenizer["model"]["vocab"]["bridge"] = 100_000  # a word that the model does not know
    (model.folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")

    with pytest.raises(ModelError, match=r"model\.onnx: onnxruntime cannot run it: "):
        load_onnx(model).classify(TEXTS)


def test_a_broken_tokenizer_is_said_in_one_line(exported: ModelFolder, tmp_path: Path) -> None:
    model = copy_of(exported, tmp_path / "model")
    (model.folder / "tokenizer.json").write_text("{}", "utf-8")

    with pytest.raises(ModelError, match=r"tokenizer\.json: cannot be loaded: "):
        load_onnx(model)


def test_a_file_that_changed_since_the_export_is_refused(
    exported: ModelFolder, tmp_path: Path
) -> None:
    model = copy_of(exported, tmp_path / "model")
    (model.folder / "MANIFEST.sha256").write_text(f"{'0' * 64}  {FP32}\n")

    with pytest.raises(ModelError, match=r"model\.onnx: not as it was exported"):
        load_onnx(model)


def test_without_its_packages_the_way_to_install_them_is_named(
    exported: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert missing_package() == ""
    monkeypatch.setattr("train.models.onnx.find_spec", lambda _: None)

    with pytest.raises(ModelError, match=r"pip install -e '\.\[onnx\]'"):
        load_onnx(exported)
