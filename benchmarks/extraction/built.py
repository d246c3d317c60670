"""Measure how much of an article is extracted from a web page, and how much else with it.

Pages are built: the templates of pages/ imitate the layouts of real publishers and are filled with
the sample articles, so the correct extraction is known. The rules may be tuned on `tuning`;
`held_out` was written before them, and only its figures are looked at.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np

from annotate.articles.article import Article
from annotate.articles.readers.html import read_page
from annotate.articles.registry import read_file
from annotate.core.records import BlockType, normalise
from annotate.core.stats.estimates import (
    Floats,
    Size,
    cluster_index,
    estimates,
    ratio,
    sum_by_cluster,
)
from annotate.paragraphs.length import CutRules, Short
from annotate.paragraphs.segment import cut

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT / "data" / "samples" / "articles"
PAGES = Path(__file__).parent / "pages"
SETS = ("tuning", "held_out")
EACH = 3  # pages of a template, each with another article
LEAST = 7  # paragraphs of an article, so that no slice of a template is empty
ALIKE = 0.9  # share of common words that makes two paragraphs the same
SHINGLE = 4
RULES = CutRules(max_words=10_000, min_words=0, short=Short.KEEP)
_MARK = re.compile(r"\{\{(\w+) ?(.*?)\}\}(?=[^}]|$)")
_SLICE = re.compile(r"(\d+):(\d*) \| (.*)")


@dataclass(frozen=True, slots=True)
class Page:
    """A page whose article is known.

    Attributes:
        name: Name of its template.
        html: The whole page.
        gold: The paragraphs to extract.
        neutral: Headings, standfirsts and list items of the article, which do not count.
    """

    name: str
    html: str
    gold: tuple[str, ...]
    neutral: tuple[str, ...]


@dataclass(slots=True)
class _Filler:
    """Fills a template with an article and records what it placed."""

    article: Article
    paragraphs: Sequence[str]
    placed: list[str] = field(default_factory=list)
    neutral: list[str] = field(default_factory=list)

    def __call__(self, mark: re.Match[str]) -> str:
        word, rest = mark.groups()
        if word == "body":
            return self._body(rest)
        if word == "quote":
            return escape(self.paragraphs[int(rest)].split(". ")[0])
        if word == "neutral":
            self.neutral.append(rest)
            return escape(rest)
        return self._fact(word)

    def _body(self, rest: str) -> str:
        match = _SLICE.fullmatch(rest)
        if not match:
            raise ValueError(f"not a slice and a pattern: {rest!r}")
        texts = self.paragraphs[int(match[1]) : int(match[2]) if match[2] else None]
        self.placed += texts
        return "\n".join(_wrapped(text, match[3]) for text in texts)

    def _fact(self, word: str) -> str:
        title = self.article.title
        return {
            "title": escape(title),
            "json_title": json.dumps(title),
            "slug": escape(self.article.article_id),
            "author": "Corin Hathersage",
            "date": "9 October 2023",
            "iso": "2023-10-09T05:30:00Z",
            "section": "Politics",
        }[word]


def _wrapped(text: str, pattern: str) -> str:
    """Fill a pattern: `*` is the text, `@` the text with a link, `^` the text with a drop cap."""
    words = text.split()
    linked = escape(text)
    if len(words) > 8:
        first, middle, last = (
            escape(" ".join(part)) for part in (words[:3], words[3:6], words[6:])
        )
        linked = f'{first} <a href="/story/{len(words)}">{middle}</a> {last}'
    drop = f'<span class="drop-cap">{escape(text[0])}</span>{escape(text[1:])}'
    for sign, filled in (("*", escape(text)), ("@", linked), ("^", drop)):
        if sign in pattern:
            return pattern.replace(sign, filled)
    raise ValueError(f"no place for the text: {pattern!r}")


def articles() -> list[tuple[Article, tuple[str, ...]]]:
    """Return the sample articles that are plain text, and their paragraphs."""
    stories = []
    for path in sorted([*ARTICLES.glob("*.txt"), *ARTICLES.glob("*.md")]):
        for article in read_file(path):
            texts = tuple(
                normalise(block.text)
                for block in article.blocks
                if block.kind in (BlockType.BODY, BlockType.QUOTE)
            )
            if len(texts) >= LEAST and article.title:
                stories.append((article, texts))
    return stories


def pages(folder: Path) -> Iterator[Page]:
    """Build `EACH` pages of every template."""
    stories = articles()
    for number, template in enumerate(sorted(folder.glob("*.html"))):
        text = template.read_text(encoding="utf-8")
        for at in range(EACH):
            article, paragraphs = stories[(EACH * number + at) % len(stories)]
            filler = _Filler(article, paragraphs)
            html = _MARK.sub(filler, text)
            if tuple(filler.placed) != paragraphs:
                raise ValueError(f"{template}: does not place every paragraph once")
            neutral = (normalise(article.title), *filler.neutral)
            yield Page(template.stem, html, paragraphs, neutral)


def ours(page: Page) -> list[str]:
    """Extract as `prepare` does, keeping short paragraphs."""
    article = read_page(page.html, Path(f"{page.name}.html"))
    return [paragraph.text for paragraph in cut(article, RULES).paragraphs]


def plain_trafilatura(page: Page) -> list[str]:
    """Return the lines of trafilatura's text, without comments."""
    import trafilatura

    text = trafilatura.extract(page.html, include_comments=False) or ""
    return [normalise(line) for line in text.splitlines() if normalise(line)]


