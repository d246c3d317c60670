import json
import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.aggregation.disputed import Disputed
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError
from annotate.core.records import Origin
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.provenance import mark_simulated
from annotate.label_studio.tasks import Task, TaskSource
from annotate.sync.collect import _Inventory
from annotate.sync.pull import PullReport, PullRequest, pull
from annotate.sync.upload import upload
from tests.annotate.samples import TAXONOMY, paragraph, result, work
from tests.annotate.stores import ListStore
from tests.annotate.sync.test_collect import ANA, BEN, CY, store_of
from tests.limits import files_limited_to


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(TAXONOMY)
    return path


def pulled(file: Path, out: Path, *stores: ListStore) -> PullReport:
    return pull(stores, PullRequest(file, out, file.with_name("key.json"), 13))


def three_people(small: Taxonomy) -> ListStore:
    """Nine articles; all three agree on the first six, two of three on the rest."""
    texts = [f"You traitor number {n}." for n in range(9)]
    store = store_of(*texts)
    for n, text in enumerate(texts):
        for user in (ANA, BEN, CY):
            label = ["Insult"] if n % 2 and not (n > 5 and user == CY) else []
            store.leave(n + 1, work(user, result(small, text, *label), number=10 * n + user))
    return store


def everything(out: Path) -> dict[str, bytes]:
    files = [out.with_name(f"{out.name}.rejected.jsonl"), *out.resolve().rglob("*")]
    return {path.name + path.parent.name: path.read_bytes() for path in files if path.is_file()}


