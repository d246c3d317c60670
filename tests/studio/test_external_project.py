"""A project made by hand on the real server: pulled through a map, and without who withdrew."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.core.taxonomy import Taxonomy
from annotate.imports.label_studio_project import open_external_project, template_for
from annotate.label_studio.annotator_projects import find_projects
from annotate.label_studio.project import Project
from tests.studio.desk import Desk, annotation_rows, gold_rows, words
from tests.studio.server import ROOT

pytestmark = pytest.mark.studio

CONFIG = """
<View>
  <Header value="$headline"/>
  <Labels name="words" toName="piece"><Label value="Slur"/><Label value="Scare"/></Labels>
  <Text name="piece" value="$body"/>
  <Choices name="tone" toName="piece" choice="single">
    <Choice value="Calm"/><Choice value="Hot" alias="hot"/><Choice value="Spam"/>
  </Choices>
  <Choices name="tricks" toName="piece" choice="multiple">
    <Choice value="Doubting"/><Choice value="Slogan"/>
  </Choices>
  <Taxonomy name="tree" toName="piece">
    <Choice value="Appeals"><Choice value="Flag"/></Choice>
  </Taxonomy>
  <TextArea name="notes" toName="piece"/>
</View>
"""
MAP = """
text: body
title: headline
article_id: doc
comment: notes
controls:
  words: {Slur: Name_Calling-Labeling, Scare: Appeal_to_Fear-Prejudice}
  tone: {Calm: null, hot: Loaded_Language}
  tricks: {Doubting: Doubt, Slogan: [Slogans, Repetition]}
  tree: {Appeals: null, Appeals/Flag: Flag_Waving}
none: [""]
unusable: [Spam]
"""
BODIES = [
    " Only a fool  would\u00a0build that bridge. ",
    "Who would trust the mayor?",
    "Vote now, vote here, vote.",
    "The council meets on Tuesday.",
    "Buy cheap pens.",
    "Nobody knows who paid for it.",
]


@dataclass(frozen=True, slots=True)
class Shop:
    """A user's folder, and the project that is none of ours."""

    desk: Desk
    folder: Path

    def type_in(self, *command: str) -> Result:
        at = ("--url", self.desk.url, "--api-key", self.desk.account("admin").token)
        return CliRunner().invoke(app, [*command, *at])

    def pull(self, *more: str) -> Path:
        out = Path("data/datasets/theirs")
        done = self.type_in("pull", "--project", self.desk.title, "-o", str(out), *more)
        assert done.exit_code == 0, done.output
        return out.resolve()


