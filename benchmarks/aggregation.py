"""Which way of aggregating finds the gold labels of the sample corpus again, from planted noise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from annotate.aggregation.dawid_skene import dawid_skene
from annotate.core.io.jsonl import read_rows
from annotate.core.stats.answer_matrix import Bools, Index
from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    Size,
    cluster_index,
    estimates,
    mean_defined,
    ratio,
    sum_by_cluster,
)
from annotate.core.stats.intervals import DIFFERENCE
from annotate.core.taxonomy_file import load_taxonomy

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples"
NAMES = ("ana", "ben", "cy")
SEEDS = 3


@dataclass(frozen=True, slots=True)
class Person:
    """A planted annotator: chances to miss what is there and to tick what is not."""

    missed: float
    false: float


GOOD, CARELESS, EVERYTHING = Person(0.20, 0.01), Person(0.50, 0.04), Person(0.05, 0.90)
SIX = (GOOD,) * 3 + (CARELESS,) * 2 + (EVERYTHING,)
MIXED = "three good, two careless, one who ticks everything"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The gold labels, shape (paragraphs, labels), and each paragraph's article."""

    gold: Bools
    articles: Index
    ids: Sequence[str]
    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answers:
    """Shapes (annotators, paragraphs) and (annotators, paragraphs, labels)."""

    given: Bools
    said: Bools


@dataclass(frozen=True, slots=True)
class Case:
    """Answers to aggregate, of one seed; to the whole corpus, or to `size` paragraphs of it."""

    title: str
    ways: Sequence[str]
    answers: Answers
    start: int = 0
    size: int | None = None

    @property
    def rows(self) -> slice:
        return slice(self.start, self.size and self.start + self.size)


def read_corpus() -> Corpus:
    labels = load_taxonomy(ROOT / "label_config" / "taxonomy.yaml").labels
    rows = [row for _, row in read_rows(SAMPLES / "gold.jsonl")]
    gold = np.array([[label in row["labels"] for label in labels] for row in rows])
    articles = cluster_index([row["article_id"] for row in rows])
    return Corpus(gold, articles, [row["id"] for row in rows], labels)


def plant(corpus: Corpus, people: Sequence[Person], each: int, seed: int) -> Answers:
    """Each article goes to `each` of the people; all mistakes are independent."""
    rng = np.random.default_rng(seed)
    chances = [np.where(corpus.gold, 1 - who.missed, who.false) for who in people]
    said = np.array([rng.random(corpus.gold.shape) < chance for chance in chances])
    return assign(corpus, said, np.ones(said.shape[:2], dtype=bool), each, seed)


def assign(corpus: Corpus, said: Bools, given: Bools, each: int, seed: int) -> Answers:
    """Of the answers there are those that `each` people give to an article."""
    rng = np.random.default_rng(1000 + seed)
    chosen = np.zeros((len(said), corpus.articles.max() + 1), dtype=bool)
    for article in range(chosen.shape[1]):
        chosen[rng.permutation(len(said))[:each], article] = True
    kept = given & chosen[:, corpus.articles]
    return Answers(kept, said & kept[..., np.newaxis])


def alike(corpus: Corpus, each: int, seed: int) -> Answers:
    """The six, but the two careless ones give the same answer to seven questions of ten."""
    answers = plant(corpus, SIX, len(SIX), seed)
    copied = np.random.default_rng(2000 + seed).random(corpus.gold.shape) < 0.7
    said = answers.said.copy()
    said[4] = np.where(copied, said[3], said[4])
    return assign(corpus, said, answers.given, each, seed)


def sample(corpus: Corpus, each: int, seed: int) -> Answers:
    """The three simulated annotators that the corpus comes with."""
    given = np.zeros((len(NAMES), len(corpus.ids)), dtype=bool)
    said = np.zeros((*given.shape, len(corpus.labels)), dtype=bool)
    place = {id_: number for number, id_ in enumerate(corpus.ids)}
    for who, name in enumerate(NAMES):
        for _, row in read_rows(SAMPLES / "annotators" / f"{name}.jsonl"):
            if row["status"] in ("labelled", "none"):
                given[who, place[row["id"]]] = True
                said[who, place[row["id"]]] = [label in row["labels"] for label in corpus.labels]
    return assign(corpus, said, given, each, seed)


def majority(answers: Answers) -> Bools:
    found: Bools = 2 * answers.said.sum(axis=0) > answers.given.sum(axis=0)[:, np.newaxis]
    return found


def all_together(answers: Answers) -> Bools:
    return dawid_skene(answers.given, answers.said).round(6) > 0.5


def one_by_one(way: Callable[[Answers], Bools]) -> Callable[[Answers], Bools]:
    """Each technique for itself."""

    def separate(answers: Answers) -> Bools:
        columns = range(answers.said.shape[2])
        return np.hstack([way(Answers(answers.given, answers.said[..., [c]])) for c in columns])

    return separate


WAYS: Mapping[str, Callable[[Answers], Bools]] = {
    "majority": majority,
    "dawid-skene": all_together,
    "dawid-skene, each technique alone": one_by_one(all_together),
}
SHIPPED = tuple(WAYS)[:2]
DRAWS = 16  # of few paragraphs


