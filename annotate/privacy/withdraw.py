"""Withdraw an article or an annotator from the next versions of datasets, and purge old ones."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.dataset_folder import TABLES, read_manifest, read_table
from annotate.core.dataset_versions import VERSIONS, check_whole, version_folders
from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import plain_os_errors
from annotate.core.records import normalise
from annotate.label_studio.annotator_projects import people_of
from annotate.label_studio.connection import find_connection
from annotate.privacy.pseudonyms import IMPORTED, identity, read_key
from annotate.privacy.withdrawal_list import Withdrawn, update_list, withdrawn_file


@dataclass(frozen=True, slots=True)
class Target:
    """The article or the person to withdraw.

    Attributes:
        article_id: Empty for a person.
        person: The person's name in the key of pseudonyms; empty for an article.
        pseudonym: Empty if none of the person's work was pulled.
    """

    article_id: str = ""
    person: str = ""
    pseudonym: str = ""


@dataclass(frozen=True, slots=True)
class AffectedVersion:
    """A version of a dataset that has what is withdrawn.

    Attributes:
        current: Whether the dataset's link leads to it.
    """

    folder: Path
    current: bool


def find_annotator(name: str, key_file: Path, url: str, token: str) -> Target:
    """Find a person by pseudonym, by name in an imported file, or by name on the server.

    Raises:
        InputError: Nobody, or several people.
        ServerError: The server has to be asked, and cannot be.
    """
    key = read_key(key_file)
    if name in key.values():
        return Target(person=next(p for p, n in key.items() if n == name), pseudonym=name)
    imported = identity(f"{IMPORTED}{normalise(name)}", 1)
    matches = [imported] if imported in key else []
    try:
        server = find_connection(url, token)
        number = people_of(server).get(name.partition("@")[0].lower())
        matches += [identity(server.server, number)] if number is not None else []
    except ServerError:
        if not matches:
            raise
    shown = "that" if "@" in name else repr(name)  # an e-mail is shown nowhere
    if not matches:
        raise InputError(
            f"nobody is called {shown} on the server, in imported files or in {key_file}; give "
            "the pseudonym (a1, a2, ...) or the person's name there"
        )
    if len(matches) > 1:
        names = " and ".join(key.get(person, "somebody without work yet") for person in matches)
        raise InputError(f"{names} are both called {shown}; give the pseudonym of one of them")
    return Target(person=matches[0], pseudonym=key.get(matches[0], ""))


def withdraw(target: Target, key_file: Path, *, undo: bool) -> bool:
    """Add the target to the list that every pull obeys, or remove it; tell whether it changed.

    Raises:
        InputError: The list is broken or cannot be written.
    """
    names = Withdrawn.naming(target.article_id, target.person)
    return update_list(withdrawn_file(key_file), names, undo=undo)


def datasets_in(folder: Path) -> list[Path]:
    """Return the datasets of a folder, also those whose link was removed."""
    return sorted(folder / path.name for path in (folder / VERSIONS).glob("[!.]*"))


def versions_with(target: Target, datasets: Sequence[Path]) -> list[AffectedVersion]:
    """Return the versions of the datasets that have the target.

    Raises:
        InputError: One cannot be read, or is a version itself.
    """
    for link in datasets:
        check_whole(link)
    return [
        AffectedVersion(folder, link.resolve() == folder.resolve())
        for link in datasets
        for folder in version_folders(link)
        if _has(folder, target)
    ]


def _has(folder: Path, target: Target) -> bool:
    if target.article_id:
        wanted = normalise(target.article_id)
        return any(
            wanted in _column(folder / table, key)
            for table in TABLES
            for key in ("article_id", "url")
        )
    ledger = read_manifest(folder).get("ledger") or {}
    people = {*ledger.get("annotators", ()), *ledger.get("adjudicators", ())}
    people |= {*_column(folder / "annotations", "annotator")}
    # In a merged dataset, a2 may be mine-a2.
    return any(person.rpartition("-")[2] == target.pseudonym for person in people)


def _column(folder: Path, name: str) -> Iterator[str]:
    for path in sorted(folder.glob("*.parquet")):
        yield from read_table(path).column(name).to_pylist()


def purge(versions: Sequence[AffectedVersion]) -> list[Path]:
    """Remove versions, except current ones, without which a dataset would be gone.

    Raises:
        InputError: One cannot be removed.
    """
    removed = [version.folder for version in versions if not version.current]
    for folder in removed:
        with plain_os_errors(folder):
            shutil.rmtree(folder)
    return removed
