import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from annotate.core.errors import InputError
from annotate.core.records import Annotation, DatasetRow, Span, Status
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.writer import DatasetContent, write_dataset
from tests.annotate.samples import TAXONOMY, majority, paragraph
from tests.limits import files_limited_to

SPAN = Span(4, 11, "attack")
# Article, its split, and for each paragraph what the annotators say; None skips.
Plan = list[tuple[str, str, list[list[str | None]]]]
PLAN: Plan = [
    ("north", "train", [["Insult", "Insult", "Fear"], ["", "", ""]]),
    ("south", "train", [["Doubt", "Doubt", None]]),
    ("west", "validation", [["Fear", "Fear", "Fear"]]),
    ("east", "test", [["Insult", "", ""]]),
]


@pytest.fixture
def content(tmp_path: Path) -> DatasetContent:
    return make_content(tmp_path, PLAN)


def make_content(folder: Path, plan: Plan) -> DatasetContent:
    file = folder / "taxonomy.yaml"
    file.write_text(TAXONOMY)
    taxonomy = load_taxonomy(file)
    gold, annotations = [], []
    for article, split, said in plan:
        for position, labels in enumerate(said):
            one = paragraph(f"You traitor of {article} {position}, “é”!", article, position)
            answers = [said_by(one.id, f"a{n}", label) for n, label in enumerate(labels, 1)]
            annotations += answers
            merged = majority(answers, taxonomy)
            assert merged
            gold.append(DatasetRow(one, merged, split))
    alphas = {"alpha": None, "low": None, "high": None, "positive": 0, "answers": 0}
    agreement = {"labels": [{"label": x} | alphas for x in taxonomy.labels], "mean_alpha": None}
    ledger = {
        **dict.fromkeys(("tasks", "given", "paragraphs"), len(gold)),
        "adjudicators": {},
        **dict.fromkeys(("unreadable_tasks", "doubled_tasks"), 0),
        "annotators": {"a1": {"labelled": 4, "none": 1}},
    }
    return DatasetContent(
        "pilot",
        taxonomy,
        TAXONOMY,
        gold,
        annotations,
        agreement,
        ledger,
        {"seed": 13, "aggregate": "majority"},
    )


def said_by(paragraph_id: str, name: str, label: str | None) -> Annotation:
    if label is None:
        return Annotation(paragraph_id, name, Status.SKIPPED, seconds=1.5)
    labels, spans = ((label,), (SPAN,)) if label else ((), ())
    status = Status.LABELLED if label else Status.NONE
    return Annotation(paragraph_id, name, status, labels, spans, "Hm, é.", 2.5, "2026-11-22T04:00Z")


def all_bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


STRANGER = """
import json, sys
from datasets import load_dataset
for folder in sys.argv[1:]:
    gold, answers = load_dataset(folder), load_dataset(folder, "annotations")
    names = {s: d.features["labels"].feature.names for s, d in gold.items()}
    spans = gold["train"].features["spans"].feature["label"].names
    rows = {s: d.to_list() for s, d in gold.items()}
    print(json.dumps([names, spans, rows, {s: d.to_list() for s, d in answers.items()}]))
"""