def cases(corpus: Corpus) -> Iterator[Case]:
    """The slow ones first, so that no core waits for them at the end."""
    for each, seed in product((3, 6, 2), range(SEEDS)):
        ways = tuple(WAYS) if (each, seed) == (3, 0) else SHIPPED
        yield Case(f"{MIXED}; {each} answers each", ways, plant(corpus, SIX, each, seed))
    for each, seed in product((6, 3, 2), range(SEEDS)):
        title = f"the same six, the careless ones alike; {each} answers each"
        yield Case(title, SHIPPED, alike(corpus, each, seed))
    yield Case("the sample annotators; 3 answers each", SHIPPED, sample(corpus, 3, 0))
    for seed in range(SEEDS):
        pairs = sample(corpus, 2, seed)
        yield Case("the sample annotators; 2 answers each", SHIPPED, pairs)
    for each, seed in product((3, 2), range(SEEDS)):
        good = plant(corpus, (GOOD,) * 3, each, seed)
        yield Case(f"three good; {each} answers each", SHIPPED, good)
    yield from cut(corpus)


def cut(corpus: Corpus) -> Iterator[Case]:
    """The six on paragraphs that follow each other, from a place that is drawn."""
    rng = np.random.default_rng(7)
    for size, seed in product((20, 50, 100), range(DRAWS)):
        start = int(rng.integers(len(corpus.ids) - size))
        six = plant(corpus, SIX, 2, seed)
        part = slice(start, start + size)
        answers = Answers(six.given[:, part], six.said[:, part])
        yield Case(f"{size} paragraphs", SHIPPED, answers, start, size)


def count(case: Case) -> Floats:
    """Twice the hits, and ticks found and true; shape (ways, paragraphs, labels, 2)."""
    gold = CORPUS.gold[case.rows]
    found = np.array([WAYS[way](case.answers) for way in case.ways])
    return np.stack([2.0 * (found & gold), found.astype(float) + gold], axis=-1)


CORPUS = read_corpus()


def f1(sums: Floats) -> Floats:
    """Micro-F1, macro-F1, and both less those of the first way, mean over seeds.

    From (samples, seeds, ways, labels, 2) to (samples, 4 * ways).
    """
    pooled = sums.sum(axis=3)
    micro = ratio(pooled[..., 0], pooled[..., 1]).mean(axis=1)
    macro = mean_defined(ratio(sums[..., 0], sums[..., 1])).mean(axis=1)
    both = [micro, macro]
    return np.hstack(both + [values - values[:, :1] for values in both])


def table(title: str, ways: Sequence[str], counts: Sequence[Floats]) -> None:
    """Print what the ways reach, with intervals over articles."""
    by_paragraph = np.stack(counts).transpose(2, 0, 1, 3, 4)
    by_article = sum_by_cluster(by_paragraph, CORPUS.articles)
    n, size = len(ways), Size(len(by_article), len(by_paragraph))
    sizes = [size] * (2 * n)
    found = estimates(lambda sums: f1(sums)[:, : 2 * n], by_article, sizes)
    found += estimates(lambda sums: f1(sums)[:, 2 * n :], by_article, sizes, DIFFERENCE)
    print(f"\n{title} ({len(counts)} seeds)\n" if len(counts) > 1 else f"\n{title}\n")
    print("| | micro-F1 | macro-F1 | micro less majority | macro less majority |")
    print("|---|---|---|---|---|")
    for number, way in enumerate(ways):
        cells = [percent(found[number + part * n], sign=part > 1) for part in range(4)]
        print(f"| {way} | {' | '.join(cells if number else [*cells[:2], '', ''])} |")


def percent(figure: Estimate, *, sign: bool) -> str:
    plus = "+" if sign else ""
    low, high = 100 * figure.interval.low, 100 * figure.interval.high
    return f"{100 * figure.value:{plus}.1f} ({low:{plus}.1f} to {high:{plus}.1f})"


def few(title: str, counts: Sequence[Floats]) -> str:
    """How much better than majority on few paragraphs: mean, worst and best of the draws."""
    sums = np.stack([part.sum(axis=(1, 2)) for part in counts])
    scores = 100 * sums[..., 0] / sums[..., 1]
    less = scores[:, 1] - scores[:, 0]
    return f"| {title} | {less.mean():+.1f} | {less.min():+.1f} | {less.max():+.1f} |"


def main() -> None:
    """Print the tables as Markdown."""
    todo = list(cases(CORPUS))
    with Pool() as pool:
        done = pool.map(count, todo, chunksize=1)
    groups: dict[tuple[str, Sequence[str]], list[Floats]] = {}
    small: dict[str, list[Floats]] = {}
    for case, counts in zip(todo, done, strict=True):
        if case.size:
            small.setdefault(case.title, []).append(counts)
            continue
        groups.setdefault((case.title, SHIPPED[: len(case.ways)]), []).append(
            counts[: len(SHIPPED)]
        )
        if len(case.ways) > len(SHIPPED):
            groups[f"{case.title}; other ways to estimate", case.ways] = [counts]
    for (title, ways), found in groups.items():
        table(title, ways, found)
    print(f"\n{MIXED}; 2 answers each; few paragraphs, where `aggregate` takes the majority:")
    print(f"micro-F1 of dawid-skene less that of majority, {DRAWS} draws\n")
    print("| | mean | worst | best |\n|---|---|---|---|")
    for title, found in small.items():
        print(few(title, found))


if __name__ == "__main__":
    main()
