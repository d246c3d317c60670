"""How often does predict warn that its input is unlike the training data: on like input, on other?

    python -m benchmarks.drift DATASET... [--logits DATASET:NAME=FILE.npy ...]

The arguments are those of `benchmarks.thresholds`.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.thresholds import Corpus, Rows, draw, models, read_corpus
from train.scoring.calibration import fit_calibration
from train.scoring.drift import Distribution
from train.scoring.scores import Floats

VALIDATION, INPUT, DRAWS = (63, 250), (50, 100, 250), 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", type=Path, nargs="+")
    parser.add_argument("--logits", nargs="*", default=[], metavar="DATASET:NAME=FILE")
    options = parser.parse_args()
    print(f"{'':44}{'draws':>8}{'length':>10}{'labels':>10}{'either':>10}")
    for folder in options.datasets:
        corpus = read_corpus(folder)
        for name, logits in models(corpus, folder.name, options.logits).items():
            for shift in corpus.shifts():
                for size in INPUT:
                    warned = np.array(list(warnings(corpus, logits(shift), shift, size)))
                    if len(warned):
                        rates = [*warned.mean(axis=0), warned.any(axis=1).mean()]
                        title = f"{folder.name} {name}, {shift}, {size}"
                        print(f"{title:44}{len(warned):>8}" + "".join(f"{r:>10.1%}" for r in rates))


def warnings(corpus: Corpus, logits: Floats, shift: str, size: int) -> Iterator[tuple[bool, bool]]:
    """Yield whether each draw of `size` paragraphs differs in length and in expected labels."""
    for validation in VALIDATION:
        rng = np.random.default_rng(size + validation)
        for _ in range(DRAWS):
            chosen, new = draw(corpus, shift, validation, rng)
            new = by_article(corpus, new, rng)[:size]
            if len(chosen) < validation or len(new) < size:
                continue
            articles = corpus.split.articles
            train = corpus.source(shift, rng) & ~np.isin(articles, articles[new])
            calibration = fit_calibration(logits[chosen], corpus.split.gold[chosen])
            labels = calibration.scores(logits).sum(axis=1)
            words = corpus.words.astype(float)
            yield (
                Distribution.of(words[train]).differs(words[new]),
                Distribution.of(labels[chosen]).differs(labels[new]),
            )


def by_article(corpus: Corpus, rows: Rows, rng: np.random.Generator) -> Rows:
    """Shuffle the articles of the rows; an article's rows stay together."""
    articles = corpus.split.articles
    place = np.argsort(rng.permutation(articles.max() + 1))
    return rows[np.argsort(place[articles[rows]], kind="stable")]


if __name__ == "__main__":
    main()
