"""Precision and recall of spans that match in part, as Da San Martino et al. (EMNLP 2019) do."""

from collections.abc import Collection, Iterable, Sequence

Span = tuple[int, int]  # end exclusive


def overlap(one: Span, other: Span) -> int:
    """Return how many characters two spans share."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def merge(spans: Iterable[Span]) -> list[Span]:
    """Join spans that share a character; those that only touch stay apart."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def partial_f1(
    gold: Sequence[Collection[Span]], predicted: Sequence[Collection[Span]]
) -> dict[str, float | None]:
    """Score partial matches: each span counts by the share of it that spans of the others cover.

    Spans are compared only within an item: an article, or a label of a text. Without any span on
    either side F1 is 1, precision and recall are 0, as in the tasks' scorers.

    Args:
        gold: Spans of each item.
        predicted: Spans of the same items, in the same order.
    """
    pairs = [
        (a, b)
        for wanted, answer in zip(gold, predicted, strict=True)
        for a in wanted
        for b in answer
    ]
    precision = _share(sum(overlap(a, b) / (b[1] - b[0]) for a, b in pairs), predicted)
    recall = _share(sum(overlap(a, b) / (a[1] - a[0]) for a, b in pairs), gold)
    nothing = not any(gold) and not any(predicted)
    f1 = 1.0 if nothing else harmonic_mean(precision, recall)
    return {"F1": f1, "precision": precision, "recall": recall}


def _share(matched: float, spans: Sequence[Collection[Span]]) -> float:
    number = sum(map(len, spans))
    return matched / number if number else 0.0


def harmonic_mean(precision: float, recall: float) -> float:
    """Return F1; 0 where either is 0."""
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0
