from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from annotate.core.errors import InputError, ModelError
from train.models.classifier import Classifier, find_head, fold_calibration, plain_save_errors
from train.models.encoder import find_encoder, load_encoder
from train.scoring.calibration import Calibration


@pytest.mark.parametrize(("bias", "shift"), [(True, -0.5), (False, 0.0)])
def test_the_last_layer_with_one_output_a_label_is_calibrated(bias: bool, shift: float) -> None:
    import torch

    below, head = torch.nn.Linear(3, 2), torch.nn.Linear(2, 2, bias=bias)
    model = torch.nn.Sequential(below, head)
    model.config = SimpleNamespace(num_labels=2, model_type="tiny")  # type: ignore[assignment]
    inputs = torch.ones(1, 3)
    before, untouched = model(inputs), below.weight.clone()

    fold_calibration(find_head(model), Calibration(4.0, shift))

    assert model(inputs).flatten().tolist() == pytest.approx((before / 4 + shift)[0].tolist())
    assert torch.equal(below.weight, untouched)


def test_a_model_without_such_a_layer_is_refused() -> None:
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(3, 5))
    model.config = SimpleNamespace(num_labels=2, model_type="tiny")  # type: ignore[assignment]

    with pytest.raises(ModelError, match="no linear layer with one output per label"):
        find_head(model)


def test_a_bug_is_not_taken_for_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes"), plain_save_errors(tmp_path):
        raise RuntimeError("shapes do not match")


def test_what_torch_says_of_a_full_disk_is_one_line(tmp_path: Path) -> None:
    said = "[enforce fail at inline_container.cc:664] .\nunexpected pos 64 vs 0"

    with (
        pytest.raises(InputError, match="cannot be written") as caught,
        plain_save_errors(tmp_path),
    ):
        raise RuntimeError(said)
    assert "\n" not in str(caught.value)


def test_without_texts_there_is_no_row_and_none_is_truncated() -> None:
    config = SimpleNamespace(num_labels=2)
    output = Classifier(SimpleNamespace(eval=lambda: None, config=config), None, 8).classify([])

    assert output.logits.shape == output.scores.shape == (0, 2)
    assert output.truncated == 0


def test_each_text_is_tokenized_once_and_truncated_texts_are_counted(tiny_bert: Path) -> None:
    model, tokenizer = load_encoder(find_encoder(str(tiny_bert)), ["a", "b"])
    tokenized: list[str] = []

    def recording(texts: list[str], **options: Any) -> Any:
        tokenized.extend(texts)
        return tokenizer(texts, **options)

    texts = ["the council met", *["the mayor spoke " * 3] * 40, "the council"]

    output = Classifier(model, recording, 8).classify(texts)  # 6 words and two special tokens fit

    assert sorted(tokenized) == sorted(texts)
    assert output.truncated == 40


def test_truncated_texts_are_counted_with_a_tokenizer_in_pure_python_too(tiny_bert: Path) -> None:
    from transformers import BatchEncoding

    model, tokenizer = load_encoder(find_encoder(str(tiny_bert)), ["a"])

    def pure_python(texts: Any, **options: Any) -> Any:
        return BatchEncoding(dict(tokenizer(texts, **options)))  # without what was cut off

    texts = [" ".join(["council"] * number) for number in (2, 6, 7)]

    assert Classifier(model, pure_python, 8).classify(texts).truncated == 1
