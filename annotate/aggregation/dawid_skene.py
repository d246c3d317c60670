"""What probably holds, by Dawid and Skene (1979), from the yes-or-no answers of several people.

A question is whether a paragraph has a technique. All questions are estimated together, so that a
person has one chance of finding a technique, whichever it is: most techniques are too rare to
tell anything about a person alone. Called with the columns of one technique, it estimates for that
technique alone; benchmarks/aggregation.py compares the two.

Questions that the same people answered in the same way have the same probability, so EM runs over
the different ways of answering with their counts: a few hundred rows instead of millions. crowd-kit
has no such counts, and took a gigabyte for 100,000 paragraphs; the tests hold this against it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.aggregation.annotator_quality import against
from annotate.core.stats.answer_matrix import Bools
from annotate.core.stats.estimates import Floats

_MOST = 5000  # steps; of 100 paragraphs and more in benchmarks/aggregation.py no label needs more
_STILL = 1e-7  # no probability moves more than this in the last step
_LEAST = 1e-10  # nobody's chances are nothing, or one answer could outweigh all others


def dawid_skene(given: Bools, said: Bools) -> Floats:
    """Probability that a technique is there.

    Everybody has a chance to tick what is there and another to tick what is not; these chances,
    and how often techniques occur, are what makes the answers most likely. EM starts at the
    shares of the answers. The order of the annotators changes no bit.

    Args:
        given: Who answered which paragraph; shape (annotators, paragraphs), each paragraph
            with an answer.
        said: What was ticked; shape (annotators, paragraphs, labels).

    Returns:
        Shape (paragraphs, labels).
    """
    ways = _ways(given, said)
    posterior = _expect(ways)[ways.place]
    # "There" and "not there" can trade places without making the answers less likely. There is
    # what people tick more often than they tick the rest.
    rates = against(given, said, posterior)
    gains = [r.sensitivity + r.specificity - 1 for r in rates]
    return 1 - posterior if np.nansum(gains * given.sum(axis=1)) < 0 else posterior


@dataclass(frozen=True, slots=True)
class _Ways:
    """The different ways in which questions are answered.

    Attributes:
        yes: Who ticked; shape (ways, annotators), as is `no`.
        no: Who answered and did not tick.
        count: How many questions are answered so; shape (ways,).
        place: Each question's way; shape (paragraphs, labels).
    """

    yes: Floats
    no: Floats
    count: Floats
    place: npt.NDArray[np.int32]


def _ways(given: Bools, said: Bools) -> _Ways:
    # By their answers, not by their names, so that no sum depends on the order of the names.
    order = sorted(
        range(len(given)), key=lambda a: (given[a].tobytes(), (said[a].T & given[a]).tobytes())
    )
    answered = np.packbits(given[order], axis=0)
    size, labels = len(answered), range(said.shape[2])
    place = np.empty(said.shape[1:], dtype=np.int32)
    found = []
    for label in labels:  # one by one: to sort all questions at once takes ten times the memory
        ticked = np.packbits(said[order, :, label] & given[order], axis=0)
        keys = np.concatenate([answered, ticked]).T.copy().view(f"V{2 * size}")[:, 0]
        ways, place[:, label] = np.unique(keys, return_inverse=True)
        found.append(ways)
    ways, again = np.unique(np.concatenate(found), return_inverse=True)
    starts = np.cumsum([0, *map(len, found)])
    for label in labels:
        place[:, label] = again[starts[label] + place[:, label]]
    bits = np.unpackbits(ways.view(np.uint8).reshape(-1, 2, size), axis=-1, count=len(given))
    some, yes = np.moveaxis(bits, 1, 0).astype(np.float64)
    return _Ways(yes, some - yes, np.bincount(place.ravel()).astype(np.float64), place)


def _expect(ways: _Ways) -> Floats:
    """Probability of each way's questions; shape (ways,)."""
    yes, no, count = ways.yes, ways.no, ways.count
    there: Floats = yes.sum(axis=1) / (yes + no).sum(axis=1)
    for _ in range(_MOST):
        log_odds = _log_joint(yes, no, count * there) - _log_joint(yes, no, count * (1 - there))
        new = 1 / (1 + np.exp(-log_odds.clip(-700, 700)))
        moved = np.abs(new - there).max(initial=0)
        there = new
        if moved < _STILL:
            break
    return there


def _log_joint(yes: Floats, no: Floats, weight: Floats) -> Floats:
    """Log of how likely a question is so and answered in each way, where `weight` of them are."""
    ticked, left_out = weight @ yes, weight @ no
    chance = (ticked / np.maximum(ticked + left_out, _LEAST)).clip(_LEAST, 1 - _LEAST)
    found: Floats = (
        yes @ np.log(chance) + no @ np.log1p(-chance) + np.log(max(weight.sum(), _LEAST))
    )
    return found
