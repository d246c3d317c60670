"""How well each annotator answers, and whether there are enough answers to tell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.core.stats.answer_matrix import Bools, majority_of_others
from annotate.core.stats.estimates import Floats

# Two answers each by six people of very different quality: on 20 paragraphs Dawid-Skene was up to
# 44 points of F1 worse than majority, on 50 up to 10; on 100 always better (benchmarks/README.md).
LEAST = 100


@dataclass(frozen=True, slots=True)
class Rates:
    """How an annotator answers; NaN where nothing can tell.

    Attributes:
        sensitivity: Share of the techniques present that the annotator ticks.
        specificity: Share of the techniques absent that the annotator leaves out.
    """

    sensitivity: float
    specificity: float


def against(answered: Bools, ticked: Bools, truth: Floats) -> list[Rates]:
    """Compare each annotator with the techniques that are probably present.

    Args:
        answered: Who answered which paragraph; shape (annotators, paragraphs).
        ticked: What they ticked; shape (annotators, paragraphs, labels).
        truth: Probability that each technique is present; shape (paragraphs, labels).
    """
    return [_rates(ticks[mask], truth[mask]) for mask, ticks in zip(answered, ticked, strict=True)]


def against_others(answered: Bools, ticked: Bools) -> list[Rates]:
    """Compare each annotator with what more than half of the others tick in the same paragraph."""
    others = majority_of_others(answered, ticked)
    return [
        _rates(ticks[shared], majority[shared].astype(float))
        for ticks, (shared, majority) in zip(ticked, others, strict=True)
    ]


def _rates(ticks: Bools, truth: Floats) -> Rates:
    present, absent = truth.sum(), (1 - truth).sum()
    return Rates(
        sensitivity=float(truth[ticks].sum() / present) if present else math.nan,
        specificity=float((1 - truth)[~ticks].sum() / absent) if absent else math.nan,
    )


def why_not_estimated(answered: Bools) -> str:
    """Explain why these answers cannot tell how good each annotator is; empty where they can.

    Args:
        answered: Who answered which paragraph; shape (annotators, paragraphs).
    """
    shared = answered[:, answered.sum(axis=0) > 1]
    if shared.shape[1] < LEAST:
        return f"fewer than {LEAST} paragraphs have two answers"
    if any(size < 3 for size in _group_sizes(shared)):
        return "two people share paragraphs with each other alone: nothing tells who is right"
    return ""


def _group_sizes(shared: Bools) -> Sequence[int]:
    """Count the people that each annotator is tied to by paragraphs, the annotator included.

    Ties may go through other people; annotators without a shared paragraph are left out.
    """
    tied = shared.astype(int) @ shared.T.astype(int) > 0
    for _ in range(len(tied).bit_length()):
        tied = tied.astype(int) @ tied.astype(int) > 0
    sizes: list[int] = tied.sum(axis=1)[tied.diagonal()].tolist()
    return sizes
