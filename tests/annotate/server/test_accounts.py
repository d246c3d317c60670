import stat
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ServerError
from annotate.server.accounts import accounts, administrator, check_names, new_account, save_account


def test_the_administrator_is_made_once(tmp_path: Path) -> None:
    assert accounts(tmp_path) == {}
    first = administrator(tmp_path)

    assert administrator(tmp_path) == first
    assert accounts(tmp_path) == {"admin": first}
    assert len(first.token) == 40
    assert len(first.password) >= 16


def test_the_file_of_accounts_is_for_its_owner_alone(tmp_path: Path) -> None:
    administrator(tmp_path)

    assert stat.S_IMODE((tmp_path / "accounts.json").stat().st_mode) == 0o600


def test_an_account_is_added_or_replaced_and_the_others_stay(tmp_path: Path) -> None:
    admin = administrator(tmp_path)
    ana = save_account(tmp_path, "ana", new_account("ana"))
    closed = save_account(tmp_path, "ben", replace(new_account("ben"), password=""))

    assert accounts(tmp_path) == {"admin": admin, "ana": ana, "ben": closed}
    assert (ana.closed, closed.closed) == (False, True)
    assert ana.email == "ana@studio.local"


def test_neither_password_nor_token_nor_e_mail_shows_in_a_log() -> None:
    account = new_account("ana")

    said = f"{account} {account!r} {[account]}"
    assert not any(secret in said for secret in (account.password, account.token, account.email))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"ana": {}}', '{"admin": {"email": "x"}}'])
def test_a_broken_file_is_refused_with_what_fixes_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "accounts.json").write_text(text)

    with pytest.raises(ServerError, match=r"accounts.json: broken; restore it from a backup"):
        accounts(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        *("admin", "review", "Ana", "ana maria", "ana@example.org", "1st", "", "-ana", "../x"),
        *("é", "a" * 32),
    ],
)
def test_a_name_that_cannot_be_a_log_in_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="use lower-case letters, digits") as caught:
        check_names(["ben", name])

    assert repr(name) in str(caught.value)
