"""Backup and restore of a folder with a small SQLite database; the real server is in studio/."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.errors import InputError, ServerError
from annotate.core.io.files import locked
from annotate.dataset.splits.assign import SplitRow
from annotate.dataset.splits.lineage import Lineage, SplitRequest, extend, load_lineage
from annotate.dataset.splits.project_lineages import write_lineage
from annotate.privacy.withdrawal_list import Withdrawn, read_withdrawn, update_list
from annotate.server.accounts import accounts, administrator, new_account, save_account
from annotate.server.archive import Advance, pack
from annotate.server.backup import backup
from annotate.server.process import StudioConfig
from annotate.server.restore import restore

URL = "postgresql://ana:s3cret@127.0.0.1:1/labels"  # nothing listens there


@contextmanager
def silently(total: int) -> Iterator[Advance]:
    yield lambda count: None


@pytest.fixture
def config(tmp_path: Path) -> StudioConfig:
    """A studio as a server leaves it, with one person, one row and one upload."""
    folder = tmp_path / "here" / "studio"
    administrator(folder)
    save_account(folder, "ana", new_account("ana"))
    (folder / ".env").write_text("SECRET_KEY=abc\n")
    (folder / "media" / "upload" / "1").mkdir(parents=True)
    (folder / "media" / "upload" / "1" / "a.txt").write_text("uploaded")
    (folder / "server.json").write_text("{}")
    with closing(sqlite3.connect(folder / "label_studio.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=wal")
        database.execute("CREATE TABLE said (text)")
        database.execute("INSERT INTO said VALUES ('before')")
        database.commit()
    key = {"studio-1#1": "a2", "studio-1#2": "a1"}
    (tmp_path / "here" / "key.json").write_text(json.dumps(key))
    return StudioConfig(folder, tmp_path / "label-studio")


@pytest.fixture
def archive(config: StudioConfig, tmp_path: Path) -> Path:
    backup(config, tmp_path / "here" / "key.json", tmp_path / "b.tar", silently)
    return tmp_path / "b.tar"


def rows(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "label_studio.sqlite3")) as database:
        return [text for (text,) in database.execute("SELECT text FROM said")]


def test_what_was_committed_is_restored_and_what_was_not_is_not(
    config: StudioConfig, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(config.folder / "label_studio.sqlite3")) as writer:
        writer.execute("INSERT INTO said VALUES ('in the log only')")
        writer.commit()  # in the write-ahead log, since a reader keeps it from being folded in
        writer.execute("INSERT INTO said VALUES ('not committed')")
        backup(config, tmp_path / "here" / "key.json", tmp_path / "b.tar", silently)
        writer.rollback()

    there = StudioConfig(tmp_path / "there" / "studio", config.program)
    restore(tmp_path / "b.tar", there, tmp_path / "there" / "key.json")

    assert rows(there.folder) == ["before", "in the log only"]
    assert accounts(there.folder) == accounts(config.folder)
    found = sorted(path.name for path in there.folder.iterdir())
    assert found == [".env", "accounts.json", "label_studio.sqlite3", "media"]
    assert (there.folder / "media" / "upload" / "1" / "a.txt").read_text() == "uploaded"
    key = json.loads((tmp_path / "there" / "key.json").read_text())
    assert key == {"studio-1#1": "a2", "studio-1#2": "a1"}
    modes = {path.stat().st_mode & 0o777 for path in there.folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert there.folder.stat().st_mode & 0o777 == 0o700


def test_what_was_withdrawn_stays_so_beside_what_is_withdrawn_there(
    config: StudioConfig, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    update_list(here / "withdrawn.json", Withdrawn.naming("https://a.example/1"))
    update_list(here / "withdrawn.json", Withdrawn.naming(person="studio-1#2"))
    update_list(there / "withdrawn.json", Withdrawn.naming("https://a.example/2"))
    backup(config, here / "key.json", tmp_path / "b.tar", silently)

    studio = StudioConfig(there / "studio", config.program)
    restore(tmp_path / "b.tar", studio, there / "key.json")

    found = read_withdrawn(there / "withdrawn.json")
    assert found.has_article("https://a.example/1")
    assert found.has_article("https://a.example/2")
    assert not found.has_article("https://a.example/3")
    assert (found.has_person("studio-1", 1), found.has_person("studio-1", 2)) == (False, True)
    assert (there / "withdrawn.json").stat().st_mode & 0o777 == 0o600
    assert not (studio.folder / "withdrawn.json").exists()


def lineage(*articles: int) -> Lineage:
    """A lineage that begins with three articles and went on with the others."""
    begun = extend(None, [SplitRow(str(n), str(n), ()) for n in range(3)], SplitRequest(), 13)
    return extend(begun, [SplitRow(str(n), str(n), ()) for n in articles], SplitRequest(), 13)


def test_the_lineages_of_projects_come_back_into_an_empty_folder(
    config: StudioConfig, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    write_lineage(lineage(7, 8), here / "lineages" / "mine.json")
    backup(config, here / "key.json", tmp_path / "b.tar", silently)

    studio = StudioConfig(there / "studio", config.program)
    restore(tmp_path / "b.tar", studio, there / "key.json")

    file = there / "lineages" / "mine.json"
    assert load_lineage(file) == lineage(7, 8)
    assert file.stat().st_mode & 0o777 == 0o644
    assert not (studio.folder / "lineages").exists()


def test_a_lineage_that_went_on_since_the_backup_stays_and_another_one_does_not(
    config: StudioConfig, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for name in ("older", "newer", "other"):
        write_lineage(lineage(7), here / "lineages" / f"{name}.json")
    backup(config, here / "key.json", tmp_path / "b.tar", silently)
    newer = extend(lineage(7), [SplitRow("9", "9", ())], SplitRequest(), 13)
    write_lineage(lineage(), there / "lineages" / "older.json")
    write_lineage(newer, there / "lineages" / "newer.json")
    write_lineage(lineage(8), there / "lineages" / "other.json")

    restore(tmp_path / "b.tar", StudioConfig(there / "studio", config.program), there / "key.json")

    now = {path.stem: load_lineage(path) for path in (there / "lineages").glob("*.json")}
    assert now == {"older": lineage(7), "newer": newer, "other": lineage(7)}


def test_a_broken_lineage_stops_the_restore(config: StudioConfig, tmp_path: Path) -> None:
    here = tmp_path / "here"
    (here / "lineages").mkdir()
    (here / "lineages" / "mine.json").write_text("{}")
    backup(config, here / "key.json", tmp_path / "b.tar", silently)
    there = StudioConfig(tmp_path / "there" / "studio", config.program)

    reason = refused(tmp_path / "b.tar", there, tmp_path / "there" / "key.json")

    assert "mine.json: not a lineage" in reason


def refused(archive: Path, config: StudioConfig, key: Path) -> str:
    """Why nothing is restored; nothing is left of the try."""
    before = sorted(path for path in archive.parent.rglob("*") if ".lock" not in path.name)
    with pytest.raises((InputError, ServerError)) as caught:
        restore(archive, config, key)
    after = sorted(path for path in archive.parent.rglob("*") if ".lock" not in path.name)
    assert [path for path in after if path not in before and path.name != "there"] == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_studio_that_is_there_is_left_alone(config: StudioConfig, archive: Path) -> None:
    (config.folder / "lock").touch()

    said = refused(archive, config, archive.with_name("key.json"))

    assert "already has a studio (accounts.json, label_studio.sqlite3, media, ...)" in said
    assert "move the folder away" in said
    assert rows(config.folder) == ["before"]


def test_pseudonyms_that_contradict_are_refused_and_others_are_kept(
    config: StudioConfig, archive: Path, tmp_path: Path
) -> None:
    there, key = StudioConfig(tmp_path / "there" / "studio", config.program), tmp_path / "key.json"
    for ours in ({"studio-1#1": "a1"}, {"https://else.example#5": "a2"}):
        key.write_text(json.dumps(ours))
        assert "other pseudonyms" in refused(archive, there, key)
        assert json.loads(key.read_text()) == ours
    key.write_text(json.dumps({"studio-1#1": "a2", "https://else.example#5": "a3"}))

    restore(archive, there, key)

    kept = {"studio-1#1": "a2", "https://else.example#5": "a3", "studio-1#2": "a1"}
    assert json.loads(key.read_text()) == kept


def test_a_backup_of_sqlite_is_not_put_into_postgresql(
    config: StudioConfig, archive: Path, tmp_path: Path
) -> None:
    there = StudioConfig(tmp_path / "there" / "studio", config.program, database=URL)

    assert "leave --database out" in refused(archive, there, tmp_path / "key.json")


@pytest.mark.parametrize(
    ("kind", "names", "said"),
    [
        ("postgres.dump", ("postgres.dump", "accounts.json", ".env"), "name an empty one"),
        ("mysql.dump", ("mysql.dump", "accounts.json", ".env"), "no backup has: 'mysql.dump'"),
        (".env", ("accounts.json", ".env"), "of an unknown kind"),
        ("label_studio.sqlite3", ("accounts.json", ".env"), "lacks the database"),
        ("postgres.dump", ("postgres.dump", ".env"), "lacks the database, the accounts"),
        ("postgres.dump", ("postgres.dump", "accounts.json"), "or the secret key"),
    ],
)
def test_an_archive_that_lacks_something_is_refused(
    config: StudioConfig, tmp_path: Path, kind: str, names: tuple[str, ...], said: str
) -> None:
    there = StudioConfig(tmp_path / "there" / "studio", config.program)
    files = [(name, config.folder / "accounts.json") for name in names]
    pack(tmp_path / "b.tar", files, "1.23.2", kind)

    assert said in refused(tmp_path / "b.tar", there, tmp_path / "key.json")


def test_an_archive_with_broken_accounts_is_refused(config: StudioConfig, tmp_path: Path) -> None:
    there = StudioConfig(tmp_path / "there" / "studio", config.program)
    names = ("label_studio.sqlite3", "accounts.json", ".env")
    files = [(name, config.folder / ".env") for name in names]
    pack(tmp_path / "b.tar", files, "1.23.2", "label_studio.sqlite3")

    assert "its accounts are broken" in refused(tmp_path / "b.tar", there, tmp_path / "key.json")


def test_a_folder_that_was_made_but_never_used_is_filled(
    config: StudioConfig, archive: Path, tmp_path: Path
) -> None:
    there = StudioConfig(tmp_path / "there" / "studio", config.program)
    there.folder.mkdir(parents=True)
    (there.folder / "lock").touch()

    restore(archive, there, tmp_path / "key.json")

    assert rows(there.folder) == ["before"]


@pytest.mark.parametrize(
    ("at", "content", "said"),
    [
        # Where the first row of a page stands; a whole page.
        (10 * 4096 + 8, b"\0\1", r"damaged \(.*\); restore an earlier backup$"),
        (10 * 4096, b"\xff" * 4096, "cannot be copied"),
    ],
)
def test_a_damaged_database_is_no_backup(
    config: StudioConfig, tmp_path: Path, at: int, content: bytes, said: str
) -> None:
    path = config.folder / "label_studio.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executemany("INSERT INTO said VALUES (?)", [("x" * 500,)] * 200)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(path.read_bytes())
    raw[at : at + len(content)] = content
    path.write_bytes(raw)

    with pytest.raises(ServerError, match=rf"label_studio\.sqlite3: {said}"):
        backup(config, tmp_path / "here" / "key.json", tmp_path / "b.tar", silently)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["here"]


def test_without_a_studio_there_is_nothing_to_back_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(app, ["studio", "backup", "b.tar"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith("error: data/studio: no studio was started here")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_waits_until_a_change_of_accounts_is_done(
    config: StudioConfig, tmp_path: Path
) -> None:
    target = tmp_path / "b.tar"
    thread = threading.Thread(
        target=backup, args=(config, tmp_path / "here" / "key.json", target, silently)
    )
    with locked(config.folder / "people"):  # as while the server is told of a new password
        thread.start()
        thread.join(0.5)
        assert not target.exists()
        fresh = save_account(config.folder, "ana", new_account("ana"))
    thread.join()

    there = StudioConfig(tmp_path / "there" / "studio", config.program)
    restore(target, there, tmp_path / "there" / "key.json")
    assert accounts(there.folder)["ana"] == fresh