def test_pulling_twice_gives_the_same_bytes_whatever_the_order_on_the_server(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = three_people(small)
    store.leave(1, work(CY, "junk", number=99))
    first = pulled(file, tmp_path / "one" / "pilot", store)
    again = pulled(file, tmp_path / "one" / "pilot", store)
    turned = ListStore(held=[Task(t.number, t.data, t.work[::-1]) for t in store.held[::-1]])
    other = pulled(file, tmp_path / "two" / "pilot", turned)

    assert replace(again, lineage=first.lineage) == first
    assert first.folder.name == other.folder.name
    ones, others = everything(tmp_path / "one" / "pilot"), everything(tmp_path / "two" / "pilot")
    assert {name: data for name, data in ones.items() if "rejected" not in name} == {
        name: data for name, data in others.items() if "rejected" not in name
    }


def test_the_report_says_what_was_written(file: Path, small: Taxonomy, tmp_path: Path) -> None:
    report = pulled(file, tmp_path / "pilot", three_people(small))

    assert sum(report.splits.values()) == 9
    assert set(report.splits) == {"train", "validation", "test"}
    assert report.folder == (tmp_path / "pilot").resolve()
    assert report.rejected_file == tmp_path / "pilot.rejected.jsonl"
    assert report.rejected_file.read_text() == ""
    manifest = json.loads((report.folder / "manifest.json").read_text())
    assert manifest["ledger"] == report.ledger
    assert manifest["settings"] == {
        "seed": 13,
        "disputed": {"gold": "off", "from": 0.5, "to": 0.5},
        "asked": "dawid-skene",
        "labelled_by": "people",
        "aggregate": "majority",  # nine paragraphs are too few to tell who is to be believed
    }
    agreement = json.loads((report.folder / "agreement.json").read_text())
    assert agreement == report.agreement
    # Insult: 27 answers, 4 x 3 yes but for one no; they differ in one paragraph of three answers:
    # 1 - 26 * (4 / 2) / (27^2 - 16^2 - 11^2)
    insult = next(row for row in agreement["labels"] if row["label"] == "Insult")
    assert (insult["answers"], insult["positive"]) == (27, 11)
    assert insult["alpha"] == pytest.approx(1 - 26 * 2 / (27**2 - 16**2 - 11**2), abs=1e-6)
    fear = next(row for row in agreement["labels"] if row["label"] == "Fear")
    assert (fear["alpha"], fear["low"], fear["high"]) == (None, None, None)
    assert agreement["mean_alpha"] == insult["alpha"]
    assert agreement["too_few_to_tell"] is (insult["low"] is None)
    assert agreement["any"]["alpha"] == insult["alpha"]


@pytest.mark.parametrize("size", [100, 4_000, 20_000, 40_000])
def test_a_disk_that_runs_full_leaves_the_last_dataset_and_one_line(
    file: Path, small: Taxonomy, tmp_path: Path, size: int
) -> None:
    out, store = tmp_path / "data" / "pilot", three_people(small)
    pulled(file, out, store)
    before = {name: data for name, data in everything(out).items() if "rejected" not in name}
    texts = [f"You thief number {n}. {'So they say. ' * 90}" for n in range(400)]
    upload([paragraph(text, f"page {n}") for n, text in enumerate(texts)], store)
    for n, text in enumerate(texts):
        store.leave(n + 10, work(ANA, result(small, text, "Insult"), number=1000 + n))

    with pytest.raises(InputError) as caught, files_limited_to(size):
        pulled(file, out, store)

    assert "\n" not in str(caught.value)
    after = {name: data for name, data in everything(out).items() if "rejected" not in name}
    assert after == before
    assert [path.name for path in out.parent.rglob(".pilot*")] == []


def test_with_one_annotator_there_is_no_agreement_and_still_a_dataset(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.", "You thief.", "Fine.")
    for n in (1, 2, 3):
        store.leave(n, work(ANA, result(small, "", "Insult")))

    report = pulled(file, tmp_path / "pilot", store)

    assert report.agreement["mean_alpha"] is None
    assert all(row["alpha"] is None for row in report.agreement["labels"])
    assert report.splits == {"train": 1, "validation": 1, "test": 1}


def two_people(small: Taxonomy) -> ListStore:
    """Nine articles; Ana ticks Insult in all, Ben in all but the first three."""
    store = store_of(*(f"You traitor number {n}." for n in range(9)))
    for n in range(9):
        for user in (ANA, BEN):
            label = [] if n < 3 and user == BEN else ["Insult"]
            store.leave(n + 1, work(user, result(small, "", *label), number=10 * n + user))
    return store


def by_rule(
    file: Path, out: Path, *stores: ListStore
) -> dict[Disputed, tuple[PullReport, DatasetFolder]]:
    made = {}
    for rule in Disputed:
        request = PullRequest(file, out / rule, file.with_name("key.json"), 13, disputed=rule)
        made[rule] = pull(stores, request), open_dataset(out / rule)
    return made


def test_what_gold_does_with_disputed_labels_is_chosen_and_stated(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    made = by_rule(file, tmp_path, two_people(small))

    insults = {
        rule: sum(row.gold.labels == ("Insult",) for row in folder.gold())
        for rule, (_, folder) in made.items()
    }
    assert insults == {"off": 6, "on": 9, "drop": 6}
    assert {rule: len(folder.gold()) for rule, (_, folder) in made.items()} == {
        "off": 9,
        "on": 9,
        "drop": 6,
    }
    for rule, (report, folder) in made.items():
        rows = folder.answered()
        assert len(rows) == 9
        assert sum(row.gold.disputed == ("Insult",) for row in rows) == 3
        assert [row.gold.scores[0] for row in rows if row.gold.disputed] == [0.5] * 3
        assert report.agreement["disputed"] == {"paragraphs": 3, "labels": {"Insult": 3}}
        assert folder.manifest["settings"]["disputed"]["gold"] == rule
        assert "A label is disputed when its score is one half: 3 labels are disputed, in 3" in (
            (report.folder / "README.md").read_text()
        )
    assert sum(made[Disputed.DROP][1].manifest["left_out"].values()) == 3


def test_no_rule_for_disputed_labels_moves_an_article_to_another_split(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    off, on, drop = (
        {row.paragraph.id: row.split for row in folder.answered()}
        for _, folder in by_rule(file, tmp_path, two_people(small)).values()
    )

    assert off == on == drop


def test_after_an_adjudication_nothing_is_disputed(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = two_people(small)
    decided = ListStore(held=store.held[:3], origin=Origin.ADJUDICATION)
    decided.held = [Task(t.number, t.data) for t in decided.held]
    for number in (1, 2, 3):
        decided.leave(number, work(CY, result(small, "", "Insult"), number=100 + number))

    for report, folder in by_rule(file, tmp_path, store, decided).values():
        assert [row.gold.labels for row in folder.gold()] == [("Insult",)] * 9
        assert report.agreement["disputed"] == {"paragraphs": 0, "labels": {}}
        assert report.disputed == "no label is disputed"


def test_gold_is_never_emptied_by_leaving_out_what_is_disputed(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.")
    for user in (ANA, BEN):
        label = ["Insult"] if user == ANA else []
        store.leave(1, work(user, result(small, "", *label), number=user))
    request = PullRequest(file, tmp_path / "x", tmp_path / "key.json", 13, disputed=Disputed.DROP)

    with pytest.raises(InputError, match=r"every paragraph is disputed.*--disputed off"):
        pull([store], request)

    assert not (tmp_path / "x").exists()


def test_a_ledger_that_does_not_balance_fails_the_pull_and_leaves_everything_as_it_was(
    file: Path, small: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = three_people(small)
    pulled(file, tmp_path / "pilot", store)
    before = everything(tmp_path / "pilot")
    store.leave(1, work(CY, result(small, "", "Doubt"), number=500))
    add = _Inventory.add

    def miscount(self: _Inventory, source: TaskSource) -> None:
        add(self, source)
        self.tasks += 1

    monkeypatch.setattr(_Inventory, "add", miscount)
    with pytest.raises(RuntimeError, match="for the project: 10 tasks, but 9 given"):
        pulled(file, tmp_path / "pilot", store)

    assert everything(tmp_path / "pilot") == before
    assert len(list((tmp_path / ".versions" / "pilot").iterdir())) == 1


def test_what_killed_pulls_left_half_written_is_gone_a_day_later(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = three_people(small)
    pulled(file, tmp_path / "pilot", store)
    versions = tmp_path / ".versions" / "pilot"
    for name, hours in (("old", 25), ("new", 23)):
        left = versions / f".abc.{name}"
        (left / "gold").mkdir(parents=True)
        os.utime(left, (0, time.time() - 3600 * hours))
    store.leave(1, work(CY, result(small, "", "Doubt"), number=500))

    pulled(file, tmp_path / "pilot", store)

    assert {p.name for p in versions.glob(".*")} == {".abc.new"}
    assert len([p for p in versions.iterdir() if p.name[0] != "."]) == 2


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("nothing", "no paragraph has an answer yet"),
        ("junk", "the only answer was set aside"),
        ("skipped", r"no answer counts \(1 skipped\)"),
    ],
)
def test_without_any_answer_the_reasons_are_written_and_nothing_else(
    file: Path, tmp_path: Path, said: str, reason: str
) -> None:
    store = store_of("You traitor.")
    if said != "nothing":
        store.leave(1, work(ANA, said, skipped=said == "skipped"))

    with pytest.raises(InputError, match=reason):
        pulled(file, tmp_path / "pilot", store)

    rows = (tmp_path / "pilot.rejected.jsonl").read_text().splitlines()
    assert [json.loads(row)["reason"] for row in rows] == (
        ["the result is not a list"] if said == "junk" else []
    )
    assert not (tmp_path / "pilot").exists()


def test_a_target_that_is_no_dataset_is_refused_before_anything_is_written(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()

    for target in (tmp_path / "mine", Path(), Path("/")):
        with pytest.raises(InputError, match=r"no dataset that 'pull' wrote|no name for a dataset"):
            pulled(file, target, three_people(small))

    assert {path.name for path in tmp_path.iterdir()} == {"mine", "taxonomy.yaml"}


def test_no_e_mail_is_in_what_is_written(file: Path, small: Taxonomy, tmp_path: Path) -> None:
    store = three_people(small)
    store.leave(1, work(ANA, [{"from_name": "who", "value": {}}], number=50, draft=True))

    pulled(file, tmp_path / "pilot", store)

    for data in everything(tmp_path / "pilot").values():
        assert not re.search(rb"[\w.]+@[\w.]+", data)
        assert b"studio#" not in data


def test_the_manifest_and_the_card_say_that_annotators_are_simulated(
    file: Path, small: Taxonomy, tmp_path: Path
) -> None:
    store = store_of("You traitor.", "You thief.", "Fine.")
    for n in (1, 2, 3):
        store.leave(n, work(ANA, mark_simulated(result(small, "", "Insult")), number=n))

    first = pulled(file, tmp_path / "pilot", store).folder
    store.leave(1, work(BEN, result(small, "", "Insult"), number=9))
    second = pulled(file, tmp_path / "pilot", store).folder

    for folder, labellers, warning in (
        (first, "simulated", "Labels of simulated annotators: "),
        (second, "people and simulated annotators", "Labels of people and simulated annotators"),
    ):
        settings = json.loads((folder / "manifest.json").read_text())["settings"]
        assert settings["labelled_by"] == labellers
        assert warning in (folder / "README.md").read_text()
