from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.taxonomy_file import load_taxonomy
from tests.train.samples import taxonomy
from tests.train.scoring.official.samples import write
from train.cli import app
from train.scoring.official import mafalda, semeval2020
from train.scoring.official.registry import (
    LABEL_TASKS,
    TASKS,
    find_label_task,
    find_task,
    score_files,
)

CONFIG = Path(__file__).parents[4] / "label_config"
runner = CliRunner(env={"COLUMNS": "400"})


def test_every_task_is_named_where_it_can_be_chosen() -> None:
    evaluate = runner.invoke(app, ["evaluate", "--help"]).output
    predict = runner.invoke(app, ["predict", "--help"]).output

    assert [name for name in TASKS if name not in evaluate] == []
    assert [name for name in LABEL_TASKS if name not in predict] == []


def test_an_unknown_name_lists_the_tasks() -> None:
    with pytest.raises(InputError, match=r"'semeval2022': no such shared task; .*semeval2023, sl"):
        find_task("semeval2022")


def test_a_task_about_spans_is_none_for_models() -> None:
    assert find_label_task("semeval2023").labels
    with pytest.raises(InputError, match="about spans, and models label whole paragraphs"):
        find_label_task("mafalda")


@pytest.mark.parametrize(
    ("file", "task"),
    [
        ("taxonomy", "semeval2023"),
        ("taxonomies/slavicnlp2025", "slavicnlp2025"),
        ("taxonomies/semeval2021", "semeval2021"),
        ("taxonomies/semeval2021", "semeval2024"),
    ],
)
def test_our_taxonomies_have_the_labels_of_their_tasks(file: str, task: str) -> None:
    ours = load_taxonomy(CONFIG / f"{file}.yaml")

    assert find_label_task(task).official_names(ours) == ours.labels


def test_our_taxonomies_have_the_labels_of_tasks_about_spans() -> None:
    folder = CONFIG / "taxonomies"

    assert {*load_taxonomy(folder / "ptc14.yaml").labels} == {*semeval2020.LABELS}
    assert {*load_taxonomy(folder / "mafalda23.yaml").labels} == {*mafalda.LABELS}


@pytest.mark.parametrize(
    ("file", "task", "message"),
    [
        (
            "taxonomy",
            "slavicnlp2025",
            r"are not the 25 of SlavicNLP-2025.*'Appeal_to",
        ),
        ("taxonomies/slavicnlp2025", "semeval2023", "it has 'Appeal_to_Pity' too"),
        ("taxonomies/ptc14", "semeval2023", "it lacks "),
        ("taxonomy", "semeval2021", "it lacks 'Appeal to authority'"),
    ],
)
def test_another_taxonomy_is_refused(file: str, task: str, message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        find_label_task(task).official_names(load_taxonomy(CONFIG / f"{file}.yaml"))


def test_a_label_may_have_the_official_string_as_an_alias(tmp_path: Path) -> None:
    labels = find_label_task("semeval2023").labels
    ours = taxonomy(tmp_path, [f"t{number}" for number in range(len(labels))])
    path = tmp_path / "taxonomy.yaml"
    text = path.read_text(encoding="utf-8")
    for technique, label in zip(ours.labels, reversed(labels), strict=True):
        text = text.replace(f"id: {technique}\n", f"id: {technique}\n        aliases: [{label}]\n")
    path.write_text(text, encoding="utf-8")

    names = find_label_task("semeval2023").official_names(load_taxonomy(path))

    assert names == tuple(reversed(labels))


PIECES = (
    *("[", "]", "{", "}", ":", ",", "\t", "\n", " ", "\ufeff", "\x0b", "null", "NaN", "1e999"),
    *('"id"', '"labels"', '"text"', '"start"', '"end"', '"technique"', '"a"', "[]", "²"),
    *("Doubt", '"Doubt"', "0", "5", "11", "-3", "9" * 5000, '[0, 1, "ad hominem"]', '"\\ud800"'),
)


@pytest.mark.parametrize("name", TASKS)
@given(text=st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_is_scored_or_refused_in_words(
    name: str, text: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "file", text)

    with suppress(InputError):
        assert score_files(file, file, name).items
    if name in LABEL_TASKS:
        with suppress(InputError):
            assert LABEL_TASKS[name].texts([file])
