from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotate.core.records import Consensus, DatasetRow
from annotate.dataset.splits.repeats import find_repeats
from tests.annotate.samples import paragraph

GOLD = Consensus((), (), 1, ())
PLACES = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(["train", "validation", "test"])),
    max_size=12,
)


def dataset_row(number: int, cluster: str, split: str) -> DatasetRow:
    text = replace(paragraph(f"Text {number}.", f"article {number}"), cluster=cluster)
    return DatasetRow(text, GOLD, split)


def test_the_later_split_keeps_its_paragraph() -> None:
    train, validation, test, alone = (
        dataset_row(1, "x", "train"),
        dataset_row(2, "x", "validation"),
        dataset_row(3, "x", "test"),
        dataset_row(4, "y", "train"),
    )

    assert find_repeats([train, validation, test, alone]) == {
        train.paragraph.id,
        validation.paragraph.id,
    }
    assert find_repeats([train, validation, alone]) == {train.paragraph.id}
    assert find_repeats([train, alone]) == set()


@given(PLACES)
def test_afterwards_no_cluster_is_in_two_splits_and_test_is_whole(
    places: list[tuple[str, str]],
) -> None:
    rows = [dataset_row(n, cluster, split) for n, (cluster, split) in enumerate(places)]

    repeats = find_repeats(rows)

    kept = [row for row in rows if row.paragraph.id not in repeats]
    for cluster in "xyz":
        assert len({row.split for row in kept if row.paragraph.cluster == cluster}) <= 1
    assert [r for r in rows if r.split == "test"] == [r for r in kept if r.split == "test"]
