"""`rhetoric-annotate doctor` with the real server: what it says when all is well, and when not."""

import json
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotate.label_studio.client import LabelStudio
from tests.studio.desk import Desk
from tests.studio.proxy import other_server
from tests.studio.server import ROOT, copy_database
from tests.studio.test_command import command

pytestmark = pytest.mark.studio

WRONG = "0123456789abcdef" * 2 + "01234567"


@dataclass(frozen=True, slots=True)
class Patient:
    """A project folder, as one has it in which `studio` was run on the session's server."""

    folder: Path
    desk: Desk

    @property
    def studio(self) -> Path:
        return self.folder / "data" / "studio"

    def examined(self, *arguments: str, **environment: str) -> Mapping[str, Any]:
        """Name -> check; the exit code must say whether any failed, and no secret may show."""
        called = command("doctor", "--json", *arguments, cwd=self.folder)
        called["env"] |= environment
        done = subprocess.run(**called, timeout=120, check=False)
        assert done.stderr == ""
        rows = json.loads(done.stdout)
        assert done.returncode == any(row["state"] == "FAIL" for row in rows)
        for name in ("admin", "dan", "eva", "flo"):
            assert self.desk.account(name).token not in done.stdout
        return {row["name"]: row for row in rows}

    def tokens(self, **tokens: str) -> None:
        """Put other tokens into server.json."""
        path = self.studio / "server.json"
        known = json.loads(path.read_text())
        known["token"] = tokens.pop("admin", known["token"])
        known["people"] |= tokens
        path.write_text(json.dumps(known))


