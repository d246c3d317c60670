"""Accounts on the real server: made, reset, closed; what a closed one did is still pulled."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.records import Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.client import LabelStudio
from annotate.server.accounts import Account, accounts, save_account
from annotate.server.organizations import close_account, make_accounts, reset_password
from annotate.server.process import StudioConfig
from annotate.server.studio import OpenStudio, write_server_file
from annotate.sync.upload import upload
from tests.studio.colleagues import log_in
from tests.studio.desk import Desk, new_desk, paragraphs, task_numbers
from tests.studio.test_command import PATIENCE, command

pytestmark = pytest.mark.studio


@pytest.fixture
def config(opened: OpenStudio, studio_program: Path) -> StudioConfig:
    """The session's server, which runs while its accounts change."""
    return StudioConfig(opened.studio.folder, studio_program)


def who_logs_in(url: str, account: Account) -> str:
    """Who the server says it is after the log-in form; empty if it refuses."""
    import httpx

    with httpx.Client(base_url=url, trust_env=False, timeout=60) as browser:
        try:
            log_in(browser, account)
        except AssertionError:
            return ""
        return str(browser.get("/api/current-user/whoami").json()["email"])


def works(url: str, token: str) -> bool:
    import httpx

    headers = {"Authorization": f"Token {token}"}
    answer = httpx.get(f"{url}/api/projects/", headers=headers, trust_env=False, timeout=60)
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def test_an_account_whose_making_was_interrupted_is_finished_by_the_next_call(
    opened: OpenStudio, config: StudioConfig
) -> None:
    begun = replace(Account("ivo@studio.local", "a-password-nobody-knows", ""), token="")
    save_account(config.folder, "ivo", begun)

    made = make_accounts(config, ["ivo", "dan"])

    assert list(made) == ["ivo"]  # dan is there already
    assert accounts(config.folder)["ivo"] == made["ivo"]
    assert who_logs_in(opened.studio.url, made["ivo"]) == "ivo@studio.local"
    assert list(LabelStudio(opened.studio.url, made["ivo"].token).users()) == ["ivo@studio.local"]
    assert make_accounts(config, ["ivo"]) == {}


def test_a_reset_ends_the_old_password_token_and_session_and_a_closed_account_none_opens(
    opened: OpenStudio, taxonomy: Taxonomy, config: StudioConfig, tmp_path: Path
) -> None:
    import httpx

    url, desk = opened.studio.url, new_desk(opened, taxonomy)
    (old,) = make_accounts(config, ["kim"]).values()
    write_server_file(config)
    (row,) = paragraphs("Shame on them!")
    stream = desk.streams("kim")["kim"]
    upload([row], stream)
    answer = desk.result(row, Status.LABELLED, labels=("Doubt",))
    stream.annotate(task_numbers(stream)[row.id], answer, seconds=1.0)

    with httpx.Client(base_url=url, trust_env=False, timeout=60) as browser:
        log_in(browser, old)
        personal = browser.post(
            "/api/token/", headers={"X-CSRFToken": browser.cookies["csrftoken"]}
        )
        fresh = reset_password(config, "kim")
        write_server_file(config)
        session = browser.get("/api/current-user/whoami").status_code

    assert (who_logs_in(url, old), who_logs_in(url, fresh)) == ("", "kim@studio.local")
    assert (works(url, old.token), works(url, fresh.token)) == (False, True)
    assert session == 401
    refresh = {"refresh": personal.json()["token"]}
    assert httpx.post(f"{url}/api/token/refresh/", json=refresh, trust_env=False).status_code == 401

    close_account(config, "kim")
    write_server_file(config)

    assert who_logs_in(url, fresh) == ""
    assert not works(url, fresh.token)
    assert accounts(config.folder)["kim"].closed
    (found,) = desk.gather(tmp_path).annotations  # with a token that only we have
    assert found.labels == ("Doubt",)
    assert who_logs_in(url, reset_password(config, "kim")) == "kim@studio.local"
    write_server_file(config)


def test_people_are_listed_made_and_closed_by_a_command_while_the_server_runs(
    desk: Desk, opened: OpenStudio, studio_program: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studio").symlink_to(opened.studio.folder)
    (tmp_path / ".venv-studio").symlink_to(studio_program.parent.parent)

    def run(*words: str) -> str:
        called = command("studio", "people", *words, cwd=tmp_path)
        done = subprocess.run(**called, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert not any(a.token in done.stdout for a in accounts(opened.studio.folder).values())
        return str(done.stdout)

    made = [line for line in run("--add", "lea").splitlines() if line.startswith("lea ")]
    password = accounts(opened.studio.folder)["lea"].password
    assert made[0].split() == ["lea", "lea@studio.local", password]
    assert "lea" in desk.connection.people
    assert password not in run()  # shown once
    run("--close", "lea")
    rows = {row["name"]: row["closed"] for row in json.loads(run("--json"))}
    assert (rows["lea"], rows["dan"]) == (True, False)
    assert "lea" in desk.connection.closed


def test_the_list_says_who_is_behind_a_pseudonym_and_gives_nobody_a_new_one(
    desk: Desk, opened: OpenStudio, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studio").symlink_to(opened.studio.folder)
    rows = paragraphs("Shame on them!", "It rained.")
    streams = desk.streams("dan", "flo")
    for stream, row in zip(streams.values(), rows, strict=True):
        upload([row], stream)
        stream.annotate(task_numbers(stream)[row.id], desk.result(row, Status.NONE), seconds=1.0)
    gathered = desk.gather(tmp_path)
    key = tmp_path / "data" / "pseudonyms.json"
    key.write_bytes((tmp_path / "key.json").read_bytes())

    def run(*words: str) -> str:
        called = command("studio", "people", *words, cwd=tmp_path)
        return str(subprocess.run(**called, timeout=PATIENCE, check=True).stdout)

    answered = {
        annotation.paragraph_id: annotation.annotator for annotation in gathered.annotations
    }
    pseudonyms = {row["name"]: row["pseudonym"] for row in json.loads(run("--json"))}
    assert (pseudonyms["dan"], pseudonyms["flo"]) == tuple(answered[row.id] for row in rows)
    assert pseudonyms["eva"] is None
    (dan,) = (line.split() for line in run().splitlines() if line.startswith("dan "))
    assert dan == ["dan", "dan@studio.local", "pseudonym", pseudonyms["dan"]]
    assert key.read_bytes() == (tmp_path / "key.json").read_bytes()
