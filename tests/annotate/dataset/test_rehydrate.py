import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.dataset_folder import open_dataset, read_table
from annotate.core.errors import InputError
from annotate.dataset.rehydrate import rehydrate, write_without_text
from annotate.dataset.writer import write_dataset
from annotate.paragraphs.file import write_paragraphs
from annotate.paragraphs.prepare import prepare
from tests.annotate.dataset.test_writer import (
    PLAN,
    all_bytes,
    load_as_a_stranger,
    make_content,
)

SECRET = "traitor"  # a word of every text


def published(tmp_path: Path) -> Path:
    """A dataset without texts, as somebody else gets it; the one with them is in `full`."""
    write_dataset(make_content(tmp_path, PLAN), tmp_path / "full")
    folder = tmp_path / "published"
    folder.mkdir()
    write_without_text(open_dataset(tmp_path / "full"), folder)
    return folder


def paragraphs_of(tmp_path: Path, leave_out: str = "") -> Path:
    rows = open_dataset(tmp_path / "full").gold()
    file = tmp_path / "paragraphs.jsonl"
    write_paragraphs(file, [r.paragraph for r in rows if r.paragraph.article_id != leave_out])
    return file


def test_no_word_of_a_text_title_or_comment_is_published(tmp_path: Path) -> None:
    folder = published(tmp_path)

    assert SECRET in json.dumps(list(open_dataset(tmp_path / "full").published()))
    for table in ("gold", "annotations"):
        for path in sorted((folder / table).glob("*.parquet")):
            rows = json.dumps(read_table(path).to_pylist(), ensure_ascii=False)
            assert not any(word in rows for word in (SECRET, "A title", "Hm, é."))
    others = (raw for name, raw in all_bytes(folder).items() if not name.endswith(".parquet"))
    assert not any(b"of north" in raw for raw in others)


def test_ids_labels_offsets_and_addresses_are_published(tmp_path: Path) -> None:
    before, after = (
        [
            {key: row[key] for key in row if key not in ("text", "title", "previous", "next")}
            for row in open_dataset(folder).published()
        ]
        for folder in (published(tmp_path), tmp_path / "full")
    )

    assert before == after
    assert any(row["spans"] for row in after)


def test_a_dataset_without_texts_is_not_read_and_says_what_to_do(tmp_path: Path) -> None:
    folder = published(tmp_path)

    with pytest.raises(InputError, match=r"published without its texts; .*annotate rehydrate"):
        open_dataset(folder).gold()
    with pytest.raises(InputError, match="published without its texts"):
        open_dataset(folder).split("train")
    assert "## Without its texts" in (folder / "README.md").read_text()


def test_all_texts_give_the_same_gold_files_as_before(tmp_path: Path) -> None:
    folder = published(tmp_path)

    report = rehydrate(open_dataset(folder), [paragraphs_of(tmp_path)], tmp_path / "again")

    assert (report.paragraphs, dict(report.missing), report.same) == (5, {}, True)
    before, after = all_bytes(tmp_path / "full"), all_bytes(tmp_path / "again")
    same = [name for name in before if before[name] == after.get(name)]
    assert [name for name in before if name.startswith("gold/")] == [
        name for name in same if name.startswith("gold/")
    ]
    assert report.rejected_file.read_text() == ""


def test_without_comments_the_whole_dataset_is_the_same_as_before(tmp_path: Path) -> None:
    content = make_content(tmp_path, PLAN)
    silent = [replace(annotation, comment="") for annotation in content.annotations]
    first = write_dataset(replace(content, annotations=silent), tmp_path / "full")
    folder = tmp_path / "published"
    folder.mkdir()
    write_without_text(open_dataset(tmp_path / "full"), folder)

    report = rehydrate(open_dataset(folder), [paragraphs_of(tmp_path)], tmp_path / "again")

    assert report.folder.name == first.name
    assert all_bytes(report.folder) == all_bytes(first)


