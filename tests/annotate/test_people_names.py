import subprocess
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from annotate.core.errors import ServerError
from annotate.people import make_accounts
from annotate.server import Account, Studio, save_account

NO_PROCESS = cast("subprocess.Popen[bytes]", None)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Port 9 answers nobody: whatever asks the server fails."""
    save_account(tmp_path, "admin", "token")
    save_account(tmp_path, "ana", "token")
    return Studio("http://127.0.0.1:9", Account("admin@studio.local", "", ""), NO_PROCESS, tmp_path)


@pytest.mark.parametrize(
    "name",
    ["admin", "Ana", "ana maria", "ana@example.org", "1st", "", "-ana", "../x", "é", "a" * 32],
)
def test_a_name_that_cannot_be_a_log_in_is_refused_before_any_account_is_made(
    studio: Studio, name: str
) -> None:
    with pytest.raises(ServerError, match="use small letters, digits") as caught:
        make_accounts(studio, ["ben", name])

    assert repr(name) in str(caught.value)


def test_who_has_an_account_keeps_it(studio: Studio) -> None:
    before = (studio.folder / "accounts.json").read_bytes()

    assert make_accounts(studio, ["ana", "ana"]) == {}
    assert (studio.folder / "accounts.json").read_bytes() == before


def test_a_server_that_does_not_answer_is_one_line_and_leaves_nothing_behind(
    studio: Studio,
) -> None:
    before = (studio.folder / "accounts.json").read_bytes()

    with pytest.raises(ServerError, match=r"^no Label Studio answers at [^\n]*$"):
        make_accounts(replace(studio, admin=Account("", "", "token")), ["ana", "ben"])

    assert (studio.folder / "accounts.json").read_bytes() == before
