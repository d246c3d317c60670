import importlib.util
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from annotate.core.errors import InputError, ModelError
from train.models import encoder
from train.models.encoder import (
    check_minilm,
    find_encoder,
    load_encoder,
    minilm_folder,
    open_start,
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


SMALL = {
    "vocab_size": 100,
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}


def saved(kind: str, tokenizer: Path, folder: Path, **changes: object) -> Path:
    """A small untrained model of a type, beside the files of a tokenizer."""
    from transformers import AutoConfig, AutoModel

    shutil.copytree(tokenizer, folder)
    config = AutoConfig.for_model(kind, **(SMALL | changes))
    model: Any = AutoModel
    model.from_config(config).save_pretrained(folder)
    return folder


def test_a_model_of_images_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    folder = saved("vit", tiny_bert, tmp_path / "vit", image_size=32)

    with pytest.raises(ModelError, match=r"vit is no encoder of text.*--encoder minilm"):
        load_encoder(find_encoder(str(folder)), ["a"])


@pytest.mark.parametrize("kind", ["gpt2", "llama"])
def test_a_model_without_a_padding_token_is_refused(
    kind: str, tiny_bert: Path, tmp_path: Path
) -> None:
    from transformers import PreTrainedTokenizerFast

    folder = saved(kind, tiny_bert, tmp_path / kind, n_embd=32, n_layer=1, n_head=2)
    file = str(folder / "tokenizer.json")
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_file=file, eos_token="[SEP]").save_pretrained(folder)

    with pytest.raises(ModelError, match=rf"no padding token.*\({kind}\).*--encoder minilm"):
        load_encoder(find_encoder(str(folder)), ["a"])


def test_a_decoder_whose_tokenizer_has_a_padding_token_is_trained(
    tiny_bert: Path, tmp_path: Path
) -> None:
    folder = saved("llama", tiny_bert, tmp_path / "llama")

    model, tokenizer = load_encoder(find_encoder(str(folder)), ["a"])

    batch = tokenizer(["the council met", "the"], padding=True, return_tensors="pt")
    assert model(**batch).logits.shape == (2, 1)


@pytest.mark.parametrize("changes", [{}, {"hidden_size": 64}])
def test_weights_of_another_model_are_refused(
    changes: dict[str, int], tiny_bert: Path, tmp_path: Path
) -> None:
    folder = saved("bert" if changes else "roberta", tiny_bert, tmp_path / "other", **changes)
    shutil.copy(tiny_bert / "config.json", folder)

    with pytest.raises(ModelError, match=r"the weights do not fit config\.json"):
        load_encoder(find_encoder(str(folder)), ["a"])


def test_a_tokenizer_of_another_model_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    folder = saved("bert", tiny_bert, tmp_path / "other", vocab_size=20)

    with pytest.raises(ModelError, match="the tokenizer knows more words than the model"):
        load_encoder(find_encoder(str(folder)), ["a"])


@pytest.mark.parametrize("config", ["{}", "[]", '{"model_type": "nonsense"}'])
def test_a_config_of_no_known_type_is_refused(config: str, tiny_bert: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_bert, tmp_path / "copied")
    (folder / "config.json").write_text(config, encoding="utf-8")

    with pytest.raises(ModelError, match=r"cannot be loaded: .*; name the folder of"):
        load_encoder(find_encoder(str(folder)), ["a"])


def test_a_folder_without_weights_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_bert, tmp_path / "copied")
    (folder / "model.safetensors").unlink()

    with pytest.raises(ModelError, match=r"cannot be loaded: Error no file named model\.safet"):
        load_encoder(find_encoder(str(folder)), ["a"])


def test_a_dataset_folder_is_no_encoder(tiny_dataset: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json in the folder\); name the folder of"):
        find_encoder(str(tiny_dataset))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "--init-from nothing: no such folder; name a model folder or a finished run"),
        (".", "--init-from .: neither a model folder nor a finished run"),
    ],
)
def test_a_start_that_is_no_model_is_told_of_init_from(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ModelError, match=re.escape(message)):
        open_start(Path(name))


def test_an_encoder_is_no_model_to_start_from(tiny_bert: Path) -> None:
    with pytest.raises(ModelError, match=r"^--init-from .*: no key 'rhetoric'"):
        open_start(tiny_bert)


def test_a_file_is_no_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").touch()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ModelError, match="no such folder"):
        find_encoder("model.safetensors")


OLD, NEW = "sentence_transformers.models", "sentence_transformers.sentence_transformer.modules"


def sentence_transformer(bert: Path, folder: Path, package: str, inner: str) -> Path:
    """A folder as sentence-transformers writes it; `inner` is where the encoder's files lie."""
    shutil.copytree(bert, folder / inner)
    kinds = {"Transformer": inner, "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"{package}.{kind}"}
        for number, (kind, path) in enumerate(kinds.items())
    ]
    pooling = {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True}
    versions = {"sentence_transformers": "2.0.0", "transformers": "4.6.1", "pytorch": "1.8.1"}
    length = {"max_seq_length": 32, "do_lower_case": False}
    for name in ("1_Pooling", "2_Normalize"):
        (folder / name).mkdir()
    for path, content in {
        "modules.json": modules,
        "1_Pooling/config.json": pooling,
        "config_sentence_transformers.json": {"__version__": versions, "prompts": {}},
        f"{inner}/sentence_bert_config.json": length,
    }.items():
        (folder / path).write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.mark.parametrize("package", [OLD, NEW])
@pytest.mark.parametrize("inner", ["", "0_Transformer"])
def test_a_genuine_folder_of_sentence_transformers_is_an_encoder(
    package: str, inner: str, tiny_bert: Path, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    folder = sentence_transformer(tiny_bert, tmp_path / "st", package, inner)

    model, _ = load_encoder(find_encoder(str(folder)), ["a"])

    name = "embeddings.word_embeddings.weight"
    pretrained = load_file(tiny_bert / "model.safetensors")
    assert torch.equal(model.bert.get_parameter(name), pretrained[name])


def test_code_in_a_folder_of_sentence_transformers_is_refused_wherever_the_encoder_lies(
    tiny_bert: Path, tmp_path: Path
) -> None:
    folder = sentence_transformer(tiny_bert, tmp_path / "st", "evil", "0_Transformer")

    with pytest.raises(ModelError, match=r"modules\.json: 'evil\.\w+' is code"):
        find_encoder(str(folder))


@pytest.mark.parametrize("path", ["../tiny", "/etc", "missing", 7])
def test_the_encoder_of_sentence_transformers_lies_within_its_folder(
    path: object, tiny_bert: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_bert, tmp_path / "tiny")
    (tmp_path / "st").mkdir()
    modules = [{"idx": 0, "name": "0", "path": path, "type": f"{OLD}.Transformer"}]
    (tmp_path / "st" / "modules.json").write_text(json.dumps(modules), encoding="utf-8")

    with pytest.raises(ModelError, match=r"no config\.json in the folder"):
        find_encoder(str(tmp_path / "st"))


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
