"""Dawid and Skene (1979): the techniques that are probably present, from several people's answers.

A question is whether a paragraph has a technique. All questions are estimated together, so an
annotator has one chance of finding a technique, whichever it is: most techniques are too rare to
tell anything about an annotator by themselves. With the columns of a single technique it estimates
that technique alone; benchmarks/aggregation.py compares the two.

Questions that the same people answered in the same way have the same probability, so EM runs over
the distinct answer patterns and their counts: a few hundred rows instead of millions. Without
patterns, 100,000 paragraphs took a gigabyte.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.aggregation.annotator_quality import against
from annotate.core.stats.answer_matrix import Bools
from annotate.core.stats.estimates import Floats

_MAX_STEPS = 5000  # no label in benchmarks/aggregation.py needs more on 100 paragraphs and above
_CONVERGED = 1e-7  # no probability changes by more than this in the last step
_LEAST = 1e-10  # no chance is 0, or one answer could outweigh all others


def dawid_skene(answered: Bools, ticked: Bools) -> Floats:
    """Estimate the probability that each technique is present.

    Every annotator has a chance to tick what is present and another to tick what is not; these
    chances, and how often techniques occur, are those that make the answers most likely. EM starts
    at the shares of the answers. The order of the annotators changes no bit.

    Args:
        answered: Who answered which paragraph; shape (annotators, paragraphs), each paragraph
            with an answer.
        ticked: What they ticked; shape (annotators, paragraphs, labels).

    Returns:
        Shape (paragraphs, labels).
    """
    patterns = _patterns(answered, ticked)
    posterior = _expect(patterns)[patterns.index]
    # "Present" and "absent" can trade places without making the answers less likely. Present is
    # what people tick more often than the rest.
    rates = against(answered, ticked, posterior)
    gains = [r.sensitivity + r.specificity - 1 for r in rates]
    return 1 - posterior if np.nansum(gains * answered.sum(axis=1)) < 0 else posterior


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The distinct ways in which questions are answered.

    Attributes:
        yes: Who ticked; shape (patterns, annotators), as is `no`.
        no: Who answered and did not tick.
        count: How many questions have the pattern; shape (patterns,).
        index: The pattern of each question; shape (paragraphs, labels).
    """

    yes: Floats
    no: Floats
    count: Floats
    index: npt.NDArray[np.int32]


def _patterns(answered: Bools, ticked: Bools) -> _Patterns:
    # By their answers, not by their names, so that no sum depends on the order of the names.
    order = sorted(
        range(len(answered)),
        key=lambda a: (answered[a].tobytes(), (ticked[a].T & answered[a]).tobytes()),
    )
    packed = np.packbits(answered[order], axis=0)
    size, labels = len(packed), range(ticked.shape[2])
    index = np.empty(ticked.shape[1:], dtype=np.int32)
    by_label = []
    for label in labels:  # sorting all questions at once takes ten times the memory
        ticks = np.packbits(ticked[order, :, label] & answered[order], axis=0)
        keys = np.concatenate([packed, ticks]).T.copy().view(f"V{2 * size}")[:, 0]
        distinct, index[:, label] = np.unique(keys, return_inverse=True)
        by_label.append(distinct)
    patterns, number = np.unique(np.concatenate(by_label), return_inverse=True)
    starts = np.cumsum([0, *map(len, by_label)])
    for label in labels:
        index[:, label] = number[starts[label] + index[:, label]]
    bits = np.unpackbits(patterns.view(np.uint8).reshape(-1, 2, size), axis=-1, count=len(answered))
    either, yes = np.moveaxis(bits, 1, 0).astype(np.float64)
    return _Patterns(yes, either - yes, np.bincount(index.ravel()).astype(np.float64), index)


def _expect(patterns: _Patterns) -> Floats:
    """Return the probability of "yes" for each pattern; shape (patterns,)."""
    yes, no, count = patterns.yes, patterns.no, patterns.count
    present: Floats = yes.sum(axis=1) / (yes + no).sum(axis=1)
    for _ in range(_MAX_STEPS):
        log_odds = _log_joint(yes, no, count * present) - _log_joint(yes, no, count * (1 - present))
        updated = 1 / (1 + np.exp(-log_odds.clip(-700, 700)))
        change = np.abs(updated - present).max(initial=0)
        present = updated
        if change < _CONVERGED:
            break
    return present


def _log_joint(yes: Floats, no: Floats, weight: Floats) -> Floats:
    """Return the log of how likely a question has this truth and each pattern, up to a constant.

    `weight` is how many questions of each pattern have this truth.
    """
    ticks, omissions = weight @ yes, weight @ no
    chance = (ticks / np.maximum(ticks + omissions, _LEAST)).clip(_LEAST, 1 - _LEAST)
    log_joint: Floats = (
        yes @ np.log(chance) + no @ np.log1p(-chance) + np.log(max(weight.sum(), _LEAST))
    )
    return log_joint
