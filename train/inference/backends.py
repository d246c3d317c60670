"""The one way from texts to scores: a trained model, run as this machine runs it fastest.

A server or a cluster job would call `load_backend` too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from train.models.classifier import Classifier, Output, load_classifier
from train.models.folder import ModelFolder
from train.models.pooling import average_once
from train.models.precision import compute_in_bfloat16, fast_bfloat16


@dataclass(frozen=True, slots=True)
class Backend:
    """A model that is loaded.

    Attributes:
        name: Library and number format, such as "torch bf16".
        classifier: The model with its tokenizer.
    """

    name: str
    classifier: Classifier

    def classify(
        self, texts: Sequence[str], advance: Callable[[int], None] = lambda _: None
    ) -> Output:
        """Return the scores of the texts; `advance` counts those that are done."""
        return self.classifier.classify(texts, advance)


def load_backend(model: ModelFolder, *, exact: bool = False) -> Backend:
    """Load a model folder.

    Args:
        model: The folder.
        exact: Compute in full precision, as transformers does: the scores are then those of a plain
            pipeline, and do not depend on the machine. Figures to publish need it.

    Raises:
        ModelError: Its files are broken or incomplete.
    """
    classifier = load_classifier(model)
    if exact:
        return Backend("torch fp32", classifier)
    average_once(classifier.model)
    if not fast_bfloat16():
        return Backend("torch fp32", classifier)
    compute_in_bfloat16(classifier.model)
    try:
        classifier.classify(["one"])
    except (RuntimeError, TypeError):  # an architecture that mixes the two formats elsewhere
        return load_backend(model, exact=True)
    return Backend("torch bf16", classifier)
