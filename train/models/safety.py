"""Refuse a folder from which transformers would run code: classes of its own, or pickles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotate.core.errors import ModelError
from annotate.core.io.json_files import read_object, read_value

# Keys by which a folder asks for Python files of its own or of a repository.
_CODE_KEYS = ("auto_map", "custom_pipelines", "trust_remote_code")
# Keys that choose an implementation; "owner/name" is a compiled kernel from the Hub.
_KERNEL_KEYS = ("attn_implementation", "_attn_implementation")
_CODE = (".py", ".pyc", ".so", ".dll", ".dylib", ".sh", ".js", ".mjs", ".wasm")
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_TOKENIZERS = ("tokenizer*", "vocab*", "merges*", "*.model")
_OTHER_WEIGHTS = "transformers_weights"  # a file that transformers prefers
_MODULES = "modules.json"  # the classes of sentence-transformers
_STOCK = "choose a model of an architecture that transformers itself has"


def check_runs_no_code(folder: Path, remedy: str) -> None:
    """Refuse a folder of a model that brings code, or keeps weights or tokenizer as pickles.

    Args:
        folder: The folder, from which nothing was loaded yet.
        remedy: How to fix a broken JSON file; ends the error's line.

    Raises:
        ModelError: It does.
        InputError: A JSON file in the folder is broken.
    """
    for path in sorted(folder.glob("*.json")):
        if path.name == _MODULES:
            _check_modules(path, remedy)
        else:
            _check_keys(path, read_value(path, remedy))
    if (folder / "adapter_config.json").is_file():
        raise ModelError(
            f"{folder / 'adapter_config.json'}: an adapter, which needs another model; "
            "merge it into that model (PEFT: merge_and_unload) and name the merged folder"
        )
    _check_tokenizer(folder)
    _check_weights(folder)


def check_brings_no_code(folder: Path) -> None:
    """Refuse a model folder with any file that is code or a pickle, whether it is used or not.

    Raises:
        ModelError: It has one, or asks for code as `check_runs_no_code` says.
        InputError: A JSON file in the folder is broken.
    """
    if (folder / "config.json").is_file():
        check_runs_no_code(folder, "export the model again")
    for path in sorted(folder.rglob("*")):
        hidden = path.relative_to(folder).parts[0].startswith(".")  # of git, or a client's cache
        if hidden or not path.is_file():
            continue
        if path.suffix in _CODE:
            raise ModelError(f"{path}: code, which no model needs; do not use this folder")
        # the first bytes of safetensors are a length, which can look like a pickle
        if path.suffix in _PICKLES or (path.suffix != ".safetensors" and _is_pickle(path)):
            raise ModelError(f"{path}: a pickle, which can run code; do not use this folder")


def _check_keys(path: Path, config: Any) -> None:
    for key, value in _pairs(config):
        if key == _OTHER_WEIGHTS and value:
            raise ModelError(
                f"{path}: {key!r} names weights that are not checked; "
                "save the model again with save_pretrained"
            )
        asks = key in _CODE_KEYS and isinstance(value, bool | str | list | dict) and value
        if asks or (key in _KERNEL_KEYS and "/" in str(value)):
            raise ModelError(
                f"{path}: {key!r} asks to run code that is not part of transformers, which is "
                f"never done; {_STOCK}"
            )


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each key with its value, at any depth."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            yield from item.items()
            pending += item.values()
        elif isinstance(item, list):
            pending += item


def _check_modules(path: Path, remedy: str) -> None:
    for key, value in _pairs(read_value(path, remedy)):
        if key == "type" and not str(value).startswith("sentence_transformers."):
            raise ModelError(
                f"{path}: {str(value)!r} is code that is not part of sentence-transformers, which "
                f"is never run; {_STOCK}"
            )


def _check_tokenizer(folder: Path) -> None:
    for pattern in _TOKENIZERS:
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and (path.suffix in _PICKLES or _is_pickle(path)):
                raise ModelError(
                    f"{path}: a tokenizer that is a pickle, which can run code; choose a model "
                    "that has a tokenizer.json"
                )


def _is_pickle(path: Path) -> bool:
    """Return whether the file begins as a pickle of protocol 2 to 5, or as a torch archive."""
    with path.open("rb") as file:
        start = file.read(4)
    return start == b"PK\3\4" or (
        start[:1] == b"\x80" and start[1:2] in (b"\2", b"\3", b"\4", b"\5")
    )


def _check_weights(folder: Path) -> None:
    index = folder / "model.safetensors.index.json"
    if (folder / "model.safetensors").is_file():
        return
    if index.is_file():
        _check_shards(index)
        return
    pickles = sorted(
        path
        for path in folder.iterdir()
        if path.suffix in _PICKLES or path.name.endswith(".bin.index.json")
    )
    if pickles:
        raise ModelError(
            f"{pickles[0]}: the weights are a pickle, which can run code, and there is no "
            'model.safetensors; convert them: python -c "from transformers import AutoModel as M; '
            f'M.from_pretrained({str(folder)!r}).save_pretrained({str(folder)!r})"'
        )


def _check_shards(index: Path) -> None:
    shards = read_object(index, "copy the model again").get("weight_map")
    names = set(map(str, shards.values())) if isinstance(shards, dict) else set[str]()
    for name in sorted(names):
        if Path(name).name != name or not name.endswith(".safetensors"):
            raise ModelError(
                f"{index}: {name!r} is no safetensors file of this folder; copy the model again"
            )