WAYS = {"prepare": ours, "trafilatura's text": plain_trafilatura}


def alike(text: str, other: str) -> bool:
    """Whether two paragraphs share nearly all of their words."""
    words, others = Counter(text.split()), Counter(other.split())
    return 2 * (words & others).total() >= ALIKE * (words.total() + others.total())


def score(page: Page, extracted: Sequence[str]) -> list[int]:
    """Count hits, extracted and gold paragraphs, then the same for shingles."""
    open_gold, hits = list(page.gold), 0
    counted = [t for t in extracted if not any(alike(t, neutral) for neutral in page.neutral)]
    for text in counted:
        match = next((gold for gold in open_gold if alike(text, gold)), None)
        if match is not None:
            open_gold.remove(match)
            hits += 1
    shingles, gold_shingles = _shingles(counted), _shingles(page.gold)
    both = (shingles & gold_shingles).total()
    return [hits, len(counted), len(page.gold), both, shingles.total(), gold_shingles.total()]


def errors(page: Page, extracted: Sequence[str]) -> Iterator[str]:
    """Yield what is lost (-) and what is not part of the article (+)."""
    yield from (f"- {t}" for t in page.gold if not any(alike(t, other) for other in extracted))
    article = (*page.gold, *page.neutral)
    yield from (f"+ {t}" for t in extracted if not any(alike(t, other) for other in article))


def _shingles(texts: Sequence[str]) -> Counter[tuple[str, ...]]:
    words = " ".join(texts).split()
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def _rates(sums: Floats) -> Floats:
    """Return precision, recall and F1 of paragraphs, then of shingles."""
    rates = []
    for start in (0, 3):
        hits, extracted, gold = (sums[:, start + part] for part in range(3))
        rates += [ratio(hits, extracted), ratio(hits, gold), ratio(2 * hits, extracted + gold)]
    return np.stack(rates, axis=1)


def table(name: str) -> None:
    """Print the scores of one set, with intervals over its templates."""
    built = list(pages(PAGES / name))
    clusters = cluster_index([page.name for page in built])
    templates = int(clusters.max()) + 1
    size = Size(templates, len(built))
    print(f"\n{name}: {len(built)} pages of {templates} templates\n")
    print("| | paragraphs: precision | recall | F1 | shingles: precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|")
    for title, way in WAYS.items():
        counts = np.array([score(page, way(page)) for page in built], dtype=np.float64)
        scores = estimates(_rates, sum_by_cluster(counts, clusters), [size] * 6)
        cells = (
            f"{100 * f.value:.1f} ({100 * f.interval.low:.1f} to {100 * f.interval.high:.1f})"
            for f in scores
        )
        print(f"| {title} | {' | '.join(cells)} |")
    if name == "tuning":
        print("\nwhat `prepare` lost (-) and kept wrongly (+), of each template's first page:\n")
        for page in built[::EACH]:
            for line in errors(page, ours(page)):
                print(f"{page.name}: {line[:150]}")


def main() -> None:
    """Print the tables as Markdown."""
    for name in SETS:
        table(name)
