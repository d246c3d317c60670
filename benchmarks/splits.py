"""How even are splits, which groups do they cut, and what do they cost; see benchmarks/README.md.

`python -m benchmarks.splits [DATASET ...]` adds dataset folders to the sample and a made corpus.
"""

import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from annotate.core.dataset_folder import SPLITS, open_dataset
from annotate.core.io.jsonl import read_rows
from annotate.core.stats.answer_matrix import Bools
from annotate.dataset.splits.assign import (
    SplitPlan,
    SplitRow,
    assign_folds,
    assign_splits,
    groups_of,
)

ROOT = Path(__file__).resolve().parents[1]
SEEDS = 20
RARE = 20  # paragraphs
PAIR = 7  # paragraphs: one is expected in a split of 15 %
STEPS = (1, 5, 20)  # articles at a time
GROWING = 300  # articles: to grow a larger corpus one by one takes too long
GROWN = 5  # seeds
LARGE = 100_000
SHARES = dict(zip(SPLITS, SplitPlan().shares, strict=True))

Rows = Sequence[SplitRow]
Split = Sequence[str]  # of each paragraph


@dataclass(frozen=True, slots=True)
class Corpus:
    """Paragraphs; which labels and pairs of labels each has, shape (paragraphs, columns)."""

    rows: Rows
    labels: Bools
    pairs: Bools


@dataclass(frozen=True, slots=True)
class Quality:
    """What a split is worth; all but the first in percent.

    Attributes:
        cut: Groups in several splits.
        size: |share of the paragraphs - what it should be|, mean over splits.
        rate: |rate in the split - rate overall|, mean over labels and splits.
        relative: The same as a part of the rate overall.
        pairs: The same for pairs of labels that PAIR paragraphs have.
        missing: How often a split has no paragraph with a label that at most RARE have.
    """

    cut: float
    size: float
    rate: float
    relative: float
    pairs: float
    missing: float


def corpus(rows: Rows) -> Corpus:
    labels = sorted({label for row in rows for label in row.labels})
    has = np.array([[label in row.labels for label in labels] for row in rows])
    both = [has[:, a] & has[:, b] for a, b in combinations(range(len(labels)), 2)]
    frequent = [column for column in both if column.sum() >= PAIR]
    return Corpus(rows, has, np.array(frequent, dtype=bool).reshape(-1, len(rows)).T)


def sample() -> Rows:
    """The gold labels of the sample articles."""
    return [
        SplitRow(row["article_id"], row["id"], tuple(row["labels"]))
        for _, row in read_rows(ROOT / "data" / "samples" / "gold.jsonl")
    ]


def made(articles: int = 300, copied: float = 0.01) -> Rows:
    """Short and long articles, each leaning to one label, with planted near-duplicates.

    The 30 labels' frequencies fall to a few paragraphs.
    """
    chance = random.Random(1)
    rates = {f"label {n}": 0.25 / (1 + n) ** 1.5 for n in range(30)}
    rows: list[SplitRow] = []
    for number in range(articles):
        leaning = chance.choice(list(rates))
        for place in range(chance.randint(3, 30)):
            drawn = [x for x in rates if chance.random() < rates[x] * (4 if x == leaning else 1)]
            row = SplitRow(f"a{number}", f"{number} {place}", tuple(drawn))
            if rows and chance.random() < copied:
                original = chance.choice(rows)
                row = SplitRow(f"a{number}", original.cluster, original.labels)
            rows.append(row)
    return rows


def large(articles: int) -> Rows:
    """100,000 paragraphs with 50 labels."""
    generator = np.random.default_rng(1)
    has = generator.random((LARGE, 50)) < 0.3 / (1 + np.arange(50)) ** 0.8
    of = generator.integers(0, articles, LARGE)
    return [
        SplitRow(f"a{of[n]}", str(n), tuple(f"label {x}" for x in np.flatnonzero(has[n])))
        for n in range(LARGE)
    ]


def dataset(folder: Path) -> Rows:
    return [
        SplitRow(row.paragraph.article_id, row.paragraph.cluster, row.gold.labels)
        for row in open_dataset(folder).gold()
    ]


def ours(rows: Rows, seed: int) -> Split:
    split = assign_splits(rows, SplitPlan(seed=seed))
    return [split[row.article_id] for row in rows]


def random_groups(rows: Rows, seed: int) -> Split:
    """Deal groups out in random order, until each split has its share of the paragraphs."""
    sizes = Counter(row.article_id for row in rows)
    groups = groups_of(rows)
    random.Random(seed).shuffle(groups)
    ends = np.cumsum(list(SHARES.values())) * len(rows)
    split: dict[str, str] = {}
    before = 0
    for group in groups:
        size = sum(sizes[article] for article in group)
        part = int(np.searchsorted(ends[:-1], before + size / 2))
        split |= dict.fromkeys(group, SPLITS[part])
        before += size
    return [split[row.article_id] for row in rows]


