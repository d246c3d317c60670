"""Precision, recall and F1 of sets of labels, one set a paragraph or text."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

Labels = frozenset[str]


@dataclass(frozen=True, slots=True)
class Counts:
    """Right, predicted and gold labels; a ratio with nothing below it is `if_none`."""

    right: int
    predicted: int
    gold: int

    def precision(self, if_none: float = 0.0) -> float:
        return self.right / self.predicted if self.predicted else if_none

    def recall(self, if_none: float = 0.0) -> float:
        return self.right / self.gold if self.gold else if_none

    def f1(self, if_none: float = 0.0) -> float:
        below = self.predicted + self.gold
        return 2 * self.right / below if below else if_none


def count_labels(gold: Sequence[Labels], predicted: Sequence[Labels]) -> Counts:
    """Count over all decisions, for the micro averages."""
    pairs = zip(gold, predicted, strict=True)
    right = sum(len(wanted & answer) for wanted, answer in pairs)
    return Counts(right, sum(map(len, predicted)), sum(map(len, gold)))


def count_by_label(
    gold: Sequence[Labels], predicted: Sequence[Labels], labels: Iterable[str]
) -> dict[str, Counts]:
    """Count for each label by itself."""
    pairs = list(zip(gold, predicted, strict=True))
    right = Counter(label for wanted, answer in pairs for label in wanted & answer)
    given = Counter(label for answer in predicted for label in answer)
    true = Counter(label for wanted in gold for label in wanted)
    return {label: Counts(right[label], given[label], true[label]) for label in labels}


def micro_and_macro(
    labels: Collection[str],
) -> Callable[[Sequence[Labels], Sequence[Labels]], dict[str, float | None]]:
    """Return the scorer of SemEval-2021 and 2023: micro-F1, and macro-F1 over all the labels.

    A label that stands neither in gold nor in the answer counts 1, and so does the micro-F1 where
    no label stands anywhere.
    """

    def score(gold: Sequence[Labels], predicted: Sequence[Labels]) -> dict[str, float | None]:
        counts = count_by_label(gold, predicted, labels).values()
        macro = sum(each.f1(if_none=1.0) for each in counts) / len(labels)
        return {"micro-F1": count_labels(gold, predicted).f1(if_none=1.0), "macro-F1": macro}

    return score


def macro_supported(
    gold: Sequence[Labels], predicted: Sequence[Labels], labels: Iterable[str]
) -> float | None:
    """Return the mean F1 of the labels that gold has; None where it has none of them."""
    counts = [each for each in count_by_label(gold, predicted, labels).values() if each.gold]
    return sum(each.f1() for each in counts) / len(counts) if counts else None


def most_frequent(gold: Iterable[Labels], labels: Iterable[str]) -> str:
    """Return the label that most have, of equal ones the first in order; empty without any."""
    counts = Counter(label for wanted in gold for label in wanted)
    return max((label for label in labels if counts[label]), key=counts.__getitem__, default="")
