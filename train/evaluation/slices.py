"""Scores of slices: of outlets, years, lengths, places in the article, and by what people said.

A slice is compared with all other paragraphs, on the same articles. F1 is lower where
labels are rarer, so a slice with a low score need not be harder; the share of its paragraphs with a
technique stands beside it.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.core.records import Annotation, DatasetRow
from annotate.core.stats.answer_matrix import newest_answers
from annotate.core.stats.estimates import (
    Estimate,
    Size,
    estimate,
    sum_by_cluster,
)
from annotate.core.stats.intervals import DIFFERENCE
from train.scoring.contrasts import holm
from train.scoring.scores import Bools, f1

Members = Mapping[str, Bools]  # name of a slice -> whether each paragraph is in it

LEAST = 10  # paragraphs; smaller slices say nothing
MOST_OUTLETS = 8
_WORDS = (0, 20, 40, 80)
_THIRDS = ("beginning", "middle", "end")


def slices(
    rows: Sequence[DatasetRow],
    answers: Sequence[Annotation],
    gold: Bools,
    predicted: Bools,
    articles: npt.NDArray[np.intp],
) -> list[dict[str, Any]]:
    """Return the scores of each slice that has enough paragraphs, by what it is cut.

    Each has "by", "name", "paragraphs", "articles", "with_technique", "f1" and "difference" (to
    all other paragraphs) as estimates, and "worse": whether it is reliably behind them, with Holm's
    correction for the number of slices.

    Args:
        rows: The paragraphs.
        answers: The annotators', on any paragraphs.
        gold: Shape (paragraphs, labels).
        predicted: The same shape.
        articles: Number of each paragraph's article.
    """
    ways = {
        "outlet": _outlets(rows),
        "date": _dates(rows),
        "length": _lengths(rows),
        "place in the article": _places(rows),
        "annotators": _annotators(rows),
        "their answers": _answers(rows, answers),
    }
    scored = []
    for by, members in ways.items():
        large = {name: inside for name, inside in members.items() if inside.sum() >= LEAST}
        if len(large) > 1:
            scored += [_slice(by, name, large[name], gold, predicted, articles) for name in large]
    worse = _reliably_worse([difference for _, difference in scored])
    return [row | {"worse": flag} for (row, _), flag in zip(scored, worse, strict=True)]


def _slice(
    by: str,
    name: str,
    inside: Bools,
    gold: Bools,
    predicted: Bools,
    articles: npt.NDArray[np.intp],
) -> tuple[dict[str, Any], Estimate]:
    outcomes = np.stack([gold & predicted, predicted & ~gold, gold & ~predicted], axis=-1)
    sums = outcomes.sum(axis=1)
    parts = np.stack([sums * inside[:, None], sums * ~inside[:, None]], axis=1)
    counts = sum_by_cluster(parts.astype(np.float64), articles)
    numbers = [len(set(articles[part])) for part in (inside, ~inside)]
    examples = [int(gold[part].any(axis=1).sum()) for part in (inside, ~inside)]
    size = Size(numbers[0], int(inside.sum()), examples[0])
    score = estimate(lambda sums: f1(sums)[:, 0], counts, size)
    rest = Size(min(numbers), int(min(inside.sum(), (~inside).sum())), min(examples))
    difference = estimate(lambda sums: f1(sums)[:, 0] - f1(sums)[:, 1], counts, rest, DIFFERENCE)
    row = {
        "by": by,
        "name": name,
        "paragraphs": int(inside.sum()),
        "articles": numbers[0],
        "with_technique": examples[0],
        "f1": score.to_json(),
        "difference": difference.to_json(),
    }
    return row, difference


def _reliably_worse(differences: Sequence[Estimate]) -> list[bool]:
    """Tell which differences are below 0, with Holm's correction at 5 %.

    The chance of each comes from its interval, taken as that of a normal distribution.
    """
    adjusted = holm([_chance(difference) for difference in differences])
    return [p <= 0.05 and d.value < 0 for p, d in zip(adjusted, differences, strict=True)]


def _chance(difference: Estimate) -> float:
    width = difference.interval.high - difference.interval.low
    if math.isnan(width) or width == 0:
        return 1.0
    return math.erfc(abs(difference.value) / (width / 2 / 1.96) / math.sqrt(2))


def _members(names: Sequence[str], order: Sequence[str] = ()) -> Members:
    """Return the slices of these names, in this order; "" is in none."""
    values = np.array(names, dtype=object)
    return {
        name: values == name for name in order or sorted(set(names)) if name in set(names) - {""}
    }


def _outlets(rows: Sequence[DatasetRow]) -> Members:
    """Return the outlets with the most paragraphs, and all others as one."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.paragraph.source] += 1
    large = sorted((n for n in counts if n), key=lambda n: (-counts[n], n))[:MOST_OUTLETS]
    kept = [name for name in large if counts[name] >= LEAST]
    names = [r.paragraph.source if r.paragraph.source in kept else "others" for r in rows]
    return _members(names, [*kept, "others"])


def _dates(rows: Sequence[DatasetRow]) -> Members:
    """Return three spans of days with about as many paragraphs each; undated ones are in none."""
    days = [row.paragraph.date[:10] for row in rows]
    known = sorted(day for day in days if len(day) == 10)
    if not known:
        return {}
    cuts = sorted({known[len(known) * n // 3] for n in (1, 2)} - {known[0]})
    starts = [known[0], *cuts]
    spans = ["" if len(day) != 10 else max(s for s in starts if s <= day) for day in days]
    ends = {s: max(d for d, span in zip(days, spans, strict=True) if span == s) for s in starts}
    names = {s: s if s == ends[s] else f"{s} to {ends[s]}" for s in starts}
    return _members([names.get(s, "") for s in spans], [names[s] for s in starts])


def _lengths(rows: Sequence[DatasetRow]) -> Members:
    names = [f"{low} to {high - 1} words" for low, high in pairwise(_WORDS)]
    names[0] = f"under {_WORDS[1]} words"
    names.append(f"{_WORDS[-1]} words and more")
    words = [len(row.paragraph.text.split()) for row in rows]
    return _members([names[sum(w >= low for low in _WORDS[1:])] for w in words], names)


def _places(rows: Sequence[DatasetRow]) -> Members:
    """Return the thirds of the articles; an article with one or two paragraphs is in none."""
    names = [""] * len(rows)
    order = sorted(
        range(len(rows)), key=lambda n: (rows[n].paragraph.article_id, rows[n].paragraph.position)
    )
    for _, group in groupby(order, key=lambda n: rows[n].paragraph.article_id):
        numbers = list(group)
        for place, number in enumerate(numbers):
            if len(numbers) > 2:
                names[number] = _THIRDS[place * 3 // len(numbers)]
    return _members(names, _THIRDS)


def _annotators(rows: Sequence[DatasetRow]) -> Members:
    names = [str(row.gold.annotators) for row in rows]
    return _members(names, sorted(set(names), key=int))


def _answers(rows: Sequence[DatasetRow], answers: Sequence[Annotation]) -> Members:
    """Return where all annotators answered the same, and where they did not."""
    given: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for answer in newest_answers(answers).values():
        given[answer.paragraph_id].append(answer.labels)
    several = {id_: set(each) for id_, each in given.items() if len(each) > 1}
    names = [
        ""
        if (labels := several.get(row.paragraph.id)) is None
        else "all the same"
        if len(labels) == 1
        else "different"
        for row in rows
    ]
    return _members(names, ("all the same", "different"))
