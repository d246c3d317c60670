import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.dataset_folder import SPLITS
from annotate.dataset.splits import SplitPlan, SplitRow, assign_splits

ROWS = st.lists(
    st.builds(
        SplitRow,
        article_id=st.sampled_from([f"article {n}" for n in range(8)]),
        cluster=st.sampled_from([f"cluster {n}" for n in range(12)]),
        labels=st.sets(st.sampled_from("xyz")).map(lambda labels: tuple(sorted(labels))),
    ),
    max_size=20,
)


def groups(rows: list[SplitRow]) -> list[set[str]]:
    """Articles that hang together, by merging sets until nothing changes."""
    found = [{row.article_id} for row in rows]
    by_cluster: dict[str, set[str]] = {}
    for row in rows:
        by_cluster.setdefault(row.cluster, set()).add(row.article_id)
    for together in by_cluster.values():
        touched = [group for group in found if group & together]
        found = [group for group in found if not group & together]
        found.append(set().union(together, *touched))
    return found


@settings(deadline=None, max_examples=40)
@given(ROWS, st.integers(0, 100))
def test_articles_and_clusters_are_never_cut_and_no_split_is_empty(
    rows: list[SplitRow], seed: int
) -> None:
    split = assign_splits(rows, SplitPlan(seed=seed))

    assert set(split) == {row.article_id for row in rows}
    apart = groups(rows)
    for group in apart:
        assert len({split[article] for article in group}) == 1
    expected = {0: set(), 1: {"train"}, 2: {"train", "test"}}.get(len(apart), set(SPLITS))
    assert set(split.values()) == expected


@settings(deadline=None, max_examples=15)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_split_in_any_order_of_rows(
    rows: list[SplitRow], chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)

    assert assign_splits(rows, SplitPlan(seed=5)) == assign_splits(shuffled, SplitPlan(seed=5))


def corpus(seed: int) -> list[SplitRow]:
    """60 articles of 2 to 12 paragraphs; each article leans to one of the labels."""
    chance = random.Random(seed)
    rows = []
    for n in range(60):
        leaning = chance.choice("abcdef")
        for p in range(chance.randint(2, 12)):
            labels = {x for x in "abcdef" if chance.random() < (0.5 if x == leaning else 0.03)}
            rows.append(SplitRow(f"article {n}", f"cluster {n} {p}", tuple(sorted(labels))))
    return rows


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_split_has_its_share_of_paragraphs_and_of_every_label(seed: int) -> None:
    rows = corpus(seed)
    split = assign_splits(rows, SplitPlan(seed=seed))

    paragraphs = Counter(split[row.article_id] for row in rows)
    labels = Counter((label, split[row.article_id]) for row in rows for label in row.labels)
    for name, share in zip(SPLITS, SplitPlan().shares, strict=True):
        assert paragraphs[name] / len(rows) == pytest.approx(share, abs=0.03)
        for label in "abcdef":
            total = sum(labels[label, other] for other in SPLITS)
            assert labels[label, name] / total == pytest.approx(share, abs=0.12)


def test_another_seed_may_give_another_split() -> None:
    rows = corpus(1)

    assert (
        len({tuple(sorted(assign_splits(rows, SplitPlan(seed=seed)).items())) for seed in range(3)})
        == 3
    )


def test_articles_that_share_clusters_through_others_stay_together() -> None:
    chain = [SplitRow(f"a{n}", f"c{n + shift}", ()) for n in range(6) for shift in (0, 1)]
    others = [SplitRow("b", "b", ()), SplitRow("d", "d", ())]

    split = assign_splits(chain + others, SplitPlan(seed=1))

    assert len({split[f"a{n}"] for n in range(6)}) == 1
    assert set(split.values()) == set(SPLITS)


def test_an_article_named_like_a_cluster_is_not_taken_for_it() -> None:
    rows = [SplitRow("x", "y", ()), SplitRow("y", "z", ()), SplitRow("z", "x", ())]

    assert set(assign_splits(rows, SplitPlan(seed=1)).values()) == set(SPLITS)


@pytest.mark.parametrize("seed", [1, 5, 7])
def test_a_rare_label_weighs_as_much_as_a_frequent_one(seed: int) -> None:
    chance = random.Random(seed)
    rows = []
    for n in range(60):
        for p in range(chance.randint(2, 30)):
            frequent = ("frequent",) if chance.random() < 0.5 else ()
            rare = ("rare",) if n % 6 == 0 and p == 0 else ()
            rows.append(SplitRow(f"article {n}", f"cluster {n} {p}", (*frequent, *rare)))

    split = assign_splits(rows, SplitPlan(seed=seed))

    # ten articles have the label once; 7, 2 and 1 come nearest to 70, 15 and 15 %
    counts = Counter(split[row.article_id] for row in rows if "rare" in row.labels)
    assert sorted(counts.values()) == [1, 2, 7]
    assert counts["train"] == 7
