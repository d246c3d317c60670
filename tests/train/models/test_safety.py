"""A folder of a model is data: nothing in it runs, whatever it asks for."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ModelError
from train.models.encoder import find_encoder, load_encoder
from train.models.folder import open_model

Change = Callable[[Path, Path], None]  # folder of the model, marker that its code would write


def merge(path: Path, **keys: object) -> None:
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.write_text(json.dumps(known | keys), encoding="utf-8")


def own_classes(folder: Path, marker: Path) -> None:
    """An unknown architecture whose classes lie in the folder."""
    (folder / "evil.py").write_text(f"open({str(marker)!r}, 'w').close()\n", encoding="utf-8")
    names = ("AutoConfig", "AutoModelForSequenceClassification", "AutoTokenizer")
    auto_map = dict.fromkeys(names, "evil.Evil")
    merge(folder / "config.json", model_type="evil", auto_map=auto_map)


def own_tokenizer(folder: Path, marker: Path) -> None:
    (folder / "evil.py").write_text(f"open({str(marker)!r}, 'w').close()\n", encoding="utf-8")
    auto_map = {"AutoTokenizer": ["evil.Evil", "evil.Evil"]}
    merge(folder / "tokenizer_config.json", tokenizer_class="Evil", auto_map=auto_map)


class _Touch:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return (open, (str(self.marker), "w"))


def pickled_weights(folder: Path, marker: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Touch(marker)))


def pickled_tokenizer(folder: Path, marker: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.pkl").write_bytes(pickle.dumps(_Touch(marker)))


@pytest.fixture
def hostile(tiny_bert: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A folder to spoil, and the marker that its code would write."""
    return shutil.copytree(tiny_bert, tmp_path / "hostile"), tmp_path / "marker"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (own_classes, r"config\.json: 'auto_map' asks to run code"),
        (own_tokenizer, r"tokenizer_config\.json: 'auto_map' asks to run code"),
        (pickled_weights, r"pytorch_model\.bin: the weights are a pickle.*save_pretrained"),
        (pickled_tokenizer, r"tokenizer\.pkl: a tokenizer that is a pickle"),
    ],
)
def test_an_encoder_that_brings_code_is_refused_before_anything_runs(
    spoil: Change, message: str, hostile: tuple[Path, Path]
) -> None:
    folder, marker = hostile
    spoil(folder, marker)

    with pytest.raises(ModelError, match=message) as caught:
        load_encoder(find_encoder(str(folder)), ["a"])
    assert "\n" not in str(caught.value)
    assert not marker.exists()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("processor_config.json", {"auto_map": {"AutoProcessor": "evil.Evil"}}),
        ("config.json", {"text_config": {"auto_map": {"AutoConfig": "evil.Evil"}}}),
        ("config.json", {"custom_pipelines": {"evil": {"impl": "evil.Evil"}}}),
        ("config.json", {"trust_remote_code": True}),
        ("config.json", {"_attn_implementation": "somebody/kernel"}),
        ("modules.json", [{"idx": 0, "name": "0", "path": "", "type": "evil.Transformer"}]),
    ],
)
def test_every_way_of_asking_for_code_is_refused(
    file: str, content: object, hostile: tuple[Path, Path]
) -> None:
    folder, _ = hostile
    if isinstance(content, dict):
        merge(folder / file, **content)
    else:
        (folder / file).write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(ModelError, match=rf"{file}: .*never"):
        find_encoder(str(folder))


