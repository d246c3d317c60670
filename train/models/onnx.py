"""Write a classifier as ONNX, and run it without torch."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.errors import ModelError
from train.models.classifier import Classifier, Output
from train.models.folder import ModelFolder
from train.models.manifest import check_unchanged
from train.models.windows import windows

# the folder and the names in which transformers.js looks for "fp32" and "int8"
FOLDER = "onnx"
FP32, INT8 = f"{FOLDER}/model.onnx", f"{FOLDER}/model_int8.onnx"
_OPSET = 20
_PACKAGES = ("onnx", "onnxruntime")


@dataclass(frozen=True, slots=True)
class OnnxClassifier:
    """An ONNX file of a model folder with the folder's tokenizer."""

    path: Path
    session: Any
    tokenizer: Any
    labels: int
    max_length: int

    def classify(
        self, texts: Sequence[str], advance: Callable[[int], None] = lambda _: None
    ) -> Output:
        """Run the model on the texts, as `Classifier.classify` does.

        One text at a time: without padding, nothing is computed in vain, and in 8 bits, where the
        texts of a batch share one scale, a text's scores do not depend on the others.
        """
        inputs = [value.name for value in self.session.get_inputs()]
        logits = np.full((len(texts), self.labels), -np.inf, dtype=np.float32)
        windowed = 0
        for row, text in enumerate(texts):
            parts = windows(self._tokenize, [text], self.max_length)
            for part in parts:
                feed = {name: np.array([part.tokens[name]], dtype=np.int64) for name in inputs}
                with _plain_errors(self.path):
                    logits[row] = np.maximum(logits[row], self.session.run(None, feed)[0][0])
            windowed += len(parts) > 1
            advance(1)
        return Output(logits, windowed)

    def _tokenize(self, texts: Any, **_: Any) -> dict[str, Any]:
        """Return what the tokenizers of transformers do, for a text or a list of them."""
        if isinstance(texts, str):
            return {"input_ids": self.tokenizer.encode(texts).ids}
        encodings = self.tokenizer.encode_batch(texts)
        return {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
            "token_type_ids": [encoding.type_ids for encoding in encodings],
        }


def missing_package() -> str:
    """Return how to install what writing and running ONNX needs; empty if it is installed."""
    if all(find_spec(name) for name in _PACKAGES):
        return ""
    return "the packages onnx and onnxruntime are not installed; pip install -e '.[onnx]'"


def write_fp32(classifier: Classifier, path: Path) -> None:
    """Write the classifier as ONNX in full precision; texts and tokens can be any number.

    Torch's newer exporter (dynamo=True) takes seven times as long for the same graph, and needs
    two packages more; whoever calls this compares the scores.

    Raises:
        ModelError: Torch cannot write this architecture as ONNX.
    """
    import torch

    model = classifier.model.cpu().eval()
    # of different length, so that padding is part of what torch sees
    batch = classifier.tokenizer(
        ["Yes.", "They lie, and they know it."], padding=True, return_tensors="pt"
    )
    names = list(batch)
    axes = {name: {0: "texts", 1: "tokens"} for name in names} | {"logits": {0: "texts"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter is deprecated, and warns of each branch
            torch.onnx.export(
                _logits_only(model, names),
                tuple(batch.values()),
                path,
                input_names=names,
                output_names=["logits"],
                dynamic_axes=axes,
                opset_version=_OPSET,
                dynamo=False,
            )
    except (RuntimeError, TypeError, ValueError, AttributeError, NotImplementedError) as error:
        raise ModelError(
            f"{model.config.model_type}: cannot be written as ONNX: {_one_line(error)}"
        ) from error


def _logits_only(model: Any, names: Sequence[str]) -> Any:
    """Wrap the model so that it takes its inputs by place and returns a plain tensor."""
    import torch

    class LogitsOnly(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: Any) -> Any:
            return self.model(**dict(zip(names, values, strict=True))).logits

    return LogitsOnly().eval()


def load_onnx(model: ModelFolder, name: str = FP32) -> OnnxClassifier:
    """Load an ONNX file of a model folder.

    Args:
        model: The model folder.
        name: FP32 or INT8.

    Raises:
        ModelError: The file or the tokenizer is missing or broken, or onnxruntime is not installed.
    """
    if missing := missing_package():
        raise ModelError(f"{model.folder / name}: {missing}")
    path = model.folder / name
    if not path.is_file():
        raise ModelError(f"{path}: does not exist; export the model again")
    check_unchanged(model.folder, name)
    return OnnxClassifier(
        path,
        _session(path),
        _tokenizer(model.folder / "tokenizer.json"),
        len(model.labels),
        model.settings.max_length,
    )


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors; they are raised too
    # threads that spin while they wait doubled the CPU time on a busy machine (measured)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    with _plain_errors(path):
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    """Turn the errors of onnxruntime, which have no class in common, into one line."""
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    try:
        yield
    except (
        *(errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.InvalidArgument),
        *(errors.NoSuchFile, errors.NotImplemented, errors.RuntimeException),
    ) as error:
        raise ModelError(f"{path}: onnxruntime cannot run it: {_one_line(error)}") from error


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises no class of its own
        raise ModelError(
            f"{path}: cannot be loaded: {_one_line(error)}; copy or export the model again"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]
