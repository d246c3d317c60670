"""Where an article stands once, it stays, whatever comes after it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from annotate.dataset.splits.assign import SplitBy, SplitRow
from annotate.dataset.splits.lineage import (
    FILE,
    Lineage,
    SplitRequest,
    article_key,
    extend,
    load_lineage,
    read_lineage,
)
from tests.train.samples import write_tiny_dataset

PLAIN = SplitRequest()


def row(article: int, cluster: int | None = None, *labels: str) -> SplitRow:
    name = f"article {article}"
    return SplitRow(name, name if cluster is None else f"cluster {cluster}", labels)


def rows(*articles: int) -> list[SplitRow]:
    return [row(n) for n in articles]


PULLS = st.lists(
    st.lists(st.builds(row, st.integers(0, 15), st.integers(0, 9)), max_size=12), max_size=4
)


@settings(deadline=None, max_examples=30)
@given(PULLS)
def test_nobody_moves_and_every_state_names_all_before_it(pulls: list[list[SplitRow]]) -> None:
    lineage: Lineage | None = None
    states: list[Lineage] = []
    for pulled in pulls:
        lineage = extend(lineage, pulled, PLAIN, seed=13)
        assert {article_key(r.article_id) for r in pulled} <= lineage.splits.keys()
        for state in states:
            assert state.splits.items() <= lineage.splits.items()
            assert lineage.continues(state)
        states.append(lineage)


def test_two_pulls_that_parted_do_not_continue_each_other() -> None:
    start = extend(None, rows(*range(9)), PLAIN, 13)
    one = extend(start, rows(*range(20)), PLAIN, 13)
    other = extend(extend(start, rows(*range(12)), PLAIN, 13), rows(*range(21)), PLAIN, 13)

    assert one.id == other.id
    assert one.continues(start)
    assert other.continues(start)
    assert not one.continues(other)
    assert not other.continues(one)


def test_the_same_articles_in_another_lineage_are_another_state() -> None:
    one, other = (extend(None, rows(1, 2, 3), PLAIN, seed) for seed in (1, 2))

    assert not one.continues(other)


def test_without_new_articles_the_state_is_the_same() -> None:
    lineage = extend(None, rows(1, 2, 3, 4), PLAIN, 13)

    assert extend(lineage, rows(4, 2), PLAIN, 13) == lineage


def test_a_newcomer_that_joins_two_splits_goes_to_train_and_moves_nobody() -> None:
    lineage = extend(None, rows(*range(9)), PLAIN, 13)
    (test,) = [n for n in range(9) if lineage.split_of(f"article {n}") == "test"][:1]
    (validation,) = [n for n in range(9) if lineage.split_of(f"article {n}") == "validation"][:1]

    joined = [row(test, 1), row(validation, 2), row(20, 1), row(20, 2)]
    after = extend(lineage, joined, PLAIN, 13)

    assert after.split_of("article 20") == "train"
    assert lineage.splits.items() <= after.splits.items()


def test_a_near_duplicate_of_a_test_article_joins_it() -> None:
    lineage = extend(None, rows(*range(9)), PLAIN, 13)
    test = next(n for n in range(9) if lineage.split_of(f"article {n}") == "test")

    after = extend(lineage, [row(test, 1), row(20, 1)], PLAIN, 13)

    assert after.split_of("article 20") == "test"


def test_new_splits_forget_what_stood_and_say_what_they_replace() -> None:
    first = extend(None, rows(*range(9)), PLAIN, 13)

    anew = extend(first, rows(*range(9)), SplitRequest(test=0.4, new=True), 13)

    assert anew.plan.test == 0.4
    assert anew.replaces == first.id != anew.id
    assert anew.earlier == ()
    assert not anew.continues(first)
    assert extend(anew, rows(*range(12)), PLAIN, 13).replaces == first.id


def test_given_splits_are_kept_and_new_splits_ignore_them() -> None:
    official = {f"article {n}": "test" if n < 5 else "train" for n in range(9)}

    given_ = extend(None, rows(*range(9)), SplitRequest(given=official), 13)
    anew = extend(given_, rows(*range(9)), SplitRequest(given=official, new=True), 13)

    assert {a: given_.split_of(a) for a in official} == official
    assert (given_.given, given_.summary()["by"]) == (True, "given")
    assert (anew.given, anew.summary()["by"]) == (False, "article")
    assert sorted(anew.splits.values()).count("test") < 5


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (SplitRequest(test=0.3), "--test 0.3: the splits were drawn with 0.15"),
        (SplitRequest(validation=0.3), "--validation 0.3: the splits were drawn with 0.15"),
        (SplitRequest(by=SplitBy.DATE), "--split-by date: the splits were drawn with article"),
    ],
)
def test_options_that_contradict_the_lineage_are_refused(request_: SplitRequest, line: str) -> None:
    lineage = extend(None, rows(1, 2, 3), PLAIN, 13)

    with pytest.raises(InputError, match=line) as caught:
        extend(lineage, rows(1, 2, 3), request_, 13)

    assert "--new-split" in str(caught.value)
    same = SplitRequest(test=0.15, by=SplitBy.ARTICLE)
    assert extend(lineage, rows(1, 2, 3), same, 13) == lineage


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"test": 0.0}, "--test 0: a share is above 0"),
        ({"validation": -0.1}, "--validation -0.1: a share is above 0"),
        ({"test": 1.0}, "--test 1: a share is above 0 and below 1"),
        ({"test": float("nan")}, "--test nan: a share"),
        ({"test": 0.9}, "--validation 0.15 and --test 0.9 leave nothing to train on"),
        ({"test": 0.5, "validation": 0.5}, "--validation 0.5 and --test 0.5 leave nothing"),
        ({"folds": 1}, "--folds 1: takes 2 folds at least"),
        ({"folds": -3}, "--folds -3: takes 2"),
    ],
)
def test_shares_and_folds_that_make_no_sense_are_refused(values: dict[str, Any], line: str) -> None:
    with pytest.raises(InputError, match=line):
        SplitRequest(**values)


def test_folds_leave_out_test_stay_and_take_up_newcomers() -> None:
    folded = SplitRequest(folds=3)
    first = extend(None, rows(*range(12)), folded, 13)
    second = extend(first, rows(*range(18)), PLAIN, 13)

    test = {key for key, split in second.splits.items() if split == "test"}
    assert not test & second.fold_of.keys()
    assert second.fold_of.keys() == second.splits.keys() - test
    assert set(second.fold_of.values()) == {0, 1, 2}
    assert first.fold_of.items() <= second.fold_of.items()
    assert (
        second.splits
        == extend(extend(None, rows(*range(12)), PLAIN, 13), rows(*range(18)), PLAIN, 13).splits
    )


def test_another_number_of_folds_draws_them_anew_and_leaves_the_splits() -> None:
    first = extend(None, rows(*range(12)), SplitRequest(folds=3), 13)

    after = extend(first, rows(*range(12)), SplitRequest(folds=4), 13)

    assert set(after.fold_of.values()) == {0, 1, 2, 3}
    assert after.splits == first.splits
    assert after.continues(first)


def test_new_splits_draw_the_folds_anew_too() -> None:
    first = extend(None, rows(*range(20)), SplitRequest(folds=3), 13)

    anew = extend(first, rows(*range(20)), SplitRequest(test=0.4, new=True), 13)

    test = {key for key, split in anew.splits.items() if split == "test"}
    assert anew.folds == 3
    assert anew.fold_of.keys() == anew.splits.keys() - test


def test_a_lineage_is_read_as_it_was_written(tmp_path: Path) -> None:
    first = extend(None, rows(*range(9)), SplitRequest(folds=3, by=SplitBy.SOURCE), 13)
    lineage = extend(first, rows(*range(12)), PLAIN, 13)
    (tmp_path / FILE).write_text(json.dumps(lineage.to_json()))

    assert load_lineage(tmp_path / FILE) == lineage


KEY = article_key("article 1")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"articles": {KEY: "dev"}}, "a split that does not exist"),
        ({"articles": {}}, "changed by hand"),
        ({"articles": [1]}, "not a lineage"),
        ({"format": 9}, "another format"),
        ({"earlier": None}, "not a lineage"),
        ({"split_by": "moon"}, "not a lineage"),
        ({"validation": "much"}, "not a lineage"),
        ({"digest": ""}, "changed by hand"),
    ],
)
def test_a_broken_lineage_is_told_in_one_line(
    change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    content = extend(None, rows(1, 2, 3), PLAIN, 13).to_json() | change
    (tmp_path / FILE).write_text(json.dumps(content))

    with pytest.raises(InputError, match=reason) as caught:
        load_lineage(tmp_path / FILE)

    assert str(caught.value).startswith(f"{tmp_path / FILE}: not a lineage: ")
    assert "\n" not in str(caught.value)


def test_a_lineage_without_a_part_or_that_is_no_json_is_told(tmp_path: Path) -> None:
    content = extend(None, rows(1, 2, 3), PLAIN, 13).to_json()
    del content["seed"]
    (tmp_path / FILE).write_text(json.dumps(content))
    with pytest.raises(InputError, match="'seed' is missing"):
        load_lineage(tmp_path / FILE)
    (tmp_path / FILE).write_text("{")
    with pytest.raises(InputError, match="not JSON"):
        load_lineage(tmp_path / FILE)


def test_the_lineage_of_another_dataset_is_refused(tmp_path: Path) -> None:
    one = write_tiny_dataset(tmp_path / "one")
    other = write_tiny_dataset(tmp_path / "other", sizes=(("train", 4), ("test", 2)))
    (one / FILE).write_bytes((other / FILE).read_bytes())

    with pytest.raises(InputError, match="is the lineage of another dataset"):
        read_lineage(open_dataset(one))


def test_a_missing_lineage_is_told(tmp_path: Path) -> None:
    dataset = write_tiny_dataset(tmp_path / "one")
    (dataset / FILE).unlink()

    with pytest.raises(InputError, match=r"lineage\.json: no such file"):
        read_lineage(open_dataset(dataset))


def test_a_dataset_from_before_lineages_begins_one_with_its_splits(tmp_path: Path) -> None:
    dataset = without_lineage(write_tiny_dataset(tmp_path / "one"))

    lineage = read_lineage(open_dataset(dataset))

    assert lineage.split_of("test1") == "test"
    assert lineage.split_of("validation0") == "validation"
    assert len(lineage.splits) == 8 + 3 + 3
    assert open_dataset(dataset).lineage == ()


def without_lineage(dataset: Path) -> Path:
    """As an earlier version of this program wrote it."""
    (dataset / FILE).unlink()
    manifest = json.loads((dataset / "manifest.json").read_text())
    for key in ("lineage", "files"):
        del manifest[key]
    (dataset / "manifest.json").write_text(json.dumps(manifest))
    return dataset
