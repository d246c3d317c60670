"""Splits that rows come with are kept."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.dataset_folder import open_dataset
from annotate.imports.given_splits import split_named, split_rows
from annotate.imports.label_rows import LabelRow
from tests.annotate.imports.importing import jsonl, set_aside, take, taken

DATASET = Path("data/datasets/theirs")


def row(split: str = "", text: str = "You fool.", **values: Any) -> LabelRow:
    given = {"split": split} if split else {}
    return LabelRow("a.csv:1", {"text": text, **given, **values})


def placed(*rows: LabelRow) -> list[tuple[str, str]]:
    """Article of each row that can be used, and its split."""
    split = split_rows(rows, "file")
    articles = [r.values["article_id"] for r in split.rows if not r.problem]
    return [(article, split.given[article]) for article in articles]


@pytest.mark.parametrize(
    ("words", "split"),
    [
        ("train Training TRAIN trainset train-set train_1", "train"),
        ("dev devel development val valid validation Dev-Set validation_split", "validation"),
        ("test Testing TEST test-set test2", "test"),
    ],
)
def test_the_usual_words_name_the_three_splits(words: str, split: str) -> None:
    assert {split_named(word) for word in words.split()} == {split}
    assert split_named(f"  {words.split()[0]}\n") == split


@pytest.mark.parametrize("word", ["", "all", "eval", "holdout", "1", "pretest", "set", "traintest"])
def test_other_words_name_no_split(word: str) -> None:
    assert split_named(word) is None


def test_rows_without_a_split_stay_where_other_rows_had_none_either() -> None:
    rows = [row(article_id="a"), row(article_id="b")]

    assert split_rows(rows, "file").rows == rows
    assert split_rows(rows, "file").given == {}


def test_an_article_with_rows_in_two_splits_becomes_two_articles() -> None:
    rows = [
        row("train", "One.", article_id="a"),
        row("dev", "Two.", article_id="a"),
        row("test", "Three.", article_id="b"),
    ]

    assert placed(*rows) == [
        ("a (train)", "train"),
        ("a (validation)", "validation"),
        ("b", "test"),
    ]
    assert split_rows(rows, "file").parted == 1


def test_a_row_without_a_split_follows_its_paragraph_then_its_article_then_goes_to_train() -> None:
    rows = [
        row("test", "One.", article_id="a"),
        row("train", "Two.", article_id="a"),
        row("", "One.", article_id="a"),
        row("", "New.", article_id="a"),
        row("dev", "Three.", article_id="b"),
        row("", "New.", article_id="b"),
        row("", "New.", article_id="c"),
    ]

    assert placed(*rows) == [
        ("a (test)", "test"),
        ("a (train)", "train"),
        ("a (test)", "test"),
        ("a (train)", "train"),
        ("b", "validation"),
        ("b", "validation"),
        ("c", "train"),
    ]


def test_a_text_without_an_article_is_one_in_each_of_its_splits() -> None:
    (one, train), (other, test) = placed(row("train"), row("test"))

    assert (train, test) == ("train", "test")
    assert one.removesuffix(" (train)") == other.removesuffix(" (test)")
    assert one.startswith("file-")


def test_rows_that_cannot_be_used_pass_through() -> None:
    broken = [row("train", article_id=["a"]), row("train").aside("bad")]

    assert split_rows([*broken, row("test", article_id="b")], "file").rows[:2] == broken


def rows_of(split: str, count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "text": f"Number {n} of the {split} rows, you traitor.",
            "labels": ["Insult"] if n % 2 else ["none"],
            "article_id": f"{split}-{n // 2}",
            "split": split,
            **more,
        }
        for n in range(count)
    ]


def splits() -> dict[str, list[str]]:
    """Split -> texts of the dataset."""
    dataset = open_dataset(DATASET)
    splits: dict[str, list[str]] = {}
    for one in dataset.gold():
        splits.setdefault(one.split, []).append(one.paragraph.text)
    return splits


def test_import_labels_keeps_the_official_split() -> None:
    jsonl(*rows_of("train", 4), *rows_of("dev", 6), *rows_of("test", 8))

    report = taken(file="theirs.jsonl")

    assert report["splits"] == {"train": 4, "validation": 6, "test": 8}
    assert all(" test rows" in text for text in splits()["test"])
    assert open_dataset(DATASET).manifest["lineage"]["by"] == "given"


def test_a_second_import_of_the_same_file_writes_the_same_version() -> None:
    jsonl(*rows_of("train", 4), *rows_of("test", 2))

    folders = []
    for _ in range(2):
        taken(file="theirs.jsonl")
        folders.append(DATASET.resolve())

    assert folders[0] == folders[1]


SPLIT = st.sampled_from(["", "train", "dev", "test", "TEST", "other"])


@given(st.lists(st.tuples(SPLIT, st.sampled_from("abc"), st.sampled_from(["x", "y"]))))
def test_every_row_stands_in_the_split_that_it_came_with(cells: list[tuple[str, str, str]]) -> None:
    rows = [row(split, text, article_id=article) for split, article, text in cells]

    split = split_rows(rows, "file")

    for (word, article, _), after in zip(cells, split.rows, strict=True):
        named = split_named(word)
        assert bool(after.problem) == (word == "other")
        if named:
            assert split.given[after.values["article_id"]] == named
        if split.given and not after.problem:
            assert after.values["article_id"].startswith(article)


def test_the_column_may_have_another_name() -> None:
    rows = [{**row, "part": row.pop("split")} for row in (*rows_of("train", 4), *rows_of("val", 2))]
    jsonl(*rows)

    assert taken("--split-field", "part", file="theirs.jsonl")["splits"] == {
        "train": 4,
        "validation": 2,
    }
    Path("map.yaml").write_text("split: part\n")
    assert taken("--map", "map.yaml", file="theirs.jsonl")["splits"] == {
        "train": 4,
        "validation": 2,
    }


def test_new_split_draws_ours() -> None:
    jsonl(*rows_of("test", 40))

    assert taken(file="theirs.jsonl")["splits"] == {"test": 40}
    drawn = taken("--new-split", file="theirs.jsonl")["splits"]

    assert set(drawn) == {"train", "validation", "test"}
    assert drawn["train"] > drawn["test"]
    assert open_dataset(DATASET).manifest["lineage"]["by"] == "article"


def test_a_row_with_another_word_is_set_aside_with_the_words_to_use() -> None:
    jsonl(*rows_of("train", 2), {**rows_of("test", 1)[0], "split": "holdout"})

    report = taken(file="theirs.jsonl")

    assert report["set_aside"] == 1
    ((where, reason),) = set_aside()
    assert where == "theirs.jsonl:3"
    assert reason.startswith("unknown split 'holdout'")
    assert "train, validation, test" in reason


def test_the_report_says_how_many_articles_were_parted() -> None:
    jsonl(*rows_of("train", 2, article_id="a"), *rows_of("test", 2, article_id="a"))

    done = take(file="theirs.jsonl")

    assert "1 article has rows in several splits" in done.stdout
    assert {r.paragraph.article_id: r.split for r in open_dataset(DATASET).gold()} == {
        "a (train)": "train",
        "a (test)": "test",
    }


def test_a_map_for_a_project_may_not_name_a_split(tmp_path: Path) -> None:
    from annotate.core.errors import TaxonomyError
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.imports.label_studio_project import open_external_project
    from annotate.label_studio.connection import Connection

    Path("map.yaml").write_text("split: part\n")
    taxonomy = load_taxonomy(Path("label_config/taxonomy.yaml"))

    with pytest.raises(TaxonomyError, match="split"):
        open_external_project(
            Connection("http://localhost:1", "x", "s"), "p", taxonomy, Path("map.yaml")
        )


NEAR = "The mayor said on Monday that the town will not pay for the bridge this {}."


def test_near_duplicates_and_copies_among_the_rows_share_a_cluster_across_splits() -> None:
    jsonl(
        {"text": NEAR.format("year"), "labels": ["Insult"], "article_id": "a", "split": "train"},
        {"text": NEAR.format("month"), "labels": ["Insult"], "article_id": "b", "split": "test"},
        {"text": "You fool!", "labels": ["Insult"], "article_id": "c", "split": "train"},
        {"text": "You fool", "labels": ["Insult"], "article_id": "d", "split": "test"},
        {"text": "You traitor", "labels": ["Insult"], "article_id": "e", "split": "test"},
    )

    taken(file="theirs.jsonl")

    cluster = {r.paragraph.article_id: r.paragraph.cluster for r in open_dataset(DATASET).gold()}
    assert cluster["a"] == cluster["b"]
    assert cluster["c"] == cluster["d"]
    assert len(set(cluster.values())) == 3


def test_drawn_splits_never_cut_a_cluster() -> None:
    jsonl(
        *(
            {"text": f"{NEAR.format(n)} {k}", "labels": ["Insult"]}
            for n in range(3)
            for k in range(9)
        ),
        *({"text": f"Sentence of the row {n} only", "labels": ["none"]} for n in range(30)),
    )

    taken(file="theirs.jsonl")

    splits_of: dict[str, set[str]] = {}
    for row in open_dataset(DATASET).gold():
        splits_of.setdefault(row.paragraph.cluster, set()).add(row.split)
    assert all(len(splits) == 1 for splits in splits_of.values())
    assert len(splits_of) < 57


def test_paragraphs_of_a_file_keep_the_clusters_that_prepare_found() -> None:
    from annotate.core.records import BlockType, Paragraph
    from annotate.paragraphs.file import write_paragraphs

    ours = [
        Paragraph(
            f"a{n}", 0, BlockType.BODY, "", "", "", "", "", f"Quite another text {n}.", "", "k1"
        )
        for n in range(3)
    ]
    write_paragraphs(Path("paragraphs.jsonl"), ours)
    jsonl(
        *({"text": p.text, "labels": ["Insult"]} for p in ours), {"text": "x", "labels": ["none"]}
    )

    taken("--texts", "paragraphs.jsonl", file="theirs.jsonl")

    of = {r.paragraph.text: r.paragraph.cluster for r in open_dataset(DATASET).gold()}
    assert {of[p.text] for p in ours} == {"k1"}
    assert of["x"] != "k1"


def test_help_names_the_options() -> None:
    done = CliRunner().invoke(app, ["import-labels", "--help"], terminal_width=200)

    assert "--split-field" in done.stdout
    assert "--new-split" in done.stdout


def split_of_text() -> dict[str, str]:
    return {row.paragraph.text: row.split for row in open_dataset(DATASET).answered()}


def test_an_article_that_is_parted_only_later_stays_where_it_was() -> None:
    before = [*rows_of("train", 3, article_id="a"), *rows_of("test", 3, article_id="b")]
    jsonl(*before)
    taken(file="theirs.jsonl")
    first = split_of_text()
    moved = {before[0]["text"]: "test", before[3]["text"]: "train"}

    jsonl(*({**row, "split": moved.get(row["text"], row["split"])} for row in before))
    report = taken(file="theirs.jsonl")

    assert split_of_text() == first
    assert report["stayed"] == 2
    assert report["parted"] == 0


def test_an_article_that_was_parted_stays_so_when_its_rows_are_in_one_split() -> None:
    before = [*rows_of("train", 3, article_id="a"), *rows_of("test", 3, article_id="a")]
    jsonl(*before)
    taken(file="theirs.jsonl")
    first = split_of_text()

    jsonl(*({**row, "split": "train"} for row in before))
    report = taken(file="theirs.jsonl")

    assert split_of_text() == first
    assert report["stayed"] == 1


def test_texts_without_an_article_stay_in_their_splits_when_the_file_has_another_name() -> None:
    rows = [{"text": f"Sentence {n} of all.", "labels": ["Insult"]} for n in range(30)]
    jsonl(*rows)
    taken(file="theirs.jsonl")
    first = split_of_text()

    jsonl(*rows, {"text": "One more.", "labels": ["Insult"]})
    Path("theirs.jsonl").rename("second.jsonl")
    taken(file="second.jsonl")

    second = split_of_text()
    assert len(second) == 31
    assert {text: second[text] for text in first} == first


def test_new_splits_stay_when_the_same_rows_are_imported_again() -> None:
    jsonl(*rows_of("train", 20, article_id="a"), *rows_of("test", 20, article_id="a"))
    taken("--new-split", file="theirs.jsonl")
    drawn = split_of_text()

    taken(file="theirs.jsonl")

    assert split_of_text() == drawn
