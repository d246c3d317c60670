"""Which rule for a model's threshold loses least, on like paragraphs and on others.

    python -m benchmarks.thresholds OUT DATASET... [--logits DATASET:NAME=FILE.npy ...]

OUT keeps each finished model's cells. A FILE holds out-of-fold logits of the rows of train and
then validation. TF-IDF and the frozen encoder are always measured, and for the two shifts by length
trained anew on the half that their threshold is chosen on.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.core.dataset_folder import open_dataset
from train.baselines.frozen import frozen_scores
from train.baselines.tfidf import tfidf_scores
from train.dataset import Split, joined, read_split
from train.models.encoder import MINILM, find_encoder
from train.scoring.calibration import fit_calibration, sigmoid
from train.scoring.scores import Bools, Floats
from train.scoring.thresholds import (
    SHRINKAGE,
    between,
    choose_threshold,
    expected_threshold,
)
from train.training.folds import fold_numbers

Rows = npt.NDArray[np.intp]
SIZES, DRAWS, FOLDS = (63, 120, 250), 12, 3
LEAST = 80  # paragraphs to apply the threshold to
LENGTHS = ("long to short", "short to long")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Paragraphs with gold, and what they are told apart by."""

    split: Split
    topics: npt.NDArray[np.str_]
    words: Rows

    def source(self, shift: str, rng: np.random.Generator) -> Bools:
        """Return which paragraphs the threshold may be chosen on."""
        if shift in LENGTHS:
            long = self.words >= np.median(self.words)
            return np.asarray(long if shift == LENGTHS[0] else ~long)
        if shift == "topic":
            topics = rng.permutation(np.unique(self.topics))
            return np.isin(self.topics, topics[: len(topics) // 2])
        return np.ones(len(self.words), dtype=bool)

    def shifts(self) -> Iterator[str]:
        """Yield the shifts that this corpus can show."""
        yield from ("none", *LENGTHS)
        empty, topics = 1 - self.split.gold.any(axis=1).mean(), len(np.unique(self.topics))
        if empty > 0.1:
            yield from ("rarer", "denser")
        if 4 <= topics < 0.8 * len(np.unique(self.split.articles)):
            yield "topic"


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules choose by; all scores are calibrated.

    Attributes:
        gold: Of the validation paragraphs, shape (paragraphs, labels).
        scores: Of the same paragraphs.
        new: Of the paragraphs to apply the threshold to.
        half: What .5 on raw scores has become.
        best: The threshold with the best micro-F1 on validation.
        expected: The one with the best expected micro-F1 there.
        adapted: The one with the best expected micro-F1 on the new paragraphs.
    """

    gold: Bools
    scores: Floats
    new: Floats
    half: float
    best: float
    expected: float
    adapted: float

    @classmethod
    def of(cls, logits: Floats, gold: Bools, new: Floats) -> "Case":
        calibration = fit_calibration(logits, gold)
        scores, others = calibration.scores(logits), calibration.scores(new)
        return cls(
            gold,
            scores,
            others,
            half=float(calibration.scores(np.zeros(1))[0]),
            best=choose_threshold(gold, scores).value,
            expected=expected_threshold(scores),
            adapted=expected_threshold(others),
        )

    def toward(self, start: float, constant: float) -> float:
        """Return the best threshold, shrunk toward another by few positives."""
        positives = float(self.gold.sum())
        return between(start, self.best, positives / (positives + constant))

    @property
    def ours(self) -> float:
        return self.toward(self.expected, SHRINKAGE)


def same_rate(case: Case) -> float:
    """Return the threshold that gives the new paragraphs as many labels as gold has."""
    ordered = np.sort(case.new, axis=None)[::-1]
    number = round(case.gold.mean() * ordered.size)
    return float(ordered[min(max(number, 1), ordered.size) - 1])


def prior_fitted(case: Case) -> float:
    """Return the adapted threshold, the scores' shift fitted first (Saerens et al. 2002)."""
    logits, rate, shift = np.log(case.new / (1 - case.new)), case.gold.mean(), 0.0
    for _ in range(8):
        mean = sigmoid(logits + shift).mean()
        shift = float(np.log(mean / (1 - mean)) - np.log(rate / (1 - rate)))
    value = expected_threshold(sigmoid(logits + shift))
    return float(sigmoid(np.log([value / (1 - value)]) - shift)[0])


def per_technique(case: Case) -> Floats:
    """Return a threshold for each technique, shrunk toward the one for all."""
    return np.array(
        [
            between(case.best, choose_threshold(g, s).value, g.sum() / (g.sum() + 100))
            for g, s in zip(case.gold.T, case.scores.T, strict=True)
        ]
    )


RULES: Mapping[str, Callable[[Case], float | Floats]] = {
    "best on validation": lambda c: c.best,
    "0.5 on raw scores": lambda c: c.half,
    "halfway between these": lambda c: between(c.half, c.best, 0.5),
    "best, P / (P + 50) from raw 0.5": lambda c: c.toward(c.half, 50),
    "best, P / (P + 200) from raw 0.5": lambda c: c.toward(c.half, 200),
    "expected": lambda c: c.expected,
    "best, P / (P + 50) from expected": lambda c: c.toward(c.expected, 50),
    "best, P / (P + 200) from expected": lambda c: c.ours,
    "best, P / (P + 1000) from expected": lambda c: c.toward(c.expected, 1000),
    "the best of each technique, shrunk": per_technique,
    "gold's rate on the inputs": same_rate,
    "expected on the inputs": lambda c: c.adapted,
    "the same, prior fitted": prior_fitted,
    "halfway: ours, and on the inputs": lambda c: between(c.ours, c.adapted, 0.5),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("datasets", type=Path, nargs="+")
    parser.add_argument("--logits", nargs="*", default=[], metavar="DATASET:NAME=FILE")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    cells: list[dict[str, Any]] = []
    for folder in options.datasets:
        corpus = read_corpus(folder)
        for name, logits in models(corpus, folder.name, options.logits).items():
            path = options.out / f"{folder.name}-{name}.json"
            if not path.is_file():
                rows = [{"model": name, **cell} for cell in measure(corpus, logits)]
                path.write_text(json.dumps(rows), encoding="utf-8")
            cells += json.loads(path.read_text(encoding="utf-8"))
    for name in ("tfidf", "frozen"):
        print_losses([cell for cell in cells if cell["model"] == name], name)
    print_losses([c for c in cells if c["model"] not in ("tfidf", "frozen")], "saved logits")


def read_corpus(folder: Path) -> Corpus:
    dataset = open_dataset(folder)
    names = ("train", "validation")
    split = joined(*(read_split(dataset, name) for name in names))
    topics = np.array([row.paragraph.title for name in names for row in dataset.split(name)])
    return Corpus(split, topics, np.array([len(text.split()) for text in split.texts]))


def models(
    corpus: Corpus, dataset: str, files: Sequence[str]
) -> dict[str, Callable[[str], Floats]]:
    """Return for each model its logits of all rows, by the shift."""
    encoder = find_encoder(MINILM)
    result: dict[str, Callable[[str], Floats]] = {
        "tfidf": trained(corpus, tfidf_scores),
        "frozen": trained(corpus, lambda train, texts: frozen_scores(train, texts, encoder)),
    }
    for entry in files:
        where, _, file = entry.partition("=")
        name = where.removeprefix(f"{dataset}:")
        if name != where:
            logits = np.load(file, allow_pickle=False)
            result[name] = lambda _, logits=logits: logits  # type: ignore[misc]
    return result


def trained(corpus: Corpus, learn: Callable[[Split, list[str]], Floats]) -> Callable[[str], Floats]:
    """Score each row by a model that has not seen its article, nor anything outside the source."""

    @cache
    def logits(part: str) -> Floats:
        split, scores = corpus.split, np.zeros(corpus.split.gold.shape)
        source, folds = corpus.source(part, np.random.default_rng(0)), fold_numbers(split, FOLDS, 0)
        for fold in range(FOLDS):
            train, left = np.flatnonzero(source & (folds != fold)), np.flatnonzero(folds == fold)
            scores[left] = learn(split.rows(train), [split.texts[n] for n in left])
        scores = np.clip(scores, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(scores / (1 - scores)))

    return lambda shift: logits(shift if shift in LENGTHS else "none")


def measure(corpus: Corpus, logits: Callable[[str], Floats]) -> Iterator[dict[str, Any]]:
    """Yield what each rule loses against the best possible threshold, draw by draw."""
    for shift in corpus.shifts():
        values = logits(shift)
        for size in SIZES:
            rng = np.random.default_rng(size)
            for _ in range(DRAWS):
                chosen, new = draw(corpus, shift, size, rng)
                if len(chosen) < size or len(new) < LEAST:
                    continue
                gold = corpus.split.gold
                case = Case.of(values[chosen], gold[chosen], values[new])
                yield {"shift": shift, "size": size, "lost": lost(case, gold[new])}


def draw(corpus: Corpus, shift: str, size: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Draw articles of the source until they have `size` paragraphs; the others are new."""
    articles, source = corpus.split.articles, corpus.source(shift, rng)
    order = rng.permutation(articles.max() + 1)
    place = np.argsort(order)[articles]  # of the article of each row
    rows = np.flatnonzero(source)
    chosen = rows[np.argsort(place[rows], kind="stable")][:size]
    new = ~np.isin(articles, articles[chosen])
    if not source.all():
        new &= ~source
    marked = corpus.split.gold.any(axis=1)
    if shift in (
        "rarer",
        "denser",
    ):  # two thirds with, or without, are dropped
        new &= (marked != (shift == "rarer")) | (rng.random(len(new)) < 1 / 3)
    return chosen, np.flatnonzero(new)


def lost(case: Case, gold: Bools) -> dict[str, float]:
    best = choose_threshold(gold, case.new).f1
    return {name: best - micro_f1(gold, case.new >= rule(case)) for name, rule in RULES.items()}


def micro_f1(gold: Bools, predicted: Bools) -> float:
    return float(2 * (gold & predicted).sum() / max(gold.sum() + predicted.sum(), 1))


def print_losses(cells: Sequence[Mapping[str, Any]], title: str) -> None:
    """Print the mean loss in points, and the spread over cells of dataset, model and size."""
    shifts = list(dict.fromkeys(cell["shift"] for cell in cells))
    print(f"\n{title}: points of micro-F1 lost, {len(cells):,} draws")
    print(f"{'':36}" + "".join(f"{shift:>15}" for shift in shifts))
    for rule in RULES:
        columns = [[100 * c["lost"][rule] for c in cells if c["shift"] == s] for s in shifts]
        figures = [f"{np.mean(x):.1f} ({np.percentile(x, 90):.1f})" for x in columns]
        print(f"{rule:36}" + "".join(f"{figure:>15}" for figure in figures))


if __name__ == "__main__":
    main()