def test_a_repeat_of_a_test_paragraph_stays_out_of_gold_whatever_is_missing(
    tmp_path: Path,
) -> None:
    content = make_content(tmp_path, PLAN)
    test = next(row for row in content.gold if row.split == "test")
    first, *rest = content.gold  # of train
    twin = replace(first, paragraph=replace(first.paragraph, cluster=test.paragraph.cluster))
    silent = [replace(annotation, comment="") for annotation in content.annotations]
    before = replace(content, gold=[twin, *rest], annotations=silent)
    whole = write_dataset(before, tmp_path / "full")
    folder = tmp_path / "published"
    folder.mkdir()
    write_without_text(open_dataset(tmp_path / "full"), folder)
    rows = open_dataset(tmp_path / "full").answered()
    write_paragraphs(tmp_path / "all.jsonl", [row.paragraph for row in rows])
    write_paragraphs(
        tmp_path / "less.jsonl", [row.paragraph for row in rows if row.split != "test"]
    )

    again = rehydrate(open_dataset(folder), [tmp_path / "all.jsonl"], tmp_path / "again")
    less = rehydrate(open_dataset(folder), [tmp_path / "less.jsonl"], tmp_path / "less")

    assert again.folder.name == whole.name
    assert dict(less.missing) == {"article missing": 1}
    ids = {row.paragraph.id for row in open_dataset(tmp_path / "less").answered()}
    assert ids == {row.paragraph.id for row in rest if row.split != "test"}


def test_a_missing_article_leaves_its_paragraphs_out_and_is_listed(tmp_path: Path) -> None:
    folder = published(tmp_path)
    file = paragraphs_of(tmp_path, leave_out="north")

    report = rehydrate(open_dataset(folder), [file], tmp_path / "again")

    assert dict(report.missing) == {"article missing": 2}
    rows = [json.loads(line) for line in report.rejected_file.read_text().splitlines()]
    assert {(row["article_id"], row["reason"]) for row in rows} == {("north", "article missing")}
    articles = {row.paragraph.article_id for row in open_dataset(tmp_path / "again").gold()}
    assert articles == {"south", "west", "east"}
    assert (
        "missing or changed: 2 paragraphs of version" in (report.folder / "README.md").read_text()
    )


def test_a_changed_text_is_told_from_a_missing_article(tmp_path: Path) -> None:
    folder = published(tmp_path)
    paragraphs = [row.paragraph for row in open_dataset(tmp_path / "full").gold()]
    changed = [
        replace(p, text=p.text + " Now more.") if (p.article_id, p.position) == ("north", 1) else p
        for p in paragraphs
    ]
    write_paragraphs(tmp_path / "paragraphs.jsonl", changed)

    report = rehydrate(open_dataset(folder), [tmp_path / "paragraphs.jsonl"], tmp_path / "again")

    assert dict(report.missing) == {"text changed": 1}


def test_another_context_than_annotators_saw_is_told(tmp_path: Path) -> None:
    folder = published(tmp_path)
    paragraphs = [row.paragraph for row in open_dataset(tmp_path / "full").gold()]
    write_paragraphs(tmp_path / "p.jsonl", [replace(p, previous="New.") for p in paragraphs])

    report = rehydrate(open_dataset(folder), [tmp_path / "p.jsonl"], tmp_path / "again")

    assert (dict(report.missing), report.same) == ({}, False)


def test_no_text_at_all_writes_no_dataset(tmp_path: Path) -> None:
    folder = published(tmp_path)
    (tmp_path / "other.txt").write_text("A text of something else altogether, as it seems.\n")

    with pytest.raises(InputError, match=r"no text of it .*5 article missing.*nothing was written"):
        rehydrate(open_dataset(folder), [tmp_path / "other.txt"], tmp_path / "again")

    assert not (tmp_path / "again").exists()
    assert len((tmp_path / "again.rejected.jsonl").read_text().splitlines()) == 5


def test_articles_that_cannot_be_read_are_named_as_the_reason(tmp_path: Path) -> None:
    folder = published(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"id": "north", "remark": "You traitor"}\n')

    with pytest.raises(InputError, match=r"1 file or record cannot be read"):
        rehydrate(open_dataset(folder), [tmp_path / "a.jsonl"], tmp_path / "again")


