"""Divide a text file of several articles at the rules that somebody drew between them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from annotate.articles.article import Article, Unread
from annotate.articles.readers.front_matter import read_front_matter
from annotate.articles.readers.head_lines import head_line, names_person
from annotate.articles.readers.pdf_pages import SENTENCE_END
from annotate.articles.readers.plain_text import RULE, read_plain_text
from annotate.core.errors import InputError
from annotate.core.records import normalise

_HEAD_LINES = 6  # in which title, byline and date stand
_ASTERISKS = re.compile(r"[*\s]+")  # between the sections of an article, too
_TITLE_WORDS = 40


def read_divided(text: str, path: Path) -> list[Article | Unread]:
    """Read the articles of a text that is divided by rules of dashes, equals signs or the like.

    An article begins where a rule stands above a head: fields such as "Title: ...", or a title
    with a byline or date; below asterisks a date is not enough. Any other rule is one within an
    article. None if there are not at least two such heads.
    """
    lines = text.splitlines(keepends=True)
    pieces = list(_pieces(lines))
    if len(pieces) < 2:
        return []
    starts = [
        start
        for number, (start, end) in enumerate(pieces)
        if _has_head(
            lines[start:end],
            path,
            section=number > 0 and bool(_ASTERISKS.fullmatch(lines[start - 1])),
        )
    ]
    if len(starts) < 2 or starts[0] != pieces[0][0]:
        return []
    ends = [*starts[1:], len(lines)]
    return [
        _read("".join(_without_rules(lines[start:end])), start + 1, number, path)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def _pieces(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each piece with words between two rules begins and ends.

    The rule below fields, as between front matter and text, or below a title is none of these.
    """
    start, words, text = 0, False, False
    for at, line in enumerate(lines):
        if not RULE.fullmatch(line.strip()):
            words, text = words or bool(normalise(line)), text or _has_text([line])
        elif text or not words:
            if text:
                yield start, at
            start, words, text = at + 1, False, False
    if text:
        yield start, len(lines)


def _has_text(lines: Sequence[str]) -> bool:
    return any(SENTENCE_END.search(line.strip()) and len(line.split()) > 2 for line in lines)


def _without_rules(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines, with empty ones for the rules around the head and at the end."""
    texts = [at for at, line in enumerate(lines) if _has_text([line])]
    first, last = (texts[0], texts[-1]) if texts else (len(lines), 0)
    for at, line in enumerate(lines):
        outside = not first < at < last
        yield "\n" if outside and RULE.fullmatch(line.strip()) else line


def _has_head(lines: Sequence[str], path: Path, *, section: bool) -> bool:
    """Tell whether a piece begins an article; one that may be a section must name its author."""
    front = read_front_matter("".join(_without_rules(lines)), path)
    if front.values.get("title"):
        return True
    full = [normalise(line) for line in lines if normalise(line)][:_HEAD_LINES]
    words = [line for line in full if not RULE.fullmatch(line)]
    heads = [head_line(line) for line in words[1:3]]
    named = any(author and names_person(author) for author, _ in heads)
    return _is_title(words[:1]) and (named or (not section and any(map(any, heads))))


def _is_title(lines: Sequence[str]) -> bool:
    return all(
        len(line.split()) <= _TITLE_WORDS
        and not SENTENCE_END.search(line)
        and not any(head_line(line))
        for line in lines
    )


def _read(text: str, line: int, number: int, path: Path) -> Article | Unread:
    try:
        article = read_plain_text(text, path)
    except InputError as error:
        where = f"{path}: article {number} (line {line}), its line "
        message = str(error).replace(f"{path}:", where)
        return Unread.of("article", type(error)(message))
    named = article.article_id != normalise(path.stem)
    return replace(
        article,
        article_id=article.article_id if named else normalise(f"{path.stem}-{number}"),
        origin=f"{path}:{line}",
    )
