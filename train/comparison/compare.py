"""Compare models, checkpoints, baselines and other systems on the same paragraphs."""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError
from annotate.core.io.files import check_replaceable, writing_folder
from annotate.core.io.json_files import to_text
from annotate.core.labelled_by import labelled_by
from annotate.core.stats.estimates import plain
from train.comparison.competitors import (
    Answers,
    Competitor,
    Field,
    open_competitor,
    read_request,
)
from train.comparison.pages import FORMAT, html_page, markdown_page
from train.comparison.recipes import Recipe, recipe_difference, recipes
from train.comparison.verdict import (
    MARGIN,
    POWER,
    Errors,
    Verdict,
    fixed_and_broken,
    judge_difference,
    judge_labels,
    nearer_and_further,
    paragraphs_needed,
)
from train.dataset import Split, read_split
from train.evaluation.evaluate import check_split
from train.scoring.contrasts import contrast, count_all, support
from train.scoring.paired import micro_difference
from train.scoring.scores import Bools, Floats, LabelSet, score_predictions

FILES = frozenset({"compare.json", "compare.md", "compare.html"})
ALL_PAIRS = 5  # of more, each is compared with the first
_MOST = len(string.ascii_uppercase)


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """The content of compare.json, and the folder of the pages."""

    folder: Path
    comparison: Mapping[str, Any]

    @property
    def worse(self) -> bool:
        """Whether one of the later ones is reliably worse than the first."""
        pairs = self.comparison["pairs"]
        first = self.comparison["models"][0]["key"]
        return any(p["first"] == first and p["verdict"] == Verdict.WORSE for p in pairs)


def compare(
    names: Sequence[str], dataset_folder: Path, split: str, out: Path, margin: float = MARGIN
) -> ComparisonReport:
    """Write compare.json, compare.md and compare.html to the folder `out`.

    But for the measured speed, the same models and dataset produce the same bytes.

    Args:
        names: At least two of those that `open_competitor` takes.
        dataset_folder: The dataset, with the labels of the models in the same order.
        split: The split to answer.
        out: The folder to write.
        margin: Differences in micro-F1 up to this do not matter.

    Raises:
        InputError: There are too few or too many, the dataset has no such split, `out` holds other
            files, or a file does not answer exactly the paragraphs of the split.
        ModelError: A model cannot be used.
        TaxonomyError: The labels of a model are not the dataset's.
    """
    _check_number(names)
    check_replaceable(out, FILES)
    dataset = open_dataset(dataset_folder)
    dataset.check_unchanged()
    check_split(dataset, split)
    rows = read_split(dataset, split)
    run = next((Path(name) for name in names if read_request(Path(name)) is not None), None)
    ground = Field(dataset, rows, run)
    competitors = [open_competitor(name, ground) for name in names]
    answers = [each.answer() for each in competitors]
    comparison = _comparison(dataset, rows, competitors, answers, margin)
    with writing_folder(out) as folder:
        (folder / "compare.json").write_text(to_text(comparison), encoding="utf-8")
        (folder / "compare.md").write_text(markdown_page(comparison), encoding="utf-8")
        (folder / "compare.html").write_text(html_page(comparison), encoding="utf-8")
    return ComparisonReport(out, comparison)


def _check_number(names: Sequence[str]) -> None:
    if len(names) < 2:
        raise InputError(
            f"{', '.join(names)}: a comparison needs two; name another model, baseline:tfidf, or a "
            "file of predictions before the dataset"
        )
    if len(names) > _MOST:
        raise InputError(f"{names[_MOST]}: is the {_MOST + 1}th; compare at most {_MOST} at once")


def _comparison(
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
