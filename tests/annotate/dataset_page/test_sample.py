from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from annotate.core.records import Annotation, Consensus, DatasetRow, Origin, Status
from annotate.dataset_page.sample import by_priority
from tests.annotate.samples import paragraph

LABELS = ("Insult", "Doubt", "Fear")


def row(number: int, labels: frozenset[str], split: str) -> DatasetRow:
    gold = Consensus(tuple(sorted(labels)), (), 1, ())
    return DatasetRow(paragraph(f"Words {number}.", f"article {number}"), gold, split)


def kinds(one: DatasetRow) -> set[tuple[str, str]]:
    return {(label, one.split) for label in one.gold.labels or ("",)}


rows_by_chance = st.lists(
    st.tuples(st.frozensets(st.sampled_from(LABELS)), st.sampled_from(("train", "test"))),
    min_size=1,
    max_size=40,
).map(lambda specs: [row(n, labels, split) for n, (labels, split) in enumerate(specs)])


@given(rows_by_chance, st.integers(0, 3))
def test_every_kind_comes_early_and_the_rare_ones_are_all_there_first(
    rows: list[DatasetRow], seed: int
) -> None:
    order = by_priority(rows, {}, seed)

    sizes = Counter(kind for one in rows for kind in kinds(one))
    for kind, size in sizes.items():
        early = order[: size * len(sizes)]
        assert sum(kind in kinds(one) for one in early) == size
    assert {kind for one in order[: len(sizes)] for kind in kinds(one)} == set(sizes)
    assert sorted(one.paragraph.id for one in order) == sorted(one.paragraph.id for one in rows)


@given(rows_by_chance, st.integers(0, 3))
def test_the_order_of_the_rows_does_not_matter(rows: list[DatasetRow], seed: int) -> None:
    shuffled = Random(seed).sample(rows, len(rows))

    assert by_priority(shuffled, {}, seed) == by_priority(rows, {}, seed)


def test_another_seed_draws_others() -> None:
    rows = [row(n, frozenset(), "train") for n in range(30)]

    assert by_priority(rows, {}, 1)[:5] != by_priority(rows, {}, 2)[:5]


def test_a_paragraph_of_a_rare_annotator_or_a_decided_one_comes_early() -> None:
    rows = [row(n, frozenset({"Doubt"}), "train") for n in range(50)]
    rare, decided = rows[17].paragraph.id, rows[31].paragraph.id
    answers = {
        rare: [Annotation(rare, "a9", Status.LABELLED, ("Doubt",))],
        decided: [Annotation(decided, "a1", Status.NONE, origin=Origin.ADJUDICATION)],
    }

    early = [one.paragraph.id for one in by_priority(rows, answers, 13)[:3]]

    assert {rare, decided} <= set(early)
