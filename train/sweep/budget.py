"""The minutes of a sweep: what is spent, and what still fits."""

import time
from collections.abc import Callable, Sequence


class Budget:
    """Counts down from a number of minutes; what earlier calls spent is gone already.

    Work is optimizer steps times paragraphs a step, which foretells the time of other settings.
    """

    def __init__(
        self,
        minutes: float,
        spent: Sequence[tuple[float, int]] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folds, self._clock = list(spent), clock
        self._end = clock() + 60 * minutes - self.spent

    @property
    def spent(self) -> float:
        """Seconds that are spent on folds."""
        return sum(seconds for seconds, _ in self._folds)

    @property
    def left(self) -> float:
        """Seconds that are left; never below 0."""
        return max(self._end - self._clock(), 0.0)

    def spend(self, seconds: float, work: int) -> None:
        """Note what a fold took."""
        self._folds.append((seconds, work))

    def fits(self, work: int) -> bool:
        """Return whether this much work would end in time, at the rate so far."""
        done = sum(work for _, work in self._folds)
        return self.left > 0 and (not done or self.spent / done * work <= self.left)
