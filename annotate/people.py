"""Accounts of annotators on the embedded server."""

import re
import secrets
from collections.abc import Sequence

from annotate.core.errors import ServerError
from annotate.server import Account, Studio, accounts, email_of, save_account

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


def make_accounts(studio: Studio, names: Sequence[str]) -> dict[str, Account]:
    """Make an account that can log in for each new name; those that are known stay as they are.

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
    return {name: _sign_up(studio, name) for name in dict.fromkeys(names) if name not in known}


def _sign_up(studio: Studio, name: str) -> Account:
    """Through the form that an invited person fills in: the API ignores passwords."""
    import httpx

    admin = {"Authorization": f"Token {studio.admin.token}"}
    password = secrets.token_urlsafe(12)
    with httpx.Client(base_url=studio.url, timeout=60, trust_env=False) as browser:
        invite = browser.get("/api/invite", headers=admin).raise_for_status().json()["invite_url"]
        browser.get(invite).raise_for_status()
        form = {
            "email": email_of(name),
            "password": password,
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        answer = browser.post(invite, data=form, headers={"Referer": studio.url})
        token = browser.get("/api/current-user/token")
        if answer.status_code != 302 or token.status_code != 200:
            raise ServerError(
                f"Label Studio refused the account {name!r} (status {answer.status_code}); an "
                f"account of that name may be there already without its entry in {studio.folder}"
            )
    return save_account(studio.folder, name, str(token.json()["token"]), password)[name]