@pytest.fixture
def patient(desk: Desk, studio_program: Path, tmp_path: Path) -> Patient:
    (tmp_path / ".venv-studio").symlink_to(studio_program.parent.parent)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studio").mkdir(mode=0o700)
    for name in ("server.json", "accounts.json"):
        shutil.copy2(desk.opened.studio.folder / name, tmp_path / "data" / "studio" / name)
    copy_database(desk.opened.studio.folder, tmp_path / "data" / "studio")
    with closing(sqlite3.connect(tmp_path / "data/studio/label_studio.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=wal")
    return Patient(tmp_path, desk)


def states(found: Mapping[str, Any], *names: str) -> list[str]:
    return [found[name]["state"] for name in names]


def test_where_all_is_well_no_line_fails_and_each_is_said_once(patient: Patient) -> None:
    title = patient.desk.title
    patient.desk.streams("dan", "eva")

    done = subprocess.run(
        **command("doctor", "--project", title, cwd=patient.folder), timeout=120, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert {line[:8] for line in lines} <= {"ok      ", "warn    "}
    said = {line[8:].partition(": ")[0]: line for line in lines}
    assert len(said) == len(lines) == 19
    assert {f"project {title} of {name}" for name in ("dan", "eva")} < said.keys()
    assert "Label Studio 1.23.2" in said["version"]
    assert said["token"].endswith("legacy token, accepted")
    assert said["annotators' tokens"].endswith("accepted: dan, eva, flo")


def test_a_personal_access_token_is_named_as_such(patient: Patient) -> None:
    with patient.desk.http("ben") as http:
        token = http.post("/api/token/").raise_for_status().json()["token"]
        found = patient.examined("--url", patient.desk.url, LABEL_STUDIO_API_KEY=token)
        http.post("/api/token/blacklist/", json={"refresh": token}).raise_for_status()
        revoked = patient.examined("--url", patient.desk.url, LABEL_STUDIO_API_KEY=token)

    assert found["token"]["finding"] == "personal access token, accepted"
    assert found["embedded server"]["state"] == "skipped"  # another server is named
    assert "annotators' tokens" not in found
    assert states(revoked, "token", "rights") == ["FAIL", "skipped"]
    assert "make a new one at" in revoked["token"]["finding"]


def test_a_wrong_token_fails_and_what_rests_on_it_is_skipped(patient: Patient) -> None:
    patient.tokens(admin=WRONG)

    found = patient.examined("--project", patient.desk.title)

    assert states(found, "server", "token", "rights", f"project {patient.desk.title}") == [
        *("ok", "FAIL", "skipped", "skipped")
    ]
    assert "the legacy token (wrong or reset): copy it from" in found["token"]["finding"]


def test_an_annotators_wrong_token_fails_with_whose_it_is(patient: Patient) -> None:
    patient.tokens(eva=WRONG)

    found = patient.examined()

    assert states(found, "token", "annotators' tokens") == ["ok", "FAIL"]
    assert found["annotators' tokens"]["finding"] == "refused: eva"
    assert found["annotators' tokens"]["fix"] == "rhetoric-annotate studio people --reset eva"


def test_without_a_server_that_is_known_the_settings_fail(patient: Patient) -> None:
    (patient.studio / "server.json").unlink()

    found = patient.examined("--project", "some")

    names = ("settings", "server", "version", "clock", "token", "rights", "project some")
    assert states(found, *names) == ["FAIL", *["skipped"] * 6]
    assert "make studio" in found["settings"]["finding"]


def test_a_server_that_does_not_listen_fails(patient: Patient) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        found = patient.examined(LABEL_STUDIO_URL=url, LABEL_STUDIO_API_KEY=WRONG)

    assert states(found, "server", "version", "token") == ["FAIL", "skipped", "skipped"]
    assert "start it with 'make studio'" in found["server"]["finding"]


@pytest.mark.parametrize("content", [b"<html>A wiki</html>", b"{}", b"[]", b"\xff"])
def test_another_server_at_the_address_fails(patient: Patient, content: bytes) -> None:
    with other_server(200, content) as url:
        found = patient.examined("--url", url, LABEL_STUDIO_API_KEY=WRONG)

    assert found["server"]["state"] == "FAIL"
    assert found["server"]["finding"].endswith("not as Label Studio does; check the address")


def test_another_release_is_a_warning(patient: Patient) -> None:
    greeting = {"label-studio-os-package": {"version": "1.99.0"}}
    with other_server(200, json.dumps(greeting).encode(), "application/json") as url:
        found = patient.examined("--url", url, LABEL_STUDIO_API_KEY=WRONG)

    assert states(found, "server", "version", "clock", "token") == ["ok", "warn", "ok", "FAIL"]
    assert found["version"]["finding"] == "Label Studio 1.99.0; known to work: 1.23.x"


def test_a_project_with_other_labels_fails(patient: Patient) -> None:
    desk = patient.desk
    config = desk.config.replace('alias="Doubt"', 'alias="Doubts"')
    LabelStudio(desk.url, desk.account("dan").token).make_project(desk.title, config, "")

    found = patient.examined("--project", desk.title)

    check = found[f"project {desk.title} of dan"]
    assert check["state"] == "FAIL"
    assert "has other labels than taxonomy semeval2023" in check["finding"]


def test_another_taxonomy_than_the_projects_fails(patient: Patient) -> None:
    patient.desk.streams("dan")

    found = patient.examined("--project", patient.desk.title, "--taxonomy", "ptc14")

    assert found[f"project {patient.desk.title} of dan"]["state"] == "FAIL"


def test_a_project_that_is_not_there_fails(patient: Patient) -> None:
    found = patient.examined("--project", "no such")

    assert found["project no such"]["state"] == "FAIL"
    assert "push" in found["project no such"]["fix"]


def test_a_taxonomy_that_is_broken_fails_and_the_project_is_skipped(patient: Patient) -> None:
    (patient.folder / "label_config").unlink()

    found = patient.examined("--project", patient.desk.title)

    assert states(found, "taxonomy", "rights") == ["FAIL", "ok"]
    assert found[f"project {patient.desk.title}"]["state"] == "skipped"


def test_write_ahead_logging_that_is_off_on_the_servers_database_fails(patient: Patient) -> None:
    with closing(sqlite3.connect(patient.studio / "label_studio.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=delete")

    found = patient.examined()

    assert states(found, "database mode", "database") == ["FAIL", "ok"]


def test_secrets_that_others_can_read_and_a_missing_environment_fail(patient: Patient) -> None:
    (patient.studio / "server.json").chmod(0o644)
    (patient.folder / ".venv-studio").unlink()

    found = patient.examined()

    assert states(found, "secrets", "embedded server") == ["FAIL", "FAIL"]
    assert found["secrets"]["fix"] == "chmod 600 data/studio/server.json"
    assert found["embedded server"]["fix"] == "run 'make setup'"