def single_paragraphs(rows: Rows, seed: int) -> Split:
    """Stratify paragraphs one by one: Sechidis et al. (2011), algorithm 1."""
    chance = random.Random(seed)
    having: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(rows):
        for label in row.labels:
            having[label].add(number)
    wanted = {x: [share * len(having[x]) for share in SHARES.values()] for x in having}
    room = [share * len(rows) for share in SHARES.values()]
    split = [""] * len(rows)

    def put(number: int, needs: Sequence[float]) -> None:
        part = max(range(len(SPLITS)), key=lambda n: (needs[n], room[n], chance.random()))
        split[number] = SPLITS[part]
        room[part] -= 1
        for label in rows[number].labels:
            wanted[label][part] -= 1
            having[label].discard(number)

    while left := [label for label in sorted(having) if having[label]]:
        rarest = min(left, key=lambda label: len(having[label]))
        for number in sorted(having[rarest]):
            put(number, wanted[rarest])
    for number in [n for n, row in enumerate(rows) if not row.labels]:
        put(number, room)
    return split


WAYS: Mapping[str, Callable[[Rows, int], Split]] = {
    "ours": ours,
    "random groups": random_groups,
    "single paragraphs": single_paragraphs,
}


def quality(data: Corpus, split: Split) -> Quality:
    splits_of: dict[str, set[str]] = defaultdict(set)
    for row, name in zip(data.rows, split, strict=True):
        splits_of[row.article_id].add(name)
    groups = [set().union(*(splits_of[a] for a in group)) for group in groups_of(data.rows)]
    inside = np.array([[name == other for name in split] for other in SPLITS])
    sizes = inside.sum(axis=1, keepdims=True)
    counts = inside.astype(int) @ data.labels
    errors = np.abs(counts / sizes - data.labels.mean(axis=0))
    pair_errors = np.abs(inside.astype(int) @ data.pairs / sizes - data.pairs.mean(axis=0))
    rare = data.labels.sum(axis=0) <= RARE
    return Quality(
        cut=sum(len(names) > 1 for names in groups),
        size=100 * float(np.abs(sizes[:, 0] / len(split) - list(SHARES.values())).mean()),
        rate=100 * float(errors.mean()),
        relative=100 * float((errors / data.labels.mean(axis=0)).mean()),
        pairs=100 * mean(pair_errors / data.pairs.mean(axis=0)),
        missing=100 * mean(counts[:, rare] == 0),
    )


def mean(values: npt.NDArray[np.generic]) -> float:
    return float(values.mean()) if values.size else float("nan")


def compare(corpora: Mapping[str, Corpus]) -> None:
    head("corpus", "way", *(field.name for field in fields(Quality)))
    for title, data in corpora.items():
        for way, draw in WAYS.items():
            runs = [quality(data, draw(data.rows, seed)) for seed in range(SEEDS)]
            row(title, way, *map(spread, zip(*map(astuple, runs), strict=True)))


def spread(values: Sequence[float]) -> str:
    """The mean, and the smallest and largest value."""
    average, least, most = (f"{f(values):.2f}" for f in (np.mean, np.min, np.max))
    return average if least == most else f"{average} ({least} to {most})"


def grow(corpora: Mapping[str, Corpus]) -> None:
    """Let articles come in random order, so many at a time, and keep what has a split."""
    head("corpus", "articles at a time", "validation", "test", "rate", "relative", "missing")
    for title, data in corpora.items():
        articles = sorted({row.article_id for row in data.rows})
        if len(articles) > GROWING:
            continue
        for step in (*STEPS, len(articles)):
            runs = [growing(data, articles, step, seed) for seed in range(GROWN)]
            shares = [[100 * split.count(s) / len(split) for split in runs] for s in SPLITS[1:]]
            results = [quality(data, split) for split in runs]
            figures = [(q.rate, q.relative, q.missing) for q in results]
            row(title, str(step), *map(spread, [*shares, *zip(*figures, strict=True)]))


def growing(data: Corpus, articles: Sequence[str], step: int, seed: int) -> Split:
    order = random.Random(seed).sample(articles, len(articles))
    split: dict[str, str] = {}
    for end in range(step, len(order) + step, step):
        arrived = set(order[:end])
        rows = [row for row in data.rows if row.article_id in arrived]
        split = assign_splits(rows, SplitPlan(seed=seed), split)
    return [split[row.article_id] for row in data.rows]


def cost() -> None:
    head("articles", "splits", "5 folds")
    for articles in (1_000, 5_000, 20_000, LARGE):
        rows = large(articles)
        splits = seconds(partial(assign_splits, rows, SplitPlan()))
        row(f"{articles:,}", splits, seconds(partial(assign_folds, rows, 5, 13)))


def seconds(draw: Callable[[], object]) -> str:
    start = time.process_time()
    draw()
    return f"{time.process_time() - start:.1f} s"


def head(*names: str) -> None:
    row(*names)
    print("|" + "---|" * len(names))


def row(*cells: str) -> None:
    print("|", " | ".join(cells), "|", flush=True)


def main() -> None:
    rows = {"sample": sample(), "made": made()}
    rows |= {Path(folder).name: dataset(Path(folder)) for folder in sys.argv[1:]}
    for title, paragraphs in rows.items():
        groups, articles = groups_of(paragraphs), {row.article_id for row in paragraphs}
        print(
            f"{title}: {len(paragraphs)} paragraphs, {len(articles)} articles, {len(groups)} groups"
        )
    corpora = {title: corpus(paragraphs) for title, paragraphs in rows.items()}
    print()
    compare(corpora)
    print()
    grow(corpora)
    print()
    cost()


if __name__ == "__main__":
    main()
