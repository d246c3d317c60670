"""Score on saved pages: ours beside trafilatura and readability, with intervals over sites.

A folder has a folder for each site, with pages NAME.html and beside each NAME.txt, its truth: a
paragraph a line, with a mark and a blank before it: + belongs to the article, ~ does not count,
- does not belong. A truth without - is the whole text; one with - is only parts of it, to be
looked up in what was extracted.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from annotate.articles.article import Article
from annotate.articles.readers.html import read_page
from annotate.core.console import progress
from annotate.core.errors import InputError
from annotate.core.io.encodings import read_repaired
from annotate.core.records import BlockType, normalise
from annotate.core.stats.estimates import (
    Estimate,
    Floats,
    Size,
    cluster_index,
    estimates,
    ratio,
    sum_by_cluster,
)
from annotate.core.stats.intervals import DIFFERENCE
from annotate.paragraphs.length import PARAGRAPH_KINDS, CutRules, Short
from annotate.paragraphs.segment import cut
from benchmarks.extraction.paragraphs import html_paragraphs

SHINGLE = 4
ALIKE = 0.9  # share of common words that makes two paragraphs the same
FOREIGN = 0.5  # a paragraph with fewer of its shingles in the truth is a leftover
LISTS_TOO = frozenset(BlockType) - {BlockType.CAPTION, BlockType.EMBED}
_WORD = re.compile(r"[^\W\u2e80-\u9fff]+|[\u2e80-\u9fff]")  # a Chinese character is a word

COLUMNS = (
    "shingles: precision | recall | F1",
    "paragraphs: precision | recall | F1 | leftovers in 100",
    "segments: precision | recall | F1",
)

Way = Callable[[str, Path], Sequence[str]]
Shingles = Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A saved page and its truth: what is right, what does not count, what is wrong."""

    path: Path
    right: tuple[str, ...]
    silent: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def site(self) -> str:
        return self.path.parent.name


def saved_pages(folder: Path) -> Iterator[SavedPage]:
    """Read the truths of the pages in a folder."""
    for path in sorted(folder.glob("*/*.html")):
        lines = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
        right, silent, wrong = (
            tuple(line[2:] for line in lines if line.startswith(f"{mark} ")) for mark in "+~-"
        )
        yield SavedPage(path, right, silent, wrong)


def ours(html: str, path: Path, kinds: frozenset[BlockType] = LISTS_TOO) -> list[str]:
    """Extract as `prepare` does with every language and short paragraphs kept."""
    rules = CutRules(kinds, max_words=100_000, min_words=0, short=Short.KEEP)
    article = _article(html, path)
    return [paragraph.text for paragraph in cut(article, rules).paragraphs] if article else []


@lru_cache(maxsize=1)
def _article(html: str, path: Path) -> Article | None:
    try:
        return read_page(html, path)
    except InputError:
        return None


def trafilatura_text(html: str, path: Path) -> list[str]:
    """Return the lines of trafilatura's text, with the settings of its published evaluation."""
    import trafilatura

    text = trafilatura.extract(html, include_comments=False, include_tables=True) or ""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def readability_text(html: str, path: Path) -> list[str]:
    """Return the paragraphs of readability-lxml's summary, as it is published."""
    document: Any = import_module("readability").Document(html)  # no dependency of the project
    try:
        return [text for text, _ in html_paragraphs(document.summary(html_partial=True))]
    except ValueError:  # it refuses a control character in a script
        return []


OURS = "prepare, with headings and lists"
RIVALS = ("trafilatura", "readability-lxml")
WAYS: dict[str, Way] = {
    "prepare": partial(ours, kinds=PARAGRAPH_KINDS),
    OURS: ours,
    "prepare, with every kind": partial(ours, kinds=frozenset(BlockType)),
    "trafilatura": trafilatura_text,
    "readability-lxml": readability_text,
}


def score_whole(page: SavedPage, extracted: Sequence[str]) -> list[float]:
    """Count shared, extracted and true shingles, the same of paragraphs, and leftovers.

    Each page has the same weight, but leftovers are of all paragraphs.
    """
    counted = [text for text in extracted if not any(alike(text, s) for s in page.silent)]
    runs, truth = shingles(" ".join(counted)), shingles(" ".join(page.right))
    shared = (runs & truth).total()
    open_, hits = list(page.right), 0
    for text in counted:
        match = next((right for right in open_ if alike(text, right)), None)
        if match is not None:
            open_.remove(match)
            hits += 1
    foreign = sum(is_foreign(text, truth) for text in counted)
    return [
        *_weighed(shared, runs.total(), truth.total()),
        *_weighed(hits, len(counted), len(page.right)),
        foreign,
        len(counted),
    ]


