"""What doctor sees on the disk: modes, the database, room."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotate.doctor.check import Check, State
from annotate.doctor.files import about_room, check_database, check_room, check_secrets


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    folder = tmp_path / "studio"
    folder.mkdir(mode=0o700)
    for name in ("server.json", "accounts.json"):
        (folder / name).write_text("{}")
        (folder / name).chmod(0o600)
    return folder


def secrets(studio: Path) -> Check:
    return check_secrets(studio, [studio / "server.json", studio / "accounts.json"])


def test_files_that_only_their_owner_can_read_are_well(studio: Path) -> None:
    assert secrets(studio).state is State.OK


@pytest.mark.parametrize(
    ("name", "mode", "fix"),
    [
        ("server.json", 0o644, "chmod 600"),
        ("accounts.json", 0o640, "chmod 600"),
        ("accounts.json", 0o602, "chmod 600"),
        ("", 0o755, "chmod 700"),
        ("", 0o701, "chmod 700"),
    ],
)
def test_what_others_can_open_fails_with_the_chmod_that_fixes_it(
    studio: Path, name: str, mode: int, fix: str
) -> None:
    path = studio / name
    path.chmod(mode)

    found = secrets(studio)

    assert found.state is State.FAIL
    assert found.finding == f"others can read {path} ({mode:o})"
    assert found.fix == f"{fix} {path}"


def test_without_a_studio_there_are_no_secrets_to_look_at(tmp_path: Path) -> None:
    assert secrets(tmp_path / "nowhere").state is State.SKIPPED


def database(path: Path, mode: str) -> Path:
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"PRAGMA journal_mode={mode}")
        made.execute("CREATE TABLE task (number INTEGER PRIMARY KEY, text TEXT)")
        made.executemany("INSERT INTO task (text) VALUES (?)", [("word " * 200,)] * 200)
        made.commit()
    return path


def test_a_database_in_wal_mode_is_well_and_stays_as_it_is(tmp_path: Path) -> None:
    path = database(tmp_path / "a b?#.sqlite3", "wal")
    before = path.read_bytes()

    assert [c.state for c in check_database(path)] == [State.OK, State.OK]
    assert path.read_bytes() == before


def test_another_journal_mode_fails_and_is_not_changed(tmp_path: Path) -> None:
    path = database(tmp_path / "x.sqlite3", "delete")

    mode, sound = check_database(path)

    assert (mode.state, sound.state) == (State.FAIL, State.OK)
    assert "journal mode delete" in mode.finding
    assert "make studio" in mode.fix
    with closing(sqlite3.connect(path)) as there:
        assert there.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_damaged_database_fails(tmp_path: Path) -> None:
    path = database(tmp_path / "x.sqlite3", "wal")
    raw = bytearray(path.read_bytes())
    for page in range(3 * 4096, len(raw), 4096):  # the heads of the table's pages
        raw[page : page + 64] = b"\xff" * 64
    path.write_bytes(bytes(raw))

    _, sound = check_database(path)

    assert sound.state is State.FAIL
    assert "backup" in sound.fix


def test_what_is_no_database_fails_and_its_mode_is_not_judged(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_text("This is a letter to my aunt. " * 200)

    mode, sound = check_database(path)

    assert (mode.state, sound.state) == (State.SKIPPED, State.FAIL)
    assert "not a database" in sound.finding


def test_no_database_is_nothing_to_look_at_and_none_is_made(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"

    assert {c.state for c in check_database(path)} == {State.SKIPPED}
    assert not path.exists()


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (199_999_999, State.FAIL),
        (200_000_000, State.WARN),
        (1_999_999_999, State.WARN),
        (2_000_000_000, State.OK),
    ],
)
def test_little_room_warns_below_two_gigabytes_and_fails_below_a_fifth_of_one(
    free: int, state: State
) -> None:
    found = about_room(Path("data"), free)

    assert found.state is state
    assert bool(found.fix) == (state is not State.OK)


def test_folders_on_one_disk_are_one_check_though_they_are_not_there_yet(tmp_path: Path) -> None:
    (found,) = check_room(tmp_path / "data", tmp_path / "data" / "studio")

    assert found.finding.endswith(f"GB free for {tmp_path / 'data'}")


def test_a_folder_that_links_to_another_disk_is_a_check_of_its_own(tmp_path: Path) -> None:
    other = Path("/dev/shm")
    if not other.exists() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("/dev/shm is no disk of its own here")
    (tmp_path / "studio").symlink_to(other)

    assert len(list(check_room(tmp_path, tmp_path / "studio"))) == 2
