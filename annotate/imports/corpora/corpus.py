"""What a public corpus is, and how its files are found at the path that the user gives."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.errors import InputError
from annotate.imports.label_file import LabelFile
from annotate.imports.label_rows import LabelRow


@dataclass(frozen=True, slots=True)
class CorpusRows:
    """What a reader made of a corpus.

    Attributes:
        files: All files that were read, in order.
        rows: Labels are the corpus's own strings; `split` in values is the official one. A row that
            cannot be used is set aside.
        notes: Sentences about what is left out although it is not damaged.
        united: How many more rows the files have, each of which became part of another one.
    """

    files: tuple[Path, ...]
    rows: Sequence[LabelRow]
    notes: tuple[str, ...] = ()
    united: int = 0


@dataclass(frozen=True, slots=True)
class Corpus:
    """A public corpus; `corpus --list` prints it.

    Attributes:
        name: What users type.
        title: The task, or what the corpus holds.
        languages: Their codes.
        labels: Number of them.
        size: How much there is, with its unit.
        licence: As the published files state it.
        url: Where its owners publish it.
        taxonomy: Name of the taxonomy that its labels belong to.
        read: Reads a folder or file of the user's.
    """

    name: str
    title: str
    languages: tuple[str, ...]
    labels: int
    size: str
    licence: str
    url: str
    taxonomy: str
    read: Callable[[Path], CorpusRows]


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of a corpus, and what its name says: the groups of the reader's pattern."""

    file: LabelFile
    match: re.Match[str]


def find_files(path: Path, pattern: str, expected: str) -> list[CorpusFile]:
    """Return the files whose way from the given folder ends in the pattern, in order.

    Args:
        path: The cloned repository, a folder in it, or one file.
        pattern: Matches the end of a path, such as "data/dev.txt", or the name of a single file.
        expected: The names, in words.

    Raises:
        InputError: There is none; says what was expected.
    """
    ending = re.compile(rf"(?:^|.*/)(?:{pattern})")
    candidates = list(_files(path)) if path.is_dir() else [(path, path.name)]
    matches = [
        CorpusFile(LabelFile(file, shown), match)
        for file, shown in candidates
        if (match := ending.fullmatch(shown))
    ]
    if not matches:
        kind = "no file of this corpus in the folder" if path.is_dir() else "not this corpus"
        raise InputError(f"{path}: {kind}; expected {expected}")
    return matches


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            file = Path(parent, name)
            shown = file.relative_to(folder).as_posix()
            yield file, name if "@" in shown else shown  # an e-mail stays out of the dataset
