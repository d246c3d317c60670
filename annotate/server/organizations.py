"""Create, reset and close annotators' accounts, each in an organisation of its own.

Label Studio's community edition has no roles: within an organisation everybody sees, edits and
deletes everybody's work, while pages, project lists and exports of another organisation answer 404.
The API cannot create organisations, so this goes through the server's own shell, which works on the
database whether the server is running or not.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import locked
from annotate.server.accounts import (
    ADMIN,
    LOCK,
    Account,
    accounts,
    check_names,
    new_account,
    save_account,
)
from annotate.server.process import StudioConfig, environment

_PATIENCE = 240  # seconds; 4.5 were measured
_DONE = "rhetoric-accounts-done"  # the shell exits with 0 whatever happens
_SCRIPT = """
from django.db import transaction
from organizations.models import Organization
from rest_framework.authtoken.models import Token
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from users.models import User

with transaction.atomic():
    for row in ACCOUNTS:
        email = row["email"]
        user, _ = User.objects.get_or_create(email=email, defaults={"username": email})
        if row["password"]:
            user.set_password(row["password"])
        else:
            user.set_unusable_password()
        organization = Organization.objects.filter(created_by=user).first()
        if organization is None:
            organization = Organization.create_organization(created_by=user, title=email)
        organization.jwt.legacy_api_tokens_enabled = True
        organization.jwt.save()
        user.active_organization = organization
        user.save()
        Token.objects.filter(user=user).delete()
        Token.objects.create(user=user, key=row["token"])
        for token in OutstandingToken.objects.filter(user=user):
            BlacklistedToken.objects.get_or_create(token=token)
print(DONE)
"""


def make_accounts(config: StudioConfig, names: Sequence[str]) -> dict[str, Account]:
    """Create an account for each new name; existing accounts stay as they are.

    An account is saved without its token before it is created on the server: after an interruption
    the next call finishes it.

    Returns:
        The new accounts, by name.

    Raises:
        InputError: A name that cannot be a log-in, or whose account is closed.
        ServerError: The server's shell failed.
    """
    existing = check_open(config, names)
    if not existing:
        raise ServerError(f"{config.folder}: no studio was started here; run 'make studio' first")
    new = [n for n in dict.fromkeys(names) if n not in existing or not existing[n].token]
    for name in new:
        save_account(config.folder, name, replace(new_account(name), token=""))
    return _write(config, {name: new_account(name) for name in new})


def check_open(config: StudioConfig, names: Sequence[str]) -> dict[str, Account]:
    """Refuse closed accounts and names that cannot be a log-in; return the existing accounts.

    Raises:
        InputError: Which, and how to fix it.
    """
    check_names(names)
    existing = accounts(config.folder)
    for name in names:
        if name in existing and existing[name].closed:
            raise InputError(
                f"the account {name!r} is closed; 'rhetoric-annotate studio people --reset {name}' "
                "opens it again"
            )
    return existing


def reset_password(config: StudioConfig, name: str) -> Account:
    """Give an account a new password and token; sessions are logged out.

    Raises:
        InputError: No such account.
        ServerError: The server's shell failed.
    """
    _check_exists(config.folder, name)
    return _write(config, {name: new_account(name)})[name]


def close_account(config: StudioConfig, name: str) -> None:
    """Let nobody log in with an account any more; its work stays and is still pulled.

    Raises:
        InputError: No such account.
        ServerError: The server's shell failed.
    """
    _check_exists(config.folder, name)
    _write(config, {name: replace(new_account(name), password="")})


def _check_exists(folder: Path, name: str) -> None:
    existing = [n for n in accounts(folder) if n != ADMIN]
    if name not in existing:
        raise InputError(
            f"no account {name!r} in {folder}; there are: {', '.join(existing) or 'none'}"
        )


def _write(config: StudioConfig, changed: Mapping[str, Account]) -> dict[str, Account]:
    """Write accounts to the server, then to the file."""
    with locked(config.folder / LOCK):
        if changed:
            _run_script(config, [asdict(account) for account in changed.values()])
        return {name: save_account(config.folder, name, a) for name, a in changed.items()}


def _run_script(config: StudioConfig, rows: Sequence[Mapping[str, str]]) -> None:
    # The interactive shell trips over blocks, so it gets one line; secrets go through a file.
    admin = accounts(config.folder)[ADMIN]
    with tempfile.TemporaryDirectory(dir=config.folder) as private:  # only its owner can read it
        script = Path(private, "accounts.py").resolve()
        script.write_text(f"ACCOUNTS = {list(rows)!r}\nDONE = {_DONE!r}\n{_SCRIPT}", "utf-8")
        try:
            done = subprocess.run(
                [str(config.program), "shell"],
                input=f"exec(open({json.dumps(str(script))}).read())\n",
                env=environment(config, admin),
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            raise _failure(config, "it could not be run, or did not end") from None
    if _DONE not in done.stdout:
        raise _failure(config, (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200])


def _failure(config: StudioConfig, reason: str) -> ServerError:
    return ServerError(
        f"Label Studio's shell could not write the accounts in {config.folder}: {reason}; run the "
        "same command again to go on"
    )
