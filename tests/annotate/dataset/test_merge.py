from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.dataset_folder import SPLITS
from annotate.core.records import Annotation, Consensus, DatasetRow, Origin, Status
from annotate.dataset.leaks import find_leaks
from annotate.dataset.merge import (
    LeftOut,
    Merged,
    Part,
    merge_lineages,
    merge_parts,
    merged_lines,
    set_apart,
)
from annotate.dataset.splits.lineage import article_key, of_rows
from tests.annotate.samples import answer, paragraph

LONG = (
    "the minister said on monday that nobody in the whole country would ever have to pay "
    "a single cent more for bread, for milk or for the bus that takes the children to school"
)


def row(split: str, article: str, text: str, label: str = "Insult") -> DatasetRow:
    gold = Consensus((label,), (1.0, 0.0, 0.0), 1, ())
    return DatasetRow(paragraph(text, article), gold, split, fold=0)


def part(
    name: str,
    *rows: DatasetRow,
    disputed: Sequence[DatasetRow] = (),
    annotations: Sequence[Annotation] = (),
) -> Part:
    return Part(name, rows, disputed, annotations, of_rows([*rows, *disputed], 13))


def gold(merged: Merged) -> list[tuple[str, str, str]]:
    return [(r.corpus, r.split, r.paragraph.article_id) for r in merged.gold]


def test_datasets_that_share_nothing_keep_their_rows_and_splits() -> None:
    mine = part("mine", row("train", "a", "One."), row("test", "b", "Two."))
    theirs = part("theirs", row("train", "c", "Three."), row("test", "d", "Four."))

    merged = merge_parts([mine, theirs])

    assert gold(merged) == [
        ("mine", "train", "a"),
        ("mine", "test", "b"),
        ("theirs", "train", "c"),
        ("theirs", "test", "d"),
    ]
    assert merged.left_out == {"mine": {}, "theirs": {}}
    assert [r.fold for r in merged.gold] == [None] * 4
    assert merged.lineage.extends == (mine.lineage.id, theirs.lineage.id)
    assert merged.lineage.split_of("d") == "test"


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("text", [LONG, LONG.replace("monday", "friday")])
def test_what_repeats_a_paragraph_that_another_dataset_tests_on_leaves_gold(
    order: int, text: str
) -> None:
    mine = part("mine", row("train", "a", LONG), row("train", "b", "Two."))
    theirs = part("theirs", row("train", "c", "Three."), row("test", "d", text))

    merged = merge_parts([mine, theirs][::order])

    assert gold(merged) == [
        ("mine", "train", "b"),
        ("theirs", "train", "c"),
        ("theirs", "test", "d"),
    ]
    assert merged.left_out["mine"] == {LeftOut.REPEATS: 1}
    assert merged.left_out["theirs"] == {}
    # A model of mine saw what is tested.
    assert merged.lineage.extends == (theirs.lineage.id,)
    assert merged.lineage.earlier == (theirs.lineage.digest,)
    assert merged.repeats == {mine.gold[0].paragraph.id}


def test_near_duplicates_of_two_datasets_get_one_cluster() -> None:
    mine = part("mine", row("train", "a", LONG))
    theirs = part("theirs", row("train", "b", LONG.replace("monday", "friday")))

    first, second = merge_parts([mine, theirs]).gold

    assert first.paragraph.cluster == second.paragraph.cluster == first.paragraph.id


def test_what_crosses_the_splits_of_one_dataset_leaves_too() -> None:
    theirs = part("theirs", row("train", "a", LONG), row("test", "b", LONG))

    merged = merge_parts([theirs, part("mine", row("train", "c", "One."))])

    assert gold(merged) == [("theirs", "test", "b"), ("mine", "train", "c")]
    assert len(merged.lineage.extends) == 1


def test_what_left_gold_as_a_repeat_before_stays_out_and_its_dataset_stays_comparable() -> None:
    mine = part("mine", row("test", "b", LONG), disputed=[row("train", "a", LONG)])

    merged = merge_parts([mine, part("theirs", row("train", "c", "One."))])

    assert merged.left_out["mine"] == {LeftOut.REPEATS: 1}
    assert merged.disputed == []
    assert mine.lineage.id in merged.lineage.extends


def test_an_article_that_another_dataset_tests_on_is_trained_on_from_none() -> None:
    mine = part("mine", row("train", "a", "One."), row("validation", "b", "Two."))
    theirs = part("theirs", row("test", "a", "Three."), row("train", "b", "Four."))

    merged = merge_parts([mine, theirs])

    assert gold(merged) == [("theirs", "test", "a"), ("mine", "validation", "b")]
    assert merged.left_out == {"mine": {LeftOut.ARTICLE: 1}, "theirs": {LeftOut.ARTICLE: 1}}
    assert merged.lineage.split_of("a") == "test"
    assert merged.lineage.split_of("b") == "validation"
    assert merged.lineage.extends == ()


