"""No secret comes out of any command, however loud the libraries are made and whatever fails.

What is planted: tokens of both kinds, passwords, log-ins and a colleague's e-mail, and the cookies
of a browser. `studio people` alone shows log-ins: that is what it is for.
"""

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from types import MappingProxyType

import pytest

from annotate.core.records import Status
from annotate.label_studio.annotator_projects import find_projects
from annotate.paragraphs.file import write_paragraphs
from tests.annotate.migration.migrations import planned
from tests.studio.colleagues import log_in
from tests.studio.desk import Desk, paragraphs, task_numbers
from tests.studio.proxy import other_server
from tests.studio.server import ROOT, TAXONOMY
from tests.studio.test_command import command

pytestmark = [pytest.mark.studio, pytest.mark.slow]

ROWS = paragraphs(*(f"Paragraph {n} says what it says." for n in range(6)), articles=3)
# What the libraries, or those before and beside them, are known to look for.
LOUD = {
    "DATASETS_VERBOSITY": "debug",
    "DEBUG": "1",
    "HF_DEBUG": "1",
    "HF_HUB_VERBOSITY": "debug",
    "HTTPX_LOG_LEVEL": "trace",
    "LABEL_STUDIO_DEBUG": "true",
    "LABEL_STUDIO_LOG_LEVEL": "DEBUG",
    "LOG_LEVEL": "DEBUG",
    "PYTHONDEVMODE": "1",
    "PYTHONWARNINGS": "default",
    "TYPER_STANDARD_TRACEBACK": "1",
}
# Python runs this before a command: everything that is logged is shown, and CRASH=n breaks the
# n-th request like a bug, deep within the libraries, with the request in its hands.
BEFORE = """
import logging, os
logging.basicConfig(level=1)
if os.environ.get("CRASH"):
    import httpx
    left, send = [int(os.environ["CRASH"])], httpx.HTTPTransport.handle_request
    def crash(self, request):
        left[0] -= 1
        if not left[0]:
            raise ZeroDivisionError(f"planted in {request!r}")
        return send(self, request)
    httpx.HTTPTransport.handle_request = crash
"""


