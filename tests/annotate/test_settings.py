import json
import stat
from pathlib import Path

import pytest

from annotate.core.errors import ServerError
from annotate.settings import Stream, known_url, one_stream, streams, write_server_file

TOKEN = "5ec2e7-5ec2e7"


@pytest.fixture
def server_file(tmp_path: Path) -> Path:
    path = tmp_path / "studio" / "server.json"
    write_server_file("http://127.0.0.1:8099", TOKEN, "pilot", path)
    return path


def make_blind(server_file: Path) -> None:
    """As the annotators of a project will each have a stream of their own."""
    content = json.loads(server_file.read_text("utf-8"))
    people = (("ana", "one"), ("ben", "two"))
    content["streams"]["blind"] = [
        {"title": f"blind {name}", "annotator": name, "token": token} for name, token in people
    ]
    server_file.write_text(json.dumps(content))


def test_an_address_that_is_given_beats_the_studios(server_file: Path) -> None:
    (stream,) = streams("rhetoric", "https://labels.example.org/", "t", server_file)

    assert stream.url == "https://labels.example.org/"
    assert stream.token == "t"
    assert stream.title == "rhetoric"
    assert stream.server == "https://labels.example.org"


def test_an_address_without_a_token_says_where_to_get_one(server_file: Path) -> None:
    with pytest.raises(ServerError, match=r"get one at https://labels.example.org/user/account"):
        streams("rhetoric", "https://labels.example.org/", "", server_file)


def test_the_studios_server_is_known_by_its_name_whatever_its_port(server_file: Path) -> None:
    (stream,) = streams("rhetoric", "", "", server_file)

    # printf 5ec2e7-5ec2e7 | sha256sum
    assert stream == Stream("http://127.0.0.1:8099", TOKEN, "rhetoric", "studio-14fa1a6a")
    assert known_url(server_file) == "http://127.0.0.1:8099"


def test_a_project_may_be_several_streams(server_file: Path) -> None:
    make_blind(server_file)

    found = streams("blind", "", "", server_file)

    assert [s.token for s in found] == ["one", "two"]
    assert [s.title for s in found] == ["blind ana", "blind ben"]


def test_what_can_only_go_to_one_stream_is_refused_several(
    server_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_blind(server_file)
    monkeypatch.chdir(server_file.parent)
    (server_file.parent / "data").mkdir()
    (server_file.parent / "data" / "studio").symlink_to(server_file.parent)

    assert one_stream("pilot", "", "").title == "pilot"
    with pytest.raises(ServerError, match="project 'blind' has 2 streams"):
        one_stream("blind", "", "")


def test_another_project_of_the_same_database_is_kept_and_of_another_not(
    server_file: Path,
) -> None:
    make_blind(server_file)

    write_server_file("http://127.0.0.1:8100", TOKEN, "second", server_file)
    known = json.loads(server_file.read_text("utf-8"))
    write_server_file("http://127.0.0.1:8100", "another-token", "second", server_file)
    fresh = json.loads(server_file.read_text("utf-8"))

    assert (set(known["streams"]), known["url"]) == (
        {"pilot", "blind", "second"},
        "http://127.0.0.1:8100",
    )
    assert set(fresh["streams"]) == {"second"}


def test_a_token_that_is_given_beats_the_studios(server_file: Path) -> None:
    (stream,) = streams("pilot", "", "mine", server_file)

    assert (stream.url, stream.token) == ("http://127.0.0.1:8099", "mine")


def test_no_server_at_all_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="no Label Studio is known: start one with 'make studio'"):
        streams("rhetoric", "", "", tmp_path / "server.json")

    assert known_url(tmp_path / "server.json") == ""


def test_the_file_with_the_tokens_is_for_its_owner_alone(server_file: Path) -> None:
    assert stat.S_IMODE(server_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "\xff"])
def test_a_broken_server_file_is_refused_with_what_mends_it(server_file: Path, text: str) -> None:
    server_file.write_bytes(text.encode("latin-1"))

    with pytest.raises(ServerError, match=r"server.json: cannot be read; start 'make studio'"):
        streams("rhetoric", "", "", server_file)


@pytest.mark.parametrize("content", [[], {}, {"format": 2}, "text"])
def test_a_server_file_of_another_version_is_refused(server_file: Path, content: object) -> None:
    server_file.write_text(json.dumps(content))

    with pytest.raises(ServerError, match="of another version of this program"):
        known_url(server_file)


def test_a_token_does_not_show_in_a_log() -> None:
    stream = Stream("http://127.0.0.1:8099", TOKEN, "rhetoric", "studio")

    assert TOKEN not in f"{stream} {stream!r} {[stream]}"
    assert "rhetoric" in repr(stream)
