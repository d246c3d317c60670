"""Read articles and cut them into paragraphs, on all cores where that pays."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from annotate.articles.article import Article, Unread
from annotate.articles.readers.column_names import Fields
from annotate.articles.registry import holds_rows, scan_file
from annotate.core.records import normalise
from annotate.paragraphs.length import CutRules
from annotate.paragraphs.near_duplicates import sign
from annotate.paragraphs.segment import Cut, block_count, cut

_WORTH = 2_000_000  # bytes of input from which other processes earn what their start costs
_PATHS, _ARTICLES = 8, 32  # for one process at a time


@dataclass(frozen=True, slots=True)
class CutArticle:
    """What became of an article.

    Attributes:
        article_id: The article.
        origin: File, or file:line.
        encoding: Of the file.
        blocks: How many were read.
        is_empty: Whether the reader left all of it out: a draft, an entry of a feed without text.
        cut: Its paragraphs, and the rest with the reasons.
        signatures: One for each paragraph; empty where its text is too short to compare.
    """

    article_id: str
    origin: str
    encoding: str
    blocks: int
    is_empty: bool
    cut: Cut
    signatures: tuple[bytes, ...]

    @property
    def is_named_by_file(self) -> bool:
        """Whether its id is the name of its file, in a folder."""
        path = Path(self.origin)
        return bool(path.parent.name) and self.article_id == normalise(path.stem)

    def with_folder(self) -> "CutArticle":
        """Return it with the folder in its id: files of two folders may have one name."""
        id_ = normalise(f"{Path(self.origin).parent.name}/{self.article_id}")
        paragraphs = (replace(p, article_id=id_, cluster="") for p in self.cut.paragraphs)
        ledger = (replace(row, article_id=id_) for row in self.cut.ledger)
        result = replace(self.cut, paragraphs=tuple(paragraphs), ledger=tuple(ledger))
        return replace(self, article_id=id_, cut=result)


def cut_files(
    files: Sequence[Path], fields: Fields, rules: CutRules, cores: int | None = None
) -> Iterator[CutArticle | Unread]:
    """Yield the articles of the files, cut, in order, and what cannot be read in its place.

    Args:
        files: Article files.
        fields: Names of the columns in files of rows.
        rules: How to cut.
        cores: How many to use; None for all, where that pays.
    """
    cores = cores or (_all_cores() if sum(map(_size, files)) >= _WORTH else 1)
    jobs = _jobs(files, fields, rules)
    if cores == 1:
        for work, argument in jobs:
            yield from work(*argument)
        return
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        yield from _in_order(pool, jobs, 2 * cores)


_Job = tuple[Callable[..., list[CutArticle | Unread]], tuple[Any, ...]]


def _in_order(
    pool: ProcessPoolExecutor, jobs: Iterator[_Job], ahead: int
) -> Iterator[CutArticle | Unread]:
    """Yield what the jobs return; at most `ahead` of them wait, so memory stays flat."""
    waiting: deque[Future[list[CutArticle | Unread]]] = deque()
    try:
        for work, argument in jobs:
            waiting.append(pool.submit(work, *argument))
            if len(waiting) >= ahead:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _jobs(files: Sequence[Path], fields: Fields, rules: CutRules) -> Iterator[_Job]:
    """Yield jobs: files of rows are read in this process, other files by the workers."""
    paths: list[Path] = []
    for file in files:
        rows = holds_rows(file)
        if not rows:
            paths.append(file)
        if paths and (rows or len(paths) == _PATHS):
            yield _cut_paths, (tuple(paths), fields, rules)
            paths = []
        if rows:
            for articles in _batches(scan_file(file, fields), _ARTICLES):
                yield _cut_articles, (articles, rules)
    if paths:
        yield _cut_paths, (tuple(paths), fields, rules)


def _batches(articles: Iterable[Article | Unread], size: int) -> Iterator[list[Article | Unread]]:
    rest = iter(articles)
    while batch := list(islice(rest, size)):
        yield batch


def _cut_paths(paths: Sequence[Path], fields: Fields, rules: CutRules) -> list[CutArticle | Unread]:
    return [_cut_one(article, rules) for path in paths for article in scan_file(path, fields)]


def _cut_articles(
    articles: Sequence[Article | Unread], rules: CutRules
) -> list[CutArticle | Unread]:
    return [_cut_one(article, rules) for article in articles]


def _cut_one(article: Article | Unread, rules: CutRules) -> CutArticle | Unread:
    if isinstance(article, Unread):
        return article
    result = cut(article, rules)
    return CutArticle(
        article_id=article.article_id,
        origin=article.origin,
        encoding=article.encoding,
        blocks=block_count(article),
        is_empty=not article.blocks,
        cut=result,
        signatures=tuple(sign(paragraph.text) for paragraph in result.paragraphs),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # reading the file itself tells the error
        return 0


def _all_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
