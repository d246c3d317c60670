"""A trained classifier at work: logits of texts, the calibration in its head, saved and loaded."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.core.errors import InputError, ModelError
from train.models.encoder import check_files, quiet
from train.models.folder import KEY, ModelFolder, Settings
from train.scoring.calibration import Calibration, sigmoid
from train.scoring.scores import Floats

BATCH = 32


def _nothing(_: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Classifier:
    """Model and tokenizer of transformers, and how many tokens are read of a paragraph."""

    model: Any
    tokenizer: Any
    max_length: int

    def logits(
        self, texts: Sequence[str], advance: Callable[[int], None] = _nothing
    ) -> npt.NDArray[np.float32]:
        """Logits of shape (texts, labels).

        Texts of like length share a batch, so that little padding is computed; results stand in
        the order of the texts. Full precision: the scores are those of a plain pipeline.
        """
        import torch

        self.model.eval()
        width = int(self.model.config.num_labels)
        result = np.zeros((len(texts), width), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            batch = self._encode([texts[i] for i in rows])
            with torch.inference_mode():
                result[rows] = self.model(**batch).logits.float().cpu().numpy()
            advance(len(rows))
        return result

    def scores(self, texts: Sequence[str], advance: Callable[[int], None] = _nothing) -> Floats:
        """Probabilities of shape (texts, labels)."""
        return sigmoid(self.logits(texts, advance))

    def cut(self, texts: Sequence[str]) -> int:
        """How many of the texts are longer than what the model reads."""
        if not texts:
            return 0
        lengths = self.tokenizer(list(texts), return_attention_mask=False)["input_ids"]
        return sum(len(tokens) > self.max_length for tokens in lengths)

    def _encode(self, texts: list[str]) -> Any:
        batch = self.tokenizer(
            texts, truncation=True, max_length=self.max_length, padding=True, return_tensors="pt"
        )
        return batch.to(self.model.device)


def find_head(model: Any) -> Any:
    """The last linear layer with one output a label.

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
            f"{model.config.model_type}: no linear head with one output a label, so the scores "
            "cannot be calibrated; choose another --encoder"
        )
    return heads[-1]


def fold_calibration(head: Any, calibration: Calibration) -> None:
    """Put it into the weights of the head, so that plain sigmoid scores are calibrated."""
    import torch

    with torch.no_grad():
        head.weight.div_(calibration.temperature)
        if head.bias is not None:
            head.bias.div_(calibration.temperature).add_(calibration.shift)


def save_classifier(
    classifier: Classifier, settings: Settings, taxonomy: Path, folder: Path
) -> None:
    """Write model, tokenizer and the taxonomy file into a folder that is there.

    Raises:
        InputError: It cannot be written: the disk is full, for example.
    """
    setattr(classifier.model.config, KEY, settings.to_json())
    with plain_save_errors(folder):
        classifier.model.save_pretrained(folder)
        classifier.tokenizer.save_pretrained(folder)
        for path in folder.iterdir():
            path.chmod(0o644)  # safetensors keeps its files from everybody else
        (folder / "taxonomy.yaml").write_bytes(taxonomy.read_bytes())


@contextmanager
def plain_save_errors(target: Path) -> Iterator[None]:
    """Turn a full disk, as safetensors and torch report it, into one clear line."""
    from safetensors import SafetensorError

    try:
        yield
    except SafetensorError as error:
        raise InputError(f"{target}: cannot be written: {_one_line(error)}") from error
    except RuntimeError as error:
        if "PytorchStreamWriter" not in str(error) and "inline_container" not in str(error):
            raise
        raise InputError(f"{target}: cannot be written: {_one_line(error)}") from error


def load_classifier(model: ModelFolder) -> Classifier:
    """Load a model folder, onto the accelerator where there is one.

    Raises:
        ModelError: Its files are broken or incomplete.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    quiet()
    check_files(model.folder, "copy or export the model again")
    try:
        tokenizer = AutoTokenizer.from_pretrained(model.folder, local_files_only=True)
        loaded, report = AutoModelForSequenceClassification.from_pretrained(
            model.folder, local_files_only=True, output_loading_info=True, dtype=torch.float32
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"{model.folder}: the model cannot be loaded: {_one_line(error)}; "
            "copy or export it again"
        ) from error
    if report["missing_keys"] or report["mismatched_keys"]:  # they would be random numbers
        raise ModelError(
            f"{model.folder}: weights are missing from model.safetensors; copy or export it again"
        )
    if torch.accelerator.is_available():
        loaded.to(torch.accelerator.current_accelerator())
    return Classifier(loaded, tokenizer, model.settings.max_length)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]
