"""Label Studio on PostgreSQL: what a start finds, refuses and remembers; what a push may send."""

import json
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ServerError
from annotate.label_studio.annotator_projects import find_projects
from annotate.server.archive import Advance
from annotate.server.backup import backup
from annotate.server.databases import find_database, prepare_database
from annotate.server.postgres_url import Postgres, read_url
from annotate.server.process import StudioConfig, running
from annotate.server.restore import restore
from annotate.server.studio import OpenStudio
from annotate.sync.upload import PushReport, upload
from tests.studio.cluster import ODD, Cluster
from tests.studio.desk import Desk, paragraphs
from tests.studio.server import ROOT
from tests.studio.test_command import fails

pytestmark = [pytest.mark.studio, pytest.mark.postgres]


@pytest.fixture
def empty(new_database: Callable[[], str]) -> Postgres:
    return read_url(new_database())


def refused(database: Postgres, folder: Path, program: Path) -> str:
    """What a start says; it leaves nothing that a later one would take for a choice."""
    config = StudioConfig(folder / "studio", program, database=database.url)
    with pytest.raises((InputError, ServerError)) as caught, running(config):
        pass
    said = str(caught.value)
    assert database.password not in said + repr(config) + repr(database)
    assert "\n" not in said
    assert [path.name for path in (folder / "studio").iterdir()] == ["lock"]
    return said


def test_the_session_server_keeps_all_in_postgresql(opened: OpenStudio, cluster: Cluster) -> None:
    folder = opened.studio.folder
    database = find_database(folder)
    assert database is not None
    assert database.password == ODD

    emails = cluster.run("SELECT email FROM htx_user", database).split()

    assert {"admin@studio.local", "dan@studio.local"} <= set(emails)
    assert not (folder / "label_studio.sqlite3").exists()
    assert stat.S_IMODE((folder / "database.json").stat().st_mode) == 0o600


def test_the_password_is_in_no_argument_of_the_server_and_in_no_log(opened: OpenStudio) -> None:
    arguments = Path(f"/proc/{opened.studio.process.pid}/cmdline").read_text()
    log = (opened.studio.folder / "server.log").read_text()

    assert ODD not in arguments + log


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"port": 1}, r"Connection refused.*; check HOST and PORT"),
        ({"password": "not the one"}, "password authentication failed.*; check USER and PASSWORD"),
        ({"password": ""}, "no password supplied"),
        ({"name": "nowhere"}, r'database "nowhere" does not exist; create it: CREATE DATABASE'),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_line(
    empty: Postgres, change: dict[str, str | int], said: str, studio_program: Path, tmp_path: Path
) -> None:
    asked = replace(empty, **change)  # type: ignore[arg-type]
    config = StudioConfig(tmp_path / "studio", studio_program, database=asked.url)

    with pytest.raises(ServerError, match=said) as caught, running(config):
        pass

    assert str(caught.value).startswith("postgresql://role%20of%20studio%20")
    assert "\n" not in str(caught.value)
    assert ODD not in str(caught.value)
    assert [path.name for path in (tmp_path / "studio").iterdir()] == ["lock"]


def test_a_role_that_may_not_log_in_or_make_tables_is_said(
    empty: Postgres, cluster: Cluster, studio_program: Path, tmp_path: Path
) -> None:
    cluster.run(f'ALTER DATABASE "{empty.name}" OWNER TO postgres')
    assert "may not create tables" in refused(empty, tmp_path, studio_program)

    cluster.run(f'ALTER ROLE "{empty.user}" NOLOGIN')
    assert "ALTER ROLE ... LOGIN" in refused(empty, tmp_path, studio_program)


def test_a_database_without_unicode_is_refused(
    empty: Postgres, cluster: Cluster, studio_program: Path, tmp_path: Path
) -> None:
    cluster.run(
        f'CREATE DATABASE latin OWNER "{empty.user}" TEMPLATE template0 ENCODING LATIN1 LOCALE "C"'
    )

    latin = replace(empty, name="latin")

    assert "its encoding is LATIN1" in refused(latin, tmp_path, studio_program)


