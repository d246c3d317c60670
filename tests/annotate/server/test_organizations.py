import json
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ServerError
from annotate.server.accounts import accounts, administrator, new_account, save_account
from annotate.server.organizations import check_open, close_account, make_accounts, reset_password
from annotate.server.process import StudioConfig


@pytest.fixture
def config(tmp_path: Path) -> StudioConfig:
    """A studio whose program always fails: whoever asks the server gets an error."""
    program = tmp_path / "label-studio"
    program.write_text("#!/bin/sh\necho 'Traceback' >&2\necho 'OperationalError: locked' >&2\n")
    program.chmod(0o755)
    folder = tmp_path / "studio"
    administrator(folder)
    save_account(folder, "ana", new_account("ana"))
    save_account(folder, "ben", replace(new_account("ben"), password=""))
    return StudioConfig(folder, program)


def test_who_has_an_account_keeps_it(config: StudioConfig) -> None:
    before = (config.folder / "accounts.json").read_bytes()

    assert make_accounts(config, ["ana", "ana"]) == {}
    assert (config.folder / "accounts.json").read_bytes() == before


def test_a_bad_name_among_good_ones_makes_no_account(config: StudioConfig) -> None:
    before = (config.folder / "accounts.json").read_bytes()

    with pytest.raises(InputError, match="use lower-case letters"):
        make_accounts(config, ["dee", "Eva"])

    assert (config.folder / "accounts.json").read_bytes() == before


def test_a_closed_account_is_not_opened_by_the_way(config: StudioConfig) -> None:
    with pytest.raises(InputError, match=r"'ben' is closed; .* --reset ben' opens it again"):
        check_open(config, ["ana", "ben"])


def test_a_shell_that_fails_is_one_line_and_the_account_is_begun_not_made(
    config: StudioConfig,
) -> None:
    with pytest.raises(ServerError, match=r"could not write the accounts .*: OperationalError"):
        make_accounts(config, ["dee"])

    begun = accounts(config.folder)["dee"]
    assert begun.token == ""  # so the next call finishes it
    left = sorted(path.name for path in config.folder.iterdir())
    # No script with secrets.
    assert left == [".accounts.json.lock", ".people.lock", "accounts.json", "settings"]


def test_a_reset_that_fails_keeps_the_account_as_it_was(config: StudioConfig) -> None:
    before = json.loads((config.folder / "accounts.json").read_text("utf-8"))

    for change in (reset_password, close_account):
        with pytest.raises(ServerError, match="could not write the accounts"):
            change(config, "ana")

    assert json.loads((config.folder / "accounts.json").read_text("utf-8")) == before


def test_an_account_that_is_not_there_is_said_with_those_that_are(config: StudioConfig) -> None:
    for change in (reset_password, close_account):
        with pytest.raises(InputError, match=r"no account 'zoe' in .*; there are: ana, ben"):
            change(config, "zoe")


def test_without_a_studio_there_is_nobody_to_add_accounts_to(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="no studio was started here"):
        make_accounts(StudioConfig(tmp_path / "none", tmp_path / "program"), ["ana"])

    assert not (tmp_path / "none").exists()
