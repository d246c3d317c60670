"""Read the files of shared tasks: rows parted by tabs, and lists of JSON objects."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import read_text
from annotate.core.io.jsonl import read_lines
from train.scoring.official.task import Answer, Key, add_answer

_GAP = re.compile(r"[\s,]*")
_NUMBER = re.compile(r"[0-9]{1,9}")


def read_cells(path: Path, form: str, least: int) -> Iterator[tuple[str, list[str]]]:
    """Yield place and cells of each row; blank lines are skipped.

    Args:
        path: The file.
        form: What a row is, for messages, such as "article TAB start TAB end".
        least: How many cells a row needs.

    Raises:
        InputError: A row has too few cells, or there is no row.
    """
    empty = True
    for number, line in read_lines(path):
        if line.strip():
            cells = line.rstrip("\r\n").split("\t")
            if len(cells) < least:
                raise InputError(f"{path}:{number}: expected a row of the form {form}")
            yield f"{path}:{number}", cells
            empty = False
    if empty:
        raise InputError(f"{path}: no rows; expected rows of the form {form}")


def read_objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield place and object of each item of a JSON list.

    Raises:
        InputError: The file holds no JSON list of objects, or the list is empty.
    """
    text = read_text(path)
    start = len(text) - len(text.lstrip())
    if not text.startswith("[", start):
        raise InputError(f"{path}:{_line(text, start)}: expected a JSON list of objects")
    _check_json(text, path)
    decoder, at = json.JSONDecoder(), _after_gap(text, start + 1)
    if text[at] == "]":
        raise InputError(f"{path}: the list is empty; expected an object for each text")
    while text[at] != "]":
        where = f"{path}:{_line(text, at)}"
        item, at = decoder.raw_decode(text, at)
        if not isinstance(item, dict):
            raise InputError(f"{where}: expected an object with 'id' and 'labels'")
        yield where, item
        at = _after_gap(text, at)


def _check_json(text: str, path: Path) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}; correct it") from error
    except (RecursionError, ValueError) as error:  # nests too deep, numbers too long
        raise InputError(f"{path}: not JSON: {error}; correct it") from error


def _after_gap(text: str, at: int) -> int:
    match = _GAP.match(text, at)
    return match.end() if match else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def object_id(item: dict[str, Any], where: str) -> Key:
    """Return the id of an object: text or a whole number."""
    value = item.get("id")
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise InputError(f"{where}: expected an 'id', as text or a whole number")
    return value


def object_labels(item: dict[str, Any], where: str) -> list[Any]:
    """Return the list "labels" of an object."""
    value = item.get("labels")
    if not isinstance(value, list):
        raise InputError(f"{where}: expected a list 'labels'; it may be empty")
    return value


def object_text(item: dict[str, Any], where: str) -> str:
    """Return the "text" of an object."""
    value = item.get("text")
    if not isinstance(value, str):
        raise InputError(f"{where}: expected a 'text'")
    return value


def check_label(label: Any, known: Collection[str], where: str) -> str:
    """Return the label if the task has it.

    Raises:
        InputError: It has not; names a label that looks like it, or else all.
    """
    if isinstance(label, str) and label in known:
        return label
    near = get_close_matches(str(label), known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"the task has: {', '.join(known)}"
    raise InputError(f"{where}: unknown label {label!r}; {hint}")


def whole_number(value: Any) -> int | None:
    """Return a number from 0 that is given as such or as text; None for anything else."""
    return int(value) if _NUMBER.fullmatch(str(value)) else None


def check_span(start: Any, end: Any, where: str) -> tuple[int, int]:
    """Return a span whose end is exclusive; numbers may be given as text.

    Raises:
        InputError: They are no whole numbers, or the span is empty.
    """
    first, last = whole_number(start), whole_number(end)
    if first is None or last is None:
        raise InputError(f"{where}: expected start and end as numbers, not {start!r} and {end!r}")
    if first >= last:
        raise InputError(f"{where}: the span {first} to {last} is empty; the end is exclusive")
    return first, last


def read_label_objects(path: Path, known: Collection[str]) -> dict[Key, Answer]:
    """Read a JSON list of {id, labels}; other keys are ignored."""
    answers: dict[Key, Answer] = {}
    for where, item in read_objects(path):
        labels = [check_label(each, known, where) for each in object_labels(item, where)]
        add_answer(answers, object_id(item, where), Answer(frozenset(labels), where))
    return answers


def read_text_objects(inputs: Sequence[Path]) -> dict[Key, str]:
    """Read the texts of JSON lists of {id, text}; other keys, such as labels, are ignored."""
    texts: dict[Key, Answer] = {}
    for path in inputs:
        for where, item in read_objects(path):
            add_answer(texts, object_id(item, where), Answer(object_text(item, where), where))
    return {key: answer.value for key, answer in texts.items()}


def label_objects(answers: Mapping[Key, Sequence[str]]) -> str:
    """Return a JSON list of {id, labels}."""
    rows = [{"id": key, "labels": list(labels)} for key, labels in answers.items()]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def read_article(name: str, folders: Sequence[Path], where: str) -> str:
    """Return the text of an article from the first of the folders that has it.

    Raises:
        InputError: No folder was given, or none has the article.
    """
    for folder in folders:
        if (folder / name).is_file():
            return read_text(folder / name)
    if not folders:
        raise InputError(f"{where}: the row has no text; name the folder of the articles too")
    raise InputError(f"{where}: no {name} in {', '.join(map(str, folders))}")