@dataclass(frozen=True, slots=True)
class Cage:
    """A project folder on the session's server, and what must not come out of it.

    Attributes:
        secrets: Tokens, passwords and cookies: for nobody's eyes.
        names: Log-ins and e-mails.
        personal: A personal access token.
    """

    folder: Path
    desk: Desk = field(repr=False)  # pytest prints what a failing test had in its hands
    secrets: frozenset[str] = field(repr=False)
    names: frozenset[str] = field(repr=False)
    personal: str = field(repr=False)

    def run(
        self, *words: str, more: Mapping[str, str] = MappingProxyType({}), log_ins: bool = False
    ) -> tuple[int, str]:
        """Exit code and everything that was printed; nothing that was planted is in it.

        Args:
            more: For the environment.
            log_ins: Whether e-mails may be printed.
        """
        called = command(*words, cwd=self.folder)
        before = [str(self.folder / "before"), os.environ.get("PYTHONPATH", "")]
        called["env"] |= LOUD | {"PYTHONPATH": os.pathsep.join(filter(None, before))}
        called["env"] |= {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp")}
        called["env"] |= more
        done = subprocess.run(**called, timeout=200, check=False)
        printed = f"{done.stdout}\n{done.stderr}"
        # Not `assert secret not in printed`: pytest would print both.
        forbidden = self.secrets | (frozenset() if log_ins else self.names)
        assert [len(s) for s in forbidden if s in printed] == [], words
        return done.returncode, printed

    def named(self, url: str, token: str) -> dict[str, str]:
        return {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": token}

    def leaking_files(self) -> list[str]:
        """Files in which something planted stands, but for those of the server itself."""
        planted = [secret.encode() for secret in self.secrets | self.names]
        found = []
        for place, _, names in os.walk(self.folder):  # does not follow the link to the studio
            for path in (Path(place, name) for name in names):
                if any(secret in path.read_bytes() for secret in planted):
                    found.append(str(path.relative_to(self.folder)))
        return found


@pytest.fixture
def cage(desk: Desk, studio_program: Path, tmp_path: Path) -> Iterator[Cage]:
    import httpx

    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    (tmp_path / ".venv-studio").symlink_to(studio_program.parent.parent)
    for name in ("data", "before", "home", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "studio").symlink_to(desk.opened.studio.folder)
    (tmp_path / "before" / "sitecustomize.py").write_text(BEFORE)
    write_paragraphs(tmp_path / "p.jsonl", ROWS)
    people = [desk.account(name) for name in ("admin", "dan", "eva", "flo", "ana", "ben", "cy")]
    with httpx.Client(base_url=desk.url, trust_env=False, timeout=60) as browser:
        log_in(browser, desk.account("dan"))
        cookies = {value for value in browser.cookies.values() if value}
        assert len(cookies) >= 2  # of the session, and against forged forms
        with desk.http("admin") as http:
            personal = http.post("/api/token/").raise_for_status().json()["token"]
            try:
                known = {s for person in people for s in (person.token, person.password) if s}
                secrets = frozenset({personal, "Set-Cookie", "sessionid"} | known | cookies)
                emails = frozenset(person.email for person in people)
                yield Cage(tmp_path, desk, secrets, emails, personal)
            finally:
                http.post("/api/token/blacklist/", json={"refresh": personal})


def label(cage: Cage) -> None:
    """Each annotator answers all paragraphs, and they differ on two of them."""
    desk = cage.desk
    for annotator, stream in find_projects(desk.connection, desk.title).items():
        numbers = task_numbers(stream)
        for place, row in enumerate(ROWS):
            said = "Doubt" if annotator == "dan" and place < 2 else "Slogans"
            answer = desk.result(row, Status.LABELLED, labels=(said,))
            stream.annotate(numbers[row.id], answer, seconds=2.0)


def test_nothing_that_is_planted_comes_out_where_all_goes_well(cage: Cage) -> None:
    project, data = ["--project", cage.desk.title], "data/datasets/it"
    _, new = planned(cage.folder, TAXONOMY)
    migrate = ["migrate", str(TAXONOMY), str(new), "--map", "map.yaml", "--dry-run"]

    code, printed = cage.run("push", "p.jsonl", *project, "--new", "--annotators", "dan,eva")
    assert (code, "HTTP Request: POST" in printed) == (0, True)  # they are loud indeed
    label(cage)
    for words in (
        ["status", *project],
        ["pull", "-o", data, *project],
        ["pull", "-o", data, *project, "--since-last", "--json"],
        ["versions", data],
        ["agreement", data],
        ["adjudicate", data, *project],
        ["feedback", data],
        [*migrate, "--dataset", data, *project],
        ["doctor", *project],
        ["withdraw", "--annotator", "dan"],
        ["withdraw", ROWS[0].article_id, "--json"],
        ["pull", "-o", data, *project],
    ):
        code, printed = cage.run(*words)
        assert code == 0, (words, printed[-2000:])
    for words in (["studio", "people"], ["studio", "people", "--json"]):
        code, printed = cage.run(*words, log_ins=True)
        assert (code, cage.desk.account("dan").email in printed) == (0, True)

    assert cage.leaking_files() == []


def test_an_e_mail_in_a_file_of_labels_comes_out_nowhere_but_in_the_key(cage: Cage) -> None:
    email = cage.desk.account("dan").email
    rows = ("Shame on every liar here,Doubt", "The council met on Tuesday,none", "Nonsense,")
    theirs = cage.folder / "theirs.csv"
    theirs.write_text("text,labels,annotator\n" + "".join(f"{row},{email}\n" for row in rows))

    code, printed = cage.run("import-labels", "theirs.csv", "-o", "data/datasets/theirs")
    assert (code, "1 set aside" in printed) == (0, True)
    # There is a person of this name on the server as well.
    code, printed = cage.run("withdraw", "--annotator", email)
    assert (code, "give the pseudonym of one of them" in printed) == (1, True)
    for words in (["--annotator", "a1"], ["--annotator", "a1", "--undo", "--json"]):
        assert cage.run("withdraw", *words)[0] == 0
    theirs.write_text(f"text,labels,annotator\nThey lied,Nonsense,{email}\n")
    code, printed = cage.run("import-labels", "theirs.csv", "-o", "data/datasets/theirs")
    assert (code, "'Nonsense'" in printed) == (1, True)

    theirs.unlink()
    assert cage.leaking_files() == ["data/pseudonyms.json"]


def test_nothing_comes_out_where_only_the_api_of_a_server_is_ours(cage: Cage) -> None:
    desk, project = cage.desk, ["--project", cage.desk.title]
    named = cage.named(desk.url, cage.personal)

    people = ("--annotators", "ana,ben")
    assert cage.run("push", "p.jsonl", *project, "--new", *people, more=named)[0] == 0
    (cage.folder / ".env").write_text("".join(f"{k}={v}\n" for k, v in named.items()))
    (cage.folder / ".env").chmod(0o600)
    for annotator, stream in find_projects(desk.elsewhere(), desk.title).items():
        own = find_projects(desk.seen_by(annotator), desk.title)[annotator]
        answer = desk.result(ROWS[0], Status.LABELLED, labels=("Doubt",))
        own.annotate(task_numbers(stream)[ROWS[0].id], answer, seconds=1.0)
        own.save_draft(task_numbers(stream)[ROWS[1].id], answer, seconds=1.0)
    for words in (["status", "--json"], ["pull", "-o", "data/datasets/it"], ["doctor"]):
        code, printed = cage.run(*words, *project)
        assert code == 0, (words, printed[-2000:])
    # A colleague whom the server does not know.
    code, printed = cage.run("push", "p.jsonl", *project, "--annotators", "zoe")
    assert (code, "'zoe' has no account" in printed) == (1, True)

    assert cage.leaking_files() == [".env"]


def asking(project: str) -> list[list[str]]:
    """The commands that ask the server before anything else."""
    named = ["--project", project]
    return [
        ["push", "p.jsonl", *named],
        ["status", *named],
        ["pull", "-o", "data/datasets/it", *named],
        ["migrate", str(TAXONOMY), str(TAXONOMY), "--dry-run", *named],
        ["doctor", *named],
    ]


def test_nothing_comes_out_where_the_server_fails_and_repeats_what_it_was_told(
    cage: Cage,
) -> None:
    legacy = cage.desk.account("admin").token
    for status, token in ((400, legacy), (401, legacy), (500, cage.personal)):
        told = {"detail": f"Authorization: {token}, user {cage.desk.account('ana').email}"}
        with other_server(status, json.dumps(told).encode(), "application/json") as url:
            for words in asking("some project"):
                code, printed = cage.run(*words, more=cage.named(url, token))
                assert (code, "Traceback" in printed) == (1, False), (words, status)

    assert cage.leaking_files() == []


def test_nothing_comes_out_where_nobody_listens_or_the_project_is_another(cage: Cage) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        for words in asking("some project"):
            code, printed = cage.run(*words, more=cage.named(url, cage.personal))
            assert (code, "no Label Studio answers" in printed) == (1, True), words
    for words in (["status"], ["pull", "-o", "x"], ["doctor"]):
        code, printed = cage.run(*words, "--project", "another one")
        assert (code, "another one" in printed) == (1, True), words

    assert cage.leaking_files() == []


@pytest.mark.parametrize("number", [1, 3])
def test_nothing_comes_out_where_a_bug_of_ours_breaks_a_request(cage: Cage, number: int) -> None:
    cage.desk.streams("dan", "eva")
    tracebacks = cycle([{"TYPER_STANDARD_TRACEBACK": ""}, {"TYPER_STANDARD_TRACEBACK": "1"}])
    for words, traceback in zip(asking(cage.desk.title), tracebacks, strict=False):
        for named in ({}, cage.named(cage.desk.url, cage.personal))[: 1 if number > 1 else 2]:
            crash = {"CRASH": str(number)}
            code, printed = cage.run(*words, more=crash | traceback | named)
            assert (code, "ZeroDivisionError: planted in" in printed) == (1, True), words

    assert cage.leaking_files() == []
