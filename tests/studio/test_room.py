"""The commands of a labelling project with several annotators, one after the other, for real."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.records import Paragraph, Status
from annotate.label_studio.project import Project
from annotate.paragraphs.file import write_paragraphs
from annotate.server.studio import OpenStudio
from tests.annotate.migration.migrations import planned
from tests.studio.desk import Desk, paragraphs, task_numbers
from tests.studio.server import ROOT, TAXONOMY

pytestmark = pytest.mark.studio

ROWS = paragraphs(*(f"Paragraph {n} says what it says." for n in range(8)), articles=4)
Labels = dict[str, tuple[str, ...]]
KNOWN = paragraphs("Shame on the crooks!", articles=1)[0]


@pytest.fixture
def folder(opened: OpenStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder whose server is the session's."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studio").symlink_to(opened.studio.folder)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    monkeypatch.chdir(tmp_path)
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    write_paragraphs(Path("mine.jsonl"), ROWS)
    gold = {**KNOWN.to_json(), "labels": ["Name_Calling-Labeling"]}
    Path("known.jsonl").write_text(json.dumps(gold) + "\n")
    return tmp_path


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == code, done.output
    return done.stdout if "--json" in words else done.output


def answer_all(desk: Desk, stream: Project, labels: Labels) -> None:
    held = {str(data["id"]): data for _, data in stream.task_data()}
    numbers = task_numbers(stream)
    texts: dict[str, Paragraph] = {row.id: row for row in (*ROWS, KNOWN)}
    for id_ in held:
        said = labels.get(id_, ())
        status = Status.LABELLED if said else Status.NONE
        result = desk.result(texts[id_], status, **({"labels": said} if said else {}))
        stream.annotate(numbers[id_], result, seconds=36.0)


def test_a_project_from_the_plan_to_the_next_taxonomy(desk: Desk, folder: Path) -> None:
    name = ["--project", desk.title]
    people = ["--annotators", "dan,eva,flo"]
    known = ["--gold", "known.jsonl", "--gold-share", "0.2"]

    name_new = [*name, "--new"]
    dry = run("push", "mine.jsonl", *name_new, *people, "--overlap", "2", *known, "--dry-run")
    assert "3 of 3 pairs" in dry
    assert "no project" in run("status", *name, code=1)
    too_many = run("push", "mine.jsonl", *name_new, *people, "--overlap", "4", code=1)
    assert "--overlap 4" in too_many
    shared = run("push", "mine.jsonl", "--project", "nobody's", "--new", "--dry-run")
    assert "only the administrator sees this project; --annotators dan,eva" in shared
    run("push", "mine.jsonl", *name_new, *people, "--overlap", "2", *known)
    unseen = run("status", *name, "--whole", "mine.jsonl")
    assert "unknown before the first answer" in unseen
    assert json.loads(run("push", "mine.jsonl", *name, "--json"))["added"] == 0

    streams = desk.streams()
    first = ROWS[0]
    given = {who for who, stream in streams.items() if first.id in task_numbers(stream)}
    assert len(given) == 2
    for who, stream in streams.items():
        says: Labels = {KNOWN.id: ("Name_Calling-Labeling",) if who != "flo" else ("Doubt",)}
        says[first.id] = ("Doubt", "Slogans") if who == min(given) else ("Slogans",)
        answer_all(desk, stream, says)

    shown = json.loads(run("status", *name, "--json", "--whole", "mine.jsonl", "--hourly", "20"))
    counts = {row["name"]: row for row in shown["annotators"]}
    assert {row["left"] for row in counts.values()} == {0}
    assert {row["seconds_per_paragraph"] for row in counts.values()} == {36.0}
    assert {who: row["gold"]["f1"] for who, row in counts.items()} == {
        "dan": 1.0,
        "eva": 1.0,
        "flo": 0.0,
    }
    assert sum(row["done"] for row in counts.values()) == 2 * 8 + 3
    assert shown["whole"]["answers"] == 16
    assert shown["whole"]["hours"]["middle"] == pytest.approx(0.16)
    assert shown["whole"]["cost"]["middle"] == pytest.approx(3.2)
    table = run("status", *name)
    assert all(who in table for who in ("dan", "eva", "flo"))

    dataset = "data/datasets/room"
    run("pull", "-o", dataset, *name, "--aggregate", "majority")
    page = run("agreement", dataset).splitlines()[-1].removeprefix("the whole report: ")
    assert (folder / page).stat().st_size > 0
    # The known one, on which flo differs from the two others, and the first.
    sent = json.loads(run("adjudicate", dataset, *name, "--json"))
    assert (sent["to_decide"], sent["added"]) == (2, 2)
    run("feedback", dataset)
    sheets = sorted(p.name for p in (folder / "data" / "feedback" / "room").iterdir())
    assert sheets == ["a1.html", "a2.html", "a3.html"]

    _, new = planned(folder, TAXONOMY)
    words = ["migrate", str(TAXONOMY), str(new), *name, "--dataset", dataset]
    refused = run(*words, code=1)
    assert "--map" in refused
    words += ["--map", "map.yaml"]
    before = changes(run(*words, "--dry-run", "--json"))
    after = changes(run(*words, "--json"))
    assert before == after
    # Of the first paragraph one answer is renamed and split, one split; flo's known one renamed.
    assert sum(row[0] for row in after) == 1
    assert sum(row[1] for row in after) == 2
    assert "other labels than taxonomy" in run("pull", "-o", dataset, *name, code=1)
    run("pull", "-o", dataset, *name, "--taxonomy", str(new))
    left = json.loads(run("status", *name, "--taxonomy", str(new), "--json"))
    assert sum(row["left"] for row in left["annotators"]) == 2


def changes(output: str) -> list[tuple[Any, ...]]:
    return [(row["rewritten"], row["sent_back"]) for row in json.loads(output)["streams"]]
