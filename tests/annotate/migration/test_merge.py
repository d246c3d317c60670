import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.merge import LeftOut
from annotate.dataset.splits.lineage import read_lineage
from annotate.dataset.writer import write_dataset
from annotate.migration.merge import MergeConfig, merge_datasets
from annotate.privacy.withdraw import Target, versions_with, withdraw
from tests.annotate.dataset.test_writer import PLAN, Plan, load_as_a_stranger, make_content
from tests.annotate.samples import TAXONOMY

OTHERS: Plan = [
    ("up", "train", [["Doubt", "Doubt", "Fear"]]),
    ("down", "test", [["Fear", "Fear", ""]]),
]


def write(folder: Path, name: str, plan: Plan, **changes: Any) -> Path:
    content = replace(make_content(folder, plan), name=name, **changes)
    write_dataset(content, folder / "sets" / name)
    return folder / "sets" / name


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return write(tmp_path, "mine", PLAN)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    return write(tmp_path, "theirs", OTHERS)


@pytest.fixture
def config(tmp_path: Path) -> MergeConfig:
    return MergeConfig(tmp_path / "pseudonyms.json")


def test_a_merged_dataset_is_read_by_a_stranger_as_it_was_merged_last(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    both = tmp_path / "sets" / "both"

    merge_datasets([mine, theirs], both, config)
    read = load_as_a_stranger(home, both)
    more: Plan = [*OTHERS, ("left", "train", [["Insult", "Insult", "Insult"]])]
    write(tmp_path, "theirs", more)
    merge_datasets([mine, theirs], both, config)
    read += load_as_a_stranger(home, both)

    names = [{row["corpus"] for rows in gold.values() for row in rows} for _, _, gold, _ in read]
    assert names == [{"mine", "theirs"}] * 2
    counts = [{split: len(rows) for split, rows in gold.items()} for _, _, gold, _ in read]
    assert counts == [
        {"train": 4, "validation": 1, "test": 2},
        {"train": 5, "validation": 1, "test": 2},
    ]
    people = {row["annotator"] for row in read[0][3]["train"]}
    assert people == {f"{name}-a{n}" for name in ("mine", "theirs") for n in (1, 2, 3)}
    assert len(read[0][3]["train"]) == 21


def test_gold_labels_ledger_and_lineage_are_those_of_the_parts(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    report = merge_datasets([mine, theirs], tmp_path / "sets" / "both", config)

    parts = [open_dataset(path) for path in (mine, theirs)]
    both = open_dataset(report.folder)
    labels = {row.paragraph.id: row.gold for part in parts for row in part.gold()}
    assert {row.paragraph.id: row.gold for row in both.gold()} == labels
    assert both.manifest["ledger"]["tasks"] == 7
    assert both.manifest["ledger"]["annotators"] == {
        "mine-a1": {"labelled": 4, "none": 1},
        "theirs-a1": {"labelled": 4, "none": 1},
    }
    assert both.manifest["settings"]["aggregate"] == "majority"
    lineages = [read_lineage(part).id for part in parts]
    assert both.manifest["lineage"]["extends"] == lineages
    both.check_unchanged()
    card = (report.folder / "README.md").read_text()
    assert f"| mine | {parts[0].digest} | majority | 5 | 5 |" in card
    assert "Tasks and rows of the merged datasets: 7." in card


def test_merging_again_gives_the_same_bytes(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    first = merge_datasets([mine, theirs], tmp_path / "a" / "both", config).folder
    second = merge_datasets([mine, theirs], tmp_path / "b" / "both", config).folder

    assert first.name == second.name
    files = [path for path in sorted(first.rglob("*")) if path.is_file()]
    assert all(
        path.read_bytes() == (second / path.relative_to(first)).read_bytes() for path in files
    )


def test_a_merge_of_parts_that_grew_goes_on_with_the_lineage(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    both = tmp_path / "sets" / "both"
    first = read_lineage(open_dataset(merge_datasets([mine, theirs], both, config).folder))
    more: Plan = [*OTHERS, ("left", "train", [["Insult", "Insult", "Insult"]])]
    write(tmp_path, "theirs", more)

    second = read_lineage(open_dataset(merge_datasets([mine, theirs], both, config).folder))
    third = read_lineage(open_dataset(merge_datasets([mine, theirs], both, config).folder))

    assert second.continues(first)
    assert second.continues(read_lineage(open_dataset(mine)))
    assert third == second


def test_a_merge_that_trained_on_what_is_tested_now_is_no_earlier_state(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    both = tmp_path / "sets" / "both"
    first = read_lineage(open_dataset(merge_datasets([mine, theirs], both, config).folder))
    content = make_content(tmp_path, OTHERS)
    text = make_content(tmp_path, PLAN).gold[0].paragraph.text
    new = replace(content.gold[0].paragraph, text=text, article_id="new")
    rows = [*content.gold, replace(content.gold[0], paragraph=new, split="test")]
    write_dataset(replace(content, name="theirs", gold=rows), theirs)

    report = merge_datasets([mine, theirs], both, config)

    assert report.left_out["mine"] == {LeftOut.REPEATS: 1}
    assert not read_lineage(open_dataset(report.folder)).continues(first)


def test_one_test_split_can_be_kept_by_name_or_path(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    for wanted in ("mine", str(mine), f"{mine}@{mine.resolve().name[:6]}"):
        report = merge_datasets(
            [mine, theirs], tmp_path / "sets" / "both", replace(config, test_from=wanted)
        )

        test = open_dataset(report.folder).split("test")
        assert [(row.corpus, row.paragraph.article_id) for row in test] == [("mine", "east")]
        assert report.left_out["theirs"] == {LeftOut.OTHER_TEST: 1}


def test_the_same_people_keep_their_pseudonyms(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    report = merge_datasets(
        [mine, theirs], tmp_path / "sets" / "both", replace(config, same_people=True)
    )

    both = open_dataset(report.folder)
    assert {a.annotator for a in both.annotations()} == {"a1", "a2", "a3"}
    assert both.manifest["ledger"]["annotators"] == {"a1": {"labelled": 8, "none": 2}}
    assert report.notes == []


def test_answers_that_two_datasets_have_are_mentioned(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    more = write(tmp_path, "more", [PLAN[0], *OTHERS])

    report = merge_datasets([mine, more], tmp_path / "sets" / "both", config)

    assert report.left_out["more"] == {LeftOut.UNITED: 2}
    assert report.notes == [
        "6 answers are in several datasets, with the same time and pseudonym; if a pseudonym "
        "means the same person in all of them, merge again with --same-people"
    ]


def other_taxonomy(folder: Path) -> dict[str, Any]:
    """A taxonomy in which insults are called slurs."""
    text = TAXONOMY.replace("id: Insult", "id: Slur").replace("Name_Calling", "Mockery")
    file = folder / "other.yaml"
    file.write_text(text.replace("name: small", "name: other"))
    return {"taxonomy": load_taxonomy(file), "taxonomy_text": file.read_text()}


def slurs(folder: Path, name: str) -> Path:
    plan: Plan = [
        ("up", "train", [["Insult", "Insult", "Fear"]]),
        ("down", "test", [["Fear", "Fear", ""]]),
    ]
    content = replace(make_content(folder, plan), name=name)

    def theirs(labels: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("Slur" if label == "Insult" else label for label in labels)

    gold = [replace(r, gold=replace(r.gold, labels=theirs(r.gold.labels))) for r in content.gold]
    annotations = [replace(a, labels=theirs(a.labels)) for a in content.annotations]
    rows = [row | {"label": theirs((row["label"],))[0]} for row in content.agreement["labels"]]
    content = replace(
        content,
        gold=gold,
        annotations=annotations,
        agreement={**content.agreement, "labels": rows},
        **other_taxonomy(folder),
    )
    write_dataset(content, folder / "sets" / name)
    return folder / "sets" / name


def test_labels_of_another_taxonomy_are_mapped_to_those_of_the_first(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    others = slurs(tmp_path, "others")
    map_file = tmp_path / "map.yaml"
    map_file.write_text("techniques: {Slur: Insult, Fear: null}\n")

    report = merge_datasets(
        [mine, others], tmp_path / "sets" / "both", replace(config, map_file=map_file)
    )

    both = open_dataset(report.folder)
    assert both.taxonomy.labels == ("Insult", "Doubt", "Fear")
    labels = {r.paragraph.article_id: r.gold.labels for r in both.gold() if r.corpus == "others"}
    assert labels == {"up": ("Insult",), "down": ()}  # by two of three; of none is left anything


def test_paragraphs_whose_label_a_map_splits_are_counted(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    map_file = tmp_path / "map.yaml"
    map_file.write_text("techniques: {Slur: [Insult, Doubt], Fear: [Fear, Doubt]}\n")

    report = merge_datasets(
        [mine, slurs(tmp_path, "others")],
        tmp_path / "sets" / "both",
        replace(config, map_file=map_file),
    )

    gold = open_dataset(report.folder).gold()
    assert [r.paragraph.article_id for r in gold if r.corpus == "others"] == ["down"]
    assert [note for note in report.notes if note.startswith("others: 1 paragraph left out: the")]


def test_labels_without_a_counterpart_are_refused(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    others = slurs(tmp_path, "others")

    with pytest.raises(TaxonomyError, match=r"others: .*would lose their labels: Slur; map each"):
        merge_datasets([mine, others], tmp_path / "sets" / "both", config)

    assert not (tmp_path / "sets" / "both").exists()


def test_a_map_that_nothing_needs_is_refused(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    map_file = tmp_path / "map.yaml"
    map_file.write_text("techniques: {}\n")

    with pytest.raises(InputError, match="have the same labels; leave out --map"):
        merge_datasets([mine, theirs], tmp_path / "both", replace(config, map_file=map_file))


def test_another_wording_of_the_same_labels_is_mentioned(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(TAXONOMY.replace("A bad name for", "An ugly name for"))
    changes = {"taxonomy": load_taxonomy(file), "taxonomy_text": file.read_text()}
    theirs = write(tmp_path, "theirs", OTHERS, **changes)

    report = merge_datasets([mine, theirs], tmp_path / "sets" / "both", config)

    assert report.notes == [
        "theirs: taxonomy.yaml has the same labels as that of mine, but other texts; that of mine "
        "is kept"
    ]


def test_different_methods_are_named_by_part(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    settings = {"seed": 13, "aggregate": "dawid-skene", "labelled_by": "simulated"}
    theirs = write(tmp_path, "theirs", OTHERS, settings=settings)

    report = merge_datasets([mine, theirs], tmp_path / "sets" / "both", config)

    settings = open_dataset(report.folder).manifest["settings"]
    assert settings["aggregate"] == "several methods"
    assert [part["aggregate"] for part in settings["merged"]["parts"]] == [
        "majority",
        "dawid-skene",
    ]
    card = (report.folder / "README.md").read_text()
    assert "Labels and `scores` are those of the merged datasets, each by its method." in card


def test_datasets_of_one_name_get_two(mine: Path, config: MergeConfig, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "mine"
    write_dataset(replace(make_content(tmp_path, OTHERS), name="mine"), other)

    report = merge_datasets([mine, other], tmp_path / "sets" / "both", config)

    assert {row.corpus for row in open_dataset(report.folder).gold()} == {"mine", "mine-2"}


def test_a_dataset_that_is_given_twice_is_refused(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(mine.resolve(), copy)
    for datasets in ([mine, mine], [mine, copy]):
        with pytest.raises(InputError, match="is given twice"):
            merge_datasets(datasets, tmp_path / "both", config)
    with pytest.raises(InputError, match="name two or more"):
        merge_datasets([mine], tmp_path / "both", config)


def test_two_versions_of_a_dataset_are_refused(
    mine: Path, config: MergeConfig, tmp_path: Path
) -> None:
    older, lineage = mine.resolve(), read_lineage(open_dataset(mine))
    write(tmp_path, "mine", PLAN[1:], lineage=lineage)

    with pytest.raises(InputError, match="is another version of"):
        merge_datasets([older, mine], tmp_path / "both", config)


def test_what_is_merged_is_not_written_over(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    third = write(tmp_path, "third", [("far", "train", [["Fear"]])])

    with pytest.raises(InputError, match="is one of the datasets to merge"):
        merge_datasets([mine, theirs], mine, config)
    with pytest.raises(InputError, match="exists and was not merged"):
        merge_datasets([mine, theirs], third, config)


def test_a_dataset_that_was_edited_by_hand_is_refused(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    lineage = theirs / "lineage.json"
    content = json.loads(lineage.read_text())
    lineage.write_text(json.dumps(content | {"id": "0" * 16}))

    with pytest.raises(InputError, match=r"lineage\.json: was changed after"):
        merge_datasets([mine, theirs], tmp_path / "both", config)

    assert not (tmp_path / "both").exists()


def test_a_dataset_that_was_written_before_lineages_can_be_merged(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(theirs.resolve(), old)
    (old / "lineage.json").unlink()
    manifest = json.loads((old / "manifest.json").read_text())
    del manifest["lineage"], manifest["files"]
    (old / "manifest.json").write_text(json.dumps(manifest))

    report = merge_datasets([mine, old], tmp_path / "both", config)

    assert report.splits == {"train": 4, "validation": 1, "test": 2}
    assert read_lineage(open_dataset(report.folder)).split_of("down") == "test"


def test_withdrawn_articles_come_back_by_no_merge(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    withdraw(Target("north"), config.key_file, undo=False)

    with pytest.raises(InputError, match="mine: has 1 article that was withdrawn"):
        merge_datasets([mine, theirs], tmp_path / "both", config)


def test_licences_and_languages_of_public_corpora_stay_through_merges(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    content = make_content(tmp_path, [("far", "train", [["Doubt", "Doubt", "Fear"]])])
    source = {"kind": "corpus", "title": "C", "url": "https://c.example", "licence": "not open"}
    source["languages"] = "de, pl"
    write_dataset(
        replace(content, name="public", settings={**content.settings, "source": source}),
        tmp_path / "sets" / "public",
    )
    both, all_ = tmp_path / "sets" / "both", tmp_path / "sets" / "all"

    merge_datasets([mine, tmp_path / "sets" / "public"], both, config)
    merge_datasets([both, theirs], all_, config)

    words = "Some of the labels are those of the public corpus C (https://c.example), whose licence"
    for folder in (both, all_):
        text = (folder / "README.md").read_text()
        assert text.count(f"{words} is: not open.\n") == 1
        assert "language:\n- en\n- de\n- pl\n" in text


def test_a_merged_dataset_is_named_among_the_versions_of_an_annotator(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    both = tmp_path / "sets" / "both"
    merge_datasets([mine, theirs], both, config)

    versions = versions_with(Target(person="server#7", pseudonym="a2"), [both])

    assert [version.folder for version in versions] == [both.resolve()]
    assert versions_with(Target(person="server#8", pseudonym="a8"), [both]) == []


def test_a_withdrawn_pseudonym_is_mentioned(
    mine: Path, theirs: Path, config: MergeConfig, tmp_path: Path
) -> None:
    config.key_file.write_text(json.dumps({"server#7": "a2"}))
    withdraw(Target(person="server#7", pseudonym="a2"), config.key_file, undo=False)

    report = merge_datasets([mine, theirs], tmp_path / "both", config)

    assert [note.partition(",")[0] for note in report.notes] == [
        "mine: has answers of a2",
        "theirs: has answers of a2",
    ]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [("nobody", "is none of the datasets: mine, theirs"), ("mine", "has no test paragraphs")],
)
def test_a_test_split_that_does_not_exist_is_refused(
    theirs: Path, config: MergeConfig, tmp_path: Path, wanted: str, reason: str
) -> None:
    mine = write(tmp_path, "mine", PLAN[:3])

    with pytest.raises(InputError, match=reason):
        merge_datasets([mine, theirs], tmp_path / "both", replace(config, test_from=wanted))
