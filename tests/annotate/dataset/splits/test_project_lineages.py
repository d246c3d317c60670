"""Pulls of a project that grows, with the lineage that its datasets share."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError
from annotate.core.records import Paragraph
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.merge import MERGED
from annotate.dataset.reader import read_content
from annotate.dataset.splits.assign import SplitBy
from annotate.dataset.splits.lineage import SplitRequest, read_lineage
from annotate.dataset.splits.project_lineages import lineages_folder
from annotate.dataset.splits.report import Drawn
from annotate.dataset.versions import versions
from annotate.dataset.writer import write_dataset
from annotate.privacy.withdrawal_list import Withdrawn, update_list, withdrawn_file
from annotate.sync.pull import PullReport, PullRequest, pull
from tests.annotate.dataset.splits.test_lineage import without_lineage
from tests.annotate.samples import TAXONOMY, paragraph, result, work
from tests.annotate.stores import ListStore
from tests.annotate.sync.test_collect import ANA, BEN


class Growing:
    """A project whose paragraphs two people answer, and the folder that it is pulled into."""

    def __init__(self, folder: Path, small: Taxonomy) -> None:
        self.folder, self.small, self.store = folder, small, ListStore()
        self.key = folder / "data" / "key.json"
        (folder / "taxonomy.yaml").write_text(TAXONOMY)

    def add(self, *numbers: int, cluster: str = "") -> None:
        """Send an article with two paragraphs for each number, and have it answered."""
        for number in numbers:
            for position in (0, 1):
                row = paragraph(f"Traitor {number} {position}.", f"article {number}", position)
                self.answer(replace(row, cluster=cluster if position else ""))

    def answer(self, row: Paragraph) -> None:
        self.store.fill(row)
        task = len(self.store.held)
        label = ["Insult"] if task % 3 else []
        for user in (ANA, BEN):
            done = result(self.small, row.text, *label)
            self.store.leave(task, work(user, done, number=10 * task + user))

    def out(self, name: str) -> Path:
        return self.folder / "sets" / name

    def pull(
        self, name: str = "pilot", splits: SplitRequest | None = None, project: str = "mine"
    ) -> PullReport:
        request = PullRequest(
            *(self.folder / "taxonomy.yaml", self.out(name), self.key, 13),
            splits=splits or SplitRequest(),
            project=project,
        )
        return pull([self.store], request)

    def dataset(self, name: str = "pilot") -> DatasetFolder:
        return open_dataset(self.out(name))

    def splits(self, name: str = "pilot") -> dict[str, str]:
        return {row.paragraph.article_id: row.split for row in self.dataset(name).answered()}

    def ids(self, split: str, name: str = "pilot") -> set[str]:
        return {row.paragraph.id for row in self.dataset(name).split(split)}

    def card(self, name: str = "pilot") -> str:
        return (self.out(name) / "README.md").read_text()

    @property
    def file(self) -> Path:
        return self.folder / "data" / "lineages" / "mine.json"


@pytest.fixture
def project(tmp_path: Path, small: Taxonomy) -> Growing:
    growing = Growing(tmp_path, small)
    growing.add(*range(12))
    return growing


def test_the_test_set_stays_while_the_project_grows(project: Growing) -> None:
    first = project.pull()
    tests, places = [project.ids("test")], [project.splits()]
    for numbers in (range(12, 18), range(18, 30)):
        project.add(*numbers)
        report = project.pull()
        tests.append(project.ids("test"))
        places.append(project.splits())

    assert tests[0] <= tests[1] <= tests[2]
    assert places[0].items() <= places[1].items() <= places[2].items()
    assert first.lineage.drawn is Drawn.NEW
    assert sum(first.lineage.articles.values()) == 12
    assert report.lineage.drawn is Drawn.KEPT
    assert sum(report.lineage.articles.values()) == 12
    kept = [
        open_dataset(project.out("pilot").resolve().parent / v.digest).lineage
        for v in versions(project.out("pilot"))
    ]
    assert kept[0][0] in kept[2]
    assert kept[1][0] in kept[2]


def test_a_pull_of_nothing_new_gives_the_same_bytes_and_says_so(project: Growing) -> None:
    first, again = project.pull(), project.pull()

    assert first.folder == again.folder
    assert again.lineage.sentence() == "splits: stay as they were; new articles: none"


def test_a_dataset_of_another_name_takes_over_the_projects_splits(project: Growing) -> None:
    project.pull("one")
    project.add(*range(12, 18))
    project.pull("two")
    project.add(*range(18, 24))
    project.pull("one")

    assert project.splits("two").items() <= project.splits("one").items()
    assert project.ids("test", "two") <= project.ids("test", "one")
    project.pull("two")
    assert project.splits("two") == project.splits("one")


def test_pulls_at_the_same_time_place_newcomers_alike(project: Growing) -> None:
    project.pull("one")
    project.add(*range(12, 24))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(project.pull, ["one", "two", "three"]))

    splits = project.splits("one")
    assert len(splits) == 24
    assert project.splits("two") == project.splits("three") == splits


def test_two_projects_and_imported_files_do_not_share_splits(project: Growing) -> None:
    project.pull("one")
    project.pull("two", project="other")
    project.pull("three", project="")

    files = sorted(path.name for path in project.file.parent.glob("*.json"))
    assert files == ["mine.json", "other.json"]


def test_a_projects_name_leads_to_no_other_folder(project: Growing) -> None:
    project.pull(project="../../etc/p")
    project.pull(project="a/b")

    assert len(list(project.file.parent.glob("*.json"))) == 2
    assert project.file.parent == lineages_folder(project.key)
    assert project.file.parent.stat().st_mode & 0o777 == 0o755
    assert {p.stat().st_mode & 0o777 for p in project.file.parent.glob("*.json")} == {0o644}


def test_after_all_datasets_are_lost_the_test_set_is_the_same(project: Growing) -> None:
    project.pull()
    before = project.ids("test")
    shutil.rmtree(project.folder / "sets")
    project.add(*range(12, 18))

    project.pull()

    assert before <= project.ids("test")


def test_new_splits_are_the_projects_and_an_older_dataset_keeps_its_own(project: Growing) -> None:
    project.pull("one")
    report = project.pull("two", SplitRequest(test=0.4, new=True))
    before = project.splits("one")
    third = project.pull("one")
    project.pull("three")

    assert report.lineage.sentence().startswith("splits: drawn anew; new articles: ")
    first = read_lineage(project.dataset("one"))
    assert project.dataset("two").manifest["lineage"]["replaces"] == first.id
    assert (
        "The splits were drawn anew (validation 15%, test 40%, by article, seed 13): figures "
        f"measured on the earlier ones, of lineage `{first.id}`"
    ) in project.card("two")
    assert "drawn anew" not in project.card("one")
    assert project.splits("one") == before
    assert project.splits("three") == project.splits("two") != before
    warning = third.lineage.warning("sets/one")
    assert warning.startswith(f"sets/one keeps its splits (lineage {first.id})")
    assert report.lineage.warning("sets/two") == ""


def test_a_withdrawn_article_leaves_its_split_and_comes_back_to_it(project: Growing) -> None:
    project.pull()
    before = project.splits()
    name = next(article for article, split in before.items() if split == "test")
    files = withdrawn_file(project.key)

    update_list(files, Withdrawn.naming(name))
    project.pull()
    without = project.splits()
    assert name.encode() not in (project.out("pilot") / "lineage.json").read_bytes()
    update_list(files, Withdrawn.naming(name), undo=True)
    project.pull()

    assert without == {article: s for article, s in before.items() if article != name}
    assert project.splits() == before


def test_a_newcomer_that_repeats_two_splits_moves_nobody_and_its_repeat_leaves_gold(
    project: Growing,
) -> None:
    project.pull()
    before = project.splits()
    rows = {row.paragraph.article_id: row.paragraph for row in project.dataset().gold()}
    test, train = (next(a for a, s in before.items() if s == x) for x in ("test", "train"))
    shared = rows[test].cluster, rows[train].cluster
    for position, cluster in enumerate(shared):
        row = paragraph(f"Nearly the same {position}.", "newcomer", position)
        project.answer(replace(row, cluster=cluster))

    report = project.pull()

    assert project.splits() == before | {"newcomer": "train"}
    assert report.lineage.repeats == {"train": 1}
    assert "left out of gold as repeats: 1 train" in report.lineage.sentence()
    dataset = project.dataset()
    assert dataset.manifest["repeats"] == {"train": 1}
    gold = {row.paragraph.id for row in dataset.gold()}
    (repeat,) = [row for row in dataset.answered() if row.paragraph.id not in gold]
    assert (repeat.paragraph.article_id, repeat.paragraph.cluster) == ("newcomer", shared[0])
    assert "1 paragraph of train is left out of gold, because a later split" in project.card()
    clusters = {s: {r.paragraph.cluster for r in dataset.split(s)} for s in dataset.splits}
    assert not clusters["test"] & (clusters["train"] | clusters["validation"])


def test_the_repeats_load_as_a_configuration(project: Growing) -> None:
    from datasets import load_dataset

    project.pull()
    test = next(a for a, s in project.splits().items() if s == "test")
    train = next(a for a, s in project.splits().items() if s == "train")
    rows = {row.paragraph.article_id: row.paragraph for row in project.dataset().gold()}
    for position, article in enumerate((test, train)):
        row = paragraph(f"Nearly the same {position}.", "newcomer", position)
        project.answer(replace(row, cluster=rows[article].cluster))
    project.pull()

    cache = project.folder / "cache"
    loaded = load_dataset(str(project.out("pilot").resolve()), "repeats", cache_dir=str(cache))

    assert loaded["train"]["article_id"] == ["newcomer"]


def test_folds_are_a_column_of_gold_and_too_many_are_named_on_the_card(project: Growing) -> None:
    report = project.pull(splits=SplitRequest(folds=3))

    folds = {row.fold for row in project.dataset().gold() if row.split != "test"}
    assert folds == {0, 1, 2}
    assert {row.fold for row in project.dataset().split("test")} == {None}
    assert report.lineage.sentence().endswith("; 3 folds drawn")
    assert "folds" not in project.pull().lineage.sentence()

    project.pull(splits=SplitRequest(folds=30))
    manifest = project.dataset().manifest
    assert len(manifest["folds"]) == 30
    empty = manifest["folds"].count(0)
    assert f"{empty} folds of 30 are empty: there are fewer groups of articles" in project.card()


def test_a_dataset_keeps_its_folds_when_another_one_of_the_project_gets_others(
    project: Growing,
) -> None:
    def folds() -> dict[str, int | None]:
        return {row.paragraph.id: row.fold for row in project.dataset().gold()}

    project.pull(splits=SplitRequest(folds=3))
    before = folds()
    project.pull("other", splits=SplitRequest(folds=5))

    project.add(12)
    project.pull()

    assert before.items() <= folds().items()
    assert len(project.dataset().manifest["folds"]) == 3
    assert len(project.dataset("other").manifest["folds"]) == 5


def test_options_that_contradict_the_splits_are_refused_before_anything_is_read(
    project: Growing,
) -> None:
    project.pull()
    before = sorted(project.folder.rglob("*"))
    project.store.held.clear()

    for name in ("pilot", "another"):
        with pytest.raises(InputError, match="--split-by source: the splits were drawn with"):
            project.pull(name, SplitRequest(by=SplitBy.SOURCE))

    assert sorted(project.folder.rglob("*")) == before


def test_a_dataset_that_was_edited_by_hand_is_refused(project: Growing) -> None:
    project.pull()
    lineage = project.out("pilot") / "lineage.json"
    for broken in ("{}", lineage.read_text().replace('"train"', '"test"', 1)):
        text = lineage.read_text()
        lineage.write_text(broken)
        with pytest.raises(InputError, match=r"lineage\.json: was changed after the dataset was"):
            project.pull()
        lineage.write_text(text)
    lineage.unlink()
    with pytest.raises(InputError, match=r"lineage\.json: was removed after the dataset was"):
        project.pull()
    lineage.write_text(text)
    (gold, *_) = (project.out("pilot") / "gold").glob("*.parquet")
    gold.write_bytes(gold.read_bytes() + b"x")

    with pytest.raises(InputError, match="was changed after the dataset was written"):
        project.pull()


def test_a_merged_dataset_is_not_pulled_over(project: Growing) -> None:
    folder = project.pull().folder
    content = read_content(project.dataset())
    merged = {MERGED: {"parts": [], "same_people": True}}
    write_dataset(replace(content, settings={**content.settings, **merged}), project.out("both"))

    with pytest.raises(InputError, match="was merged from several datasets; choose another -o"):
        project.pull("both")

    assert project.pull().folder == folder


def test_a_projects_broken_lineage_is_refused_and_nothing_is_written(project: Growing) -> None:
    project.file.parent.mkdir(parents=True)
    project.file.write_text('{"format": 1}')

    with pytest.raises(InputError, match=r"mine\.json: not a lineage: 'articles' is missing"):
        project.pull()

    assert not project.out("pilot").exists()


def test_a_pull_that_fails_leaves_the_projects_lineage(project: Growing) -> None:
    empty = ListStore()
    full, project.store = project.store, empty
    with pytest.raises(InputError, match="no paragraph has an answer"):
        project.pull()
    assert not project.file.exists()

    project.store = full
    project.pull()
    before = project.file.read_bytes()
    project.store = empty
    with pytest.raises(InputError, match="no paragraph has an answer"):
        project.pull()
    assert project.file.read_bytes() == before


def test_a_dataset_from_before_lineages_keeps_its_splits(project: Growing) -> None:
    project.pull()
    before = project.splits()
    without_lineage(project.out("pilot"))
    shutil.rmtree(project.file.parent)
    project.add(*range(12, 18))

    report = project.pull()

    assert before.items() <= project.splits().items()
    assert report.lineage.drawn is Drawn.KEPT
    assert json.loads(project.file.read_text())["articles"]
