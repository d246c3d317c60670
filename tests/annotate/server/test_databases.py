import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.errors import InputError, ServerError
from annotate.server.databases import (
    database_environment,
    find_database,
    prepare_database,
    remember,
)
from annotate.server.postgres_url import read_url
from annotate.server.process import StudioConfig

URL = "postgresql://ana:s3cret@127.0.0.1:1/labels"  # nothing listens there


def test_without_a_choice_it_is_sqlite_with_settings_of_our_own(tmp_path: Path) -> None:
    found = database_environment(tmp_path)

    assert find_database(tmp_path) is None
    assert found["DJANGO_DB"] == "sqlite"
    assert "transaction_mode" in (tmp_path / "settings" / "rhetoric_settings.py").read_text()


def test_on_postgresql_the_servers_own_settings_are_used(tmp_path: Path) -> None:
    found = database_environment(tmp_path, URL)

    assert found["POSTGRE_PASSWORD"] == "s3cret"
    assert not {"DJANGO_SETTINGS_MODULE", "LABEL_STUDIO_DATABASE_NAME"} & found.keys()
    assert list(tmp_path.iterdir()) == []


def test_a_choice_holds_for_those_who_do_not_repeat_it(tmp_path: Path) -> None:
    remember(tmp_path, read_url(URL))

    assert find_database(tmp_path) == read_url(URL)
    assert stat.S_IMODE((tmp_path / "database.json").stat().st_mode) == 0o600


def test_another_password_of_the_same_database_is_taken(tmp_path: Path) -> None:
    remember(tmp_path, read_url(URL))
    other = URL.replace("s3cret", "changed")

    assert find_database(tmp_path, other) == read_url(other)


@pytest.mark.parametrize(("old", "new"), [("ana", "ben"), (":1/", ":2/"), ("labels", "others")])
def test_another_database_than_the_folders_is_refused(tmp_path: Path, old: str, new: str) -> None:
    remember(tmp_path, read_url(URL))

    with pytest.raises(InputError, match=r"belongs to .*; leave --database out") as caught:
        find_database(tmp_path, URL.replace(old, new))

    assert "s3cret" not in str(caught.value)


def test_a_folder_whose_work_is_in_sqlite_is_not_moved_by_the_way(tmp_path: Path) -> None:
    (tmp_path / "label_studio.sqlite3").touch()

    with pytest.raises(InputError, match="are in SQLite"):
        find_database(tmp_path, URL)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"format": 2, "url": "postgresql://ana:s3cret@h/n"}',
        '{"format": 1, "url": "postgresql://ana:s3cret@h"}',
        '{"format": 1, "url": 7}',
    ],
)
def test_a_broken_choice_is_one_line_with_its_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "database.json"
    path.write_text(content)

    with pytest.raises(ServerError) as caught:
        find_database(tmp_path)

    said = str(caught.value)
    assert said.startswith(f"{path}:")
    assert "--database" in said
    assert "s3cret" not in said


def test_an_environment_that_cannot_ask_is_said_with_what_makes_it_anew(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"cannot ask PostgreSQL: remove \.venv-studio"):
        prepare_database(tmp_path, tmp_path / "label-studio", URL)

    assert not (tmp_path / "database.json").exists()


def test_a_config_does_not_show_the_password() -> None:
    assert "s3cret" not in repr(StudioConfig(database=URL))


def test_a_bad_url_ends_the_command_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = tmp_path / ".venv-studio" / "bin" / "label-studio"
    program.parent.mkdir(parents=True)
    program.touch()
    root = Path(__file__).parents[3]
    taxonomy = str(root / "label_config" / "taxonomy.yaml")
    monkeypatch.setenv("LABEL_STUDIO_DATABASE", "postgresql://ana:s3cret@h")

    done = CliRunner().invoke(app, ["studio", "--taxonomy", taxonomy])

    said = done.stderr.splitlines()
    assert (done.exit_code, done.stdout, len(said)) == (1, "", 2)
    assert said[1].startswith("error: the database's URL is not postgresql://")
    assert "s3cret" not in done.output + repr(done.exception)
    assert not (tmp_path / "data" / "studio" / "database.json").exists()
    assert json.dumps("s3cret") not in CliRunner().invoke(app, ["studio", "--help"]).output
