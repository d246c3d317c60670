"""How often 95 % intervals over articles hold the truth, and how wide they are.

    python -m benchmarks.coverage [--trials 1000] [--articles 15,30,90,300] [--slow] [DATASET...]

Without a dataset: made-up articles of uneven sizes, whose paragraphs resemble each other in how
often a technique occurs, and in how well two models recognise it; the truth is the figure of
20,000 articles. With datasets, their articles are drawn with replacement, and TF-IDF predicts them
out of fold. A figure that is "too few to tell" does not count; a technique counts where at least 5
of the articles drawn have it.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotate.agreement.coefficients import mean_kappa, pooled_kappa
from annotate.core.dataset_folder import open_dataset
from annotate.core.stats.estimates import Floats, Size, mean_defined, ratio, sum_by_cluster
from annotate.core.stats.intervals import COEFFICIENT, DIFFERENCE, SHARE
from annotate.core.stats.krippendorff import alpha_from_terms
from benchmarks.coverage.methods import QUICK, SLOW, Method, Sample, product
from train.baselines.tfidf import tfidf_scores
from train.dataset import joined, read_split
from train.scoring.calibration import sigmoid
from train.scoring.scores import Bools

ARTICLES, LABELS, LEAST, FOLDS = 20_000, 23, 5, 5
WHOLE = (
    *("micro-F1", "precision", "recall", "macro-F1", "any technique"),
    *("mean alpha", "mean kappa", "pooled kappa"),
)
PAIRED = ("difference", "no difference")
FEWEST = 100  # trials in which a technique must count to be named as the worst


@dataclass(frozen=True, slots=True)
class Population:
    """Articles to draw from: shape (articles, models, labels + 1, 4).

    The last axis holds hits, false alarms, misses and paragraphs with neither; the last column is
    any technique.
    """

    name: str
    counts: Floats


def count(
    gold: Bools, predictions: Sequence[Bools], articles: npt.NDArray[np.intp], name: str
) -> Population:
    def with_any(matrix: Bools) -> Bools:
        return np.hstack([matrix, matrix.any(axis=1, keepdims=True)])

    true, models = with_any(gold), []
    for predicted in map(with_any, predictions):
        cells = [true & predicted, ~true & predicted, true & ~predicted, ~true & ~predicted]
        models.append(sum_by_cluster(np.stack(cells, axis=-1).astype(np.float64), articles))
    return Population(name, np.stack(models, axis=1))


def synthetic() -> Population:
    """Techniques in .3 to 12 % of paragraphs, in some articles much more often than in others."""
    rng = np.random.default_rng(0)
    sizes = np.clip(rng.lognormal(2.3, 0.8, ARTICLES).round(), 1, 150).astype(int)
    articles = np.repeat(np.arange(ARTICLES), sizes)
    shape = (ARTICLES, LABELS)
    rates = np.geomspace(0.12, 0.003, LABELS)
    liking = rng.gamma(2, 1 / 2, (ARTICLES, 1)) * rng.gamma(0.7, 1 / 0.7, shape)
    gold = rng.random((len(articles), LABELS)) < np.minimum(rates * liking, 0.8)[articles]
    ease = rng.normal(0, 0.7, (ARTICLES, 1))
    models = []
    for recall, alarms in ((0.5, 0.55), (0.42, 0.6)):
        mean = np.clip(recall + np.linspace(0.2, -0.35, LABELS), 0.05, 0.95)
        hit = sigmoid(np.log(mean / (1 - mean)) + ease + rng.normal(0, 0.6, shape))
        alarm = np.minimum(rates * mean * alarms * np.exp(ease + rng.normal(0, 0.8, shape)), 0.5)
        chance = np.where(gold, hit[articles], alarm[articles])
        models.append(rng.random(gold.shape) < chance)
    return count(gold, models, articles, "synthetic")


def real(folder: Path) -> Population:
    """All articles of a dataset; the second model learns from every other paragraph."""
    dataset = open_dataset(folder)
    rows = reduce(joined, (read_split(dataset, name) for name in dataset.splits))
    fold, models = rows.articles % FOLDS, []
    for every in (1, 2):
        predicted = np.zeros_like(rows.gold)
        for held in range(FOLDS):
            asked, known = np.flatnonzero(fold == held), np.flatnonzero(fold != held)[::every]
            scores = tfidf_scores(rows.rows(known), [rows.texts[n] for n in asked])
            predicted[asked] = scores >= 0.4
        models.append(predicted)
    return count(rows.gold, models, rows.articles, dataset.name)


def figures(sums: Floats) -> Floats:
    """From (samples, 4 models, columns, 4) to (samples, figures): WHOLE, techniques, PAIRED."""
    hits, alarms, misses, _ = np.moveaxis(sums[:, :, :-1].sum(axis=2), -1, 0)
    micro = ratio(hits, hits + (alarms + misses) / 2)
    hit, alarm, miss, neither = np.moveaxis(sums[:, 0], -1, 0)
    f1 = ratio(hit, hit + (alarm + miss) / 2)
    terms = [2 * (alarm + miss), 2 * neither + alarm + miss, 2 * hit + alarm + miss]
    alpha = alpha_from_terms(np.stack(terms, axis=-1))
    whole = [
        micro[:, 0],
        ratio(hits, hits + alarms)[:, 0],
        ratio(hits, hits + misses)[:, 0],
        mean_defined(np.where(hit + miss > 0, f1, np.nan)[:, :-1]),
        f1[:, -1],
        mean_defined(alpha[:, :-1]),
        mean_kappa(sums[:, 0, :-1]),
        pooled_kappa(sums[:, 0, :-1]),
    ]
    paired = [micro[:, 0] - micro[:, 1], micro[:, 2] - micro[:, 3]]
    return np.column_stack([*whole, f1[:, :-1], *paired])


def draw(population: Population, articles: int, seed: int) -> Sample:
    """Draw articles; models three and four are the two, which in half of the articles swap."""
    rng = np.random.default_rng(seed)
    counts = population.counts[rng.integers(len(population.counts), size=articles)]
    turned = (rng.random(articles) < 0.5)[:, np.newaxis, np.newaxis, np.newaxis]
    counts = np.concatenate([counts, np.where(turned, counts[:, ::-1], counts)], axis=1)
    paragraphs = int(counts[:, 0, 0].sum())
    some = (counts[:, 0, :, :3] > 0).any(axis=-1).sum(axis=0)
    all_ = int((counts[:, 0, :-1, :3] > 0).any(axis=(1, 2)).sum())
    examples = (counts[:, 0, :, 0] + counts[:, 0, :, 2]).sum(axis=0)
    of_columns = [Size(int(n), paragraphs, int(e)) for n, e in zip(some, examples, strict=True)]
    of_all = Size(all_, paragraphs)
    predicted, true = (
        Size(int(counts[:, 0, :-1, cells].any(axis=(1, 2)).sum()), paragraphs)
        for cells in (slice(2), slice(0, 3, 2))
    )
    sizes = [of_all, predicted, true, of_all, of_columns[-1], *[of_all] * 3]
    sizes += [*of_columns[:-1], of_all, of_all]
    spreads = [SHARE] * 5 + [COEFFICIENT] * 3 + [SHARE] * (len(of_columns) - 1) + [DIFFERENCE] * 2
    return Sample(counts, figures, sizes, spreads, seed)


def truth(population: Population) -> Floats:
    total = population.counts.sum(axis=0)
    values: Floats = figures(np.concatenate([total, total])[np.newaxis])[0]
    values[-1] = 0  # by construction
    return values


def measure(
    population: Population, articles: int, trials: int, methods: Mapping[str, Method]
) -> Mapping[str, Floats]:
    """Return for each method and figure: trials that count, those covered, sum of widths."""
    true = truth(population)
    tally = {name: np.zeros((3, len(true))) for name in methods}
    for seed in range(trials):
        sample = draw(population, articles, seed)
        with np.errstate(all="ignore"):
            counting = ~np.isnan(np.add(*product(sample)))  # those that are not too few to tell
        gold = (sample.counts[:, 0, :-1, 0] + sample.counts[:, 0, :-1, 2] > 0).sum(axis=0)
        counting[len(WHOLE) : -len(PAIRED)] &= gold >= LEAST
        for name, method in methods.items():
            with np.errstate(all="ignore"):
                low, high = method(sample)
            given = counting & ~np.isnan(low + high)
            covered = (low <= true) & (true <= high) & counting
            tally[name] += [counting, covered, np.where(given, high - low, 0)]
    return tally


def cells(tally: Floats) -> list[str]:
    """Coverage in percent and mean width of each figure; of techniques together, and the worst."""
    counting, covered, widths = tally
    names = [*WHOLE, *[""] * (len(counting) - len(WHOLE) - len(PAIRED)), *PAIRED]
    row = [
        f"{100 * covered[n] / counting[n]:.1f} ({widths[n] / counting[n]:.3f})"
        if counting[n]
        else ""
        for n, name in enumerate(names)
        if name
    ]
    few = slice(len(WHOLE), -len(PAIRED))
    often = counting[few] >= FEWEST
    if not often.any():
        return [*row, ""]
    share = 100 * covered[few].sum() / counting[few].sum()
    worst = 100 * (covered[few][often] / counting[few][often]).min()
    width = widths[few].sum() / counting[few].sum()
    return [*row, f"{share:.1f} ({width:.3f}), worst {worst:.1f}"]


def main() -> None:
    """Print a table for each population and number of articles as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("datasets", nargs="*", type=Path)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--articles", default="15,30,90,300")
    parser.add_argument("--slow", action="store_true", help="the two methods that draw twice")
    asked = parser.parse_args()
    populations = [real(folder) for folder in asked.datasets] or [synthetic()]
    for population in populations:
        for articles in map(int, asked.articles.split(",")):
            print(f"\n{population.name}, {articles} articles, {asked.trials} trials\n")
            print(f"| method | {' | '.join(WHOLE + PAIRED)} | techniques |")
            print("|---" * (len(WHOLE) + len(PAIRED) + 2) + "|")
            methods = SLOW if asked.slow else QUICK
            for name, tally in measure(population, articles, asked.trials, methods).items():
                print(f"| {name} | {' | '.join(cells(tally))} |", flush=True)


if __name__ == "__main__":
    main()