def test_a_folder_of_sentence_transformers_is_an_encoder(hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Pooling"}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    merge(folder / "config.json", auto_map={}, trust_remote_code=False)

    model, _ = load_encoder(find_encoder(str(folder)), ["a"])

    assert model.config.id2label == {0: "a"}


def test_words_of_the_vocabulary_are_no_request(hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    (folder / "vocab.json").write_text('{"auto_map": 7, "trust_remote_code": 1}', encoding="utf-8")

    assert find_encoder(str(folder)).place == str(folder)


@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "weights.pt", "model.pkl", "pytorch_model.bin.index.json"]
)
def test_weights_that_are_only_pickles_are_refused(name: str, hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    (folder / "model.safetensors").unlink()
    (folder / name).write_text("{}", encoding="utf-8")

    with pytest.raises(ModelError, match="the weights are a pickle"):
        find_encoder(str(folder))


def test_weights_under_another_name_are_refused(hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    merge(folder / "config.json", transformers_weights="adapter_model.bin")

    with pytest.raises(ModelError, match="'transformers_weights' names weights that are not"):
        find_encoder(str(folder))


def test_a_list_in_another_json_file_does_no_harm(hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    (folder / "label_names.json").write_text('["a"]', encoding="utf-8")

    assert find_encoder(str(folder)).place == str(folder)


def test_pickles_beside_safetensors_are_not_read(hostile: tuple[Path, Path]) -> None:
    folder, marker = hostile
    for name in ("pytorch_model.bin", "optimizer.pt"):
        (folder / name).write_bytes(pickle.dumps(_Touch(marker)))

    load_encoder(find_encoder(str(folder)), ["a"])

    assert not marker.exists()


def test_the_command_of_the_message_converts_the_weights(hostile: tuple[Path, Path]) -> None:
    import torch
    from safetensors.torch import load_file

    folder, _ = hostile
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    with pytest.raises(ModelError) as caught:
        find_encoder(str(folder))
    code = str(caught.value).partition('python -c "')[2].removesuffix('"')

    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    model, _ = load_encoder(find_encoder(str(folder)), ["a"])
    name = "embeddings.word_embeddings.weight"
    assert torch.equal(model.bert.get_parameter(name), weights[name])


@pytest.mark.parametrize("start", [b"\x80\x04\x95", b"PK\x03\x04"])
def test_a_tokenizer_is_known_as_a_pickle_by_its_content(
    start: bytes, hostile: tuple[Path, Path]
) -> None:
    folder, _ = hostile
    (folder / "tokenizer.model").write_bytes(start)

    with pytest.raises(ModelError, match=r"tokenizer\.model: a tokenizer that is a pickle"):
        find_encoder(str(folder))


@pytest.mark.parametrize("name", ["../model.safetensors", "part.bin", "/etc/x.safetensors"])
def test_shards_are_safetensors_of_the_folder(name: str, hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"pooler.dense.bias": name}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")

    with pytest.raises(ModelError, match="is no safetensors file of this folder"):
        find_encoder(str(folder))


def test_an_adapter_is_refused(hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    merge(folder / "adapter_config.json", base_model_name_or_path="somewhere/else")

    with pytest.raises(ModelError, match="an adapter, which needs another model; merge"):
        find_encoder(str(folder))


def test_a_broken_file_is_one_line(hostile: tuple[Path, Path]) -> None:
    folder, _ = hostile
    (folder / "modules.json").write_text("[", encoding="utf-8")

    with pytest.raises(InputError, match=r"modules\.json:1: not JSON"):
        find_encoder(str(folder))


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [own_classes, own_tokenizer, pickled_weights])
def test_a_model_folder_that_brings_code_is_refused_by_every_command_whatever_stdin_says(
    spoil: Change, tiny_run: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    run, marker = shutil.copytree(tiny_run, tmp_path / "run"), tmp_path / "marker"
    spoil(run / "model", marker)
    (tmp_path / "article.txt").write_text("A title\n\nThe council met.\n", encoding="utf-8")
    model, dataset, out = str(run), str(tiny_dataset), str(tmp_path / "out")
    commands = [
        ["predict", model, str(tmp_path / "article.txt"), "-o", f"{out}.jsonl"],
        ["evaluate", model, dataset, "-o", out],
        ["export", model, "-o", out],
        ["fit", dataset, "-o", out, "--encoder", f"{model}/model"],
    ]
    for words in commands:
        code = "import sys; from train.cli import main; sys.argv[0] = 'rhetoric-train'; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            input="y\ny\ny\n",
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"HF_HUB_OFFLINE": "1"},
        )

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
        assert not marker.exists()
        assert not Path(out).exists()


def test_a_model_folder_is_checked_when_it_is_opened(tmp_path: Path) -> None:
    own_classes(tmp_path, tmp_path / "marker")

    with pytest.raises(ModelError, match="asks to run code"):
        open_model(tmp_path)
