"""Say in words whether a model is worth having beside the baselines."""

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.core.plurals import counted, signed
from annotate.core.stats.estimates import TOO_FEW, Estimate
from train.baselines.registry import BASELINES

MODEL = "model"


def verdict(differences: Mapping[str, Estimate], turned: int | None = None) -> list[str]:
    """Return sentences on the model beside the baselines; none without a baseline.

    Args:
        differences: Baseline -> micro-F1 of the model minus that of the baseline, paired.
        turned: From how many training paragraphs on the model is ahead in its learning curve.
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
    return sentences + ([_turned(turned)] if defined and turned is not None else [])


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


def _turned(paragraphs: int) -> str:
    return (
        f"In its learning curve the model is ahead of every baseline from {paragraphs:,} training "
        "paragraphs on."
    )


def turning_point(points: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the smallest size from which the model stays ahead of every baseline, if any.

    Args:
        points: Those of a learning-curve.json.
    """
    turned = None
    for point in sorted(points, key=lambda p: int(p["paragraphs"]), reverse=True):
        scores = {name: _value(score) for name, score in point["scores"].items()}
        model = scores.pop(MODEL)
        if not scores or model <= max(scores.values()):
            break
        turned = int(point["paragraphs"])
    return turned


def _value(score: float | Mapping[str, Any]) -> float:
    return float(score["value"] if isinstance(score, Mapping) else score)
