"""The command line as people type it; the real server has its own tests."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.paragraphs.file import write_paragraphs
from annotate.sync.upload import upload
from tests.annotate.samples import TAXONOMY, paragraph, work
from tests.annotate.stores import Fault, ListStore
from tests.annotate.sync.test_task_cache import WatchedList

TOKEN = "5ec2e7f00d5ec2e7f00d5ec2e7f00d5ec2e7f00d"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder to work in, without any server that is known."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    (tmp_path / "label_config").mkdir()
    (tmp_path / "label_config" / "taxonomy.yaml").write_text(TAXONOMY)
    write_paragraphs(tmp_path / "p.jsonl", [paragraph("You traitor."), paragraph("You thief.")])
    return tmp_path


def type_in(*words: str) -> Result:
    """What a command gives; its token shows nowhere."""
    done = CliRunner().invoke(app, words)
    assert TOKEN not in done.output
    assert TOKEN not in repr(done.exception)
    return done


def error_of(*words: str, code: int = 1) -> str:
    done = type_in(*words)
    assert (done.exit_code, done.stdout) == (code, "")
    if code == 1:
        assert done.stderr.startswith("error: ")
        assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize(
    "words",
    [["--help"], *([c, "--help"] for c in ("prepare", "config", "studio", "push", "status"))],
)
def test_help_is_there_and_shows_no_secret(words: list[str]) -> None:
    done = type_in(*words)

    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_help_groups_the_commands_by_the_work_they_belong_to() -> None:
    lines = type_in("--help").stdout.splitlines()

    panels = [line.split()[1] for line in lines if line.startswith("╭─")]
    assert panels == ["Options", "Articles", "Server", "Labelling", "Datasets", "People"]


def test_a_completion_for_the_shell_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_RHETORIC_ANNOTATE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "rhetoric-annotate stu")
    monkeypatch.setenv("COMP_CWORD", "1")

    done = CliRunner().invoke(app, [], prog_name="rhetoric-annotate")

    assert (done.exit_code, done.stdout.split()) == (0, ["studio"])


def test_no_command_at_all_shows_the_help_and_is_a_usage_error() -> None:
    assert type_in().exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["prepare", "p.jsonl"],
        ["config", "--taxonomy", "gone.yaml"],
        ["config", "--taxonomy", "label_config"],
        ["push", "label_config"],
        ["pull"],
        ["pull", "-o", "x", "--seed", "many"],
        ["studio", "--port", "high"],
        ["unheard-of"],
    ],
)
def test_what_typer_refuses_is_exit_code_2(words: list[str]) -> None:
    assert "Usage:" in error_of(*words, code=2)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["push", "gone"], "'rhetoric-annotate prepare' (make prepare)"),
        (
            ["push", "p.jsonl", "--predictions", "gone"],
            "'rhetoric-train predict --with-paragraphs'",
        ),
        (
            ["prepare", "p.jsonl", "-o", "q.jsonl", "--against", "gone"],
            "'rhetoric-annotate prepare'",
        ),
        (["status", "--whole", "gone"], "'rhetoric-annotate prepare' (make prepare)"),
        (["agreement", "gone"], "'rhetoric-annotate pull' (make pull)"),
        (["adjudicate", "gone"], "'rhetoric-annotate pull' (make pull)"),
        (["feedback", "gone"], "'rhetoric-annotate pull' (make pull)"),
        (["pull", "-o", "d", "--map", "gone"], "'rhetoric-annotate pull --map-template'"),
        (["studio", "restore", "gone"], "'rhetoric-annotate studio backup'"),
    ],
)
def test_a_path_that_is_not_there_yet_names_the_command_that_makes_it(
    words: list[str], command: str
) -> None:
    assert f"error: gone: does not exist; make it with {command}" in error_of(*words)


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--url", NOWHERE],
        ["config"],
        ["push", "p.jsonl"],
        ["pull", "-o", "d", "--url", NOWHERE],
        ["studio"],
    ],
)
def test_a_folder_that_is_no_project_folder_is_called_so(words: list[str], project: Path) -> None:
    (project / "label_config" / "taxonomy.yaml").unlink()

    error = error_of(*words)

    assert "label_config/taxonomy.yaml: no such file, so this folder is no project folder" in error
    assert "run the command in the folder where label_config/ lies" in error


def test_the_version_is_shown() -> None:
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    version = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["version"]

    done = CliRunner().invoke(app, ["--version"], prog_name="rhetoric-annotate")

    assert (done.exit_code, done.stdout) == (0, f"rhetoric-annotate {version}\n")


def test_prepare_reports_and_writes(project: Path) -> None:
    (project / "ferry.txt").write_text(
        "The Ferry\n\nIt was sold at night.\n\nIt was sold at night.\n"
    )

    done = type_in("prepare", "ferry.txt", "-o", "out/p.jsonl")
    as_json = type_in("prepare", "ferry.txt", "-o", "out/p.jsonl", "--json")

    assert done.exit_code == as_json.exit_code == 0
    assert done.stdout == (
        "1 paragraph of 1 article -> out/p.jsonl\nleft out 1 of 2 blocks: 1 repeated\n"
    )
    assert json.loads(as_json.stdout) == {
        "articles": 1,
        "blocks": 2,
        "cut": 0,
        "paragraphs": 1,
        "near_duplicates": 0,
        "left_out": {"repeated": 1},
        "encodings": {},
        "unread": 0,
        "cut_short": 0,
        "notices": 0,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Shame\n\nThey lied.\n\nThey lied again.\n", ["--short", "keep"]),
        (
            '\n{"body": "They lied.\\n\\nThey lied again."}\n',
            ["--text-field", "body", "--min-words", "2"],
        ),
    ],
)
def test_prepare_reads_stdin_and_fields_of_other_names(
    project: Path, text: str, words: list[str]
) -> None:
    done = CliRunner().invoke(app, ["prepare", "-", "-o", "out.jsonl", *words], input=text)

    assert done.exit_code == 0, done.output
    texts = [json.loads(line)["text"] for line in Path("out.jsonl").read_text().splitlines()]
    assert texts == ["They lied.", "They lied again."]


def test_prepare_warns_of_what_it_could_not_read(project: Path) -> None:
    Path("rows.jsonl").write_text('{"text": ""}\n{"text": "They lied to all of us in May."}\n[]\n')

    done = CliRunner().invoke(app, ["prepare", "rows.jsonl", "-o", "p.jsonl"])
    strict = error_of("prepare", "rows.jsonl", "-o", "p.jsonl", "--strict")

    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "1 paragraph of 1 article -> p.jsonl"
    assert done.stderr == (
        "warning: 2 files or records could not be used; p.ledger.jsonl says where and why "
        "(--strict stops at the first)\n"
    )
    assert "rows.jsonl:1: the record has no text" in strict


def test_prepare_says_in_one_line_what_is_wrong(project: Path) -> None:
    (project / "latin.txt").write_bytes(b"One.\n\ncaf\xe2\x80")

    assert "latin.txt:3: not UTF-8 at byte 9" in error_of("prepare", "latin.txt", "-o", "o.jsonl")
    assert "cannot be written" in error_of("prepare", "p.jsonl", "-o", "latin.txt/o.jsonl")


def test_config_writes_page_and_guidelines(project: Path) -> None:
    done = type_in("config")

    assert done.exit_code == 0
    names = ("label_studio.xml", "guidelines.md", "guidelines.html")
    assert done.stdout.split() == [f"label_config/{name}" for name in names]
    assert (project / "label_config" / "guidelines.md").read_text().count("###") == 3


def test_config_says_where_the_taxonomy_is_wrong(project: Path) -> None:
    (project / "bad.yaml").write_text(TAXONOMY.replace("id: Fear", "id: Doubt"))

    assert "error: bad.yaml:42: duplicate id 'Doubt'" in error_of(
        "config", "--taxonomy", "bad.yaml"
    )


@pytest.mark.parametrize("words", [["push", "p.jsonl"], ["pull", "-o", "data/x"]])
def test_without_a_server_it_is_said_how_to_get_one(words: list[str]) -> None:
    assert "no Label Studio is known: start one with 'make studio'" in error_of(*words)
    assert not Path("data").exists()


@pytest.mark.parametrize("words", [["push", "p.jsonl"], ["pull", "-o", "data/x"]])
def test_a_server_out_of_reach_is_one_line(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"no Label Studio answers at {NOWHERE}" in error_of(*words, "--url", NOWHERE)
    monkeypatch.setenv("LABEL_STUDIO_URL", NOWHERE)
    assert f"no Label Studio answers at {NOWHERE}" in error_of(*words)


def test_a_server_without_a_token_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_API_KEY")

    assert f"the token for {NOWHERE} is missing" in error_of("push", "p.jsonl", "--url", NOWHERE)


def test_a_broken_paragraphs_file_is_one_line_with_its_number(project: Path) -> None:
    lines = (project / "p.jsonl").read_text()
    (project / "p.jsonl").write_text(lines + "{broken\n")

    assert "error: p.jsonl:3: not JSON" in error_of("push", "p.jsonl", "--url", NOWHERE)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> ListStore:
    """Stands where the real server would."""
    store = WatchedList()
    for name in (
        "sync.push.find_projects",
        "sync.push.ensure_projects",
        "label_studio.annotator_projects.open_projects",
    ):
        monkeypatch.setattr(f"annotate.{name}", lambda *args: {"": store})
    monkeypatch.setattr("annotate.sync.push.check_fit", lambda *args: None)
    monkeypatch.setattr(ListStore, "config", lambda self: "", raising=False)
    monkeypatch.setattr("annotate.label_studio.retry._PAUSES", (0.0,) * 4)
    return store


def test_push_reports_what_it_did(store: ListStore) -> None:
    dry = type_in("push", "p.jsonl", "--url", NOWHERE, "--dry-run")
    assert (dry.exit_code, store.sent) == (0, [])
    first = type_in("push", "p.jsonl", "--url", NOWHERE)
    second = type_in("push", "p.jsonl", "--url", NOWHERE, "--json")

    assert dry.stdout == "would add 2, would skip 0 already present\n"
    assert first.stdout == "added 2, skipped 0 already present\n"
    assert json.loads(second.stdout) == {
        "added": 0,
        "skipped": 2,
        "put_right": 0,
        "updated": 0,
        "kept": 0,
        "doubles": 0,
        "predictions": 0,
        "moved": 0,
        "dry_run": False,
        "plan": None,
    }


@pytest.mark.parametrize(("existing", "code"), [([], 0), (["mine", "yours"], 1)])
def test_push_makes_the_first_project_and_no_other_unless_it_is_told_to(
    existing: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.sync.push.find_projects", lambda *args: {})
    projects = "annotate.label_studio.annotator_projects"
    monkeypatch.setattr(f"{projects}.project_names", lambda connection: existing)

    done = type_in("push", "p.jsonl", "--url", NOWHERE, "--dry-run")

    assert done.exit_code == code
    refusal = "error: no project 'demo'; existing: mine, yours; add --new to make it\n"
    assert done.stderr == (refusal if existing else "")


def test_a_dry_run_does_not_make_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("a dry run writes nothing")

    monkeypatch.setattr("annotate.sync.push.ensure_projects", refuse)
    monkeypatch.setattr("annotate.sync.push.find_projects", lambda *args: {})

    dry = type_in("push", "p.jsonl", "--new", "--url", NOWHERE, "--dry-run")

    assert dry.stdout == "would add 2, would skip 0 already present\n"


@pytest.mark.parametrize("name", ["ab", "x" * 51, " padded"])
def test_a_dry_run_refuses_a_name_that_the_push_would_refuse(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("annotate.sync.push.find_projects", lambda *args: {})

    words = ("push", "p.jsonl", "--url", NOWHERE, "--project", name)
    assert "project name" in error_of(*words, "--dry-run")
    assert "project name" in error_of(*words)


def test_a_project_that_exists_twice_is_named_in_one_line(store: ListStore) -> None:
    store.younger = [ListStore()]
    upload([paragraph("She stayed.")], store.younger[0])

    seen = type_in("status", "--url", NOWHERE)
    first = type_in("push", "p.jsonl", "--url", NOWHERE)

    line = (
        "project 'demo' exists 2 times on the server: the work in all of them counts, and a "
        "push moves what nobody worked on from number 2 to 1"
    )
    assert [done.stderr.splitlines().count(line) for done in (seen, first)] == [1, 1]
    assert first.stdout == (
        "added 2, skipped 0 already present, moved 1 from another project of this name\n"
    )
    assert store.younger[0].deleted


def test_an_env_file_that_is_not_utf8_is_one_line(project: Path) -> None:
    (project / ".env").write_bytes(b"LABEL_STUDIO_URL=caf\xe9\n")

    assert ".env:1: not UTF-8 at byte 20 (0xe9)" in error_of("push", "p.jsonl")


def test_push_gives_up_with_one_line(store: ListStore) -> None:
    store.faults = [Fault.FAILS_BEFORE] * 9

    assert "gave up after 5 tries: run the same command again later" in error_of(
        "push", "p.jsonl", "--url", NOWHERE
    )


def test_pull_reports_what_it_found(store: ListStore, project: Path, taxonomy_file: Path) -> None:
    upload([paragraph("You traitor."), paragraph("You thief."), paragraph("He left.")], store)
    insult = [{"from_name": "techniques_attack", "value": {"choices": ["Insult"]}}]
    none = [{"from_name": "verdict", "value": {"choices": ["none"]}}]
    store.leave(1, work(1, insult), work(2, insult))
    store.leave(2, work(1, none), work(2, insult + none))

    done = type_in("pull", "-o", "data/datasets/pilot", "--url", NOWHERE)
    as_json = type_in("pull", "-o", "data/datasets/pilot", "--url", NOWHERE, "--json")

    assert done.exit_code == as_json.exit_code == 0
    version = (project / "data" / "datasets" / "pilot").resolve().name
    assert done.stdout.splitlines() == [
        f"3 paragraphs -> data/datasets/pilot ({version})",
        "  a1: 1 labelled, 1 none, 1 unseen",
        "  a2: 1 labelled, 1 rejected, 1 unseen",
        "gold: 2 train",
        "splits: drawn; new articles: 1 train",
        "no label is disputed",
        "mean alpha over techniques: undefined",
    ]
    assert done.stderr.splitlines() == [
        "reading what people labelled ...",
        "1 set aside, with reasons, in data/datasets/pilot.rejected.jsonl",
        "'rhetoric-annotate reopen --project demo' gives answers that cannot be used back to their "
        "annotators",
    ]
    assert json.loads(as_json.stdout)["splits"] == {"train": 2}
    assert json.loads(as_json.stdout)["ledger"]["tasks"] == 3
    assert (project / "data" / "pseudonyms.json").exists()


def test_pull_and_status_leave_the_administrators_answers_out_unless_asked(
    store: ListStore, project: Path, taxonomy_file: Path
) -> None:
    upload([paragraph("You traitor.")], store)
    none = [{"from_name": "verdict", "value": {"choices": ["none"]}}]
    admin = 99
    store.annotator, store.owner, store.administrator = "ana", 1, admin
    pull_it = ["pull", "-o", "data/datasets/pilot", "--url", NOWHERE]
    store.leave(1, work(admin, none, number=2))

    nothing = type_in(*pull_it)
    store.leave(1, work(1, none, number=1))
    left_out, counted = type_in(*pull_it), type_in(*pull_it, "--include-admin")
    status = type_in("status", "--url", NOWHERE)
    as_json = type_in("status", "--url", NOWHERE, "--json")

    assert nothing.exit_code == 1
    assert "the administrator's answer in an annotator's project, which" in nothing.stderr
    line = (
        "left out 1 answer of the administrator in annotators' projects; --include-admin counts it"
    )
    assert line in left_out.stderr.splitlines()
    assert "  a1: 1 none" in left_out.stdout.splitlines()
    assert "left out" not in counted.stderr
    assert len([row for row in counted.stdout.splitlines() if row.endswith(": 1 none")]) == 2
    assert line in " ".join(status.stdout.split())
    assert json.loads(as_json.stdout)["administrators_answers"] == 1


def test_pull_without_labels_is_one_line_after_what_it_was_doing(store: ListStore) -> None:
    upload([paragraph("You traitor.")], store)

    done = type_in("pull", "-o", "data/datasets/pilot", "--url", NOWHERE)

    assert done.exit_code == 1
    assert done.stderr.splitlines()[1:] == [
        "error: data/datasets/pilot: no paragraph has an answer yet, so nothing was written; "
        "label some first"
    ]


BUG = """
import annotate.sync.push
from annotate.cli import main

def find_projects(connection, name):
    token = connection.token
    raise {error}

annotate.sync.push.find_projects = find_projects
main()
"""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [("ZeroDivisionError", 1, "ZeroDivisionError"), ("KeyboardInterrupt", 130, "")],
)
def test_neither_a_bugs_traceback_nor_ctrl_c_shows_the_token(
    project: Path, error: str, code: int, said: str
) -> None:
    """In a process of its own, with the token from .env, as `make push` would run it."""
    (project / ".env").write_text(f"LABEL_STUDIO_URL={NOWHERE}\nLABEL_STUDIO_API_KEY={TOKEN}\n")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LABEL_STUDIO_")}

    done = subprocess.run(
        [sys.executable, "-c", BUG.format(error=error), "push", "p.jsonl"],
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert said in done.stderr
    assert TOKEN not in done.stdout + done.stderr
