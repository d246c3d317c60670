"""Withdraw an article or an annotator: from the next snapshot, and from the older ones on disk."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.dataset_folder import read_manifest, read_table
from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import plain_os_errors
from annotate.core.records import normalise
from annotate.label_studio.annotator_projects import people_of
from annotate.label_studio.connection import connection
from annotate.privacy.pseudonyms import IMPORTED, identity, read_key
from annotate.privacy.withdrawal_list import change, withdrawn_file


@dataclass(frozen=True, slots=True)
class Target:
    """What is withdrawn.

    Attributes:
        article_id: Empty for a person.
        person: As the key of pseudonyms has it; empty for an article.
        pseudonym: The person's, empty where nothing of this person was pulled.
    """

    article_id: str = ""
    person: str = ""
    pseudonym: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A snapshot on disk that holds what is withdrawn.

    Attributes:
        present: Whether the dataset's link leads to it.
    """

    folder: Path
    present: bool


def find_annotator(name: str, key_file: Path, url: str, token: str) -> Target:
    """The person of this pseudonym, name in an imported file, or name on the server.

    Raises:
        InputError: Nobody, or several people.
        ServerError: Only the server could tell, and it cannot be asked.
    """
    key = read_key(key_file)
    if name in key.values():
        return Target(person=next(p for p, n in key.items() if n == name), pseudonym=name)
    imported = identity(f"{IMPORTED}{normalise(name)}", 1)
    found = [imported] if imported in key else []
    try:
        there = connection(url, token)
        number = people_of(there).get(name.partition("@")[0].lower())
        found += [identity(there.server, number)] if number is not None else []
    except ServerError:
        if not found:
            raise
    shown = "so" if "@" in name else repr(name)  # an e-mail is shown nowhere
    if not found:
        raise InputError(
            f"nobody is called {shown} on the server, in imported files or in {key_file}; give "
            "the pseudonym (a1, a2, ...) or the name that the person has there"
        )
    if len(found) > 1:
        names = " and ".join(key.get(person, "somebody without work yet") for person in found)
        raise InputError(f"who is called {shown} is {names}; say with the pseudonym who is meant")
    return Target(person=found[0], pseudonym=key.get(found[0], ""))


def withdraw(target: Target, key_file: Path, *, undo: bool) -> bool:
    """Put the target on the list that every pull obeys, or take it off; whether it changed.

    Raises:
        InputError: The list is broken or cannot be written.
    """
    path = withdrawn_file(key_file)
    if target.article_id:
        return change(path, "articles", target.article_id, undo=undo)
    return change(path, "annotators", target.person, undo=undo)


def datasets_in(folder: Path) -> list[Path]:
    """The datasets of a folder, also those whose link is gone."""
    return sorted(folder / path.name for path in (folder / ".versions").glob("[!.]*"))


def versions_with(target: Target, datasets: Sequence[Path]) -> list[Version]:
    """The snapshots on disk that hold the target.

    Raises:
        InputError: One cannot be read.
    """
    return [
        Version(folder, link.resolve() == folder.resolve())
        for link in datasets
        for folder in sorted((link.parent / ".versions" / link.name).glob("[!.]*"))
        if _holds(folder, target)
    ]


def _holds(folder: Path, target: Target) -> bool:
    if target.article_id:
        wanted = normalise(target.article_id)
        return wanted in {*_column(folder / "gold", "article_id"), *_column(folder / "gold", "url")}
    ledger = read_manifest(folder).get("ledger") or {}
    known = {*ledger.get("annotators", ()), *ledger.get("adjudicators", ())}
    return target.pseudonym in {*known, *_column(folder / "annotations", "annotator")}


def _column(folder: Path, name: str) -> Iterator[str]:
    for path in sorted(folder.glob("*.parquet")):
        yield from read_table(path).column(name).to_pylist()


def purge(versions: Sequence[Version]) -> list[Path]:
    """Remove these snapshots but the present ones, without which a dataset would be gone.

    Raises:
        InputError: One cannot be removed.
    """
    gone = [version.folder for version in versions if not version.present]
    for folder in gone:
        with plain_os_errors(folder):
            shutil.rmtree(folder)
    return gone
