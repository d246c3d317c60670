"""A dataset folder is taken to another taxonomy."""

import json
from pathlib import Path

import pytest

from annotate.aggregation.disputed import Disputed
from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import TaxonomyError
from annotate.core.records import Status
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.splits.lineage import read_lineage
from annotate.migration.migrate import DatasetChange, migrate_dataset
from annotate.sync.pull import PullRequest, pull
from tests.annotate.migration.migrations import planned
from tests.annotate.samples import result, work
from tests.annotate.sync.test_collect import ANA, BEN, CY, store_of

SAID = [("Doubt",), ("Whataboutism", "Red_Herring"), ("Slogans", "Doubt"), ("Repetition",), ()]


@pytest.fixture
def link(taxonomy: Taxonomy, taxonomy_file: Path, tmp_path: Path) -> Path:
    """Ten articles of a paragraph; three people say all the same of each, in turn as in SAID."""
    texts = [f"Shame on them, {n}!" for n in range(10)]
    store = store_of(*texts)
    for n, text in enumerate(texts):
        for user in (ANA, BEN, CY):
            said = result(taxonomy, text, *SAID[n % len(SAID)])
            store.leave(n + 1, work(user, said, number=10 * n + user))
    pull([store], PullRequest(taxonomy_file, tmp_path / "pilot", tmp_path / "key.json", 13))
    return tmp_path / "pilot"


def test_labels_follow_a_split_leaves_the_gold_and_the_splits_stay(
    link: Path, taxonomy_file: Path, tmp_path: Path
) -> None:
    migration, new = planned(tmp_path, taxonomy_file)
    before, folder = open_dataset(link), link.resolve()
    split = {row.paragraph.text: row.split for row in before.gold()}

    asked = migrate_dataset(link, migration, new, dry_run=True)
    assert asked == DatasetChange(30, 24, 6, 6, None)  # all but the two paragraphs without any
    assert open_dataset(link).digest == before.digest

    done = migrate_dataset(link, migration, new, dry_run=False)

    after = open_dataset(link)
    assert (done.annotations, done.changed, done.sent_back, done.emptied) == (30, 24, 6, 6)
    assert after.taxonomy.version == "2.0.0"
    labels = {row.paragraph.text: row.gold.labels for row in after.gold()}
    assert labels == {
        f"Shame on them, {n}!": said
        for n, said in enumerate([("Casting_Doubt",), ("Red_Herring",), None, (), ()] * 2)
        if said is not None
    }
    assert {row.paragraph.text: row.split for row in after.gold()} == {t: split[t] for t in labels}
    back = [a for a in after.annotations() if a.status is Status.DRAFT]
    assert [a.labels for a in back] == [("Casting_Doubt",)] * 6
    ledger = after.manifest["ledger"]["annotators"]
    assert {(c["labelled"], c["none"], c["draft"]) for c in ledger.values()} == {(4, 4, 2)}
    agreement = json.loads((link / "agreement.json").read_text())
    assert {row["label"] for row in agreement["labels"]} == set(migration.new.labels)
    assert open_dataset(folder).digest == before.digest
    assert read_lineage(after) == read_lineage(before)
    with pytest.raises(TaxonomyError, match="give the taxonomy that it was made with as OLD"):
        migrate_dataset(link, migration, new, dry_run=False)


def test_a_dataset_made_by_a_removed_method_is_aggregated_by_the_default_one(
    link: Path, taxonomy_file: Path, tmp_path: Path
) -> None:
    manifest_file = link / "manifest.json"
    manifest = json.loads(manifest_file.read_text())
    manifest["settings"] |= {"asked": "mace", "aggregate": "mace"}
    manifest_file.write_text(json.dumps(manifest))
    migration, new = planned(tmp_path, taxonomy_file)

    migrate_dataset(link, migration, new, dry_run=False)

    settings = open_dataset(link).manifest["settings"]
    assert (settings["asked"], settings["aggregate"]) == ("dawid-skene", "majority")  # too few
    assert settings["migrated_from"]["asked"] == "mace"


def test_what_left_gold_because_it_is_disputed_stays_apart_unless_the_migration_decides_it(
    taxonomy: Taxonomy, taxonomy_file: Path, tmp_path: Path
) -> None:
    texts = [f"Shame on them, {n}!" for n in range(3)]
    store = store_of(*texts)
    # Agreed; disputed; disputed over a technique that the migration removes.
    for n, pair in enumerate([("Doubt", "Doubt"), ("Doubt", ""), ("Repetition", "")]):
        for user, label in zip((ANA, BEN), pair, strict=True):
            said = result(taxonomy, texts[n], *filter(None, [label]))
            store.leave(n + 1, work(user, said, number=10 * n + user))
    link = tmp_path / "pilot"
    key = tmp_path / "key.json"
    pull([store], PullRequest(taxonomy_file, link, key, 13, disputed=Disputed.DROP))
    assert [row.paragraph.text for row in open_dataset(link).gold()] == texts[:1]
    migration, new = planned(tmp_path, taxonomy_file)

    migrate_dataset(link, migration, new, dry_run=False)

    after = open_dataset(link)
    assert {row.paragraph.text: row.gold.labels for row in after.gold()} == {
        texts[0]: ("Casting_Doubt",),
        texts[2]: (),
    }
    disputed = [r.paragraph.text for r in after.answered() if r.gold.disputed]
    assert disputed == [texts[1]]
    assert after.manifest["settings"]["disputed"]["gold"] == "drop"
