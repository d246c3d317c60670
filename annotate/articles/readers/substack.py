"""Read what a Substack export keeps beside its posts: their titles and days, and which are drafts.

The export is a folder with posts.csv and a folder posts/ of pages without a head, named by their
post_id.
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from annotate.articles.article import Article, LeftOut
from annotate.core.records import normalise

_INDEX = "posts.csv"
_DAY = len("2024-03-05")


def is_substack_index(path: Path) -> bool:
    """Tell whether the file is the list of an export's posts, which has no text."""
    return path.name == _INDEX and (path.parent / "posts").is_dir()


def with_substack_title(article: Article, path: Path) -> Article:
    """Return the article with its title and day; if it is a draft, all of it is left out."""
    post = _posts(path.parent.parent / _INDEX).get(path.stem)
    if path.parent.name != "posts" or post is None:
        return article
    article = replace(
        article,
        title=normalise(post.get("title") or article.title),
        date=(post.get("post_date") or article.date)[:_DAY],
    )
    if (post.get("is_published") or "").casefold() != "false":
        return article
    blocks = tuple(LeftOut(block.kind, "Substack draft", block.text) for block in article.blocks)
    return replace(article, blocks=(), left_out=(*article.left_out, *blocks))


@lru_cache(maxsize=8)
def _posts(index: Path) -> Mapping[str, Mapping[str, str]]:
    if not index.is_file():
        return {}
    with index.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return {row.get("post_id") or "": row for row in csv.DictReader(file)}
