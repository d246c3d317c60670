"""The content of compare.json: what was compared, each pair, and the paragraphs that changed."""

import string
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.labelled_by import labelled_by
from annotate.core.stats.estimates import plain
from train.comparison.competitors import Answers, Competitor
from train.comparison.pages import FORMAT
from train.comparison.recipes import Recipe, recipe_difference, recipes
from train.comparison.verdict import (
    POWER,
    Errors,
    fixed_and_broken,
    judge_difference,
    judge_labels,
    nearer_and_further,
    paragraphs_needed,
)
from train.dataset import Split
from train.scoring.contrasts import contrast, count_all, support
from train.scoring.paired import micro_difference
from train.scoring.scores import Bools, Floats, LabelSet, score_predictions

ALL_PAIRS = 5  # of more, each is compared with the first
MOST = len(string.ascii_uppercase)


def comparison_content(
    dataset: DatasetFolder,
    rows: Split,
    competitors: Sequence[Competitor],
    answers: Sequence[Answers],
    margin: float,
) -> dict[str, Any]:
    """Return the content of compare.json, which holds no time and no path."""
    counts = count_all(rows.gold, [each.predicted for each in answers], rows.articles)
    groups = recipes([each.request for each in competitors])
    recipe_of = {n: number for number, group in enumerate(groups) for n in group.members}
    names = distinct([each.name for each in competitors])
    models = [
        _model(number, names[number], one, answer, rows, LabelSet.of(dataset.taxonomy))
        | {"recipe": recipe_of.get(number), "seed": (one.request or {}).get("seed")}
        for number, (one, answer) in enumerate(zip(competitors, answers, strict=True))
    ]
    pairs = [
        _pair(rows, counts, (first, second), answers, margin)
        | {"same_recipe": recipe_of.get(first, -1) == recipe_of.get(second, -2)}
        for first, second in _pairs(len(answers))
    ]
    return {
        "format": FORMAT,
        "dataset": {"name": dataset.name, "digest": dataset.digest},
        "labelled_by": labelled_by(dataset.manifest) or None,
        "split": rows.name,
        "articles": len(set(rows.article_ids)),
        "paragraphs": len(rows.texts),
        "with_technique": int(rows.gold.any(axis=1).sum()),
        "margin": margin,
        "power": POWER,
        "labels": [{"id": t.id, "name": t.name} for t in dataset.taxonomy.techniques],
        "models": models,
        "pairs": pairs,
        "recipes": [[key(n) for n in group.members] for group in groups],
        "recipe_differences": _recipe_pairs(counts, groups, len(rows.texts), margin),
        "answers": _changed(rows, answers, pairs),
    }


def key(number: int) -> str:
    """Return the letter of one of those that are compared."""
    return string.ascii_uppercase[number]


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names with a number behind those that occurred before."""
    return [
        f"{name} ({names[: n + 1].count(name)})" if name in names[:n] else name
        for n, name in enumerate(names)
    ]


def _pairs(number: int) -> list[tuple[int, int]]:
    if number <= ALL_PAIRS:
        return list(combinations(range(number), 2))
    return [(0, other) for other in range(1, number)]


def _model(
    number: int, name: str, one: Competitor, answer: Answers, rows: Split, labels: LabelSet
) -> dict[str, Any]:
    scores = score_predictions(rows.gold, answer.predicted, rows.articles, labels)
    per_second = len(rows.texts) / answer.seconds if answer.seconds else None
    return {
        "key": key(number),
        "name": name,
        "kind": one.kind,
        "digest": one.digest or None,
        "threshold": None if answer.threshold is None else plain(answer.threshold),
        "warning": one.warning or None,
        "micro": scores.micro.f1.to_json(),
        "macro": scores.macro.to_json(),
        "any_technique": scores.any_technique.f1.to_json(),
        "bytes": one.size,
        "paragraphs_per_cpu_second": None if per_second is None else float(f"{per_second:.3g}"),
    }


def _pair(
    rows: Split,
    counts: Floats,
    numbers: tuple[int, int],
    answers: Sequence[Answers],
    margin: float,
) -> dict[str, Any]:
    first, second = (answers[number].predicted for number in numbers)
    ours = counts[:, list(numbers)]
    figures = contrast(ours, (-1, 1), len(rows.texts))
    micro = micro_difference(rows.gold, second, first, rows.articles)
    fixed, broken = fixed_and_broken(rows.gold, first, second)
    nearer, further = nearer_and_further(rows.gold, first, second)
    identical = bool((first == second).all())
    return {
        "first": key(numbers[0]),
        "second": key(numbers[1]),
        "verdict": str(judge_difference(micro, margin, identical=identical)),
        "identical": identical,
        "micro": micro.to_json(),
        "macro": figures.macro.to_json(),
        "any_technique": figures.any_technique.to_json(),
        "more_paragraphs": paragraphs_needed(micro, len(rows.texts), margin),
        "labels": _labels(ours, [each.to_json() for each in figures.labels]),
        "errors": _errors(rows.gold, first, second),
        "fewer_errors": nearer,
        "more_errors": further,
        "fixed": [rows.ids[n] for n in fixed],
        "broken": [rows.ids[n] for n in broken],
    }


def _labels(counts: Floats, differences: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the difference of each label, in the taxonomy's order, and whether it holds."""
    p_values, adjusted = judge_labels(counts)
    return [
        {
            "examples": int(examples),
            "f1": difference,
            "p": None if p is None else plain(p),
            "p_holm": None if corrected is None else plain(corrected),
        }
        for examples, difference, p, corrected in zip(
            support(counts)[:-1], differences, p_values, adjusted, strict=True
        )
    ]


def _errors(gold: Bools, first: Bools, second: Bools) -> dict[str, Any]:
    errors = Errors.of(gold, first, second)
    return {
        "both": errors.both,
        "only_first": errors.first,
        "only_second": errors.second,
        "neither": errors.neither,
        "kappa": plain(errors.kappa),
        "in_common": plain(errors.share),
    }


def _recipe_pairs(
    counts: Floats, groups: Sequence[Recipe], paragraphs: int, margin: float
) -> list[dict[str, Any]]:
    """Return the differences between recipes, if one of them has several seeds."""
    if all(len(group.members) == 1 for group in groups):
        return []
    result = []
    for first, second in combinations(groups, 2):
        difference = recipe_difference(counts, first, second, groups, paragraphs)
        result.append(
            {
                "first": [key(n) for n in first.members],
                "second": [key(n) for n in second.members],
                "verdict": str(judge_difference(difference, margin)),
                "micro": difference.to_json(),
            }
        )
    return result


def _changed(
    rows: Split, answers: Sequence[Answers], pairs: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the paragraphs that some pair fixed or broke: text, gold and every answer."""
    wanted = {id_ for pair in pairs for id_ in (*pair["fixed"], *pair["broken"])}
    return {
        id_: {
            "article": rows.article_ids[n],
            "text": rows.texts[n],
            "gold": np.flatnonzero(rows.gold[n]).tolist(),
            "labels": {
                key(m): np.flatnonzero(answer.predicted[n]).tolist()
                for m, answer in enumerate(answers)
            },
        }
        for n, id_ in enumerate(rows.ids)
        if id_ in wanted
    }