def test_a_database_with_the_work_of_another_folder_is_refused(
    opened: OpenStudio, studio_program: Path, tmp_path: Path
) -> None:
    theirs = find_database(opened.studio.folder)
    assert theirs is not None

    assert "belongs to a studio with another folder" in refused(theirs, tmp_path, studio_program)


def test_a_database_of_a_newer_version_is_refused(
    empty: Postgres, cluster: Cluster, studio_program: Path, tmp_path: Path
) -> None:
    cluster.run(
        "CREATE TABLE django_migrations (app text, name text);"
        "INSERT INTO django_migrations VALUES ('tasks', '9999_from_the_future');"
        f'GRANT SELECT ON django_migrations TO "{empty.user}"',
        replace(cluster.administrator, name=empty.name),
    )

    assert "'9999_from_the_future'" in refused(empty, tmp_path, studio_program)


def test_what_was_chosen_once_holds_and_a_new_password_of_it_is_kept(
    empty: Postgres, cluster: Cluster, studio_program: Path, tmp_path: Path
) -> None:
    prepare_database(tmp_path, studio_program, empty.url)
    cluster.run(f"ALTER ROLE \"{empty.user}\" PASSWORD 'changed'")
    with pytest.raises(ServerError, match="password authentication failed"):
        prepare_database(tmp_path, studio_program)
    changed = replace(empty, password="changed")

    prepare_database(tmp_path, studio_program, changed.url)

    assert find_database(tmp_path) == changed
    prepare_database(tmp_path, studio_program)


def test_a_backup_is_not_restored_into_a_database_that_has_something(
    opened: OpenStudio, studio_program: Path, tmp_path: Path
) -> None:
    session = StudioConfig(opened.studio.folder, studio_program)
    database = find_database(session.folder)
    assert database is not None
    backup(session, tmp_path / "key.json", tmp_path / "b.tar", nothing_shown)
    there = StudioConfig(tmp_path / "there" / "studio", studio_program, database=database.url)

    with pytest.raises(InputError, match="is not empty; create another"):
        restore(tmp_path / "b.tar", there, tmp_path / "key.json")

    assert [path.name for path in (tmp_path / "there").iterdir()] == []
    with tarfile.open(tmp_path / "b.tar") as tar:
        held = b"".join(tar.extractfile(member).read() for member in tar)  # type: ignore[union-attr]
    assert database.password.encode() not in held


@contextmanager
def nothing_shown(total: int) -> Iterator[Advance]:
    yield lambda count: None


ODD_TEXTS = (
    "\ufffe and \uffff are no characters, \U0010ffff neither, and 𝔘 stands outside the plane.",
    "A backslash before what looks like an escape: \\u0000, \\ud83d, C:\\users, %00, 'quoted'; --",
)


def test_what_looks_like_trouble_is_stored_as_it_is(desk: Desk) -> None:
    rows = paragraphs(*ODD_TEXTS)

    assert upload(rows, desk.make()) == PushReport(2, 0, 0)

    assert [data["text"] for _, data in desk.open().task_data()] == list(ODD_TEXTS)


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud83d"])
@pytest.mark.parametrize("key", ["text", "title", "previous"])
def test_what_postgresql_cannot_store_is_refused_before_anything_is_sent(
    desk: Desk, tmp_path: Path, bad: str, key: str
) -> None:
    first, second = paragraphs("One.", "Two.")
    lines = [json.dumps(row.to_json()) for row in (first, second)]
    lines[1] = lines[1].replace(f'"{key}": "', f'"{key}": "{bad}')
    (tmp_path / "p.jsonl").write_text("\n".join(lines), "utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studio").symlink_to(desk.opened.studio.folder)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")

    said = fails("push", "p.jsonl", "--project", desk.title, cwd=tmp_path)

    assert said.startswith("error: p.jsonl:2: ")
    assert find_projects(desk.connection, desk.title) == {}
