from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.dataset_folder import SPLITS
from annotate.core.records import Consensus, DatasetRow
from annotate.dataset.leaks import Kind, find_leaks, leaks_line
from tests.annotate.samples import paragraph

LONG = (
    "the minister said on monday that nobody in the whole country would ever have to pay "
    "a single cent more for bread, for milk or for the bus that takes the children to school"
)


def row(split: str, text: str, article: str, **changes: str) -> DatasetRow:
    one = replace(paragraph(text, article), title=f"Title of {article}", **changes)  # type: ignore[arg-type]
    return DatasetRow(one, Consensus((), (0.0, 0.0, 0.0), 1, ()), split)


def groups(rows: Sequence[DatasetRow], kind: Kind) -> list[list[tuple[str, str]]]:
    return [
        [(each.split, each.paragraph.article_id) for each in group]
        for group in find_leaks(rows).groups[kind]
    ]


def test_splits_that_share_nothing_have_no_leaks() -> None:
    rows = [row(split, f"Words of {split} only.", split) for split in SPLITS]

    leaks = find_leaks(rows)

    assert not leaks
    assert leaks_line(leaks, "mine") == ""
    assert all(not found for found in leaks.groups.values())
    assert leaks.to_json()["paragraphs"] == {"train": 1, "validation": 1, "test": 1}


def test_the_same_words_in_two_splits_are_a_leak_of_the_later_one() -> None:
    rows = [
        row("train", "They lie.", "a"),
        row("train", "They lie.", "b"),
        row("test", "They lie.", "c"),
        row("test", "They lie.", "d"),
        row("test", "They sleep.", "e"),
    ]

    leaks = find_leaks(rows)

    assert leaks
    assert leaks.counts[Kind.WORDS] == {("test", "train"): 2}
    assert not leaks.counts[Kind.NEAR_DUPLICATE]
    assert groups(rows, Kind.WORDS) == [
        [("train", "a"), ("train", "b"), ("test", "c"), ("test", "d")]
    ]
    assert leaks_line(leaks, "sets/mine") == (
        "warning: splits share words, articles or addresses: 2 of 3 test paragraphs with train; "
        "'rhetoric-annotate leaks sets/mine' shows which"
    )


def test_words_that_differ_a_little_are_near_duplicates() -> None:
    rows = [
        row("train", LONG, "a"),
        row("validation", LONG.replace("monday", "tuesday"), "b"),
        row("test", "Something else altogether, about the weather in the mountains.", "c"),
    ]

    leaks = find_leaks(rows)

    assert leaks.counts[Kind.NEAR_DUPLICATE] == {("validation", "train"): 1}
    assert not leaks.counts[Kind.WORDS]


def test_near_duplicates_that_the_dataset_knows_of_count_too() -> None:
    rows = [
        row("train", "Short one.", "a", cluster="c1"),
        row("test", "Another one.", "b", cluster="c1"),
    ]

    assert find_leaks(rows).counts[Kind.NEAR_DUPLICATE] == {("test", "train"): 1}


def test_paragraphs_of_one_article_or_address_are_a_leak() -> None:
    rows = [
        row("train", "One.", "a", url="https://paper.example/x"),
        row("test", "Two.", "a", url="https://paper.example/x"),
        row("test", "Three.", "b", url="http://paper.example/x/#comments"),
        row("validation", "Four.", "c"),
        row("test", "Five.", "d"),
    ]

    leaks = find_leaks(rows)

    assert leaks.counts[Kind.ARTICLE] == {("test", "train"): 1}
    assert leaks.counts[Kind.ADDRESS] == {("test", "train"): 1}  # not of the article again
    assert leaks.affected == {("test", "train"): 2}


def test_a_title_of_two_articles_is_only_a_hint() -> None:
    rows = [
        row("train", "One.", "a"),
        replace_title(row("test", "Two.", "b"), "TITLE of  a"),
        replace_title(row("train", "Three.", "c"), ""),
        replace_title(row("test", "Four.", "d"), ""),
    ]

    leaks = find_leaks(rows)

    assert leaks.counts[Kind.TITLE] == {("test", "train"): 1}
    assert not leaks


def replace_title(made: DatasetRow, title: str) -> DatasetRow:
    return replace(made, paragraph=replace(made.paragraph, title=title))


@pytest.mark.parametrize(("articles", "boilerplate"), [(5, 0), (6, 1)])
def test_a_text_of_more_than_five_articles_is_boilerplate(articles: int, boilerplate: int) -> None:
    rows = [row("train", "Subscribe to read on.", f"a{n}") for n in range(articles)]

    leaks = find_leaks(rows)

    assert len(leaks.groups[Kind.BOILERPLATE]) == boilerplate
    assert not leaks


def test_the_largest_leak_comes_first() -> None:
    rows = [row("train", f"Text {n}.", f"a{n} {m}") for n, m in product(range(1, 4), range(3))]
    rows = [r for r in rows if int(r.paragraph.article_id[-1]) < int(r.paragraph.article_id[1])]
    rows += [row("test", f"Text {n}.", f"t{n}") for n in range(1, 4)]

    assert [len(group) for group in groups(rows, Kind.WORDS)] == [4, 3, 2]


LATER = (("test", "validation"), ("test", "train"), ("validation", "train"))


@given(
    st.lists(
        st.tuples(st.sampled_from(SPLITS), st.sampled_from("abcd"), st.sampled_from("wxyz")),
        unique_by=lambda drawn: drawn[1:],
        max_size=12,
    )
)
def test_counts_are_those_of_comparing_each_with_each(drawn: list[tuple[str, str, str]]) -> None:
    rows = [row(split, f"Text {word}.", article) for split, article, word in drawn]

    leaks = find_leaks(rows)

    for kind, place in ((Kind.ARTICLE, 1), (Kind.WORDS, 2)):
        expected = {
            (later, earlier): count
            for later, earlier in LATER
            if (
                count := sum(
                    any(one[place] == other[place] for other in drawn if other[0] == earlier)
                    for one in drawn
                    if one[0] == later
                )
            )
        }
        assert leaks.counts[kind] == expected
    assert bool(leaks) == bool(leaks.affected)
