import importlib.util
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from annotate.core.errors import InputError, ModelError
from train.models import encoder
from train.models.encoder import (
    check_minilm,
    find_encoder,
    load_encoder,
    minilm_folder,
    token_limit,
)


def test_the_bundled_encoder_is_found_and_is_the_published_one() -> None:
    assert check_minilm() == minilm_folder() / "model.safetensors"
    assert find_encoder("minilm").place == str(minilm_folder())


def test_other_weights_are_told_from_the_published_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr(encoder, "minilm_folder", lambda: tmp_path)

    with pytest.raises(ModelError, match="not the published weights"):
        check_minilm()


def test_a_missing_package_is_told_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoder, "_MINILM_PACKAGE", "no_such_package")

    with pytest.raises(ModelError, match="not installed; run 'make setup'"):
        find_encoder("minilm")


def test_a_folder_is_an_encoder_by_its_content(tiny_bert: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny_bert, tmp_path / "copied")
    first = find_encoder(str(tiny_bert))

    assert find_encoder(str(copied)).digest == first.digest
    (copied / "config.json").write_text("{}", encoding="utf-8")
    assert find_encoder(str(copied)).digest != first.digest


def test_anything_else_is_taken_for_a_hub_id() -> None:
    hub = find_encoder("microsoft/deberta-v3-small")

    assert (hub.place, hub.digest) == ("microsoft/deberta-v3-small", "")


@pytest.mark.parametrize("name", ["./missing", "/missing/folder", "a/b/c", "~/model"])
def test_a_path_that_is_not_there_is_no_hub_id(name: str) -> None:
    with pytest.raises(ModelError, match="no such folder; --encoder takes minilm"):
        find_encoder(name)


def test_a_mistyped_name_in_a_folder_that_is_there_is_no_hub_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ModelError, match="data/encoderz: no such folder"):
        find_encoder("data/encoderz")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        find_encoder(str(tmp_path))


def test_a_folder_without_a_tokenizer_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny_bert, tmp_path / "copied")
    for path in (*copied.glob("tokenizer*"), copied / "vocab.txt"):
        path.unlink()

    with pytest.raises(ModelError, match="no tokenizer"):
        find_encoder(str(copied))


def test_a_folder_with_a_broken_tokenizer_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny_bert, tmp_path / "copied")
    (copied / "tokenizer.json").write_text('{"a"', encoding="utf-8")

    with pytest.raises(InputError, match=r"tokenizer\.json:1: not JSON"):
        find_encoder(str(copied))


def test_broken_weights_are_one_line(tiny_bert: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny_bert, tmp_path / "copied")
    (copied / "model.safetensors").write_bytes(b"no weights")

    with pytest.raises(ModelError, match="the encoder cannot be loaded"):
        load_encoder(find_encoder(str(copied)), ["a"])


def test_a_hub_out_of_reach_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(ModelError, match="not a folder, and not available from the Hub") as caught:
        load_encoder(find_encoder("nobody/no-such-model"), ["a"])
    assert "\n" not in str(caught.value)


def test_the_head_has_the_labels_by_name_and_order(tiny_bert: Path) -> None:
    model, _ = load_encoder(find_encoder(str(tiny_bert)), ["b", "a"])

    assert model.config.id2label == {0: "b", 1: "a"}
    assert model.config.problem_type == "multi_label_classification"


@pytest.mark.parametrize("stored", ["float16", "bfloat16"])
def test_an_encoder_stored_in_half_precision_is_trained_in_full(
    stored: str, tiny_bert: Path, tmp_path: Path
) -> None:
    import torch
    from transformers import AutoModel

    copied = shutil.copytree(tiny_bert, tmp_path / "copied")
    AutoModel.from_pretrained(tiny_bert).to(getattr(torch, stored)).save_pretrained(copied)

    model, _ = load_encoder(find_encoder(str(copied)), ["a"])

    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("kind", "file"),
    [("deberta-v2", "spm.model"), ("xlm-roberta", "sentencepiece.bpe.model")],
)
def test_a_tokenizer_that_needs_another_package_says_which(
    kind: str, file: str, tmp_path: Path
) -> None:
    if importlib.util.find_spec("sentencepiece"):
        pytest.skip("sentencepiece is installed")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind}), encoding="utf-8")
    (tmp_path / file).write_bytes(b"\x0a\x0b\x0a\x05<unk>\x15\0\0\0\0")

    with pytest.raises(ModelError, match=r"needs the package sentencepiece.*; install") as caught:
        load_encoder(find_encoder(str(tmp_path)), ["a"])
    assert "\n" not in str(caught.value)


def test_a_package_that_is_missing_at_import_is_one_line(
    tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import AutoTokenizer

    def refuse(_: str, **options: object) -> None:
        raise ImportError("\nX requires the SentencePiece library but it was not found.\n")

    monkeypatch.setattr(AutoTokenizer, "from_pretrained", refuse)

    with pytest.raises(ModelError, match="needs the package sentencepiece; install") as caught:
        load_encoder(find_encoder(str(tiny_bert)), ["a"])
    assert "\n" not in str(caught.value)


def test_an_encoder_with_a_decoder_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(tiny_bert, tmp_path / "copied")
    (copied / "config.json").write_text('{"model_type": "bart"}', encoding="utf-8")

    with pytest.raises(ModelError, match="bart is an encoder with a decoder"):
        load_encoder(find_encoder(str(copied)), ["a"])


@pytest.mark.parametrize(
    ("kind", "positions", "tokenizer_limit", "wanted", "expected"),
    [
        ("bert", 512, 512, 256, 256),
        ("bert", 64, 512, 256, 64),
        ("roberta", 514, 10**30, 1000, 512),
        ("t5", None, 128, 256, 128),
    ],
)
def test_no_more_tokens_are_read_than_the_encoder_can(
    kind: str, positions: int | None, tokenizer_limit: int, wanted: int, expected: int
) -> None:
    model = SimpleNamespace(
        config=SimpleNamespace(model_type=kind, max_position_embeddings=positions)
    )
    tokenizer = SimpleNamespace(model_max_length=tokenizer_limit)

    assert token_limit(model, tokenizer, wanted) == expected
