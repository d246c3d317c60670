"""What gold is worth with disputed labels off, on, or their paragraphs dropped; planted noise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotate.aggregation.dawid_skene import dawid_skene
from annotate.aggregation.disputed import DISPUTED_SCORES, Disputed
from annotate.aggregation.methods import Method
from annotate.core.stats.answer_matrix import Bools
from annotate.core.stats.estimates import (
    Floats,
    draw_weights,
    percentile_interval,
    ratio,
    sum_by_cluster,
    sum_samples,
)
from benchmarks.aggregation import (
    CARELESS,
    CORPUS,
    GOOD,
    MIXED,
    SIX,
    Answers,
    Person,
    plant,
    sample,
)

SEEDS = 20
EAGER = Person(0.10, 0.10)  # ticks one in ten of what is absent
EVERYTHING = SIX[-1]


@dataclass(frozen=True, slots=True)
class Case:
    """Answers of several seeds to the whole corpus."""

    title: str
    method: Method
    answers: Sequence[Answers]


def cases() -> Iterator[Case]:
    pairs = {
        "two good": (GOOD, GOOD),
        "one good, one careless": (GOOD, CARELESS),
        "two careless": (CARELESS, CARELESS),
        "two eager": (EAGER, EAGER),
        "one good, one eager": (GOOD, EAGER),
        "one good, one who ticks everything": (GOOD, EVERYTHING),
    }
    for title, people in pairs.items():
        planted = [plant(CORPUS, people, 2, seed) for seed in range(SEEDS)]
        yield Case(title, Method.MAJORITY, planted)
    four = [plant(CORPUS, (GOOD, GOOD, CARELESS, CARELESS), 4, seed) for seed in range(SEEDS)]
    yield Case("two good, two careless; 4 answers each", Method.MAJORITY, four)
    for title, crowd in (("three good", (GOOD,) * 3), (MIXED, SIX)):
        planted = [plant(CORPUS, crowd, 2, seed) for seed in range(SEEDS)]
        for method in Method:
            yield Case(f"{title}; 2 answers each", method, planted)
    samples = [sample(CORPUS, 2, seed) for seed in range(SEEDS)]
    for method in Method:
        yield Case("the sample's three; 2 answers each", method, samples)


def scores(answers: Answers, method: Method) -> Floats:
    if method is Method.MAJORITY:
        return np.asarray(answers.said.sum(axis=0) / answers.given.sum(axis=0)[:, np.newaxis])
    return dawid_skene(answers.given, answers.said).round(6)


def count(answers: Answers, method: Method) -> tuple[Floats, Floats]:
    """Count hits, labels in gold and true labels, paragraphs, and paragraphs with a technique.

    Returns:
        For each rule, of the paragraphs that stay in gold; shape (paragraphs, rules, 5). How many
        labels of each paragraph are disputed, and how many of these are true; (paragraphs, 2).
    """
    share, (low, high) = scores(answers, method), DISPUTED_SCORES[method]
    disputed = (low <= share) & (share <= high)
    everywhere: Bools = np.ones(len(share), dtype=bool)
    rules = {
        Disputed.OFF: (share > 0.5, everywhere),
        Disputed.ON: ((share > 0.5) | disputed, everywhere),
        Disputed.DROP: (share > 0.5, ~disputed.any(axis=1)),
    }
    columns = []
    for labels, kept in rules.values():
        cells = (labels & CORPUS.gold, labels, CORPUS.gold)
        sums = [cell.sum(axis=1) * kept for cell in cells]
        columns.append(np.stack([*sums, kept, kept & CORPUS.gold.any(axis=1)], axis=-1))
    tied = np.stack([disputed.sum(axis=1), (disputed & CORPUS.gold).sum(axis=1)], axis=-1)
    return np.stack(columns, axis=1).astype(float), tied.astype(float)


def figures(sums: Floats) -> Floats:
    """F1, precision and recall, mean over seeds.

    From (samples, seeds, rules, 5) to (3, samples, rules).
    """
    hits, labels, true = np.moveaxis(sums[..., :3], -1, 0)
    parts = (ratio(2 * hits, labels + true), ratio(hits, labels), ratio(hits, true))
    return 100 * np.stack([part.mean(axis=1) for part in parts])


def report(case: Case) -> None:
    """Print a row for each rule, with intervals over articles."""
    counted = [count(answers, case.method) for answers in case.answers]
    by_paragraph = np.stack([counts for counts, _ in counted], axis=1)
    by_article = sum_by_cluster(by_paragraph, CORPUS.articles)
    values = figures(by_article.sum(axis=0)[np.newaxis])[:, 0]
    draws = figures(sum_samples(draw_weights(len(by_article), seed=13), by_article))
    disputed, true = sum(tied.sum(axis=0) for _, tied in counted)
    sizes = by_article.sum(axis=0).mean(axis=0)[:, 3:]
    share = f"{100 * true / disputed:.0f} % of {disputed / len(counted):.0f}"
    for rule, name in enumerate(Disputed):
        ends = [percentile_interval(draws[part, :, rule]) for part in range(3)]
        cells = [
            "undefined" if np.isnan(end.low) else f"{value:.1f} ({end.low:.1f} to {end.high:.1f})"
            for value, end in zip(values[:, rule], ends, strict=True)
        ]
        lost = 100 * (1 - sizes[rule] / sizes[0])
        kept = f"{lost[0]:.0f} % ({lost[1]:.0f} %)"
        print(f"| {case.title}; {case.method} | {share} | {name} | {' | '.join(cells)} | {kept} |")


def main() -> None:
    """Print the table as Markdown."""
    print(f"{SEEDS} seeds; micro-averages in percent, 95 % intervals over articles\n")
    print("| annotators | disputed, true of them | rule | F1 | precision | recall | lost |")
    print("|---|---|---|---|---|---|---|")
    for case in cases():
        report(case)


if __name__ == "__main__":
    main()
