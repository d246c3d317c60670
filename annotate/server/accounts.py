"""The file of accounts of the embedded server; its owner alone can read it."""

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import locked, writing
from annotate.label_studio.annotator_projects import REVIEW

ADMIN = "admin"
PEOPLE = "people"  # the lock under which server and file come to agree, and a backup reads both
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True)
class Account:
    """Who can log in to the embedded server.

    Attributes:
        email: The log-in; no such mailbox exists.
        password: Empty for a closed account.
        token: For the API; empty while the account is not yet made. Pushes and pulls of the
            person's project use it, also when the account is closed.
    """

    email: str
    password: str
    token: str

    @property
    def closed(self) -> bool:
        """Whether nobody can log in to it any more."""
        return not self.password

    def __repr__(self) -> str:  # secrets must not reach a log
        return f"Account({self.email.partition('@')[0]!r})"


def accounts(folder: Path) -> dict[str, Account]:
    """Name -> account; empty before the first start.

    Raises:
        ServerError: The file is broken.
    """
    path = folder / "accounts.json"
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        known = {name: Account(**row) for name, row in rows.items()}
        return {ADMIN: known[ADMIN], **known}
    except (ValueError, TypeError, AttributeError, KeyError):
        raise ServerError(
            f"{path}: broken; restore it from a backup, or move {folder} away to start afresh"
        ) from None


def administrator(folder: Path) -> Account:
    """The administrator's account, made at the first start."""
    known = accounts(folder)
    return known[ADMIN] if known else save_account(folder, ADMIN, new_account(ADMIN))


def new_account(name: str) -> Account:
    """An account with a password and a token that nobody knows yet."""
    return Account(f"{name}@studio.local", secrets.token_urlsafe(12), secrets.token_hex(20))


def save_account(folder: Path, name: str, account: Account) -> Account:
    """Add or replace an account."""
    path = folder / "accounts.json"
    with locked(path):
        known = accounts(folder) | {name: account}
        with writing(path, mode=0o600) as file:
            json.dump({n: asdict(a) for n, a in known.items()}, file, indent=2)
    return account


def check_names(names: Iterable[str]) -> None:
    """Refuse what cannot be a log-in.

    Raises:
        InputError: The name, and what a name may be.
    """
    for name in names:
        if not _NAME.fullmatch(name) or name in (ADMIN, REVIEW):
            raise InputError(
                f"annotator {name!r}: use small letters, digits, '-' and '_', beginning with a "
                f"letter, and neither '{ADMIN}' nor '{REVIEW}'"
            )
