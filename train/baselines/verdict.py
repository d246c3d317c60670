"""Say in words whether a model is worth having beside the baselines."""

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from annotate.core.plurals import counted, signed
from annotate.core.stats.estimates import TOO_FEW, Estimate
from train.baselines.registry import BASELINES

MODEL = "model"


def verdict(differences: Mapping[str, Estimate], curve: str = "") -> list[str]:
    """Return sentences on the model beside the baselines; none without a baseline.

    Args:
        differences: Baseline -> micro-F1 of the model minus that of the baseline, paired.
        curve: What the learning curve of the model says, as `curve_in_words`.
    """
    # the strongest baseline first
    defined = {n: v for n, v in _sorted(differences).items() if v.defined}
    few = {n: v for n, v in defined.items() if v.too_few}
    ahead = {n: v for n, v in defined.items() if v.interval.high < 0}
    level = {n: v for n, v in defined.items() if v.interval.low <= 0 <= v.interval.high}
    sentences = [_ahead(ahead)] if ahead else []
    sentences += [_level(level)] if level else []
    sentences += [_few(few)] if few else []
    if defined and len(ahead) + len(level) == len(defined):
        sentences.append("No baseline is reliably behind the model.")
    if defined and not sentences:
        sentences.append(_first(*next(iter(defined.items()))))
    return sentences + ([curve] if defined and curve else [])


def _sorted(differences: Mapping[str, Estimate]) -> dict[str, Estimate]:
    return dict(sorted(differences.items(), key=lambda item: item[1].value))


def _ahead(baselines: Mapping[str, Estimate]) -> str:
    gaps = [
        f"{BASELINES[name]}{' is ahead of the model' * (not place)} by {-value.value:.2f} "
        f"({-value.interval.high:.2f} to {-value.interval.low:.2f})"
        for place, (name, value) in enumerate(baselines.items())
    ]
    return f"The baseline {', '.join(gaps)} micro-F1: use it, or label more."


def _level(baselines: Mapping[str, Estimate]) -> str:
    return (
        f"The model is not reliably ahead of {counted(len(baselines), 'baseline')}: "
        f"{_listed(baselines)} micro-F1. The first costs seconds: use it, or label more."
    )


def _few(baselines: Mapping[str, Estimate]) -> str:
    reason = next(iter(baselines.values())).interval.missing
    return (
        f"Whether the model is ahead of {counted(len(baselines), 'baseline')} is {TOO_FEW} "
        f"({reason}): {_listed(baselines)} micro-F1."
    )


def _listed(baselines: Mapping[str, Estimate]) -> str:
    return ", ".join(f"{BASELINES[name]} {_signed(value)}" for name, value in baselines.items())


def _signed(difference: Estimate) -> str:
    value, ends = signed(difference.value), difference.interval
    return value if difference.too_few else f"{value} ({signed(ends.low)} to {signed(ends.high)})"


def _first(name: str, value: Estimate) -> str:
    return (
        f"The model is ahead of every baseline; of the best, {BASELINES[name]}, by "
        f"{value.value:.2f} ({value.interval.low:.2f} to {value.interval.high:.2f}) micro-F1."
    )


def curve_in_words(points: Sequence[Mapping[str, Any]]) -> str:
    """Say from which size on the model, or else the best baseline, is ahead in a learning curve.

    Args:
        points: Those of a learning-curve.json.
    """
    scores = {
        int(point["paragraphs"]): {name: _value(score) for name, score in point["scores"].items()}
        for point in points
    }
    if not scores or len(scores[max(scores)]) < 2:
        return ""
    baselines = {name: value for name, value in scores[max(scores)].items() if name != MODEL}
    best = max(baselines, key=baselines.__getitem__)
    since = _since(scores, _is_ahead)
    if since is not None:
        return (
            "In its learning curve the model is ahead of every baseline from "
            f"{since:,} training paragraphs on."
        )
    if not any(map(_is_ahead, scores.values())):
        return (
            "In its learning curve the model is ahead of every baseline at no size up to "
            f"{max(scores):,} training paragraphs."
        )
    since = _since(scores, lambda each: each[best] >= each[MODEL])
    return (
        f"In its learning curve {BASELINES[best]} is ahead of the model from {since:,} training "
        "paragraphs on."
    )


def _is_ahead(scores: Mapping[str, float]) -> bool:
    """Return whether the model is ahead of every baseline."""
    return all(scores[MODEL] > score for name, score in scores.items() if name != MODEL)


def _since(
    scores: Mapping[int, Mapping[str, float]], holds: Callable[[Mapping[str, float]], bool]
) -> int | None:
    """Return the smallest size from which something holds up to the largest, if any."""
    lasting = takewhile(lambda size: holds(scores[size]), sorted(scores, reverse=True))
    return min(lasting, default=None)


def _value(score: float | Mapping[str, Any]) -> float:
    return float(score["value"] if isinstance(score, Mapping) else score)
