"""CoNLL columns: a token and its tag (BIO) on each line, a blank line between paragraphs.

The columns do not say where blanks were: tokens are joined by blanks, unless a line `# text = ...`
or --texts has the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotate.core.records import normalise
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow, Meaning

_TAG = re.compile(r"O|([BIESLU])-(\S.*)")
_SUFFIXES = (".conll", ".conllu", ".bio", ".iob", ".iob2", ".txt", ".tsv")
_DOCUMENT = "-DOCSTART-"
_TEXT = re.compile(r"#\s*text\s*=\s*(.*)")
_LEAST = 2  # columns


@dataclass(frozen=True, slots=True)
class _Block:
    """The tokens between two blank lines."""

    line: int
    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    text: str


def is_conll(file: LabelFile) -> bool:
    """Tell by the last column, which has a BIO tag on every line."""
    if file.path.suffix.lower() not in _SUFFIXES:
        return False
    rows = [cells for _, cells in _cells(file) if cells and cells[0] != _DOCUMENT]
    return bool(rows) and all(len(cells) >= _LEAST and _TAG.fullmatch(cells[-1]) for cells in rows)


def _cells(file: LabelFile) -> Iterator[tuple[int, list[str]]]:
    """Yield the columns of each line; none for a blank line, and no comments."""
    for number, line in enumerate(file.raw.splitlines(), 1):
        if not _is_comment(line):
            yield number, line.split("\t") if "\t" in line else line.split()


def _is_comment(line: str) -> bool:
    """Tell `# text = ...` from the token `#`, which a tag follows."""
    cells = line.split("\t") if "\t" in line else line.split()
    return line.startswith("#") and not (cells and len(cells) > 1 and _TAG.fullmatch(cells[-1]))


def read_conll(file: LabelFile, meaning: Meaning) -> Iterator[LabelRow]:
    """Yield an answer for each block of tokens."""
    by_letters = {"".join(text.split()): text for text in meaning.texts.paragraphs}
    for block in _blocks(file):
        entry = LabelRow(file.where(block.line), {})
        odd = next((tag for tag in block.tags if not _TAG.fullmatch(tag)), None)
        if odd is not None:
            yield entry.aside(f"{odd!r} is no tag: each token needs B-LABEL, I-LABEL or O")
            continue
        letters = "".join("".join(block.tokens).split())
        text = block.text or by_letters.get(letters) or " ".join(block.tokens)
        places = _places(text, block.tokens)
        if places is None:
            yield entry.aside("the tokens are not those of the text in '# text = ...'")
            continue
        spans = [
            {"start": places[first][0], "end": places[last][1], "label": label}
            for first, last, label in _runs(block.tags)
        ]
        values = {"text": text, "annotator": file.folder, "spans": spans}
        values = meaning.texts.complete({k: v for k, v in values.items() if v not in ("", [])})
        yield LabelRow(entry.where, values, ())


def _blocks(file: LabelFile) -> Iterator[_Block]:
    texts = {
        number: match[1].strip()
        for number, line in enumerate(file.raw.splitlines(), 1)
        if (match := _TEXT.fullmatch(line))
    }
    rows: list[tuple[int, list[str]]] = []
    for number, cells in [*_cells(file), (0, [])]:
        if cells and cells[0] != _DOCUMENT:
            rows.append((number, cells))
        elif rows and not (cells and cells[0] == _DOCUMENT):
            yield _block(rows, texts)
            rows = []


def _block(rows: Sequence[tuple[int, list[str]]], texts: dict[int, str]) -> _Block:
    first = rows[0][0]
    above = [texts[line] for line in range(first - 1, first - 6, -1) if line in texts]
    numbered = all(cells[0].isdecimal() and len(cells) > _LEAST for _, cells in rows)
    column = 1 if numbered else 0  # CoNLL-U numbers the tokens
    return _Block(
        first,
        tuple(cells[column] for _, cells in rows),
        tuple(cells[-1] for _, cells in rows),
        above[0] if above else "",
    )


def _places(text: str, tokens: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return where each token is in the text; None if it does not have them all."""
    places, at = [], 0
    for token in tokens:
        start = text.find(token, at)
        if start < 0 or normalise(text[at:start]):
            return None
        at = start + len(token)
        places.append((start, at))
    return None if normalise(text[at:]) else places


def _runs(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return first and last token and label of what is marked."""
    runs: list[tuple[int, int, str]] = []
    open_label = ""
    for number, tag in enumerate(tags):
        match = _TAG.fullmatch(tag)
        letter, label = (match[1], match[2]) if match and match[1] else ("", "")
        if letter in ("I", "E", "L") and label == open_label:
            runs[-1] = (runs[-1][0], number, label)
        elif letter:
            runs.append((number, number, label))
        open_label = label if letter in ("B", "I") else ""
    return runs
