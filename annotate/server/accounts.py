"""The file with the accounts of the embedded server; only its owner can read it."""

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
LOCK = "people"  # held while the server and the file are changed, or backed up, together
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True)
class Account:
    """An account on the embedded server.

    Attributes:
        email: The log-in; there is no such mailbox.
        password: Empty for a closed account.
        token: The API token, with which commands push and pull the annotator's project, even when
            the account is closed; empty until the server has the account.
    """

    email: str
    password: str
    token: str

    @property
    def closed(self) -> bool:
        """Tell whether nobody can log in any more."""
        return not self.password

    def __repr__(self) -> str:  # secrets must not reach a log
        return f"Account({self.email.partition('@')[0]!r})"


def accounts(folder: Path) -> dict[str, Account]:
    """Return the accounts by name; none before the first start.

    Raises:
        ServerError: The file is broken.
    """
    path = folder / "accounts.json"
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        by_name = {name: Account(**row) for name, row in rows.items()}
        return {ADMIN: by_name[ADMIN], **by_name}
    except (ValueError, TypeError, AttributeError, KeyError):
        raise ServerError(
            f"{path}: broken; restore it from a backup, or move {folder} away to start afresh"
        ) from None


def administrator(folder: Path) -> Account:
    """Return the administrator's account; create it at the first start."""
    existing = accounts(folder)
    return existing[ADMIN] if existing else save_account(folder, ADMIN, new_account(ADMIN))


def new_account(name: str) -> Account:
    """Return an account with a random password and a random token."""
    return Account(f"{name}@studio.local", secrets.token_urlsafe(12), secrets.token_hex(20))


def save_account(folder: Path, name: str, account: Account) -> Account:
    """Add or replace an account."""
    path = folder / "accounts.json"
    with locked(path):
        rows = {n: asdict(a) for n, a in (accounts(folder) | {name: account}).items()}
        with writing(path, mode=0o600) as file:
            json.dump(rows, file, indent=2)
    return account


def check_names(names: Iterable[str]) -> None:
    """Refuse names that cannot be a log-in.

    Raises:
        InputError: Which name, and what is allowed.
    """
    for name in names:
        if not _NAME.fullmatch(name) or name in (ADMIN, REVIEW):
            raise InputError(
                f"annotator {name!r}: use lower-case letters, digits, '-' and '_', begin with a "
                f"letter, and do not use '{ADMIN}' or '{REVIEW}'"
            )
