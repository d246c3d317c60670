"""The one door to crowd-kit: MACE, from the yes-or-no answers of several people.

All questions are estimated together, as in `dawid_skene`. Annotators are numbered by their
answers, not by their names, so that names never matter.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from annotate.core.stats.answer_matrix import Bools
from annotate.core.stats.estimates import Floats


def mace(given: Bools, said: Bools, swapped: Bools) -> tuple[Floats, Floats]:
    """Probability that a technique is there, by MACE (Hovy et al. 2013), and competence.

    A person knows the answer, or guesses in a way of the own; competence is the chance of
    knowing. crowd-kit takes yes and no for equally likely in advance, which is far off where a
    technique is rare: see `swapped`.

    Args:
        given: Who answered which paragraph; shape (annotators, paragraphs), each paragraph
            with an answer.
        said: What was ticked; shape (annotators, paragraphs, labels).
        swapped: Questions that are asked the other way round ("is it absent?"); with half of
            them, drawn by chance, yes and no are indeed equally likely. Shape (paragraphs,
            labels).

    Returns:
        Shapes (paragraphs, labels) and (annotators,); not a number without any answer.
    """
    from crowdkit.aggregation import MACE

    frame, order = _frame(given, said ^ swapped)
    # Its restarts all draw the same numbers, and a start by chance gives people with the same
    # answers different competences. Noise of -1 is a draw from an interval without length:
    # everybody starts alike, and the answers alone decide.
    with _theirs():
        found = MACE(n_restarts=1, default_noise=-1).fit(frame)
        posterior = _posterior(found.probas_, said.shape[1:])
    competence = np.full(len(given), np.nan)
    competence[order] = found.spamming_[:, 1]
    return np.where(swapped, 1 - posterior, posterior), competence


def _frame(given: Bools, said: Bools) -> tuple[Any, list[int]]:
    """crowd-kit's table of answers, and the annotator of each of its workers.

    MACE takes workers and labels in the order of their appearance in one place and sorted in
    another: the numbers are such that both orders are the same.
    """
    import pandas as pd

    def place(annotator: int) -> tuple[bool, bytes, bytes]:
        mask = given[annotator]
        ticks = said[annotator] & mask[:, np.newaxis]
        return bool(ticks[mask].all()), mask.tobytes(), ticks.tobytes()

    order = sorted(np.flatnonzero(given.any(axis=1)).tolist(), key=place)
    labels = said.shape[2]
    worker, paragraph = np.nonzero(given[order])
    columns = {
        "task": (paragraph[:, np.newaxis] * labels + np.arange(labels)).ravel(),
        "worker": np.repeat(worker, labels),
        "label": said[order][worker, paragraph].astype(int).ravel(),
    }
    return pd.DataFrame(columns).sort_values(["label", "worker", "task"]), order


def _posterior(probabilities: Any, shape: tuple[int, ...]) -> Floats:
    """The column of yes, as shape (paragraphs, labels)."""
    yes = probabilities.reindex(index=range(shape[0] * shape[1]), columns=[0, 1], fill_value=0.0)[1]
    return np.asarray(yes, dtype=np.float64).reshape(shape)


@contextmanager
def _theirs() -> Iterator[None]:
    """crowd-kit 1.4.2 uses what pandas 3 warns of; this is theirs to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
