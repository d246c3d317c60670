"""The label formats: how each is recognised and read; FORMATS lists them."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path, PurePath

from annotate.articles.content import advice, suffix_of
from annotate.core.errors import InputError
from annotate.core.io.files import read_bytes
from annotate.imports.format_names import FormatName
from annotate.imports.formats import (
    argilla,
    brat,
    conll,
    doccano,
    fasttext,
    inception,
    label_studio,
    potato,
    prodigy,
    semeval,
    table,
)
from annotate.imports.given_splits import split_named
from annotate.imports.label_file import TABLE_SUFFIXES, LabelFile
from annotate.imports.label_rows import LabelRow, Meaning


@dataclass(frozen=True, slots=True)
class LabelFormat:
    """A format.

    Attributes:
        recognises: Tells by the content whether a file has the format.
        read: Yields the answers of a file.
        words: The tool's words for a status -> ours, or "set aside".
        by_document: A file holds a document, whoever labelled it; else the answers of a person.
    """

    recognises: Callable[[LabelFile], bool]
    read: Callable[[LabelFile, Meaning], Iterator[LabelRow]]
    words: Mapping[str, str] = field(default_factory=dict)
    by_document: bool = False


# The first that recognises a file reads it: a table recognises every row.
FORMATS: Mapping[FormatName, LabelFormat] = {
    FormatName.INCEPTION: LabelFormat(
        inception.is_inception, inception.read_inception, by_document=True
    ),
    FormatName.BRAT: LabelFormat(brat.is_brat, brat.read_brat, by_document=True),
    FormatName.SEMEVAL: LabelFormat(semeval.is_semeval, semeval.read_semeval, by_document=True),
    FormatName.CONLL: LabelFormat(conll.is_conll, conll.read_conll, by_document=True),
    FormatName.FASTTEXT: LabelFormat(fasttext.is_fasttext, fasttext.read_fasttext),
    FormatName.LABEL_STUDIO_JSON: LabelFormat(
        label_studio.is_json_export, label_studio.read_export, label_studio.WORDS
    ),
    FormatName.LABEL_STUDIO_CSV: LabelFormat(
        label_studio.is_csv_export, label_studio.read_export, label_studio.WORDS
    ),
    FormatName.ARGILLA: LabelFormat(argilla.is_argilla, argilla.read_argilla, argilla.WORDS),
    FormatName.PRODIGY: LabelFormat(prodigy.is_prodigy, prodigy.read_prodigy, prodigy.WORDS),
    FormatName.POTATO: LabelFormat(potato.is_potato, potato.read_potato),
    FormatName.DOCCANO: LabelFormat(doccano.is_doccano, doccano.read_doccano),
    FormatName.TABLE: LabelFormat(table.is_table, table.read_table),
}
_HIDDEN = (".", "~$")  # also what Excel leaves while it has a table open
_SHARD = re.compile(r"-\d+-of-\d+$")
_PACKED = (".zip", ".gz")
_SUFFIXES = frozenset(
    (
        *(*TABLE_SUFFIXES, ".jsonl", ".json", ".ndjson", ".ann", ".txt", ".conll"),
        *(".conllu", ".bio", ".iob", ".iob2", ".labels"),
    )
)


@dataclass(frozen=True, slots=True)
class LabelFiles:
    """The files to read.

    Attributes:
        name: Of the file or folder that was given.
        format: Of all of them.
        files: In the order in which they are read.
        left_out: Files of a folder that are none of these.
    """

    name: str
    format: FormatName
    files: tuple[LabelFile, ...]
    left_out: int = 0

    def rows(self, meaning: Meaning) -> Iterator[LabelRow]:
        """Yield the answers of all files, each with its annotator.

        Raises:
            InputError: A file cannot be read as this format.
        """
        format_ = FORMATS[self.format]
        for file in self.files:
            given = self._given(file)
            for row in format_.read(file, meaning):
                person = row.values.get("annotator") or given["annotator"]
                yield replace(row, values={**given, **row.values, "annotator": person})

    def _given(self, file: LabelFile) -> dict[str, str]:
        """Return what the name of a file says of its rows: the annotator, or the split."""
        if FORMATS[self.format].by_document:
            return {"annotator": self.name}
        splits = [_split_of(other) for other in self.files]
        if all(splits) and len(set(splits)) > 1:
            return {"annotator": file.folder or self.name, "split": _split_of(file)}
        return {"annotator": str(PurePath(file.folder, file.path.stem))}


def _split_of(file: LabelFile) -> str:
    """Return the split that a file is named after, as in train-00000-of-00001; else nothing."""
    return split_named(_SHARD.sub("", file.path.stem)) or ""


def find_label_files(inputs: Sequence[Path], name: FormatName) -> LabelFiles:
    """Find the files of labels among the inputs and in folders, and tell their format.

    Args:
        inputs: Files and folders.
        name: The format; AUTO to find out.

    Raises:
        InputError: There are none, or they have different formats.
    """
    formats: dict[FormatName, list[LabelFile]] = {}
    left_out = 0
    for path in inputs:
        for file in _files(path):
            format_ = _format_of(file, name, chosen=not path.is_dir())
            if format_ is None:
                left_out += 1
            else:
                formats.setdefault(format_, []).append(file)
    if not formats:
        raise InputError(f"{inputs[0]}: no file of labels in it; known formats: {_known()}")
    if len(formats) > 1:
        listed = ", ".join(f"{files[0].shown} is {format_}" for format_, files in formats.items())
        raise InputError(f"files of several formats: {listed}; choose one with --format")
    ((format_, files),) = formats.items()
    if len(inputs) > 1:
        files = _below_common_folder(files)
    by_document = FORMATS[format_].by_document
    name_ = inputs[0].resolve().name + (" and others" if len(inputs) > 1 else "")
    return LabelFiles(name_, format_, tuple(_annotators(files) if by_document else files), left_out)


def _below_common_folder(files: Sequence[LabelFile]) -> list[LabelFile]:
    """Name files of several inputs by their way from the folder of all: anna/labels.csv."""
    parents = [file.path.resolve().parent for file in files]
    root = os.path.commonpath(parents)
    named = []
    for file, parent in zip(files, parents, strict=True):
        folder = parent.relative_to(root).as_posix()
        folder = "" if folder == "." else folder
        shown = _shown(file.path, str(PurePath(folder, file.path.name)))
        named.append(replace(file, folder=folder, shown=shown))
    return named


def _known() -> str:
    return ", ".join(name for name in FormatName if name != FormatName.AUTO)


def _files(path: Path) -> Iterator[LabelFile]:
    if not path.is_dir():
        yield LabelFile(path, _shown(path, path.name))
        return
    for parent, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(_HIDDEN)):
            file = Path(parent, name)
            folder = file.parent.relative_to(path).as_posix()
            folder = "" if folder == "." else folder
            yield LabelFile(file, _shown(file, str(PurePath(folder, name))), folder)


def _shown(path: Path, name: str) -> str:
    """Return the file's name for the dataset, which holds no e-mail."""
    return f"file-{digest_of([path])}" if "@" in name else name


