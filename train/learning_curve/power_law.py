"""Fit a power law to learning curves: score = a + b * (1 - n**-c) / c, with b >= 0.

For c > 0 this is the inverse power law of the error (Cortes et al. 1993, Learning curves:
asymptotic values and rate of convergence); c = 0 is its limit, the logarithm. Below some hundred
paragraphs a curve can still speed up, so c may be as low as -0.5. With c > 0 alone, forecasts for
parts of a public corpus were too low, and their intervals covered the truth half of the time
(benchmarks/README.md); Mahmood et al. 2022 (How much more data do I need?) saw the same of any
single law. For a given c the best a and b are a linear regression, so all replicates are fitted at
once, over a grid of c. Points weigh as their sizes.
"""

from collections.abc import Sequence

import numpy as np

from train.scoring.scores import Floats

_EXPONENTS = np.arange(-10, 21) / 20


def extrapolate(sizes: Sequence[float], scores: Floats, targets: Sequence[float]) -> Floats:
    """Return the scores that the law gives at other sizes; shape (replicates, targets).

    Args:
        sizes: Training paragraphs of each point.
        scores: Shape (replicates, sizes).
        targets: The sizes to extrapolate to.
    """
    weights = np.asarray(sizes, dtype=np.float64) / sum(sizes)
    x = _rise(sizes)
    deviations = x - weights @ x
    slopes = scores @ (weights[:, np.newaxis] * deviations) / (weights @ deviations**2)
    b = np.maximum(slopes, 0)  # (replicates, exponents)
    a = (scores @ weights)[:, np.newaxis] - b * (weights @ x)
    law = a[:, np.newaxis] + b[:, np.newaxis] * x
    loss = np.einsum("s,rse->re", weights, (scores[:, :, np.newaxis] - law) ** 2)
    best = loss.argmin(axis=1)
    rows = np.arange(len(scores))
    chosen = a[rows, best, np.newaxis] + b[rows, best, np.newaxis] * _rise(targets).T[best]
    clipped: Floats = np.clip(chosen, 0, 1)
    return clipped


def _rise(sizes: Sequence[float]) -> Floats:
    """Return (1 - n**-c) / c, at c = 0 the logarithm; shape (sizes, exponents)."""
    n = np.asarray(sizes, dtype=np.float64)[:, np.newaxis]
    exponent = np.where(_EXPONENTS == 0, 1, _EXPONENTS)
    return np.where(_EXPONENTS == 0, np.log(n), (1 - n**-exponent) / exponent)
