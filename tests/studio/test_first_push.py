"""The first push: while the studio starts, to a misspelt project, or without annotators."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

from annotate.label_studio.annotator_projects import (
    SHARED,
    PageSettings,
    ensure_projects,
    find_projects,
    project_names,
)
from annotate.label_studio.connection import Connection, find_connection
from annotate.paragraphs.file import write_paragraphs
from annotate.server.studio import OpenStudio
from tests.studio.desk import Desk, paragraphs, task_numbers, verdict
from tests.studio.server import copy_data
from tests.studio.test_command import (
    PATIENCE,
    command,
    fails,
    project_folder,  # noqa: F401
    script,
    started,
)

pytestmark = pytest.mark.studio

ROWS = paragraphs("Shame on them!", "It rained.", "Vote now.")


@pytest.fixture
def folder(opened: OpenStudio, project_folder: Path) -> Path:  # noqa: F811
    """A project folder with a server's data, and paragraphs to push."""
    copy_data(opened.studio.folder, project_folder / "data" / "studio")
    write_paragraphs(project_folder / "p.jsonl", ROWS)
    return project_folder


def push(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    called = command("push", "p.jsonl", *words, cwd=cwd)
    return subprocess.run(**called, timeout=PATIENCE, check=True)


def test_a_push_waits_for_the_studio_and_meets_the_annotators_projects(folder: Path) -> None:
    words = ("studio", "--project", "mine", "--annotators", "dan,gil")
    with subprocess.Popen(**command(*words, cwd=folder)) as studio:
        try:
            while not (folder / "data/studio/server.log").exists():
                assert studio.poll() is None
                time.sleep(0.05)

            done = push("--project", "mine", cwd=folder)

            assert done.stderr.startswith("waiting until the studio has started ...\n")
            assert done.stdout == "added 6, skipped 0 already present\n"
            projects = find_projects(connection(folder), "mine")
            assert list(projects) == ["dan", "gil"]
        finally:
            studio.terminate()


def connection(folder: Path) -> Connection:
    return find_connection("", "", folder / "data" / "studio" / "server.json")


def test_a_shared_project_with_an_answer_is_moved_by_the_commands_that_the_error_names(
    folder: Path,
) -> None:
    with started("--project", "mine", cwd=folder):
        push("--project", "mine", cwd=folder)
        (shared,) = find_projects(connection(folder), "mine").values()
        shared.annotate(task_numbers(shared)[ROWS[0].id], [verdict("none")], 1.0)

    line = fails("studio", "--project", "mine", "--annotators", "dan,eva", cwd=folder)

    studio, fill, fetch = re.findall("'rhetoric-annotate ([^']*)'", line)
    with started(*shlex.split(studio)[1:], cwd=folder):
        done = push(*shlex.split(fill.replace("push FILE", "")), cwd=folder)
        assert done.stdout == "added 6, skipped 0 already present\n"
        words = (*shlex.split(fetch), "-o", "data/datasets/mine")
        done = subprocess.run(**command(*words, cwd=folder), timeout=PATIENCE, check=True)
        assert "1 none" in done.stdout


def test_a_shared_project_without_work_becomes_annotators_projects_at_the_next_start(
    folder: Path,
) -> None:
    with started("--project", "mine", cwd=folder):
        push("--project", "mine", cwd=folder)

    with started("--project", "mine", "--annotators", "dan,eva", cwd=folder):
        projects = find_projects(connection(folder), "mine")

        assert {who: len(task_numbers(project)) for who, project in projects.items()} == {
            "dan": 3,
            "eva": 3,
        }


def test_a_push_does_not_wait_for_a_studio_that_was_killed(tmp_path: Path) -> None:
    write_paragraphs(tmp_path / "p.jsonl", ROWS)
    (tmp_path / "label_config").symlink_to(Path.cwd() / "label_config")
    program = tmp_path / ".venv-studio" / "bin"
    program.mkdir(parents=True)
    script(program, "open('server', 'w').write(str(os.getpid()))\ntime.sleep(600)")
    with subprocess.Popen(**command("studio", cwd=tmp_path)) as studio:
        while not (tmp_path / "server").exists() or not (tmp_path / "server").read_text():
            assert studio.poll() is None
            time.sleep(0.05)
        studio.kill()
        studio.communicate()

    try:
        line = fails("push", "p.jsonl", cwd=tmp_path)
    finally:
        os.kill(int((tmp_path / "server").read_text()), signal.SIGKILL)

    assert "no Label Studio is known" in line


def test_a_misspelt_project_is_not_made(desk: Desk, opened: OpenStudio, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studio").symlink_to(opened.studio.folder)
    (tmp_path / "label_config").symlink_to(Path.cwd() / "label_config")
    write_paragraphs(tmp_path / "p.jsonl", ROWS)
    desk.streams("dan")
    misspelt = f"{desk.title}x"

    for words in (["push", "p.jsonl"], ["push", "p.jsonl", "--dry-run"], ["status"]):
        line = fails(*words, "--project", misspelt, cwd=tmp_path)
        assert line.startswith(f"error: no project {misspelt!r}; existing: ")
        existing = line.partition("existing: ")[2].partition(";")[0].split(", ")
        assert {"first project", desk.title} <= set(existing)
        assert "--new" in line
    assert find_projects(desk.connection, misspelt) == {}

    more = push("--project", desk.title, "--annotators", "dan,eva", "--json", cwd=tmp_path)
    made = push("--project", misspelt, "--new", "--json", cwd=tmp_path)
    assert (json.loads(more.stdout)["added"], json.loads(made.stdout)["added"]) == (6, 3)
    assert list(find_projects(desk.connection, misspelt)) == [SHARED]


def test_where_only_the_api_is_ours_annotators_names_are_left_out_of_the_list(desk: Desk) -> None:
    ensure_projects(desk.elsewhere(), desk.title, ["ana"], PageSettings(desk.taxonomy))

    names = project_names(desk.elsewhere())

    assert desk.title in names
    assert f"{desk.title} (ana)" not in names
