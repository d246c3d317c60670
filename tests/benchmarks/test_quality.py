"""The benchmark of quality: what is counted, kept and compared."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.console import Log
from benchmarks.quality.__main__ import main
from benchmarks.quality.cells import Cell, Result, Store, count
from benchmarks.quality.jobs import Job
from benchmarks.quality.methods import METHODS, decide
from benchmarks.quality.rivals import label_studio, run_classification
from benchmarks.quality.setfit_script import label
from benchmarks.quality.table import difference, grouped, macro, table
from benchmarks.quality.tasks import SOURCES, read_task, subset
from train.dataset import Split
from train.models.encoder import find_encoder
from train.training.recipe import Recipe

RIGHT, WRONG = (1, 0, 0, 1, 1, 1), (0, 1, 1, 0, 1, 1)  # an article whose paragraph has one label


def split(articles: Sequence[str], labels: int = 2) -> Split:
    """A paragraph for each name of an article, with the labels in turn."""
    numbers = range(len(articles))
    gold = np.array([[n % labels == column for column in range(labels)] for n in numbers])
    return Split(
        "train",
        ids=tuple(map(str, numbers)),
        article_ids=tuple(articles),
        texts=tuple(f"text {n} monday" for n in numbers),
        gold=gold.reshape(len(articles), labels),
        marks=((),) * len(articles),
    )


def result(right: int, of: int = 40, **cell: object) -> Result:
    """The first articles are right, the others wrong; all have the first of two labels."""
    wrong = of - right
    counts = (RIGHT,) * right + (WRONG,) * wrong
    fields = {"set": "semeval2021", "method": "fit", "seed": 13} | cell
    return Result(Cell(**fields), counts, ((right, 0, wrong), (0, wrong, 0)), 12.0)  # type: ignore[arg-type]


def test_the_table_has_mean_and_deviation_over_seeds_and_the_difference_to_the_recipe() -> None:
    results = [
        result(20),
        replace(result(24, seed=14), seconds=14.0),
        result(10, method="tfidf"),
        result(40, of=40, method="fit", settings=("steps=900",)),
    ]

    lines = table(results, tuple(METHODS)).splitlines()

    # 20 and 24 of 40: .5 and .6; the first label's F1 is 2/3 and 3/4, the other one's 0
    assert lines[3].startswith(
        "| semeval2021 | all | fit | 2 | 55.0 ± 7.1 | 35.4 ± 2.9 | 55.0 ± 7.1 | 13 |  |"
    )
    assert "| tfidf | 1 | 25.0 | 20.0 | 25.0 | 12 | -30.0 (" in lines[2]
    assert "| fit steps=900 | 1 | 100.0 | 50.0 | 100.0 | 12 | +45.0 (" in lines[4]


def test_the_time_of_a_resumed_cell_is_a_lower_bound() -> None:
    (line,) = table([replace(result(20), resumed=True)], ()).splitlines()[2:]

    assert line.endswith("| ≥ 12 |  |")


def test_a_difference_between_equal_decisions_is_nothing() -> None:
    rows = grouped([result(20), result(20, method="setfit")])
    ours, other = rows["semeval2021", 0, "fit"], rows["semeval2021", 0, "setfit"]

    estimate = difference(other, ours)

    assert (estimate.value, estimate.interval.low, estimate.interval.high) == (0.0, 0.0, 0.0)


def test_the_interval_is_paired() -> None:
    """Two methods that err on the same articles differ more surely than two that err anywhere."""
    worse = result(16, method="tfidf")
    elsewhere = replace(worse, counts=worse.counts[::-1])
    ours = grouped([result(20)])["semeval2021", 0, "fit"]

    widths = []
    for other in (worse, elsewhere):
        interval = difference(grouped([other])["semeval2021", 0, "tfidf"], ours).interval
        widths.append(interval.high - interval.low)

    assert widths[0] < 0.7 * widths[1]


def test_a_set_of_fallacies_is_compared_by_the_top_label() -> None:
    all_right = replace(result(0, set="logic", method="tfidf"), counts=((0, 1, 1, 1, 1, 1),) * 40)
    rows = grouped([result(0, set="logic"), all_right])

    value = difference(rows["logic", 0, "tfidf"], rows["logic", 0, "fit"]).value

    assert value == 1.0


def test_cells_of_an_older_recipe_are_not_mixed_with_newer_ones() -> None:
    old = [result(1, seed=seed, recipe="old") for seed in (13, 14)]
    new = [result(2, seed=13, recipe="new")]

    (row,) = grouped([*old, *new]).values()

    assert row.results == tuple(new)


def test_methods_are_not_compared_across_versions_of_a_dataset() -> None:
    lines = table([result(9, data="old", of=30), result(9, method="setfit", data="new")], ())

    assert [line.rsplit("|", 2)[1].strip() for line in lines.splitlines()[2:]] == ["", ""]


def test_a_label_that_is_neither_in_gold_nor_predicted_counts_as_zero_in_the_macro_average() -> (
    None
):
    assert macro(replace(result(1), labels=((2, 0, 0), (0, 0, 0)))) == 0.5


def test_a_result_that_a_kill_cut_off_is_dropped_and_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    store = Store(path)
    store.add(result(1))
    store.add(result(2, seed=14))
    path.write_bytes(path.read_bytes()[:-10])

    before = store.results()
    store.add(result(3, seed=15, settings=("steps=9",)))

    assert before == [result(1)]
    assert store.results() == [result(1), result(3, seed=15, settings=("steps=9",))]


def test_a_second_run_measures_only_what_is_missing(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(data), "--output", str(tmp_path), "--sets", "demo"]
    words += ["--methods", "most_frequent,tfidf"]

    assert main(words) == 0
    first = capsys.readouterr()
    assert main(words) == 0
    second = capsys.readouterr()
    path = tmp_path / "cells.jsonl"
    path.write_text(path.read_text("utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    assert main(words) == 0
    third = capsys.readouterr()

    assert "[2 of 2] demo: tfidf, seed 13: micro-F1 " in first.err
    assert (second.err, second.out) == ("", first.out)
    assert "[1 of 1] demo: tfidf, seed 13 ..." in third.err
    assert first.out.count("| demo | all |") == 2
    assert not any((tmp_path / "work").iterdir())


def test_a_missing_set_is_left_out_and_its_command_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--data", str(data), "--output", str(tmp_path), "--sets", "logic", "--methods", "tfidf"])

    assert f"'rhetoric-annotate corpus logic PATH -o {data / 'logic'}'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--methods", "tfdif"], "no such name: tfdif"),
        (["--methods", "setfit"], "needs --setfit-python"),
    ],
)
def test_a_wrong_name_is_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)

    assert message in capsys.readouterr().err


def test_a_learning_curve_doubles_from_50_paragraphs_and_ends_with_all(data: Path) -> None:
    task = read_task("demo", data / "demo")
    (_, rows), *_ = task.parts

    assert replace(task, parts=((split(["a"] * 230), rows),)).sizes == (50, 100, 200, 0)
    assert task.sizes == (0,)


def test_a_method_without_chance_is_measured_with_one_seed(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(data), "--output", str(tmp_path), "--sets", "demo", "--seeds", "13,14"]
    main([*words, "--methods", "most_frequent"])

    assert "| demo | all | most_frequent | 1 |" in capsys.readouterr().out


def test_a_method_that_fails_leaves_the_others(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(data), "--output", str(tmp_path), "--sets", "demo", "--seeds", "13"]
    broken = ["--methods", "setfit,most_frequent", "--setfit-python", "/bin/false"]

    assert main([*words, *broken]) == 1
    printed = capsys.readouterr()

    assert "demo: setfit, seed 13: error: /bin/false: SetFit failed: no message" in printed.err
    assert "| demo | all | most_frequent | 1 |" in printed.out


def test_in_cross_validation_each_paragraph_is_scored_once_and_its_article_never_trained_on(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SOURCES, "demo", replace(SOURCES["demo"], folds=4))

    task = read_task("demo", data / "demo")

    assert len(task.parts) == 4
    assert task.scored.tolist() == list(range(14 * 6))
    for trained, rows in task.parts:
        assert not set(trained.article_ids) & set(task.pool.rows(rows).article_ids)
    for chosen, asked in task.choices:
        assert not set(chosen) & set(asked)


def test_test_paragraphs_alone_are_scored_and_the_threshold_is_chosen_on_validation(
    data: Path,
) -> None:
    task = read_task("demo", data / "demo")
    ((chosen, asked),) = task.choices

    assert {name[:4] for name in task.pool.rows(chosen).article_ids} == {"vali"}
    assert {name[:4] for name in task.pool.rows(asked).article_ids} == {"test"}
    assert {name[:4] for name in task.parts[0][0].article_ids} == {"trai"}


@given(
    st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=30),
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(0, 5),
)
def test_a_larger_subset_contains_a_smaller_one(
    articles: list[str], one: int, other: int, seed: int
) -> None:
    whole = split(articles)
    small, large = (set(subset(whole, size, seed).ids) for size in sorted((one, other)))

    assert small <= large
    assert len(large) == min(max(one, other), len(articles))


def test_counts_are_of_each_article_and_of_each_label(data: Path) -> None:
    task = read_task("demo", data / "demo")
    counts, labels = count(task, task.pool.gold.astype(float), task.pool.gold)
    some = int(task.pool.gold[task.scored].any(axis=1).sum())

    assert len(counts) == 3
    assert sum(line[1] + line[2] for line in counts) == 0
    assert sum(line[0] for line in counts) == sum(line[0] for line in labels)
    assert [sum(line[place] for line in counts) for place in (3, 4, 5)] == [some, some, 18]


def test_the_recipe_is_measured_with_its_settings(
    data: Path, tiny_bert: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(data), "--output", str(tmp_path), "--sets", "demo", "--seeds", "13"]
    words += ["--methods", "fit,head", "--encoder", str(tiny_bert), "--set", "max_epochs=2"]

    assert main(words) == 0

    out = capsys.readouterr().out
    assert "| demo | all | fit tiny-bert max_epochs=2 | 1 |" in out
    assert "| demo | all | head tiny-bert max_epochs=2 | 1 |" in out
    assert {r.cell.recipe == "" for r in Store(tmp_path / "cells.jsonl").results()} == {False}


def test_a_threshold_is_chosen_on_one_part_and_applied_to_the_other() -> None:
    gold = np.array([[True], [True], [False], [False]])
    scores = np.array([[3.0], [2.0], [-1.0], [-2.0]])
    asked = np.array([[2.5], [-1.5]])

    for logits in (True, False):
        known = scores if logits else scores / 10 + 0.5
        other = asked if logits else asked / 10 + 0.5
        assert decide(known, gold, other, logits=logits).tolist() == [[True], [False]]


@pytest.mark.parametrize("single", [True, False])
def test_rivals_decide_for_themselves(tiny_bert: Path, tmp_path: Path, *, single: bool) -> None:
    train = split(["a", "b", "c", "d"])
    train.gold[3] = False
    encoder = find_encoder(str(tiny_bert))
    texts = ["the mayor", "a bridge", "liberty"]
    log = Log("steps", None)
    job = Job(train, texts, ("x", "y"), single, encoder, Recipe(), 1, tmp_path, log)

    for method in (run_classification, label_studio):
        decided = method(job)
        assert decided.scores.shape == decided.predicted.shape == (3, 2)
        if method is label_studio:
            assert decided.predicted.sum(axis=1).tolist() == [1, 1, 1]
        elif single:
            assert (decided.predicted.sum(axis=1) <= 1).all()


def test_setfit_learns_a_class_of_its_own_for_no_label() -> None:
    assert [label(row, True) for row in ([0, 1], [1, 1], [0, 0])] == [1, 0, 2]
    assert label([0, 1], False) == [0, 1]