@pytest.fixture
def shop(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Ana and Ben label; Ben skips one, Cy leaves a draft, one task has no body."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")
    (tmp_path / "map.yaml").write_text(MAP)
    with desk.http() as http:
        made = http.post("/api/projects", json={"title": desk.title, "label_config": CONFIG})
        assert made.status_code == 201, made.text
        rows = [{"body": b, "headline": "News", "doc": n // 2} for n, b in enumerate(BODIES)]
        rows.append({"body": "", "headline": "No words", "doc": 9})
        sent = http.post(f"/api/projects/{made.json()['id']}/import", json=rows)
        assert sent.status_code == 201, sent.text
    label(desk)
    return Shop(desk, tmp_path)


def stream(desk: Desk, name: str) -> Project:
    (project,) = find_projects(desk.seen_by(name), desk.title).values()
    return project


def label(desk: Desk) -> None:
    ana, ben, cy = (stream(desk, name) for name in ("ana", "ben", "cy"))
    numbers = {str(data["body"]): number for number, data in ana.task_data()}
    one, two, three, four, five, six = (numbers[body] for body in BODIES)
    slur = words(BODIES[0], "a fool", "Slur")
    marked = said("words", "labels", start=slur.start, end=slur.end, text="a fool", labels=["Slur"])
    ana.annotate(one, [marked, said("tone", "choices", choices=["hot"])], seconds=4.0)
    ben.annotate(one, [said("tone", "choices", choices=["hot"]), note("Loud.")], seconds=4.0)
    tricks = said("tricks", "choices", choices=["Doubting", "Slogan"])
    ana.annotate(two, [tricks], seconds=1.0)
    ben.annotate(two, [said("tricks", "choices", choices=["Doubting"])], seconds=1.0)
    ana.annotate(three, [said("tree", "taxonomy", taxonomy=[["Appeals", "Flag"]])], seconds=1.0)
    ben.skip(three, seconds=1.0)
    ana.annotate(four, [said("tone", "choices", choices=["Calm"])], seconds=1.0)
    ben.annotate(four, [], seconds=1.0)
    ana.annotate(five, [said("tone", "choices", choices=["Spam"])], seconds=1.0)
    ben.annotate(five, [said("tone", "choices", choices=["Gone"])], seconds=1.0)
    cy.save_draft(six, [said("tone", "choices", choices=["hot"])], seconds=1.0)


def said(control: str, kind: str, **value: Any) -> dict[str, Any]:
    return {"from_name": control, "to_name": "piece", "type": kind, "value": value}


def note(text: str) -> dict[str, Any]:
    return said("notes", "textarea", text=[text])


def every_byte(folder: Path) -> dict[Path, bytes]:
    paths = [p for p in folder.rglob("*") if p.is_file()]
    return {p: p.read_bytes() for p in [*paths, Path("data/datasets/theirs.rejected.jsonl")]}


def test_a_project_made_elsewhere_comes_back_under_our_labels(
    shop: Shop, taxonomy: Taxonomy
) -> None:
    folder = shop.pull("--map", "map.yaml")

    gold = {row["id"]: row for row in gold_rows(folder, taxonomy)}
    rows = annotation_rows(folder, taxonomy)
    texts = {id_: row["text"] for id_, row in gold.items()}
    found = {(texts.get(r["id"], "?"), r["annotator"]): (r["status"], r["labels"]) for r in rows}
    fool = "Only a fool would build that bridge."
    assert found == {
        (fool, "a1"): ("labelled", ["Name_Calling-Labeling", "Loaded_Language"]),
        (fool, "a2"): ("labelled", ["Loaded_Language"]),
        (BODIES[1], "a1"): ("labelled", ["Doubt", "Slogans", "Repetition"]),
        (BODIES[1], "a2"): ("labelled", ["Doubt"]),
        (BODIES[2], "a1"): ("labelled", ["Flag_Waving"]),
        (BODIES[2], "a2"): ("skipped", []),
        (BODIES[3], "a1"): ("none", []),
        (BODIES[3], "a2"): ("none", []),
        ("?", "a1"): ("unusable", []),
        ("?", "a3"): ("draft", ["Loaded_Language"]),
    }
    first = next(r for r in rows if texts.get(r["id"]) == fool and r["annotator"] == "a1")
    assert first["spans"] == [words(fool, "a fool", "Name_Calling-Labeling")]
    assert {r["comment"] for r in rows} == {"", "Loud."}
    assert {(g["article_id"], g["title"]) for g in gold.values()} == {("0", "News"), ("1", "News")}
    lines = Path("data/datasets/theirs.rejected.jsonl").read_text().splitlines()
    aside = [json.loads(line) for line in lines]
    assert sorted(row["reason"] for row in aside) == [
        "there is no text",
        "unknown label 'Gone' in 'tone': the map does not name it",
    ]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["settings"]["source"]["name"] == shop.desk.title
    assert manifest["ledger"]["tasks"] == 7


def test_without_a_map_or_with_one_that_misses_a_control_it_is_refused(shop: Shop) -> None:
    plain = ("pull", "--project", shop.desk.title, "-o", "data/datasets/theirs")
    Path("less.yaml").write_text(MAP.replace("  tone: {Calm: null, hot: Loaded_Language}\n", ""))

    assert "'pull --map' for a project" in shop.type_in(*plain).stderr
    missing = shop.type_in(*plain, "--map", "less.yaml").stderr
    assert "what becomes of tone (Calm, hot, Spam): write controls" in missing
    template = shop.type_in(*plain, "--map-template")
    assert 'text: "body"' in template.stdout
    assert '    "Appeals/Flag": "?"' in template.stdout
    assert '    "Gone": "?"' in template.stdout  # an answer has it, the labeling config does not
    assert "replace 10 question marks: " in template.stderr
    assert not Path("data/datasets").exists()


def test_choices_of_the_tasks_and_of_a_former_control_are_in_the_template(
    desk: Desk, tmp_path: Path
) -> None:
    config = (
        '<View><Text name="piece" value="$body"/><Choices name="now" toName="piece" '
        'choice="multiple" value="$offered"/></View>'
    )
    offered = [{"value": "Doubt"}, {"value": "slogans"}]
    answers = [
        said("old", "choices", choices=["Doubt"]),
        said("now", "choices", choices=["slogans"]),
    ]
    rows = [
        {
            "data": {"body": body, "offered": offered, "title": number},
            "annotations": [{"result": [answer]}],
        }
        for number, (body, answer) in enumerate(zip(BODIES[1:], answers, strict=False))
    ]
    with desk.http() as http:
        made = http.post("/api/projects", json={"title": desk.title, "label_config": config})
        http.post(f"/api/projects/{made.json()['id']}/import", json=rows).raise_for_status()
    connection = desk.elsewhere()

    printed = template_for(connection, desk.title, desk.taxonomy)
    path = tmp_path / "map.yaml"
    path.write_text(printed.text)
    (project,) = open_external_project(connection, desk.title, desk.taxonomy, path)

    assert printed.questions == 0
    assert [len(work.result) for task in project.tasks() for work in task.work] == [1, 1]
    assert [task.problem for task in project.tasks()] == ["", ""]


def test_whoever_withdraws_is_gone_from_the_next_pull_which_gives_the_same_bytes_again(
    shop: Shop, taxonomy: Taxonomy
) -> None:
    old = shop.pull("--map", "map.yaml")
    whole = every_byte(old)

    assert shop.type_in("withdraw", "--annotator", "ben").exit_code == 0
    assert shop.type_in("withdraw", "1").exit_code == 0
    folder = shop.pull("--map", "map.yaml")
    first = every_byte(folder)

    assert {row["annotator"] for row in annotation_rows(folder, taxonomy)} == {"a1", "a3"}
    assert {row["article_id"] for row in gold_rows(folder, taxonomy)} == {"0"}
    ledger = json.loads((folder / "manifest.json").read_text())["ledger"]
    assert ledger["withdrawn"] == {
        "articles": 1,
        "paragraphs": 2,
        "annotators": 1,
        "annotations": 5,
    }
    aside = Path("data/datasets/theirs.rejected.jsonl").read_text()
    assert "Gone" not in aside
    assert every_byte(shop.pull("--map", "map.yaml")) == first

    assert "removed" in shop.type_in("withdraw", "1", "--purge-versions").stdout
    assert (old.exists(), folder.exists()) == (False, True)
    shop.type_in("withdraw", "1", "--undo")
    shop.type_in("withdraw", "--annotator", "ben", "--undo")
    assert every_byte(shop.pull("--map", "map.yaml")) == whole
