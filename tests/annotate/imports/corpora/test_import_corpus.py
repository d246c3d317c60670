"""`corpus`: from the official files to a dataset folder."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.imports.corpora.registry import CORPORA
from tests.annotate.imports.corpora.corpus_runs import (
    OUT,
    dataset,
    imported,
    labels,
    refused,
    run,
)


@pytest.fixture
def memes() -> Path:
    texts = {"Up with us!": ["Slogans"], "And what about you?": ["Whataboutism"], "Rain.": []}
    rows = [{"id": str(n), "text": t, "labels": x} for n, (t, x) in enumerate(texts.items())]
    path = Path("copy/training_set_task1.txt")
    path.parent.mkdir()
    path.write_text(json.dumps(rows))
    return path


def test_the_manifest_says_which_corpus_and_where_its_owners_publish_it(memes: Path) -> None:
    imported("semeval2021", memes)

    settings = dataset().manifest["settings"]
    assert settings["labelled_by"] == "imported"
    assert settings["source"] == {
        "kind": "corpus",
        "name": "semeval2021",
        "title": CORPORA["semeval2021"].title,
        "url": "https://github.com/di-dimitrov/SEMEVAL-2021-task6-corpus",
        "licence": CORPORA["semeval2021"].licence,
        "languages": "en",
        "digest": settings["source"]["digest"],
    }
    assert dataset().taxonomy.name == "semeval2021"


def test_a_second_run_gives_the_same_version(memes: Path) -> None:
    imported("semeval2021", memes)
    first = OUT.resolve()
    imported("semeval2021", memes)

    assert OUT.resolve() == first


def test_official_splits_are_kept_and_those_of_an_earlier_version_before_them(memes: Path) -> None:
    assert imported("semeval2021", memes)["splits"] == {"train": 3}
    drawn = imported("semeval2021", memes, "--new-split")
    assert set(drawn["splits"]) == {"train", "validation", "test"}
    assert drawn["stayed"] == 0

    done = run("semeval2021", memes)

    assert "2 articles stay in another split than the rows say" in done.stdout


def test_a_folder_that_is_no_project_folder_is_named(
    memes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    error = refused("semeval2021", tmp_path / memes)

    assert "run the command in the project folder, where label_config/ lies" in error


def test_labels_are_mapped_to_another_taxonomy_and_those_with_several_targets_are_named(
    memes: Path,
) -> None:
    done = run("semeval2021", memes, "--taxonomy", "semeval2023")

    assert done.exit_code == 0, done.output
    assert dataset().taxonomy.name == "semeval2023"
    assert labels() == {
        "Up with us!": ("Slogans",),
        "And what about you?": ("Appeal_to_Hypocrisy", "Whataboutism"),
        "Rain.": (),
    }
    counted = "labels of semeval2021 with several counterparts, all of them set: Whataboutism (1)"
    assert counted in done.stdout


def test_a_map_of_ones_own_leaves_labels_out_and_counts_them(memes: Path) -> None:
    map_ = Path("map.yaml")
    map_.write_text("labels: {Slogans: appeal to positive emotion, Whataboutism: null}")

    report = imported("semeval2021", memes, "--taxonomy", "mafalda23", "--map", "map.yaml")

    assert report["left_out"] == {"Whataboutism": 1}
    assert labels()["Up with us!"] == ("appeal to positive emotion",)
    assert labels()["And what about you?"] == ()


def test_taxonomies_without_a_table_between_them_are_refused(memes: Path) -> None:
    error = refused("semeval2021", memes, "--taxonomy", "mafalda23")

    assert "what the labels of semeval2021 are in mafalda23" in error


def test_label_names_of_another_language_are_refused(memes: Path) -> None:
    rows = [{"id": str(n), "text": f"T {n}", "labels": ["Zweifel"]} for n in range(3)]
    memes.write_text(json.dumps(rows))

    error = refused("semeval2021", memes)

    assert "training_set_task1.txt:1: labels that the corpus does not have: 'Zweifel' (3)" in error


def test_a_file_of_which_every_row_is_damaged_is_refused(memes: Path) -> None:
    memes.write_text(json.dumps([{"text": "A."}, {"text": "B."}]))

    assert "training_set_task1.txt:1: no 'id'; no other row can" in refused("semeval2021", memes)


def test_the_list_shows_each_corpus_with_licence_and_address() -> None:
    text = CliRunner().invoke(app, ["corpus", "--list"]).stdout
    rows = json.loads(CliRunner().invoke(app, ["corpus", "--list", "--json"]).stdout)

    assert [row["name"] for row in rows] == list(CORPORA)
    for corpus in CORPORA.values():
        assert f"{corpus.name}: {corpus.title}" in text
        assert corpus.licence in text
        assert corpus.url in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no corpus: there are"),
        (["semeval1999", "."], "semeval1999: there are"),
        (["logic"], "https://github.com/causalNLP/logical-fallacy"),
        (["logic", "nowhere"], "nowhere"),
    ],
)
def test_what_is_missing_on_the_command_line_is_named(words: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["corpus", *words], env={"COLUMNS": "500"})

    assert done.exit_code == 2
    assert message in done.stderr
