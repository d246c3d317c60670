"""What is confused with what: labels that were missed, and what was said in their place."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from train.scoring.scores import Bools

SHOWN = 15


def confusions(gold: Bools, predicted: Bools, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return the most frequent pairs of a missed label and a false one in the same paragraph.

    Each has "missed" and "instead" (labels; "instead" is None where nothing was predicted at all),
    "paragraphs", and "of": in how many the label was missed. A pair in one paragraph is left out.

    Args:
        gold: Shape (paragraphs, labels).
        predicted: The same shape.
        labels: What the columns are.
    """
    pairs: Counter[tuple[int, int | None]] = Counter()
    missed, false = gold & ~predicted, predicted & ~gold
    for row in np.flatnonzero(missed.any(axis=1)):
        instead: list[int | None] = [int(n) for n in np.flatnonzero(false[row])]
        if not predicted[row].any():
            instead = [None]
        pairs.update((int(m), i) for m in np.flatnonzero(missed[row]) for i in instead)
    of = missed.sum(axis=0)
    ordered = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0][0], pair[0][1] or -1))
    return [
        {
            "missed": labels[m],
            "instead": None if i is None else labels[i],
            "paragraphs": number,
            "of": int(of[m]),
        }
        for (m, i), number in ordered[:SHOWN]
        if number > 1
    ]