def test_a_dataset_with_its_texts_has_nothing_to_fill_in(tmp_path: Path) -> None:
    published(tmp_path)

    with pytest.raises(InputError, match="has its texts already"):
        rehydrate(open_dataset(tmp_path / "full"), [paragraphs_of(tmp_path)], tmp_path / "again")


ARTICLE = {
    "id": "n1",
    "url": "https://paper.example/n1",
    "title": "The vote",
    "text": "They want to take your homes, and nobody stops them.\n\nYes.\n\n"
    "Who would believe a man who lied to us before?\n\n"
    "Die Regierung hat die Bürger getäuscht, und niemand will es gewesen sein.",
}


def from_articles(tmp_path: Path, article: dict[str, Any], languages: tuple[str, ...]) -> Path:
    """The articles' paragraphs as a dataset without texts."""
    from annotate.paragraphs.file import read_paragraphs
    from annotate.paragraphs.length import CutRules
    from annotate.paragraphs.prepare import PrepareConfig

    (tmp_path / "articles").mkdir(exist_ok=True)
    (tmp_path / "articles" / "a.jsonl").write_text(json.dumps(article) + "\n")
    file = tmp_path / "paragraphs.jsonl"
    prepare([tmp_path / "articles"], file, PrepareConfig(CutRules(languages=languages)))
    content = make_content(tmp_path, PLAN)
    rows = [replace(content.gold[0], paragraph=paragraph) for paragraph in read_paragraphs(file)]
    write_dataset(replace(content, gold=rows, annotations=[]), tmp_path / "full")
    folder = tmp_path / "published"
    folder.mkdir()
    write_without_text(open_dataset(tmp_path / "full"), folder)
    return folder


@pytest.mark.parametrize("languages", [("en",), ()])
def test_the_articles_themselves_give_the_texts(tmp_path: Path, languages: tuple[str, ...]) -> None:
    folder = from_articles(tmp_path, ARTICLE, languages)

    report = rehydrate(open_dataset(folder), [tmp_path / "articles"], tmp_path / "again")

    assert dict(report.missing) == {}
    assert open_dataset(tmp_path / "again").gold() == open_dataset(tmp_path / "full").gold()


def test_an_article_under_another_id_is_recognised_by_its_address(tmp_path: Path) -> None:
    folder = from_articles(tmp_path, ARTICLE, ("en",))
    renamed = {**ARTICLE, "id": "my-own-number"}
    (tmp_path / "articles" / "a.jsonl").write_text(json.dumps(renamed) + "\n")

    report = rehydrate(open_dataset(folder), [tmp_path / "articles"], tmp_path / "again")

    assert dict(report.missing) == {}


@settings(max_examples=8)
@given(kept=st.sets(st.integers(0, 4), min_size=1))
def test_what_is_filled_in_and_what_is_listed_add_up(
    kept: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp_path = tmp_path_factory.mktemp("parts")
    folder = published(tmp_path)
    rows = open_dataset(tmp_path / "full").gold()
    write_paragraphs(tmp_path / "p.jsonl", [rows[at].paragraph for at in sorted(kept)])

    report = rehydrate(open_dataset(folder), [tmp_path / "p.jsonl"], tmp_path / "again")

    gold = open_dataset(tmp_path / "again").gold()
    assert [row.paragraph.id for row in gold] == [rows[at].paragraph.id for at in sorted(kept)]
    assert sum(report.missing.values()) == 5 - len(kept)


def test_a_stranger_loads_a_dataset_without_texts(tmp_path: Path) -> None:
    folder = published(tmp_path)

    (_, _, gold, answers) = load_as_a_stranger(tmp_path, folder)[0]

    assert {split: len(rows) for split, rows in gold.items()} == {
        "train": 3,
        "validation": 1,
        "test": 1,
    }
    assert {row["text"] for rows in gold.values() for row in rows} == {""}
    assert len(answers["train"]) == 15
