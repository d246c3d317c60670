"""Plan who labels what: several people an article, evenly, so that many pairs of people meet.

Label Studio's community edition has no overlap; this plan is made before anything is sent. An
article's paragraphs stay together and in order. Choosing the least loaded people for each article
keeps the loads within one article of each other; what freedom that leaves goes into pairs of
people who have nothing in common yet, since agreement needs them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from random import Random
from typing import Any

from annotate.core.errors import InputError
from annotate.core.plurals import counted
from annotate.paragraphs.index import Planned

_TRIES = 20  # seeded plans of which the best is kept,
_STEPS = 5_000_000  # fewer where they would take more steps than this, some seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets which paragraphs, and how even that is.

    Attributes:
        fresh: Annotator -> ids of the paragraphs to send now, in order.
        load: Annotator -> paragraphs in all, those from before included.
        common: Pair of annotators -> paragraphs that both have; only pairs that have some.
        pairs: Number of pairs of annotators.
        reachable: Pairs that could have something in common: each article that is given out now
            brings k(k-1)/2 pairs at most, beside those that had met before.
        largest: Paragraphs of the largest article.
        articles: Number of articles in the input.
        overlap: People for each paragraph.
    """

    fresh: Mapping[str, tuple[str, ...]]
    load: Mapping[str, int]
    common: Mapping[tuple[str, str], int]
    pairs: int
    reachable: int
    largest: int
    articles: int
    overlap: int

    @property
    def spread(self) -> int:
        """How many paragraphs the one with most has more than the one with fewest."""
        return max(self.load.values()) - min(self.load.values())

    def lines(self) -> Iterator[str]:
        """Yield what the user should know before anything is sent."""
        sent = sum(map(len, self.fresh.values()))
        loads = ", ".join(f"{name} {count}" for name, count in self.load.items())
        yield f"{sent} to send; each person will have: {loads}"
        spread = counted(self.spread, "paragraph")
        yield f"loads differ by {spread}; the largest article has {self.largest}"
        met = f"{len(self.common)} of {self.pairs} pairs of people have paragraphs in common"
        if len(self.common) < self.pairs:
            need = -(-self.pairs // max(comb(self.overlap, 2), 1))
            met += f" ({self.reachable} were possible; all need about {counted(need, 'article')})"
        yield met

    def to_json(self) -> dict[str, Any]:
        """Return what `push --json` reports."""
        return {
            "load": dict(self.load),
            "spread": self.spread,
            "largest_article": self.largest,
            "pairs": self.pairs,
            "pairs_possible": self.reachable,
            "common": [{"pair": list(p), "paragraphs": n} for p, n in self.common.items()],
        }


def plan(
    paragraphs: Sequence[Planned],
    annotators: Sequence[str],
    overlap: int,
    seed: int,
    existing: Mapping[str, Collection[str]],
) -> Plan:
    """Give each paragraph to `overlap` people; those who have it already count and keep it.

    The same input gives the same plan, and planning again when a part of it was sent completes it.

    Args:
        paragraphs: In the order in which they are to be labelled.
        annotators: Who gets paragraphs now.
        overlap: People for each paragraph.
        seed: Random seed, to decide between equals.
        existing: Person -> ids on the server, also of people who get nothing now.

    Raises:
        InputError: More overlap than people, or names twice.
    """
    check_people(annotators, overlap)
    task = _Problem(paragraphs, annotators, overlap, existing)
    steps = len(task.open) * overlap * len(annotators) ** 2 + 1
    tries = max(1, min(_TRIES, _STEPS // steps))
    rounds = (task.round(Random(f"{seed} {number}")) for number in range(tries))
    return task.plan(_best(rounds, task))


def _best(rounds: Iterable["_Round"], task: "_Problem") -> "_Round":
    """Return the first that reaches what can be reached, else the best of all."""
    best: _Round | None = None
    for candidate in rounds:
        if best is None or candidate.value > best.value:
            best = candidate
        if len(candidate.met) >= task.reachable and candidate.spread <= task.largest:
            break
    assert best is not None  # there is always a first
    return best


def check_people(annotators: Sequence[str], overlap: int) -> None:
    """Refuse what no plan can satisfy.

    Raises:
        InputError: What, and how to fix it.
    """
    if not annotators:
        raise InputError("no annotators: name them with --annotators ana,ben,cy")
    twice = [name for name, count in Counter(annotators).items() if count > 1]
    if twice:
        raise InputError(f"annotator {twice[0]!r} is named twice")
    if not 1 <= overlap <= len(annotators):
        raise InputError(
            f"--overlap {overlap} with {counted(len(annotators), 'annotator')}: choose from 1 to "
            f"{len(annotators)}, or name more annotators"
        )


class _Problem:
    """What is to be assigned, and what was."""

    def __init__(
        self,
        paragraphs: Sequence[Planned],
        annotators: Sequence[str],
        overlap: int,
        existing: Mapping[str, Collection[str]],
    ) -> None:
        self.annotators, self.overlap = list(annotators), overlap
        self.articles: dict[str, list[str]] = {}
        for paragraph in {p.id: p for p in paragraphs}.values():
            self.articles.setdefault(paragraph.article_id, []).append(paragraph.id)
        self.order = {i: n for n, i in enumerate(i for a in self.articles.values() for i in a)}
        self.largest = max(map(len, self.articles.values()), default=0)
        self.existing = {name: set(existing.get(name, ())) for name in self.annotators}
        self.holders = Counter(i for ids in existing.values() for i in set(ids))
        self.load = {name: len(self.existing[name]) for name in self.annotators}
        self.met = {
            frozenset(pair)
            for pair in combinations(self.annotators, 2)
            if self.existing[pair[0]] & self.existing[pair[1]]
        }
        self.open = [a for a, ids in self.articles.items() if any(map(self._lacks, ids))]
        pairs, each = comb(len(self.annotators), 2), comb(overlap, 2)
        self.reachable = min(pairs, len(self.met) + len(self.open) * each)

    def _lacks(self, id_: str) -> bool:
        return self.holders[id_] < self.overlap

    def round(self, chance: Random) -> "_Round":
        """Make one plan: largest articles first, so that the small ones even out the loads."""
        made = _Round(self, chance)
        order = sorted(self.open, key=lambda a: (-len(self.articles[a]), chance.random()))
        for article in order:
            made.give(self.articles[article])
        return made

    def plan(self, best: "_Round") -> Plan:
        fresh = {
            name: tuple(sorted(best.fresh[name], key=self.order.__getitem__))
            for name in self.annotators
        }
        have = {name: self.existing[name] | set(fresh[name]) for name in self.annotators}
        common = {(a, b): len(have[a] & have[b]) for a, b in combinations(self.annotators, 2)}
        return Plan(
            fresh=fresh,
            load={name: len(ids) for name, ids in have.items()},
            common={pair: count for pair, count in common.items() if count},
            pairs=len(common),
            reachable=self.reachable,
            largest=self.largest,
            articles=len(self.articles),
            overlap=self.overlap,
        )


class _Round:
    """A plan in the making."""

    def __init__(self, task: _Problem, chance: Random) -> None:
        self.task, self.chance = task, chance
        self.load = dict(task.load)
        self.met = set(task.met)
        self.fresh: dict[str, list[str]] = {name: [] for name in task.annotators}
        self.common: Counter[frozenset[str]] = Counter()
        seats = chance.sample(range(len(task.annotators)), len(task.annotators))
        self.seat = dict(zip(task.annotators, seats, strict=True))

    @property
    def spread(self) -> int:
        return max(self.load.values()) - min(self.load.values())

    @property
    def value(self) -> tuple[int, int]:
        """More pairs first, then more even loads."""
        return (len(self.met), -self.spread)

    def give(self, article: Sequence[str]) -> None:
        """Choose the people of an article, and give each paragraph to those of them it lacks."""
        lacking = [i for i in article if self.task.holders[i] < self.task.overlap]
        chosen = self._choose(article, len(lacking))
        for id_ in lacking:
            missing = self.task.overlap - self.task.holders[id_]
            takers = [name for name in chosen if id_ not in self.task.existing[name]][:missing]
            for name in takers:
                self.fresh[name].append(id_)
                self.load[name] += 1
        for a, b in combinations(chosen, 2):
            self.met.add(frozenset((a, b)))
            self.common[frozenset((a, b))] += len(article)

    def _choose(self, article: Sequence[str], size: int) -> list[str]:
        """Choose those who have most of the article, then the least loaded who bring new pairs."""
        counts = {n: sum(i in self.task.existing[n] for i in article) for n in self.task.annotators}
        holders = [name for name in self.task.annotators if counts[name]]
        holders.sort(key=lambda name: (-counts[name], self.load[name]))
        chosen = holders[: self.task.overlap]
        others = [name for name in self.task.annotators if name not in chosen]
        while len(chosen) < self.task.overlap:
            name = self._next(chosen, others, size)
            chosen.append(name)
            others.remove(name)
        return chosen

    def _next(self, chosen: list[str], others: list[str], size: int) -> str:
        """Return who joins: most new pairs, among those who keep the loads even."""
        others.sort(key=lambda name: (self.load[name], self.chance.random()))
        room = self.task.overlap - len(chosen)
        fair = [n for n in others if self._keeps_even(n, chosen, others, room, size)] or others[:1]
        return min(fair, key=lambda name: self._cost(name, chosen))

    def _keeps_even(
        self, name: str, chosen: list[str], others: list[str], room: int, size: int
    ) -> bool:
        """Return whether loads stay within one article if the least loaded fill up the rest."""
        rest = [other for other in others if other != name][: room - 1]
        takers = {*chosen, name, *rest}
        low = min((self.load[n] + size * (n in takers)) for n in self.load)
        high = max((self.load[n] + size * (n in takers)) for n in self.load)
        return high - low <= max(self.task.largest, self.spread)

    def _cost(self, name: str, chosen: list[str]) -> tuple[int, int, int, int, float]:
        pairs = [frozenset((name, other)) for other in chosen]
        old = sum(pair in self.met for pair in pairs)
        common = sum(self.common[pair] for pair in pairs)
        turn = sum(self._turn(name, other) for other in chosen)
        return (old, common, turn, self.load[name], self.chance.random())

    def _turn(self, first: str, second: str) -> int:
        """Return the round of a round-robin tournament in which the two meet (circle method).

        Earlier rounds first: a matching that is begun is finished, so that with articles of one
        size every pair can meet before any meets twice.
        """
        a, b = sorted((self.seat[first], self.seat[second]))
        teams = len(self.seat) + len(self.seat) % 2  # an odd number has one who pauses
        return (2 * a if b == teams - 1 else a + b) % (teams - 1)


def plan_pilot(
    paragraphs: Sequence[Planned],
    annotators: Sequence[str],
    size: int,
    seed: int,
    existing: Mapping[str, Collection[str]],
) -> Plan:
    """Give everybody the same paragraphs, of articles drawn by the seed; the last is cut short.

    A full plan goes on from there: it gives the rest of a cut article to people who have its
    beginning.

    Raises:
        InputError: No annotators, or names twice.
    """
    check_people(annotators, 1)
    articles: dict[str, list[Planned]] = {}
    for paragraph in {p.id: p for p in paragraphs}.values():
        articles.setdefault(paragraph.article_id, []).append(paragraph)
    drawn = list(articles)
    Random(seed).shuffle(drawn)
    pilot = [paragraph for article in drawn for paragraph in articles[article]][:size]
    chosen = {p.id for p in pilot}
    rows = [p for p in paragraphs if p.id in chosen]
    return plan(rows, annotators, len(annotators), seed, existing)


def draw_control_items(ids: Sequence[str], ordinary: int, share: float, seed: int) -> list[str]:
    """Draw the control items to mix in, so that they are about `share` of what a person gets.

    Args:
        ids: Of the control items.
        ordinary: The most paragraphs that a person has.
        share: From 0, below 1.
        seed: Random seed; a longer draw begins with the shorter one.

    Raises:
        InputError: The share is no such number.
    """
    if not 0 <= share < 1:
        raise InputError(f"--gold-share {share:g}: choose from 0 to below 1, such as 0.05")
    drawn = sorted(ids)
    Random(seed).shuffle(drawn)
    wanted = round(share / (1 - share) * ordinary)
    return drawn[: max(wanted, 1)] if share else []


def mix_control_items(
    articles: Sequence[Sequence[Planned]], control_items: Sequence[Planned], seed: str
) -> list[Planned]:
    """Spread control items between the articles, never inside one.

    Args:
        articles: One person's, each with its paragraphs in order.
        control_items: Those that the person does not have already.
        seed: Another one for each person, so that the places differ.
    """
    chance = Random(seed)
    drawn = list(control_items)
    chance.shuffle(drawn)
    gaps = len(articles) + 1
    places = sorted(_spread(len(drawn), gaps, chance))
    mixed: list[Planned] = []
    waiting = list(zip(places, drawn, strict=True))
    for gap, article in enumerate([*articles, ()]):
        mixed += [paragraph for place, paragraph in waiting if place == gap]
        mixed += article
    return mixed


def _spread(count: int, gaps: int, chance: Random) -> Iterator[int]:
    """Yield gaps between articles, one drawn from each equal stretch of them."""
    for number in range(count):
        yield min(int((number + chance.random()) * gaps / count), gaps - 1)
