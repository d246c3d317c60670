"""Accounts of annotators on the embedded server."""

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from annotate.core.errors import ServerError
from annotate.labelstudio import LabelStudio
from annotate.server import Account, Studio, accounts, email_of, save_account

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


def make_accounts(studio: Studio, names: Sequence[str]) -> dict[str, Account]:
    """Make an account that can log in for each new name; those that are known stay as they are.

    An account is saved without its token before the server hears of it: after an interruption
    the next call finishes it.

    Returns:
        The new accounts only, by name.

    Raises:
        ServerError: A name that cannot be a log-in, or the server refuses it.
    """
    for name in names:
        if not _NAME.fullmatch(name) or name == "admin":
            raise ServerError(
                f"annotator {name!r}: use small letters, digits, '-' and '_', beginning with a "
                "letter, and not 'admin'"
            )
    known = accounts(studio.folder)
    missing = [n for n in dict.fromkeys(names) if n not in known or not known[n].token]
    if not missing:
        return {}
    server = LabelStudio(studio.url, studio.admin.token)
    return {name: _make(server, studio.folder, name, known.get(name)) for name in missing}


def _make(server: LabelStudio, folder: Path, name: str, begun: Account | None) -> Account:
    """Make an account, or go on with one without a token, whose making was interrupted."""
    password = begun.password if begun else secrets.token_urlsafe(12)
    token = None
    if begun:
        token = server.log_in(email_of(name), password)
    else:  # first, so that an account on the server is never without its password here
        save_account(folder, name, "", password)
    token = token or server.sign_up(email_of(name), password)
    if not token:
        raise ServerError(
            f"Label Studio refused the account {name!r}: if it is there already, put its password "
            f"into {folder / 'accounts.json'}; otherwise take another name"
        )
    return save_account(folder, name, token, password)[name]
