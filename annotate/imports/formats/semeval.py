"""SemEval label files, which need the folder of the articles: --texts.

Of 2023, task 3, subtask 3: article, line of the paragraph, labels. Of marked words, also of 2020,
task 11: article, technique, start, end. A file of marked words names only articles with some,
unless each article has a file.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from annotate.core.errors import InputError
from annotate.imports.documents import DocumentSpan, Piece, article_rows, cut_article
from annotate.imports.label_cells import split_cell
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning

_LINE = re.compile(r"(\w+)\t(\d+)(?:\t([^\t]*))?")
_SPAN = re.compile(r"(\w+)\t([^\t]+)\t(\d+)\t(\d+)")
_ONE_ARTICLE = re.compile(r"(article\d+)\b.*labels.*")
_SUFFIXES = (".txt", ".tsv", ".labels", ".tab")


def is_semeval(file: LabelFile) -> bool:
    """Tell by the form of all lines; an empty file of an article's labels marks nothing."""
    if file.path.suffix.lower() not in _SUFFIXES:
        return False
    lines = [line for line in _lines(file) if line.strip()]
    if not lines:
        return bool(_ONE_ARTICLE.fullmatch(file.path.name))
    forms = (_LINE, _SPAN)
    return any(all(form.fullmatch(line) for line in lines) for form in forms)


def _lines(file: LabelFile) -> list[str]:
    return [line.rstrip("\r") for line in file.raw.split("\n")]


def read_semeval(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Yield an answer for each line of labels, or for each paragraph of articles with marks.

    Raises:
        InputError: --texts is missing, or has none of the articles.
    """
    lines = {n: line for n, line in enumerate(_lines(file), 1) if line.strip()}
    if not meaning.texts.articles:
        raise InputError(
            f"{file.path}: the labels are of lines or offsets of articles; name the folder of the "
            "article files with --texts (articleID.txt)"
        )
    if all(_SPAN.fullmatch(line) for line in lines.values()):
        yield from _span_rows(file, lines, meaning)
    else:
        yield from _line_rows(file, lines, meaning)


def _line_rows(file: LabelFile, lines: Mapping[int, str], meaning: Meaning) -> Iterator[LabelRow]:
    fields = {n: match.groups() for n, line in lines.items() if (match := _LINE.fullmatch(line))}
    for number in sorted(lines.keys() - fields.keys()):
        yield LabelRow(file.where(number), {}).aside("not article, line and labels")
    paragraphs = _paragraphs(list(fields.values()), meaning)
    for number, (id_, line, cell) in fields.items():
        entry = LabelRow(file.where(number), {})
        article = paragraphs.get(id_)
        if article is None:
            yield entry.aside(f"--texts has no article {id_!r}")
        elif int(line) not in article:
            yield entry.aside(f"no paragraph begins at line {line} of article {id_!r}")
        else:
            labels = split_cell(cell, meaning) if cell and cell.strip() else []
            yield LabelRow(entry.where, article[int(line)].values, tuple(labels))


def _paragraphs(fields: Sequence[Sequence[str]], meaning: Meaning) -> dict[str, dict[int, Piece]]:
    """Return article -> number -> paragraph, by the first way of counting that fits all labels.

    Paragraphs have the number of their first line; or each line is one; or the lines of a paragraph
    count as one, and the blank line behind it as another.
    """
    ids = {id_ for id_, *_ in fields}
    articles = {id_: article for id_ in ids if (article := meaning.texts.article(id_))}
    ways = [
        {id_: {piece.line: piece for piece in cut_article(*a)} for id_, a in articles.items()},
        {
            id_: {piece.line: piece for piece in cut_article(*a, at_lines=True)}
            for id_, a in articles.items()
        },
        {
            id_: {2 * number + 1: piece for number, piece in enumerate(cut_article(*a))}
            for id_, a in articles.items()
        },
    ]
    numbers = [(id_, int(line)) for id_, line, *_ in fields if id_ in articles]
    misses = [sum(line not in way[id_] for id_, line in numbers) for way in ways]
    return ways[misses.index(0) if 0 in misses else misses.index(min(misses[:2]))]


def _span_rows(file: LabelFile, lines: Mapping[int, str], meaning: Meaning) -> Iterator[LabelRow]:
    spans: dict[str, list[DocumentSpan]] = defaultdict(list)
    alone = _ONE_ARTICLE.fullmatch(file.path.name)
    if alone:
        spans[alone[1].removeprefix("article")] = []
    for number, line in lines.items():
        id_, label, start, end = line.split("\t")
        mark = DocumentSpan(int(start), int(end), label, file.where(number))
        spans[id_.removeprefix("article")].append(mark)
    for id_, marks in spans.items():
        article = meaning.texts.article(id_)
        if article is None:
            for mark in marks:
                yield LabelRow(mark.where, {}).aside(f"--texts has no article {id_!r}")
        else:
            yield from article_rows(cut_article(*article), marks, file.folder, file.where(1))
