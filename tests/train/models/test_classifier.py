import errno
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from safetensors import SafetensorError

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


@pytest.mark.parametrize(
    "error",
    [
        # as torch and safetensors say it on a file system of 3 MB
        RuntimeError("[enforce fail at inline_container.cc:672] .\nunexpected pos 576 vs 534"),
        SafetensorError(
            "Error while serializing: I/O error: No space left on device (os error 28)"
        ),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_full_disk_is_the_same_line_whatever_writes(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))

    with (
        pytest.raises(InputError, match=r"run: the disk is full; nothing was written: free"),
        plain_save_errors(tmp_path / "run"),
    ):
        raise error


def test_without_texts_there_is_no_row_and_none_is_truncated() -> None:
    config = SimpleNamespace(num_labels=2)
    output = Classifier(SimpleNamespace(eval=lambda: None, config=config), None, 8).classify([])

    assert output.logits.shape == output.scores.shape == (0, 2)
    assert output.windowed == 0


class Recording:
    """A tokenizer that remembers the texts."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer, self.texts = tokenizer, list[str]()

    def __call__(self, texts: Any, **options: Any) -> Any:
        self.texts += texts if isinstance(texts, list) else []
        return self.tokenizer(texts, **options)

    def pad(self, *arguments: Any, **options: Any) -> Any:
        return self.tokenizer.pad(*arguments, **options)


def test_each_text_is_tokenized_once_and_longer_ones_are_counted(tiny_bert: Path) -> None:
    model, tokenizer = load_encoder(find_encoder(str(tiny_bert)), ["a", "b"])
    recording, done = Recording(tokenizer), list[int]()
    texts = ["the council met", *["the mayor spoke " * 3] * 40, "the council"]

    # 6 words and two special tokens fit
    output = Classifier(model, recording, 8).classify(texts, done.append)

    assert sorted(recording.texts) == sorted(texts)
    assert output.windowed == 40
    assert sum(done) == 42


def test_a_long_text_has_the_highest_logits_of_its_windows(tiny_bert: Path) -> None:
    model, tokenizer = load_encoder(find_encoder(str(tiny_bert)), ["a", "b"])
    classifier = Classifier(model, tokenizer, 8)
    words = ["the", "mayor", "spoke", "about", "a", "bridge", "and", "the", "council", "met"]

    logits = classifier.classify(["the council", " ".join(words), ""]).logits

    # 6 words fit; of the next window two are new unless it is the last, which ends with the text
    parts = [" ".join(part) for part in (words[:6], words[4:])]
    expected = classifier.classify(["the council", *parts, ""])
    assert expected.windowed == 0
    assert logits[1] == pytest.approx(expected.logits[1:3].max(axis=0), abs=1e-5)
    assert logits[[0, 2]] == pytest.approx(expected.logits[[0, 3]], abs=1e-5)


def test_a_text_of_a_million_characters_has_scores(tiny_bert: Path) -> None:
    model, tokenizer = load_encoder(find_encoder(str(tiny_bert)), ["a", "b"])
    text = "the council met a bridge " * 40_000

    output = Classifier(model, tokenizer, 64).classify([text, ""])

    assert output.windowed == 1
    assert ((output.scores > 0) & (output.scores < 1)).all()
