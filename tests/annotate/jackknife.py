"""The interval of a figure worked out anew: by the textbook's sums, and by looking for its ends."""

import statistics
from collections.abc import Callable, Sequence

from scipy.optimize import brentq
from scipy.stats import t


def expected_ends(
    value: float,
    left_out: Sequence[float],
    articles: int,
    spread: Callable[[float], float] = lambda x: x * (1 - x),
    ends: tuple[float, float] = (0, 1),
) -> tuple[float, float]:
    """Return the ends.

    Args:
        value: The figure of all articles.
        left_out: The figure without each article.
        articles: How many the figure counts.
        spread: The variance at a value, times anything.
        ends: Of the figure's range.
    """
    n, mean = len(left_out), statistics.fmean(left_out)
    variance = statistics.variance(left_out) * (n - 1) ** 2 / n
    squares = [(x - mean) ** 2 for x in left_out]
    effective = (3.16 - 2.77 / n**0.5) * sum(squares) ** 2 / sum(s * s for s in squares)
    reach = t.ppf(0.975, min(max(1, effective), n - 1, articles - 1)) ** 2 * variance

    def beyond(x: float) -> float:
        return float((value - x) ** 2 * spread(value) - reach * spread(x))

    low, high = (brentq(beyond, *sorted((end, value)), xtol=1e-14) for end in ends)
    return low, high
