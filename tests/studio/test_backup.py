"""A backup while people work, restored elsewhere: the same labels, accounts and pseudonyms."""

import json
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ServerError
from annotate.core.records import Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.annotator_projects import open_projects
from annotate.label_studio.connection import find_connection
from annotate.label_studio.project import Project
from annotate.label_studio.task_data import task_data
from annotate.server.accounts import accounts
from annotate.server.process import StudioConfig, exclusive, running
from annotate.server.restore import restore
from annotate.server.studio import OpenStudio, write_server_file
from annotate.sync.pull import PullRequest, pull
from annotate.sync.upload import upload
from tests.studio.desk import Desk, annotation_rows, new_desk, paragraphs, task_numbers
from tests.studio.server import TAXONOMY
from tests.studio.test_command import PATIENCE, command
from tests.studio.test_people import who_logs_in

pytestmark = pytest.mark.studio

ROWS = paragraphs("Shame on them!", "It rained.", "Vote now.")
MANY = paragraphs(*(f"Paragraph {n}." for n in range(400)))
UPLOAD = json.dumps([task_data(row) for row in ROWS]).encode()


def run(*words: str, cwd: Path, database: str = "") -> str:
    called = command("studio", *words, cwd=cwd)
    called["env"]["LABEL_STUDIO_DATABASE"] = database
    done = subprocess.run(**called, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def folder_with(studio: Path, place: Path, program: Path) -> Path:
    """A project folder whose studio is another's."""
    (place / "data").mkdir(parents=True)
    if studio.exists():
        (place / "data" / "studio").symlink_to(studio)
    (place / ".venv-studio").symlink_to(program.parent.parent)
    return place


def label_all(desk: Desk) -> None:
    """Eva and Dan have a project of their own each; the first pull meets Eva alone."""
    streams = desk.streams("dan", "eva")
    for stream in streams.values():
        upload(ROWS, stream)
    doubt = desk.result(ROWS[0], Status.LABELLED, labels=("Doubt",))
    streams["eva"].annotate(task_numbers(streams["eva"])[ROWS[0].id], doubt, seconds=1.0)
    none = desk.result(ROWS[1], Status.NONE)
    streams["dan"].annotate(task_numbers(streams["dan"])[ROWS[1].id], none, seconds=1.0)


def upload_file(desk: Desk) -> str:
    """An uploaded file's path on the server."""
    with desk.http() as http:
        sent = http.post(
            f"/api/projects/{desk.make().number}/import",
            params={"commit_to_project": "false"},
            files={"rows.json": ("rows.json", UPLOAD)},
        )
        sent.raise_for_status()
        (number,) = sent.json()["file_upload_ids"]
        return str(http.get(f"/api/import/file-upload/{number}").json()["file"])


@contextmanager
def annotating(desk: Desk) -> Iterator[list[int]]:
    """Somebody who answers without a pause while the block lasts: what the server confirmed."""
    stream, confirmed, enough = desk.open("ana"), list[int](), threading.Event()
    numbers = task_numbers(stream)

    def work() -> None:
        for row in MANY:
            if enough.is_set():
                return
            stream.annotate(numbers[row.id], desk.result(row, Status.NONE), seconds=1.0)
            confirmed.append(numbers[row.id])

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield confirmed
    finally:
        enough.set()
        thread.join()


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def annotated(project: Project) -> set[int]:
    return {int(row["id"]) for row in project.rows() if row["annotations"]}


def wait_for(confirmed: list[int], count: int) -> None:
    pause = threading.Event()
    while len(confirmed) < count:
        pause.wait(0.05)


def test_a_backup_under_load_is_restored_with_all_that_was_confirmed(
    opened: OpenStudio,
    desk: Desk,
    taxonomy: Taxonomy,
    studio_program: Path,
    new_database: Callable[[], str],
    tmp_path: Path,
) -> None:
    here = folder_with(opened.studio.folder, tmp_path / "here", studio_program)
    there = folder_with(tmp_path / "nowhere", tmp_path / "there", studio_program)
    label_all(desk)
    uploaded = upload_file(busy := new_desk(opened, taxonomy, desk.colleagues))
    upload(MANY, busy.make())
    key, archive = here / "data" / "pseudonyms.json", here / "b.tar"
    eva = find_connection("", "", opened.studio.folder / "server.json")
    only_eva = open_projects(eva, desk.title, taxonomy)["eva"]
    pull([only_eva], PullRequest(TAXONOMY, here / "first", key, 13))

    with annotating(busy) as confirmed:
        wait_for(confirmed, 5)
        for _ in range(5):  # on a busy machine a backup may end before the next answer
            archive.unlink(missing_ok=True)
            before = set(confirmed)
            said = run("backup", archive.name, cwd=here)
            if during := len(confirmed) - len(before):
                break
    assert "holds secrets" in said
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert during > 0
    original = pull(
        streams(desk, opened.studio.folder), PullRequest(TAXONOMY, here / "all", key, 13)
    )

    run("restore", str(archive), cwd=there, database=new_database())
    restored = StudioConfig(there / "data" / "studio", studio_program)
    with running(restored) as studio:
        write_server_file(restored, studio.url)
        again = pull(
            streams(desk, restored.folder),
            PullRequest(TAXONOMY, there / "all", there / "data" / "pseudonyms.json", 13),
        )
        kept = {*before} <= annotated(streams(busy, restored.folder)[0])
        for name in ("admin", "dan"):
            account = accounts(opened.studio.folder)[name]
            assert who_logs_in(studio.url, account) == account.email
        file = fetched(studio.url, uploaded, accounts(restored.folder)["admin"].token)

    assert kept
    assert bytes_of(again.folder) == bytes_of(original.folder)
    assert len(bytes_of(again.folder)) >= 6
    # By name Dan is the first, but the first pull met Eva alone.
    rows = annotation_rows(again.folder, taxonomy)
    assert {row["annotator"]: row["status"] for row in rows} == {"a1": "labelled", "a2": "none"}
    assert file == UPLOAD


def streams(desk: Desk, folder: Path) -> list[Project]:
    at = find_connection("", "", folder / "server.json")
    return list(open_projects(at, desk.title, desk.taxonomy).values())


def fetched(url: str, path: str, token: str) -> bytes:
    import httpx

    headers = {"Authorization": f"Token {token}"}
    answer = httpx.get(f"{url}/data/{path}", headers=headers, trust_env=False, timeout=60)
    return answer.raise_for_status().content


def test_a_restore_leaves_a_studio_that_is_there_alone(
    opened: OpenStudio, studio_program: Path, tmp_path: Path
) -> None:
    here = folder_with(opened.studio.folder, tmp_path / "here", studio_program)
    run("backup", "b.tar", cwd=here)
    folder = tmp_path / "studio"
    folder.mkdir()
    config = StudioConfig(folder, studio_program)

    with pytest.raises(ServerError, match="a studio already runs on it"), exclusive(folder):
        restore(here / "b.tar", config, tmp_path / "key.json")
    (folder / "server.log").write_text("once")
    with pytest.raises(InputError, match=r"already has a studio \(server\.log"):
        restore(here / "b.tar", config, tmp_path / "key.json")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "studio"]
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "server.log"]
