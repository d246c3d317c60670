import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.core.io.database import kept_database, temporary_database
from tests.limits import files_limited_to

TABLES = "CREATE TABLE notes (text TEXT);"


def keep(path: Path, text: str, version: int = 1) -> list[str]:
    """Add a note to a kept database and return all of them."""
    with kept_database(path, TABLES, version) as database:
        database.execute("INSERT INTO notes VALUES (?)", [text])
        return [row[0] for row in database.execute("SELECT text FROM notes ORDER BY rowid")]


def test_a_temporary_database_leaves_no_file_even_while_it_is_open(tmp_path: Path) -> None:
    with temporary_database(TABLES, tmp_path / "new") as database:
        database.executemany("INSERT INTO notes VALUES (?)", [["x" * 1000]] * 5000)

        assert list((tmp_path / "new").iterdir()) == []
        assert database.execute("SELECT sum(length(text)) FROM notes").fetchone() == (5_000_000,)
    assert list((tmp_path / "new").iterdir()) == []


def test_what_is_written_to_a_temporary_database_does_not_fill_the_memory(tmp_path: Path) -> None:
    code = f"""
import resource
from pathlib import Path
from annotate.core.io.database import temporary_database
with temporary_database({TABLES!r}, Path({str(tmp_path)!r})) as database:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    database.executemany("INSERT INTO notes VALUES (?)", (["x" * 1000] for _ in range(60_000)))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(grown)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(done.stdout) < 15_000  # kilobytes, of 60,000 that were written


def run(folder: Path, statements: str) -> None:
    with temporary_database(TABLES, folder) as database:
        for statement in statements.split(";"):
            database.execute(statement)


def test_a_full_disk_is_one_line_and_a_wrong_statement_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the disk is full; nothing was written"):
        run(tmp_path, "PRAGMA max_page_count = 8; INSERT INTO notes VALUES (zeroblob(100000))")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        run(tmp_path, "SELECT * FROM missing")


def test_without_room_for_temporary_files_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", None)  # so that Python looks for a folder again
    with (
        pytest.raises(InputError, match="no temporary folder can be written: free some room"),
        files_limited_to(0),
        temporary_database(TABLES),
    ):
        pass


def test_a_kept_database_is_there_the_next_time_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "kept.sqlite3"

    assert keep(path, "one") == ["one"]
    assert keep(path, "two") == ["one", "two"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_broken_one_and_one_of_another_version_are_emptied(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    keep(path, "one")

    assert keep(path, "two", version=2) == ["two"]
    path.write_bytes(b"junk" * 99)
    assert keep(path, "three", version=2) == ["three"]


def test_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(InputError, match="folder"):
        keep(tmp_path / "folder", "one")
