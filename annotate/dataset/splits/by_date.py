"""Split by date: the newest articles are the test, the next newest the validation.

A group goes by its newest day, so that train has nothing from the time of the test; an older
near-duplicate in the test does no harm. Articles of one day stay together. A month or a year
counts as its last day, and what has no such date goes to train.

The day on which a split begins is decided once: later, new articles from that day on go to it too.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate

from annotate.core.dataset_folder import SPLITS

_DATE = re.compile(r"\d{4}(-\d\d){0,2}(?!\d)")
_NEVER = "~"  # after every day

Sizes = Mapping[str, int]  # day -> paragraphs


def newest_to_test(
    dates: Iterable[tuple[str, str]],
    groups: Sequence[Collection[str]],
    placed: Mapping[str, str],
    shares: Mapping[str, float],
) -> dict[str, str]:
    """Return the splits of the articles whose group is not placed yet.

    Args:
        dates: Article and date of each paragraph.
        groups: Articles that stay together.
        placed: Article -> split.
        shares: Split -> its share of the paragraphs.
    """
    days: dict[str, str] = {}
    paragraphs: Counter[str] = Counter()  # of each article
    for article, date in dates:
        days[article] = max(days.get(article, ""), _day(date))
        paragraphs[article] += 1

    new: Counter[str] = Counter()
    old: dict[str, list[str]] = defaultdict(list)
    newest: dict[str, str] = {}
    for group in groups:
        if placed.keys().isdisjoint(group):
            newest |= dict.fromkeys(group, max(days[a] for a in group))
            new[newest[min(group)]] += sum(paragraphs[a] for a in group)
        for split in {placed[a] for a in group if a in placed}:
            old[split].append(max(days[a] for a in group if placed.get(a) == split))
    sizes = {split: share * paragraphs.total() for split, share in shares.items()}
    starts = _starts(new, old, sizes)
    return {article: _split(day, starts) for article, day in newest.items()}


def _day(date: str) -> str:
    """Return the last day that an ISO date, month or year can mean; empty for anything else."""
    match = _DATE.match(date)
    return match.group().ljust(len("2024-01-01"), "~") if match else ""


def _split(day: str, starts: Mapping[str, str]) -> str:
    return next((split for split, start in starts.items() if day >= start), SPLITS[0])


def _starts(
    new: Sizes, old: Mapping[str, Sequence[str]], sizes: Mapping[str, float]
) -> dict[str, str]:
    """Return the first day of test and of validation, in this order.

    Args:
        new: The paragraphs to place.
        old: Split -> the newest day of each group that it has.
        sizes: Split -> how many paragraphs it should have.
    """
    starts, end = {}, _NEVER
    filled = {split for split in SPLITS if old.get(split)} | ({SPLITS[0]} if "" in new else set())
    for number in (2, 1):
        split, earlier = SPLITS[number], SPLITS[:number]
        if dated := [day for day in old.get(split, ()) if day]:
            end = min(end, *dated)
        elif split in sizes:
            after = max((day for other in earlier for day in old.get(other, ())), default="")
            days = sorted((day for day in new if after < day < end), reverse=True)
            needed = len(sizes.keys() & set(earlier) - filled)  # days that others get first
            end = _start(days[: max(len(days) - needed, 0)], new, sizes[split]) or end
        starts[split] = end
    return starts


def _start(days: Sequence[str], new: Sizes, size: float) -> str | None:
    """Return the day from which on the paragraphs come nearest to the size; None without days."""
    totals = dict(zip(days, accumulate(new[day] for day in days), strict=True))
    return min(days, key=lambda day: abs(totals[day] - size), default=None)
