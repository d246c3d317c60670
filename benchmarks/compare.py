"""How often are the intervals and verdicts of `compare` right? Synthetic data of known truth.

Articles of uneven size hold labels of .5 to 15 %, more of them in some articles than in others. A
system finds a share of the labels, more in easy articles than in hard ones, and adds false alarms
in proportion to each label; half of its luck it shares with the other system. So the F1 of each
label, and micro-F1 with it, are known: 2 hits / (hits + alarms + 1), per label that is there.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from train.comparison.verdict import MARGIN, Verdict, judge_difference, paragraphs_needed
from train.comparison.verdict import judge_labels as judge
from train.scoring.contrasts import count_all
from train.scoring.paired import micro_difference
from train.scoring.scores import Bools

PREVALENCES = np.geomspace(0.005, 0.15, 20)
SIZES = (15, 30, 90, 300)  # articles
MEAN = 12  # paragraphs of an article


@dataclass(frozen=True, slots=True)
class System:
    """How many of the labels that are there a system finds, and how many more it adds."""

    hits: float
    alarms: float

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.hits + self.alarms + 1)


PLAIN = System(0.5, 0.5)
BOLD = System(0.65, 0.95)  # the same F1 by more hits and more alarms
BETTER = System(0.55, 0.45)  # .05 ahead
SLIGHTLY = System(0.52, 0.48)  # .02 ahead


@dataclass(frozen=True, slots=True)
class Sample:
    """Gold, two predictions, and the article of each paragraph."""

    gold: Bools
    first: Bools
    second: Bools
    articles: npt.NDArray[np.intp]


def draw(random: np.random.Generator, articles: int, first: System, second: System) -> Sample:
    """Draw articles with their labels, and let both systems answer."""
    sizes = np.maximum(1, random.lognormal(np.log(MEAN) - 0.32, 0.8, articles)).astype(int)
    places = np.repeat(np.arange(articles), sizes)
    shape = (len(places), len(PREVALENCES))
    dense = random.gamma(2.0, 0.5, (articles, shape[1]))[places]
    gold = random.random(shape) < np.minimum(PREVALENCES * dense, 0.9)
    easy = random.uniform(-0.25, 0.25, articles)[places, np.newaxis]
    shared, both = random.random(shape), random.random(shape) < 0.5

    def answer(system: System) -> Bools:
        luck = np.where(both, shared, random.random(shape))
        added = system.alarms * PREVALENCES / (1 - PREVALENCES)
        return luck < np.where(gold, system.hits + easy, added)

    return Sample(gold, answer(first), answer(second), places)


def rates(trials: int, seed: int, articles: int, systems: tuple[System, System]) -> list[float]:
    """Return how often the interval covers, and how often each verdict is given."""
    random, truth = np.random.default_rng(seed), systems[1].f1 - systems[0].f1
    covered, verdicts = 0, []
    for _ in range(trials):
        one = draw(random, articles, *systems)
        difference = micro_difference(one.gold, one.second, one.first, one.articles)
        covered += difference.interval.low <= truth <= difference.interval.high
        verdicts.append(judge_difference(difference, MARGIN))
    shares = [verdicts.count(v) / trials for v in (Verdict.BETTER, Verdict.WORSE, Verdict.ALIKE)]
    return [covered / trials, *shares]


def family_errors(trials: int, seed: int, articles: int, other: System) -> list[float]:
    """Return how often any technique of equals is called different: before Holm, and after."""
    random, before, after = np.random.default_rng(seed), 0, 0
    for _ in range(trials):
        one = draw(random, articles, PLAIN, other)
        p_values, adjusted = judge(count_all(one.gold, [one.first, one.second], one.articles))
        before += any(p is not None and p < 0.05 for p in p_values)
        after += any(p is not None and p < 0.05 for p in adjusted)
    return [before / trials, after / trials]


def power_at_need(trials: int, seed: int, articles: int) -> tuple[int, float]:
    """Return the paragraphs that samples say would tell .02 (median), and how often these do."""
    random, needs, sizes = np.random.default_rng(seed), [], []
    for _ in range(100):
        one = draw(random, articles, PLAIN, PLAIN)
        difference = micro_difference(one.gold, one.second, one.first, one.articles)
        more = paragraphs_needed(difference, len(one.gold), MARGIN)
        needs.append(len(one.gold) + (more or 0))
        sizes.append(len(one.gold) / articles)
    need, told = int(np.median(needs)), 0
    for _ in range(trials):
        one = draw(random, round(need / np.mean(sizes)), PLAIN, SLIGHTLY)
        difference = micro_difference(one.gold, one.second, one.first, one.articles)
        told += difference.interval.low > 0
    return need, told / trials


def _cells(shares: Sequence[float]) -> str:
    return " | ".join(f"{100 * share:.1f} %" for share in shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    cases = {"equal": (PLAIN, PLAIN), "equal, bolder": (PLAIN, BOLD)}
    cases |= {".02 better": (PLAIN, SLIGHTLY), ".05 better": (PLAIN, BETTER)}
    print(
        "| second is | articles | interval covers | better | worse | no difference that matters |"
    )
    print("|---|---|---|---|---|---|")
    for name, systems in cases.items():
        for articles in SIZES:
            shares = rates(chosen.trials, chosen.seed, articles, systems)
            print(f"| {name} | {articles} | {_cells(shares)} |", flush=True)
    print("\n| second is | articles | any technique called different | after Holm |")
    print("|---|---|---|---|")
    for name, other in (("equal", PLAIN), ("equal, bolder", BOLD)):
        for articles in SIZES[:3]:
            shares = family_errors(chosen.trials // 4, chosen.seed, articles, other)
            print(f"| {name} | {articles} | {_cells(shares)} |", flush=True)
    for articles in (30, 90):
        need, told = power_at_need(chosen.trials // 4, chosen.seed, articles)
        told_in = f"{100 * told:.0f} %"
        print(f"\n{articles} articles: {need:,} paragraphs should tell .02, and do in {told_in}")


if __name__ == "__main__":
    main()
