"""Say which of two is better, which techniques show it, and how alike their errors are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from annotate.core.stats.estimates import Estimate, Floats
from train.scoring.contrasts import enough_examples, holm, randomisation_test
from train.scoring.scores import Bools

MARGIN = 0.02  # of micro-F1: differences between runs of one recipe are of this size
LEVEL = 0.05
POWER = 0.8
_SPREAD = NormalDist()


class Verdict(StrEnum):
    """What a paired interval says of the second of two."""

    BETTER = "better"
    WORSE = "worse"
    ALIKE = "no difference that matters"
    UNCLEAR = "cannot tell"


def judge_difference(difference: Estimate, margin: float, *, identical: bool = False) -> Verdict:
    """Return the verdict on a difference, the second minus the first.

    A difference that is real and lies wholly inside the margin does not matter. Without an interval
    nothing can be told, unless the two answer every paragraph alike.

    Args:
        difference: With its 95 % interval.
        margin: Differences up to this do not matter.
        identical: Whether the two predict the same for every paragraph.
    """
    low, high = difference.interval.low, difference.interval.high
    if identical:
        return Verdict.ALIKE
    if math.isnan(low) or math.isnan(high):
        return Verdict.UNCLEAR
    if -margin <= low and high <= margin:
        return Verdict.ALIKE
    if low > 0:
        return Verdict.BETTER
    return Verdict.WORSE if high < 0 else Verdict.UNCLEAR


def paragraphs_needed(difference: Estimate, paragraphs: int, gap: float) -> int | None:
    """Return how many more paragraphs like these would tell a difference of `gap` from none.

    With so many in all, four of five test sets would: the standard error must be gap / (1.96 + .84)
    and shrinks with the square root of the paragraphs. None where it is not known.
    """
    width = difference.interval.high - difference.interval.low
    if math.isnan(width) or width <= 0 or gap <= 0:
        return None
    quantile = _SPREAD.inv_cdf(1 - LEVEL / 2)
    error = width / 2 / quantile
    needed = paragraphs * ((quantile + _SPREAD.inv_cdf(POWER)) * error / gap) ** 2
    return max(0, math.ceil(needed - paragraphs))


def judge_labels(counts: Floats) -> tuple[list[float | None], list[float | None]]:
    """Return for each label the p-value, and the one that Holm's correction over them leaves.

    None for labels with fewer than 5 examples, which are not tested.

    Args:
        counts: Of two predictions; as `contrasts.count_all` gives them.
    """
    enough = enough_examples(counts)
    p_values: list[float | None] = [None] * len(enough)
    adjusted = list(p_values)
    if enough.any():
        some = [float(p) for p in randomisation_test(counts)[enough]]
        for place, p, corrected in zip(np.flatnonzero(enough), some, holm(some), strict=True):
            p_values[place], adjusted[place] = p, corrected
    return p_values, adjusted


@dataclass(frozen=True, slots=True)
class Errors:
    """How many paragraphs two predictions get wrong: at least one label too many or missing."""

    both: int
    first: int
    second: int
    neither: int

    @classmethod
    def of(cls, gold: Bools, first: Bools, second: Bools) -> "Errors":
        """Count them; all of shape (paragraphs, labels)."""
        one, other = (gold != first).any(axis=1), (gold != second).any(axis=1)
        pairs = (one & other, one & ~other, ~one & other, ~one & ~other)
        return cls(*(int(each.sum()) for each in pairs))

    @property
    def kappa(self) -> float:
        """Cohen's kappa of the two being wrong: 1 in the same paragraphs, 0 as by chance."""
        total = self.both + self.first + self.second + self.neither
        if not total:
            return math.nan
        one, other = (self.both + self.first) / total, (self.both + self.second) / total
        chance = one * other + (1 - one) * (1 - other)
        agreed = (self.both + self.neither) / total
        return math.nan if chance == 1 else (agreed - chance) / (1 - chance)

    @property
    def share(self) -> float:
        """Of the paragraphs that either gets wrong, the share that both do."""
        either = self.both + self.first + self.second
        return self.both / either if either else math.nan


def fixed_and_broken(
    gold: Bools, first: Bools, second: Bools
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the paragraphs that only the second gets right, and those that only the first does."""
    one, other = (gold == first).all(axis=1), (gold == second).all(axis=1)
    return np.flatnonzero(other & ~one).tolist(), np.flatnonzero(one & ~other).tolist()


def nearer_and_further(gold: Bools, first: Bools, second: Bools) -> tuple[int, int]:
    """Count the paragraphs with fewer wrong labels by the second, and those with more."""
    gap = (gold != second).sum(axis=1) - (gold != first).sum(axis=1)
    return int((gap < 0).sum()), int((gap > 0).sum())
