from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.dataset_folder import SPLITS, DatasetFolder, open_dataset
from annotate.core.errors import InputError
from annotate.core.records import Consensus, DatasetRow
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.diff import diff_datasets, paragraph_changes
from annotate.dataset.splits.lineage import read_lineage
from annotate.dataset.writer import write_dataset
from tests.annotate.dataset.test_writer import PLAN, Plan, make_content
from tests.annotate.samples import TAXONOMY, paragraph

LABELS = ("Insult", "Doubt", "Fear")


def row(split: str, text: str, *labels: str) -> DatasetRow:
    scores = tuple(float(label in labels) for label in LABELS)
    return DatasetRow(paragraph(text, text), Consensus(labels, scores, 1, ()), split)


def test_what_differs_is_listed_by_paragraph() -> None:
    before = [
        row("train", "same", "Fear"),
        row("train", "gone", "Doubt"),
        row("train", "moved"),
        row("test", "relabelled", "Insult", "Fear"),
    ]
    after = [
        row("train", "same", "Fear"),
        row("test", "moved"),
        row("test", "relabelled", "Insult", "Doubt"),
        row("validation", "new", "Insult"),
    ]

    changes = paragraph_changes(before, after)

    assert [(c.kind, c.text, c.before, c.after, c.gained, c.lost) for c in changes] == [
        ("removed", "gone", "train", "", (), ("Doubt",)),
        ("changed", "moved", "train", "test", (), ()),
        ("added", "new", "", "validation", ("Insult",), ()),
        ("changed", "relabelled", "test", "test", ("Doubt",), ("Fear",)),
    ]


def write(folder: Path, name: str, plan: Plan) -> DatasetFolder:
    return open_dataset(write_dataset(make_content(folder, plan), folder / name))


def test_counts_labels_and_lineage_of_two_datasets(tmp_path: Path) -> None:
    before = write(tmp_path, "a", PLAN)
    changed: Plan = [
        ("north", "train", [["Doubt", "Insult", "Insult"], ["Fear", "Fear", ""]]),
        ("west", "test", [["Doubt", "Doubt", "Doubt"]]),
        ("far", "train", [["Doubt", "Doubt", ""]]),
        ("east", "test", [["Insult", "", ""]]),
    ]
    after = write(tmp_path, "b", changed)

    diff = diff_datasets(before, after)

    assert diff.versions == (f"pilot@{before.digest}", f"pilot@{after.digest}")
    assert diff.paragraphs == (
        {"train": 3, "validation": 1, "test": 1},
        {"train": 3, "validation": 0, "test": 2},
    )
    assert diff.counts == {"added": 1, "removed": 1, "moved": 1, "relabelled": 2}
    assert (diff.gained, diff.lost) == ({"Fear": 1, "Doubt": 1}, {"Fear": 1})
    assert (diff.taxonomy, diff.settings) == ([], {})
    assert diff.lineage == "different: 1 article is in another split"


def test_a_dataset_does_not_differ_from_itself(tmp_path: Path) -> None:
    dataset = write(tmp_path, "a", PLAN)

    diff = diff_datasets(dataset, dataset)

    assert diff.changes == []
    assert not any(diff.counts.values())
    assert diff.lineage == "the same"


def test_lineages_are_compared_by_where_the_articles_stand(tmp_path: Path) -> None:
    first = write(tmp_path, "a", PLAN)
    before = read_lineage(first)

    def grown(name: str, **articles: str) -> DatasetFolder:
        """Let the lineage go on as a pull would, under the same id."""
        lineage = replace(before, splits={**before.splits, **articles}, earlier=(before.digest,))
        content = replace(make_content(tmp_path, PLAN), lineage=lineage)
        return open_dataset(write_dataset(content, tmp_path / name))

    here, there = grown("here", x="test", y="train"), grown("there", x="train", y="test")

    assert diff_datasets(first, here).lineage.startswith("the second extends the first")
    assert diff_datasets(here, first).lineage.startswith("the first extends the second")
    assert diff_datasets(here, there).lineage == "different: 2 articles are in another split"
    assert diff_datasets(here, grown("more", x="test", z="test")).lineage == (
        "different, but no article is in another split"
    )


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("A bad name for", "An ugly name for", ["the same labels, with other texts"]),
        (
            "id: Fear\n",
            "id: Panic\n",
            ["Fear: only in the first", "Panic: only in the second"],
        ),
    ],
)
def test_taxonomies_that_differ_are_described(
    tmp_path: Path, old: str, new: str, lines: list[str]
) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(TAXONOMY.replace(old, new).replace('version: "1"', 'version: "2"'))
    content = make_content(tmp_path, [("north", "train", [["Doubt"]])])
    rows = [
        {**r, "label": r["label"].replace("Fear", "Panic")} for r in content.agreement["labels"]
    ]
    agreement = {**content.agreement, "labels": [*rows, *content.agreement["labels"]]}
    first = open_dataset(write_dataset(content, tmp_path / "a"))
    changed = replace(
        content,
        taxonomy=load_taxonomy(file),
        taxonomy_text=file.read_text(),
        agreement=agreement,
        settings={**content.settings, "aggregate": "dawid-skene"},
    )
    second = open_dataset(write_dataset(changed, tmp_path / "b"))

    diff = diff_datasets(first, second)

    assert diff.taxonomy == ["small 1 -> small 2", *lines]
    assert diff.settings == {"aggregate": ("majority", "dawid-skene")}


def test_a_dataset_that_was_edited_is_refused(tmp_path: Path) -> None:
    first, second = write(tmp_path, "a", PLAN), write(tmp_path, "b", PLAN[:3])
    (second.folder / "taxonomy.yaml").write_text(TAXONOMY + "\n")

    with pytest.raises(InputError, match=r"taxonomy\.yaml: was changed after"):
        diff_datasets(first, second)


ROWS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.sampled_from(SPLITS), st.sets(st.sampled_from(LABELS))),
)


@given(ROWS, ROWS)
def test_the_changes_lead_from_one_dataset_to_the_other(
    old: dict[str, tuple[str, set[str]]], new: dict[str, tuple[str, set[str]]]
) -> None:
    rows = [
        [row(split, text, *sorted(labels)) for text, (split, labels) in drawn.items()]
        for drawn in (old, new)
    ]

    replayed = dict(old)
    for change in paragraph_changes(*rows):
        _, labels = replayed.pop(change.text, ("", set[str]()))
        if change.after:
            replayed[change.text] = (change.after, (labels - {*change.lost}) | {*change.gained})

    assert replayed == new
