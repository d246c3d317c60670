import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.aggregate import Gold, majority
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy, load_taxonomy
from tests.annotate.samples import TAXONOMY_FILE, answer

REAL = load_taxonomy(TAXONOMY_FILE)
LABELS = ("Doubt", "Loaded_Language", "Slogans")


def share(gold: Gold | None, label: str) -> float:
    assert gold
    return gold.scores[REAL.labels.index(label)]


def test_more_than_half_of_the_answers_must_have_a_label(taxonomy: Taxonomy) -> None:
    gold = majority(
        [
            answer("p", "a1", "Doubt", "Loaded_Language"),
            answer("p", "a2", "Doubt", "Slogans"),
            answer("p", "a3"),
        ],
        taxonomy,
    )

    assert gold
    assert gold.labels == ("Doubt",)
    assert gold.annotators == 3
    assert share(gold, "Doubt") == pytest.approx(2 / 3)
    assert share(gold, "Slogans") == pytest.approx(1 / 3)
    assert share(gold, "Flag_Waving") == 0
    assert len(gold.scores) == 23


def test_a_tie_is_off(taxonomy: Taxonomy) -> None:
    gold = majority([answer("p", "a1", "Doubt"), answer("p", "a2")], taxonomy)

    assert gold
    assert gold.labels == ()
    assert share(gold, "Doubt") == 0.5


def test_one_answer_alone_decides(taxonomy: Taxonomy) -> None:
    gold = majority([answer("p", "a1", "Doubt")], taxonomy)

    assert gold
    assert gold.labels == ("Doubt",)


@pytest.mark.parametrize("status", [Status.SKIPPED, Status.DRAFT, Status.UNUSABLE])
def test_what_is_no_answer_does_not_count(taxonomy: Taxonomy, status: Status) -> None:
    silent = [answer("p", f"a{n}", "Doubt", status=status) for n in range(2, 5)]

    assert majority(silent, taxonomy) is None
    assert majority([answer("p", "a1"), *silent], taxonomy) == majority(
        [answer("p", "a1")], taxonomy
    )


def test_nobodys_answer_is_no_gold(taxonomy: Taxonomy) -> None:
    assert majority([], taxonomy) is None


def test_spans_are_kept_for_labels_that_hold_and_for_their_groups(taxonomy: Taxonomy) -> None:
    held, group = Span(0, 4, "Doubt"), Span(5, 9, taxonomy.group_of["Doubt"])
    lost, other = Span(0, 4, "Slogans"), Span(5, 9, taxonomy.group_of["Slogans"])

    def said(name: str, labels: tuple[str, ...], *spans: Span) -> Annotation:
        return Annotation("p", name, Status.LABELLED, labels, spans)

    gold = majority(
        [
            said("a1", ("Doubt", "Slogans"), held, group, lost, other),
            said("a2", ("Doubt",), held),
            said("a3", ("Doubt",)),
        ],
        taxonomy,
    )

    assert gold
    assert gold.spans == ((held, 2), (group, 1))


VOTES = st.lists(st.tuples(st.sampled_from(Status), st.sets(st.sampled_from(LABELS))), max_size=7)


@settings(deadline=None)
@given(VOTES, st.permutations(range(7)))
def test_majority_is_what_counting_by_hand_gives_in_any_order(
    votes: list[tuple[Status, set[str]]], order: list[int]
) -> None:
    said = [
        answer("p", f"a{n}", *sorted(labels), status=status)
        for n, (status, labels) in enumerate(votes)
    ]
    heard = [labels for status, labels in votes if status in ("labelled", "none")]
    shuffled = [said[i] for i in order if i < len(said)]

    gold = majority(shuffled, REAL)

    if not heard:
        assert gold is None
        return
    assert gold
    assert gold.annotators == len(heard)
    for label in LABELS:
        yes = sum(label in labels for labels in heard)
        assert (label in gold.labels) is (yes > len(heard) - yes)
        assert share(gold, label) == yes / len(heard)
