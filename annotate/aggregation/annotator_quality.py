"""How well each annotator answers, and whether the answers are enough to tell."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotate.core.stats.answer_matrix import Bools
from annotate.core.stats.estimates import Floats

# Two answers each by six people of very different skill: of 20 paragraphs Dawid-Skene was up to
# 44 points of F1 worse than majority, of 50 up to 10; of 100 always better (benchmarks/README.md).
LEAST = 100


@dataclass(frozen=True, slots=True)
class Rates:
    """How a person answers; not a number where there is nothing to tell it from.

    Attributes:
        sensitivity: Share of the techniques that are there which the person ticks.
        specificity: Share of those that are not there which the person leaves out.
    """

    sensitivity: float
    specificity: float


def against(given: Bools, said: Bools, truth: Floats) -> list[Rates]:
    """Each annotator against what is there.

    Args:
        given: Who answered which paragraph; shape (annotators, paragraphs).
        said: What was ticked; shape (annotators, paragraphs, labels).
        truth: Probability that it is there; shape (paragraphs, labels).
    """
    return [_rates(ticks[mask], truth[mask]) for mask, ticks in zip(given, said, strict=True)]


def against_others(given: Bools, said: Bools) -> list[Rates]:
    """Each annotator against what more than half of the others say of the same paragraph."""
    return [_rates(ticks, truth) for ticks, truth in _others(given, said)]


def _others(given: Bools, said: Bools) -> Iterator[tuple[Bools, Floats]]:
    answers, votes = given.sum(axis=0), said.sum(axis=0)
    for mask, ticks in zip(given, said, strict=True):
        shared = mask & (answers > 1)
        others = answers[shared] - 1
        truth = 2 * (votes[shared] - ticks[shared]) > others[:, np.newaxis]
        yield ticks[shared], truth.astype(float)


def _rates(ticks: Bools, truth: Floats) -> Rates:
    there, not_there = truth.sum(), (1 - truth).sum()
    return Rates(
        sensitivity=float(truth[ticks].sum() / there) if there else math.nan,
        specificity=float((1 - truth)[~ticks].sum() / not_there) if not_there else math.nan,
    )


def why_not_estimated(given: Bools) -> str:
    """Why these answers cannot tell who is to be believed; empty where they can.

    Args:
        given: Who answered which paragraph; shape (annotators, paragraphs).
    """
    shared = given[:, given.sum(axis=0) > 1]
    if shared.shape[1] < LEAST:
        return f"fewer than {LEAST} paragraphs have two answers"
    if any(size < 3 for size in _reach(shared)):
        return "two people share paragraphs with each other alone: nothing tells who is right"
    return ""


def _reach(shared: Bools) -> Sequence[int]:
    """To how many people each annotator is tied by paragraphs, the own person counted.

    Also through others; those without a shared paragraph are left out.
    """
    met = shared.astype(int) @ shared.T.astype(int) > 0
    for _ in range(len(met).bit_length()):
        met = met.astype(int) @ met.astype(int) > 0
    sizes: list[int] = met.sum(axis=1)[met.diagonal()].tolist()
    return sizes