def load_as_a_stranger(home: Path, *folders: Path, script: str = STRANGER) -> list[Any]:
    """What plain `load_dataset` gives in a process of its own, without this project."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("HF_", "PYTHON"))},
        "HF_HOME": str(home),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-I", "-c", script, *map(str, folders)]
    done = subprocess.run(
        command, env=environment, cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def gold_labels(content: DatasetContent, split: str) -> list[tuple[str, list[int]]]:
    labels = content.taxonomy.labels
    return [
        (row.paragraph.id, [labels.index(label) for label in row.gold.labels])
        for row in content.gold
        if row.split == split
    ]


def test_a_stranger_loads_the_rows_of_the_folder_whatever_was_loaded_before(
    tmp_path: Path, content: DatasetContent
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    here, there = tmp_path / "here" / "pilot", tmp_path / "there" / "pilot"
    other_words = [(f"{article} 2", split, said) for article, split, said in PLAN]
    other_labels: Plan = [(a, s, [["Doubt"] * 3 for _ in said]) for a, s, said in PLAN]
    contents = [content, make_content(tmp_path, other_labels), make_content(tmp_path, other_words)]

    write_dataset(contents[0], here)
    found = load_as_a_stranger(home, here)
    write_dataset(contents[1], here)
    write_dataset(contents[2], there)
    found += load_as_a_stranger(home, here, there, here)

    expected = [contents[0], contents[1], contents[2], contents[1]]
    for said, (names, spans, gold, answers) in zip(expected, found, strict=True):
        assert list(gold) == ["train", "validation", "test"]
        assert list(answers) == ["train"]
        for split, rows in gold.items():
            assert [(row["id"], row["labels"]) for row in rows] == gold_labels(said, split)
            assert names[split] == ["Insult", "Doubt", "Fear"]
        assert spans == ["Insult", "Doubt", "Fear", "attack", "appeal"]
        assert len(answers["train"]) == len(said.annotations)
    first = found[0][2]["train"][0]
    assert first | {"scores": [round(x, 4) for x in first["scores"]]} == {
        **content.gold[0].paragraph.to_json(),
        "labels": [0],
        "scores": [0.6667, 0.0, 0.3333],
        "annotators": 3,
        "spans": [{"start": 4, "end": 11, "label": 3, "annotators": 3}],
        "fold": None,
        "corpus": "",
    }
    answer = {
        "id": content.gold[0].paragraph.id,
        "annotator": "a1",
        "status": "labelled",
        "labels": [0],
        "comment": "Hm, é.",
        "spans": [{"start": 4, "end": 11, "label": 3}],
        "seconds": 2.5,
        "updated_at": "2026-11-22T04:00Z",
        "origin": "annotation",
    }
    assert found[0][3]["train"][0] == answer
    skipped = next(row for row in found[0][3]["train"] if row["status"] == "skipped")
    assert (skipped["labels"], skipped["spans"], skipped["updated_at"]) == ([], [], "")


def test_a_split_without_rows_does_not_break_the_load(
    tmp_path: Path, content: DatasetContent
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    small = replace(content, gold=[row for row in content.gold if row.split == "train"])

    write_dataset(small, tmp_path / "pilot")

    ((_, _, gold, _),) = load_as_a_stranger(home, tmp_path / "pilot")
    assert {split: len(rows) for split, rows in gold.items()} == {"train": 3}


def test_what_left_gold_is_a_configuration_of_its_own(
    tmp_path: Path, content: DatasetContent
) -> None:
    gone, *gold = content.gold
    settings = {**content.settings, "disputed": {"gold": "drop", "from": 0.5, "to": 0.5}}
    agreement = {**content.agreement, "disputed": {"paragraphs": 1, "labels": {"Insult": 1}}}
    home = tmp_path / "home"
    home.mkdir()
    folder = write_dataset(
        replace(content, gold=gold, disputed=[gone], settings=settings, agreement=agreement),
        tmp_path / "pilot",
    )
    script = (
        "import json, sys; from datasets import load_dataset;"
        "load = lambda c: {s: d['text'][:] for s, d in load_dataset(sys.argv[1], c).items()};"
        "print(json.dumps([load('gold'), load('disputed')]))"
    )

    ((gold_texts, disputed_texts),) = load_as_a_stranger(home, folder, script=script)

    assert disputed_texts == {"train": [gone.paragraph.text]}
    assert sum(map(len, gold_texts.values())) == len(gold)
    assert "1 label is disputed, in 1 paragraph; a paragraph with such a label is left out of" in (
        (folder / "README.md").read_text()
    )


def test_the_same_labels_give_the_same_bytes(tmp_path: Path, content: DatasetContent) -> None:
    one = write_dataset(content, tmp_path / "one" / "pilot")
    two = write_dataset(content, tmp_path / "two" / "pilot")

    assert one.name == two.name
    assert all_bytes(one) == all_bytes(two)
    assert set(all_bytes(one)) == {
        "README.md",
        "agreement.json",
        "annotations/train-00000-of-00001.parquet",
        "cooccurrence.svg",
        "gold/test-00000-of-00001.parquet",
        "gold/train-00000-of-00001.parquet",
        "gold/validation-00000-of-00001.parquet",
        "lineage.json",
        "manifest.json",
        "taxonomy.yaml",
    }


def test_writing_again_writes_nothing(tmp_path: Path, content: DatasetContent) -> None:
    folder = write_dataset(content, tmp_path / "pilot")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    assert write_dataset(content, tmp_path / "pilot") == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_the_manifest_says_what_is_in_the_folder(tmp_path: Path, content: DatasetContent) -> None:
    folder = write_dataset(content, tmp_path / "pilot")
    manifest = json.loads((folder / "manifest.json").read_text())

    assert manifest["format"] == 1
    assert manifest["digest"] == folder.name
    assert manifest["paragraphs"] == {"train": 3, "validation": 1, "test": 1}
    assert manifest["articles"] == {"train": 2, "validation": 1, "test": 1}
    assert manifest["annotations"] == 15
    assert manifest["taxonomy"]["digest"] == content.taxonomy.digest
    assert manifest["settings"] == {"seed": 13, "aggregate": "majority"}
    assert manifest["ledger"] == content.ledger
    assert (folder / "taxonomy.yaml").read_text() == TAXONOMY
    assert folder.name in (folder / "README.md").read_text()


def test_whatever_is_said_otherwise_is_another_version(
    tmp_path: Path, content: DatasetContent
) -> None:
    link = tmp_path / "pilot"
    changed = [
        content,
        replace(content, name="other"),
        replace(content, taxonomy_text=TAXONOMY + "# a comment\n"),
        replace(content, ledger={**content.ledger, "tasks": 99}),
        replace(content, settings={"seed": 14, "aggregate": "majority"}),
        replace(content, annotations=content.annotations[:-1]),
        replace(content, agreement={**content.agreement, "measure": "another"}),
        replace(content, agreement={**content.agreement, "mean_alpha": 0.5}),
        replace(content, gold=content.gold[:-1]),
        replace(content, gold=[replace(content.gold[0], split="test"), *content.gold[1:]]),
    ]

    folders = [write_dataset(one, link) for one in changed]

    assert len(set(folders)) == len(changed)
    assert all((folder / "manifest.json").exists() for folder in folders)
    assert link.resolve() == folders[-1]
    assert link.readlink() == Path(".versions", "pilot", folders[-1].name)


def test_a_card_that_reads_otherwise_is_another_version(
    tmp_path: Path, content: DatasetContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write_dataset(content, tmp_path / "pilot")
    before = all_bytes(old)
    monkeypatch.setattr(
        "annotate.dataset.writer.card", lambda manifest, *_: f"New, {manifest['digest']}"
    )

    new = write_dataset(content, tmp_path / "pilot")

    assert new != old
    assert (tmp_path / "pilot" / "README.md").read_text() == f"New, {new.name}"
    assert all_bytes(old) == before


def full_disk(*args: object, **more: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "broken", ["os.fsync", "pyarrow.parquet.ParquetWriter.write_table", "the system's limit"]
)
def test_a_full_disk_leaves_the_last_good_version_and_nothing_beside_it(
    tmp_path: Path, content: DatasetContent, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    link = tmp_path / "sets" / "pilot"
    old = write_dataset(content, link)
    before = all_bytes(link)
    new = replace(content, settings={"seed": 14, "aggregate": "majority"})

    if broken == "the system's limit":
        with (
            files_limited_to(500),
            pytest.raises(InputError, match="cannot be written: File too large"),
        ):
            write_dataset(new, link)
    else:
        monkeypatch.setattr(broken, full_disk)
        with pytest.raises(InputError, match="the disk is full; nothing was written"):
            write_dataset(new, link)

    assert link.resolve() == old
    assert all_bytes(link) == before
    assert [path.name for path in old.parent.iterdir()] == [old.name]
    assert {path.name for path in link.parent.iterdir()} == {"pilot", ".versions"}
    monkeypatch.undo()
    assert write_dataset(new, link) == link.resolve() != old


def test_without_gold_nothing_is_written(tmp_path: Path, content: DatasetContent) -> None:
    with pytest.raises(InputError, match="no paragraph has an answer yet, so nothing was written"):
        write_dataset(replace(content, gold=[]), tmp_path / "sets" / "pilot")

    assert not (tmp_path / "sets").exists()


@pytest.mark.parametrize(
    "target",
    ["mine", "gone", "{tmp}/mine", ".versions", ".versions/other/1", "deep/.versions/pilot/1"],
)
def test_a_link_that_is_not_ours_is_left_alone(
    tmp_path: Path, content: DatasetContent, target: str
) -> None:
    (tmp_path / "mine").mkdir()
    link, points = tmp_path / "pilot", Path(target.format(tmp=tmp_path))
    link.symlink_to(points)

    with pytest.raises(InputError, match=r"pilot: exists and is no dataset that 'pull' wrote; "):
        write_dataset(content, link)

    assert link.readlink() == points
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "pilot", "taxonomy.yaml"}


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_dataset_of_ours_is_left_alone(
    tmp_path: Path, content: DatasetContent, kind: str
) -> None:
    target = tmp_path / "pilot"
    if kind == "folder":
        target.mkdir()
    else:
        target.write_text("mine")

    with pytest.raises(InputError, match="is no dataset that 'pull' wrote; move it away"):
        write_dataset(content, target)

    assert target.is_dir() is (kind == "folder")
    assert not (tmp_path / ".versions").exists()


@pytest.mark.parametrize("name", [".", "/"])
def test_a_target_without_a_name_is_refused(name: str, content: DatasetContent) -> None:
    with pytest.raises(InputError, match="is no name for a dataset"):
        write_dataset(content, Path(name))


def test_our_link_to_a_version_that_is_gone_is_fixed(
    tmp_path: Path, content: DatasetContent
) -> None:
    (tmp_path / "pilot").symlink_to(".versions/pilot/gone")

    folder = write_dataset(content, tmp_path / "pilot")

    assert (tmp_path / "pilot").resolve() == folder
