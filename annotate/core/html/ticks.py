"""Where the axis of a chart has its numbers."""

import math

MOST_TICKS = 6


def nice_ticks(low: float, high: float) -> list[float]:
    """Return round numbers from low to high, a few at most."""
    rough = (high - low) / (MOST_TICKS - 1) or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(f * power for f in (1, 2, 5, 10) if f * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]