def _weighed(hits: int, extracted: int, right: int) -> list[float]:
    """Divide the three by the size of the union."""
    union = max(extracted + right - hits, 1)
    return [hits / union, extracted / union, right / union]


def score_segments(page: SavedPage, extracted: Sequence[str]) -> list[float]:
    """Count the right segments in the text, all in the text, and all right ones."""
    text = " ".join(" ".join(extracted).split())
    hits = sum(segment in text for segment in page.right)
    return [hits, hits + sum(segment in text for segment in page.wrong), len(page.right)]


def shingles(text: str) -> Shingles:
    """Return the runs of four words; of a shorter text, the text."""
    words = _WORD.findall(text)
    runs = max(len(words) - SHINGLE + 1, min(len(words), 1))
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(runs))


def is_foreign(text: str, truth: Shingles) -> bool:
    """Tell whether most of a paragraph is not in the truth."""
    runs = shingles(text)
    return sum(run in truth for run in runs) < FOREIGN * len(runs)


def alike(text: str, other: str) -> bool:
    """Tell whether two paragraphs share nearly all of their words."""
    words, others = _bag(text), _bag(other)
    return 2 * (words & others).total() >= ALIKE * (words.total() + others.total())


@lru_cache(maxsize=4096)
def _bag(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _whole_rates(sums: Floats) -> Floats:
    rates = [*_rates(sums[:, :3]), *_rates(sums[:, 3:6]), ratio(sums[:, 6], sums[:, 7])]
    return np.stack(rates, axis=1)


def _segment_rates(sums: Floats) -> Floats:
    return np.stack(_rates(sums), axis=1)


def _rates(sums: Floats) -> list[Floats]:
    """Return precision, recall and F1."""
    hits, extracted, right = sums.T
    return [ratio(hits, extracted), ratio(hits, right), ratio(2 * hits, extracted + right)]


def table(folder: Path) -> None:
    """Print the scores of the pages in a folder as Markdown: whole truths, then segments."""
    pages = list(saved_pages(folder))
    whole = [page for page in pages if not page.wrong]
    parts = [page for page in pages if page.wrong]
    texts = dict(_extract(pages))
    _print(whole, texts, score_whole, _whole_rates, " | ".join(COLUMNS[:2]))
    _print(parts, texts, score_segments, _segment_rates, COLUMNS[2])


def _extract(pages: Sequence[SavedPage]) -> Iterator[tuple[tuple[str, Path], list[str]]]:
    """Yield what each way extracts from each page."""
    with progress("pages", len(pages)) as bar:
        for page in pages:
            html, *_ = read_repaired(page.path)
            for name, way in WAYS.items():
                yield (name, page.path), [normalise(text) for text in way(html, page.path)]
            bar.advance()


def _print(
    pages: Sequence[SavedPage],
    texts: dict[tuple[str, Path], list[str]],
    score: Callable[[SavedPage, Sequence[str]], list[float]],
    rates: Callable[[Floats], Floats],
    columns: str,
) -> None:
    if not pages:
        return
    clusters = cluster_index([page.site for page in pages])
    size = Size(int(clusters.max()) + 1, len(pages))
    print(f"\n{len(pages)} pages of {size.articles} sites\n\n| | {columns} |")
    print(f"|---|{'---|' * (columns.count('|') + 1)}")
    sums = {
        name: sum_by_cluster(
            np.array([score(page, texts[name, page.path]) for page in pages], float), clusters
        )
        for name in WAYS
    }
    sizes = [size] * (columns.count("|") + 1)
    for name in WAYS:
        print(f"| {name} | {_cells(estimates(rates, sums[name], sizes))} |")
    for other in RIVALS:
        both = np.concatenate([sums[OURS], sums[other]], axis=1)
        ahead = estimates(partial(_difference, rates), both, sizes, DIFFERENCE)
        print(f"| {OURS}, less {other} | {_cells(ahead)} |", flush=True)


def _difference(rates: Callable[[Floats], Floats], sums: Floats) -> Floats:
    ours, others = np.split(sums, 2, axis=1)
    return rates(ours) - rates(others)


def _cells(figures: Sequence[Estimate]) -> str:
    return " | ".join(
        f"{100 * f.value:.1f} ({100 * f.interval.low:.1f} to {100 * f.interval.high:.1f})"
        for f in figures
    )