def test_a_paragraph_of_two_datasets_stands_once_with_everybodys_answers() -> None:
    one = row("train", "a", "One.")
    id_ = one.paragraph.id
    mine = part("mine", one, annotations=[answer(id_, "a1", "Insult")])
    theirs = part("theirs", row("train", "a", "One.", "Fear"), annotations=[answer(id_, "a2")])

    merged = merge_parts([mine, theirs])

    assert [(r.corpus, r.gold.labels) for r in merged.gold] == [("mine", ("Insult",))]
    assert [a.annotator for a in merged.annotations] == ["a1", "a2"]
    assert merged.left_out["theirs"] == {LeftOut.UNITED: 1}


def test_with_one_test_split_that_of_others_is_neither_trained_nor_tested_on() -> None:
    mine = part("mine", row("train", "a", LONG), row("test", "b", "Two."))
    test = row("test", "d", LONG)
    answers = [answer(test.paragraph.id, "a1"), answer("skipped", "a1", status=Status.SKIPPED)]
    theirs = part("theirs", row("train", "c", "Three."), test, annotations=answers)

    merged = merge_parts([mine, theirs], test_from="mine")

    assert gold(merged) == [("mine", "test", "b"), ("theirs", "train", "c")]
    assert merged.left_out == {
        "mine": {LeftOut.REPEATS: 1},
        "theirs": {LeftOut.OTHER_TEST: 1},
    }
    assert merged.annotations == answers[1:]
    assert merged.lineage.split_of("d") == "test"
    assert merged.lineage.extends == (theirs.lineage.id,)


def test_what_was_merged_before_keeps_the_name_of_its_dataset() -> None:
    first = merge_parts(
        [part("mine", row("train", "a", "One.")), part("theirs", row("test", "b", "Two."))]
    )
    again = Part("both", first.gold, (), first.annotations, first.lineage)

    merged = merge_parts([again, part("third", row("train", "c", "Three."))])

    assert [r.corpus for r in merged.gold] == ["mine", "theirs", "third"]
    assert first.lineage.id in merged.lineage.extends
    assert set(first.lineage.extends) < set(merged.lineage.extends)


def test_disputed_paragraphs_stay_apart() -> None:
    mine = part("mine", row("train", "a", "One."), disputed=[row("train", "b", "Two.")])

    merged = merge_parts([mine, part("theirs", row("train", "c", "Three."))])

    assert [r.paragraph.article_id for r in merged.disputed] == ["b"]
    assert [r.paragraph.article_id for r in merged.gold] == ["a", "c"]


def test_of_two_answers_of_one_person_to_a_paragraph_the_newest_stays() -> None:
    old = replace(answer("p", "a1", "Insult"), updated_at="2026-01-01T00:00Z")
    new = replace(answer("p", "a1"), updated_at="2026-02-01T00:00Z")
    decided = replace(old, origin=Origin.ADJUDICATION)
    parts = [
        part("mine", row("train", "a", "One."), annotations=[new, decided]),
        part("theirs", row("train", "b", "Two."), annotations=[old]),
    ]

    assert merge_parts(parts).annotations == [new, decided]


def test_the_same_pseudonym_of_two_datasets_becomes_two() -> None:
    names = [a.annotator for n in ("mine", ".x") for a in set_apart([answer("p", "a1")], n)]

    assert names == ["mine-a1", "x-a1"]


def test_the_merged_lineage_stays_while_the_parts_grow_and_changes_when_an_article_moves() -> None:
    mine = of_rows([row("train", "a", "One."), row("test", "b", "Two.")], 13)
    theirs = of_rows([row("train", "c", "Three.")], 13)
    grown = replace(mine, splits={**mine.splits, article_key("e"): "train"})
    moving = replace(mine, splits={**mine.splits, article_key("c"): "test"})

    merged = merge_lineages([mine, theirs])

    assert merge_lineages([grown, theirs]).id == merged.id
    assert merge_lineages([theirs, mine]).id == merged.id
    assert merge_lineages([moving, theirs]).id != merged.id


def test_the_card_of_a_dataset_that_was_not_merged_says_nothing_of_it() -> None:
    assert merged_lines({"seed": 13}) == []


ROWS = st.lists(
    st.tuples(st.sampled_from(SPLITS), st.sampled_from("abcdef"), st.sampled_from("uvwxyz")),
    unique_by=lambda drawn: drawn[1:],
    min_size=1,
    max_size=8,
)


def drawn_part(name: str, drawn: list[tuple[str, str, str]]) -> Part:
    split_of = {article: split for split, article, _ in drawn}
    return part(name, *(row(split_of[a], a, f"The words {text}.") for _, a, text in drawn))


@given(ROWS, ROWS, st.sampled_from(["", "mine"]))
def test_nothing_crosses_the_splits_of_what_is_merged(
    mine: list[tuple[str, str, str]], theirs: list[tuple[str, str, str]], test_from: str
) -> None:
    parts = [drawn_part("mine", mine), drawn_part("theirs", theirs)]

    merged = merge_parts(parts, test_from)

    assert not find_leaks(merged.gold)
    ids = [r.paragraph.id for r in merged.gold]
    assert len(ids) == len(set(ids))
    for one in parts:
        kept = sum(r.corpus == one.name for r in merged.gold)
        assert kept + sum(merged.left_out[one.name].values()) == len(one.gold)
    for made in merged.gold:
        assert merged.lineage.split_of(made.paragraph.article_id) == made.split
