"""A project that grows on the real server: the same test set in each pull and after a restore."""

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.records import Paragraph, Status
from annotate.core.taxonomy import Taxonomy
from annotate.server.process import StudioConfig, running
from annotate.server.studio import OpenStudio, write_server_file
from annotate.sync.upload import upload
from tests.studio.desk import Desk, task_numbers
from tests.studio.server import ROOT
from tests.studio.test_backup import folder_with
from tests.studio.test_command import PATIENCE, command
from tests.train.conftest import tiny_bert  # noqa: F401
from tests.train.samples import paragraph

pytestmark = pytest.mark.studio

SIGNS = {"Doubt": "supposedly", "Slogans": "forward"}


def run(*words: str, cwd: Path, database: str = "") -> str:
    called = command(*words, cwd=cwd)
    called["env"]["LABEL_STUDIO_DATABASE"] = database
    done = subprocess.run(**called, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def articles(first: int, end: int) -> list[Paragraph]:
    """Two paragraphs for each number; the words say what they are."""
    words = [*SIGNS.values(), "monday"]
    return [
        paragraph(f"article {n}", p, f"The mayor {words[(n + p) % 3]} spoke about bridge {n}{p}.")
        for n in range(first, end)
        for p in (0, 1)
    ]


def add(desk: Desk, rows: Sequence[Paragraph]) -> None:
    """Send articles, and have Ana and Ben answer them."""
    upload(rows, desk.make())
    for name in ("ana", "ben"):
        person = desk.open(name)
        numbers = task_numbers(person)
        for row in rows:
            labels = tuple(label for label, word in SIGNS.items() if word in row.text)
            status = Status.LABELLED if labels else Status.NONE
            result = desk.result(row, status, labels=labels)
            person.annotate(numbers[row.id], result, seconds=1.0)


def ids(dataset: DatasetFolder, split: str) -> set[str]:
    return {row.paragraph.id for row in dataset.split(split)}


def version(folder: Path, name: str) -> DatasetFolder:
    return open_dataset((folder / "data" / "datasets" / name).resolve())


def test_three_pulls_and_a_restore_have_the_same_test_set(
    desk: Desk,
    opened: OpenStudio,
    taxonomy: Taxonomy,
    studio_program: Path,
    new_database: Callable[[], str],
    tmp_path: Path,
    tiny_bert: Path,  # noqa: F811
) -> None:
    here = folder_with(opened.studio.folder, tmp_path / "here", studio_program)
    there = folder_with(tmp_path / "nowhere", tmp_path / "there", studio_program)
    for folder in (here, there):
        (folder / "label_config").symlink_to(ROOT / "label_config")
    pull = ("pull", "--project", desk.title)

    add(desk, articles(0, 12))
    said = run(*pull, "-o", "data/datasets/mine", cwd=here)
    first = version(here, "mine")
    assert "splits: drawn; new articles: " in said
    add(desk, articles(12, 18))
    said = run(*pull, "-o", "data/datasets/mine", "--since-last", cwd=here)
    second = version(here, "mine")
    assert "splits: stay as they were; new articles: " in said
    add(desk, articles(18, 24))
    said = run(*pull, "-o", "data/datasets/another", "--json", cwd=here)
    third = version(here, "another")
    assert sum(json.loads(said)["lineage"]["new_articles"].values()) == 6

    assert [len(x.gold()) for x in (first, second, third)] == [24, 36, 48]
    for split in ("train", "validation", "test"):
        assert ids(first, split) <= ids(second, split) <= ids(third, split)

    run("studio", "backup", "b.tar", cwd=here)
    run("studio", "restore", str(here / "b.tar"), cwd=there, database=new_database())
    restored = StudioConfig(there / "data" / "studio", studio_program)
    with running(restored) as studio:
        write_server_file(restored, studio.url)
        run(*pull, "-o", "data/datasets/again", cwd=there)
    again = version(there, "again")
    assert ids(again, "test") == ids(third, "test")
    assert again.lineage == third.lineage

    evaluation = evaluated(first, again, tiny_bert, tmp_path)
    assert (evaluation["warning"], evaluation["trained_on"]) == (
        None,
        f"The model was trained on an earlier version of this dataset ({first.digest}): no article "
        "of the test split was in its training data.",
    )


def evaluated(
    trained: DatasetFolder, scored: DatasetFolder, encoder: Path, folder: Path
) -> dict[str, object]:
    """What is said of a model of one dataset that is scored on another."""
    from train.evaluation.evaluate import evaluate
    from train.training.fit import FitConfig, fit
    from train.training.recipe import Recipe

    config = FitConfig(str(encoder), Recipe(min_epochs=1, max_epochs=1, max_length=32))
    run_folder = fit(trained.folder, config, folder / "run").run
    return dict(evaluate(run_folder, scored.folder, "test", folder / "report").evaluation)
