import json
import stat
from pathlib import Path

import pytest

from annotate.core.errors import ServerError
from annotate.label_studio.connection import Connection, find_connection, known_url
from annotate.server.accounts import Account, save_account
from annotate.server.process import StudioConfig
from annotate.server.studio import write_server_file

TOKEN = "5ec2e7-5ec2e7"
ACCOUNTS = {
    "admin": Account("admin@studio.local", "word", TOKEN),
    "ana": Account("ana@studio.local", "word", "one"),
    "ben": Account("ben@studio.local", "", "two"),
    "cy": Account("cy@studio.local", "word", ""),  # its making was interrupted
}


@pytest.fixture
def server_file(tmp_path: Path) -> Path:
    folder = tmp_path / "studio"
    for name, account in ACCOUNTS.items():
        save_account(folder, name, account)
    write_server_file(StudioConfig(folder), "http://127.0.0.1:8099")
    return folder / "server.json"


def test_an_address_that_is_given_beats_the_studios(server_file: Path) -> None:
    found = find_connection("https://labels.example.org/", "t", server_file)

    assert found == Connection("https://labels.example.org/", "t", "https://labels.example.org")
    assert not found.embedded


def test_an_address_without_a_token_says_where_to_get_one(server_file: Path) -> None:
    with pytest.raises(ServerError, match=r"get one at https://labels.example.org/user/account"):
        find_connection("https://labels.example.org/", "", server_file)


def test_the_studios_server_is_known_by_its_name_whatever_its_port(server_file: Path) -> None:
    found = find_connection("", "", server_file)

    # printf 5ec2e7-5ec2e7 | sha256sum
    assert (found.url, found.token, found.server) == (
        "http://127.0.0.1:8099",
        TOKEN,
        "studio-14fa1a6a",
    )
    assert found.embedded
    assert known_url(server_file) == "http://127.0.0.1:8099"


def test_everybodys_token_is_there_also_that_of_a_closed_account(server_file: Path) -> None:
    found = find_connection("", "", server_file)

    assert found.people == {"ana": "one", "ben": "two"}
    assert found.closed == {"ben"}


def test_a_token_that_is_given_beats_the_studios(server_file: Path) -> None:
    found = find_connection("", "mine", server_file)

    assert (found.url, found.token) == ("http://127.0.0.1:8099", "mine")


def test_no_server_at_all_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="no Label Studio is known: start one with 'make studio'"):
        find_connection("", "", tmp_path / "server.json")

    assert known_url(tmp_path / "server.json") == ""


def test_the_file_with_the_tokens_is_for_its_owner_alone(server_file: Path) -> None:
    assert stat.S_IMODE(server_file.stat().st_mode) == 0o600
    assert "word" not in server_file.read_text("utf-8")  # no password


@pytest.mark.parametrize("text", ["", "{", "\xff"])
def test_a_broken_server_file_is_refused_with_what_mends_it(server_file: Path, text: str) -> None:
    server_file.write_bytes(text.encode("latin-1"))

    with pytest.raises(ServerError, match=r"server.json: cannot be read; start 'make studio'"):
        find_connection("", "", server_file)


@pytest.mark.parametrize("content", [[], {}, {"format": 1}, {"format": 2}, "text"])
def test_a_server_file_of_another_version_is_refused(server_file: Path, content: object) -> None:
    server_file.write_text(json.dumps(content))

    with pytest.raises(ServerError, match="written by another version of this program"):
        known_url(server_file)


def test_a_token_does_not_show_in_a_log() -> None:
    found = Connection("http://127.0.0.1:8099", TOKEN, "studio", {"ana": "secret-token"})

    assert TOKEN not in f"{found} {found!r} {[found]}"
    assert "secret-token" not in repr(found)
    assert "ana" in repr(found)