def digest_of(paths: Iterable[Path]) -> str:
    """Return a digest of the files' content."""
    digest = sha256()
    for path in paths:
        digest.update(read_bytes(path))
    return digest.hexdigest()[:16]


def _format_of(file: LabelFile, name: FormatName, *, chosen: bool) -> FormatName | None:
    """Return the format of a file; None for a file of a folder that has no labels."""
    if not chosen and file.path.suffix.lower() not in _SUFFIXES:
        return None
    if name != FormatName.AUTO and chosen:
        return name
    if chosen:
        _check_readable(file.path)
    # An empty file of a folder says that nothing is marked in a document, or nothing at all.
    empty = not chosen and file.is_empty
    asked = [name] if name != FormatName.AUTO else [*FORMATS]
    possible = (n for n in asked if FORMATS[n].by_document or not empty)
    format_ = next((n for n in possible if FORMATS[n].recognises(file)), None)
    if format_ is None and chosen:
        raise InputError(
            f"{file.path}: not a file of labels that is known; known formats: {_known()}; write a "
            'table (CSV) or JSON objects ({"text": ..., "labels": [...]}) instead'
        )
    return format_


def _check_readable(path: Path) -> None:
    """Refuse archives, and other files that hold no text.

    Raises:
        InputError: Says how to make the file readable.
    """
    suffix = suffix_of(path)
    how = "unpack it, and give the file or the folder" if suffix in _PACKED else advice(path)
    if how:
        raise InputError(f"{path}: holds no labels that can be read here; {how}")


def _annotators(files: Sequence[LabelFile]) -> Iterator[LabelFile]:
    """Take folders for annotators where several have a document of one name."""
    names = Counter(file.path.name for file in files)
    for file in files:
        exported = PurePath(file.folder).suffix  # DOCUMENT.txt/ANNOTATOR.tsv
        yield file if exported or names[file.path.name] > 1 else replace(file, folder="")
