"""Fit the inverse power law that learning curves follow: error = a + b * n**-c, with a, b >= 0.

Cortes et al. 1993 (Learning curves: asymptotic values and rate of convergence); Mahmood et al. 2022
(How much more data do I need?) compare it with others. For a given c the best a and b are a
bounded linear regression, so all replicates are fitted at once, over a grid of c.
"""

from collections.abc import Sequence

import numpy as np

from train.scoring.scores import Floats

EXPONENTS = np.geomspace(0.05, 2.0, 40)


def extrapolate(
    sizes: Sequence[float], errors: Floats, weights: Floats, targets: Sequence[float]
) -> Floats:
    """Return the errors that the law gives at other sizes; shape (replicates, targets).

    Args:
        sizes: Training paragraphs of each point.
        errors: Shape (replicates, sizes).
        weights: How much each point counts; shape (sizes,).
        targets: The sizes to extrapolate to.
    """
    x = np.asarray(sizes, dtype=np.float64)[:, np.newaxis] ** -EXPONENTS  # (sizes, exponents)
    a, b = _bounded_line(x, errors, weights / weights.sum())
    residuals = errors[:, :, np.newaxis] - a[:, np.newaxis] - b[:, np.newaxis] * x
    loss = np.einsum("s,rse->re", weights, residuals**2)
    rows, best = np.arange(len(errors)), loss.argmin(axis=1)
    n = np.asarray(targets, dtype=np.float64)
    law = a[rows, best, np.newaxis] + b[rows, best, np.newaxis] * (
        n ** -EXPONENTS[best, np.newaxis]
    )
    return np.asarray(law)


def _bounded_line(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the best a, b >= 0 of y = a + b * x; each of shape (replicates, exponents).

    Args:
        x: Shape (points, exponents).
        y: Shape (replicates, points).
        weights: Shape (points,); their sum is 1.
    """
    mean_x, mean_y = weights @ x, (y @ weights)[:, np.newaxis]
    deviations = x - mean_x
    b = np.maximum(y @ (weights[:, np.newaxis] * deviations) / (weights @ deviations**2), 0)
    a = mean_y - b * mean_x
    through_zero = y @ (weights[:, np.newaxis] * x) / (weights @ x**2)
    return np.maximum(a, 0), np.where(a < 0, through_zero, b)
