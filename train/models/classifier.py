"""Run, calibrate, save and load a trained classifier."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.core.errors import InputError, ModelError
from annotate.core.io.files import disk_full, is_of_full_disk
from train.models.encoder import Encoder, check_files, quiet
from train.models.folder import KEY, ModelFolder, Settings
from train.models.manifest import check_unchanged
from train.models.memory import plain_memory_errors
from train.models.windows import Window, windows
from train.scoring.calibration import Calibration, sigmoid
from train.scoring.scores import Floats

_TOKENS = 2048  # in a batch on the CPU: with more, what a layer hands on does not fit its caches
_ACCELERATOR = 16  # times as many on an accelerator
_LESS_MEMORY = (
    "close other programs, or train a model with a lower max_length (--set max_length=128)"
)
# what torch's errors name where it cannot write a file
_OF_SAVING = ("PytorchStreamWriter", "inline_container")
# what transformers raises where files are broken, or need a package that is not installed
_BROKEN = (ImportError, OSError, ValueError, KeyError, TypeError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Output:
    """What a classifier returns for a list of texts.

    Attributes:
        logits: Shape (texts, labels).
        windowed: Number of texts longer than the model reads, so that it read them in windows.
    """

    logits: npt.NDArray[np.float32]
    windowed: int

    @property
    def scores(self) -> Floats:
        """Probabilities of shape (texts, labels)."""
        return sigmoid(self.logits)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A transformers model with its tokenizer, and the number of tokens it reads of a text."""

    model: Any
    tokenizer: Any
    max_length: int

    def classify(
        self, texts: Sequence[str], advance: Callable[[int], None] = lambda _: None
    ) -> Output:
        """Run the model on the texts, each tokenized once; the rows are in the order of the texts.

        Texts of similar length share a batch, so that little padding is computed. A text longer
        than the model reads is read in overlapping windows; each label's logit is the highest.
        """
        parts = self._windows(texts)
        logits = np.full((len(texts), int(self.model.config.num_labels)), -np.inf, np.float32)
        left = Counter(part.text for part in parts)
        windowed = sum(count > 1 for count in left.values())
        for batch, outputs in self._batches(parts):
            numbers = [part.text for part in batch]
            np.maximum.at(logits, numbers, outputs.logits.float().cpu().numpy())
            left.subtract(numbers)
            advance(sum(not left[number] for number in set(numbers)))
        return Output(logits, windowed)

    def head_inputs(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return what the last layer, which `find_head` finds, reads of each text; a row each.

        Of a text longer than the model reads it is the beginning, as in training.
        """
        head, seen = find_head(self.model), []
        hook = head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        features = np.zeros((len(texts), head.in_features), dtype=np.float32)
        first = {part.text: part for part in reversed(self._windows(texts))}
        try:
            for batch, _ in self._batches(list(first.values())):
                features[[part.text for part in batch]] = seen.pop().float().cpu().numpy()
        finally:
            hook.remove()
        return features

    def _windows(self, texts: Sequence[str]) -> list[Window]:
        return windows(self.tokenizer, texts, self.max_length)

    def _batches(self, parts: Sequence[Window]) -> Iterator[tuple[list[Window], Any]]:
        """Run the model, the longest first; yield the windows of a batch with its outputs."""
        import torch

        self.model.eval()
        ordered = deque(sorted(parts, key=lambda part: (-len(part), part.text)))
        while ordered:
            size = max(self._tokens() // len(ordered[0]), 1)
            batch = [ordered.popleft() for _ in range(min(size, len(ordered)))]
            padded = self.tokenizer.pad(_columns(batch), return_tensors="pt", verbose=False)
            with plain_memory_errors(_LESS_MEMORY), torch.inference_mode():
                outputs = self.model(**padded.to(self.model.device))
            yield batch, outputs

    def _tokens(self) -> int:
        return _TOKENS if self.model.device.type == "cpu" else _ACCELERATOR * _TOKENS


def _columns(batch: Sequence[Window]) -> dict[str, list[Any]]:
    return {key: [part.tokens[key] for part in batch] for key in batch[0].tokens}


def find_head(model: Any) -> Any:
    """Return the last linear layer with one output per label.

    Raises:
        ModelError: The architecture has no such layer.
    """
    import torch

    width = model.config.num_labels
    heads = [
        module
        for module in model.modules()
        if isinstance(module, torch.nn.Linear) and module.out_features == width
    ]
    if not heads:
        raise ModelError(
            f"{model.config.model_type}: no linear layer with one output per label, so the "
            "scores cannot be calibrated; choose another --encoder"
        )
    return heads[-1]


def take_over_head(model: Any, encoder: Encoder, labels: Sequence[str]) -> None:
    """Give a new head what the encoder's own head knows of labels of the same id.

    Args:
        model: The encoder with a new head.
        encoder: Its `labels` say what the rows of its own head mean.
        labels: What the rows of the new head mean.
    """
    import torch
    from transformers import AutoModelForSequenceClassification

    trained = AutoModelForSequenceClassification.from_pretrained(
        encoder.place, local_files_only=True, trust_remote_code=False, use_safetensors=True
    )
    old, new = find_head(trained), find_head(model)
    known = [n for n, label in enumerate(labels) if label in encoder.labels]
    rows = [encoder.labels.index(labels[n]) for n in known]
    with torch.no_grad():
        torch.nn.init.normal_(new.weight, std=model.config.initializer_range)
        new.weight[known] = old.weight[rows].float()
        if new.bias is not None:
            new.bias.zero_()
            new.bias[known] = old.bias[rows].float()


def fold_calibration(head: Any, calibration: Calibration) -> None:
    """Apply the calibration to the head's weights, so that plain sigmoid scores are calibrated."""
    import torch

    with torch.no_grad():
        head.weight.div_(calibration.temperature)
        if head.bias is not None:
            head.bias.div_(calibration.temperature).add_(calibration.shift)


def save_classifier(
    classifier: Classifier, settings: Settings, taxonomy: Path, folder: Path
) -> None:
    """Write model, tokenizer and the taxonomy file into an existing folder.

    Raises:
        InputError: The folder cannot be written to, for example because the disk is full.
    """
    setattr(classifier.model.config, KEY, settings.to_json())
    with plain_save_errors(folder):
        classifier.model.save_pretrained(folder)
        classifier.tokenizer.save_pretrained(folder)
        for path in folder.iterdir():
            path.chmod(0o644)  # safetensors makes its files readable by their owner only
        (folder / "taxonomy.yaml").write_bytes(taxonomy.read_bytes())


@contextmanager
def plain_save_errors(target: Path) -> Iterator[None]:
    """Turn a failure to write, as safetensors and torch report it, into a one-line error."""
    from safetensors import SafetensorError

    try:
        yield
    except OSError as error:
        if is_of_full_disk(error, target):
            raise disk_full(target) from error
        raise
    except (SafetensorError, RuntimeError) as error:
        if not isinstance(error, SafetensorError) and not any(w in str(error) for w in _OF_SAVING):
            raise
        if is_of_full_disk(error, target):
            raise disk_full(target) from error
        raise InputError(f"{target}: cannot be written: {_one_line(error)}") from error


def load_classifier(model: ModelFolder) -> Classifier:
    """Load a model folder onto the accelerator, or the CPU if there is none.

    Raises:
        ModelError: Its files are broken, incomplete, or not those that were exported.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    quiet()
    check_files(model.folder, "copy or export the model again")
    check_unchanged(model.folder, "model.safetensors")
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            model.folder, local_files_only=True, trust_remote_code=False
        )
        loaded, report = AutoModelForSequenceClassification.from_pretrained(
            model.folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,  # anything else is a pickle
            output_loading_info=True,
            dtype=torch.float32,
        )
    except (*_BROKEN, SafetensorError) as error:
        raise ModelError(
            f"{model.folder}: the model cannot be loaded: {_one_line(error)}; "
            "copy or export it again"
        ) from error
    if report["missing_keys"] or report["mismatched_keys"]:  # they would be random
        raise ModelError(
            f"{model.folder}: weights are missing from model.safetensors; copy or export it again"
        )
    if torch.accelerator.is_available():
        loaded.to(torch.accelerator.current_accelerator())
    return Classifier(loaded, tokenizer, model.settings.max_length)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]
