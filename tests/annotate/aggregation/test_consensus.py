from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.aggregation.methods import Method
from annotate.core.records import Annotation, Consensus, Origin, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from tests.annotate.samples import TAXONOMY_FILE, aggregated, answer, majority

REAL = load_taxonomy(TAXONOMY_FILE)
LABELS = ("Doubt", "Loaded_Language", "Slogans")


def share(gold: Consensus | None, label: str) -> float:
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


PARAGRAPHS = 150
TRUTH = {
    f"p{n}": {"Doubt"} if n % 3 == 0 else {"Slogans"} if n % 7 == 0 else set()
    for n in range(PARAGRAPHS)
}


def crowd() -> list[Annotation]:
    """Two answers each: a1 and a2 miss one technique in ten, a3 ticks the three of LABELS always.

    Where a3 and another differ there is a tie, which a majority leaves off.
    """
    said = []
    for n, (id_, true) in enumerate(TRUTH.items()):
        for name in (("a1", "a2"), ("a2", "a3"), ("a1", "a3"))[n // 2 % 3]:
            careful = set() if (n + 5 * (name == "a1")) % 10 == 3 else true
            said.append(answer(id_, name, *sorted(LABELS if name == "a3" else careful)))
    return said


def found(method: Method, said: list[Annotation]) -> set[tuple[str, str]]:
    gold = aggregated(said, REAL, method).consensus
    return {(id_, label) for id_, g in gold.items() for label in g.labels}


def test_who_ticks_everything_is_not_believed() -> None:
    method = Method.DAWID_SKENE
    truth = {(id_, label) for id_, labels in TRUTH.items() for label in labels}

    merged = aggregated(crowd(), REAL, method)

    assert merged.method is method
    wrong = found(method, crowd()) ^ truth
    assert len(wrong) < len(found(Method.MAJORITY, crowd()) ^ truth)
    assert all(0 <= score <= 1 for gold in merged.consensus.values() for score in gold.scores)
    for gold in merged.consensus.values():
        above = [x for x, s in zip(REAL.labels, gold.scores, strict=True) if s > 0.5]
        assert list(gold.labels) == above
        assert gold.annotators == 2
    skill = {name: who.rates.specificity for name, who in merged.quality.items()}
    assert skill["a3"] < min(skill["a1"], skill["a2"])
    shown = merged.quality_json()
    assert (shown["method"], shown["fallback"]) == (method.value, None)
    assert shown["annotators"]["a3"]["answers"] == 100


@pytest.mark.parametrize("method", list(Method))
def test_neither_order_nor_names_change_what_comes_out(method: Method) -> None:
    new = {"a1": "a3", "a2": "a1", "a3": "a2"}
    before = aggregated(crowd(), REAL, method)

    renamed = [replace(a, annotator=new[a.annotator]) for a in reversed(crowd())]
    after = aggregated(renamed, REAL, method)

    assert after.consensus == before.consensus
    assert {new[name]: who for name, who in before.quality.items()} == dict(after.quality)


def test_few_answers_are_aggregated_by_majority_and_that_is_said() -> None:
    method = Method.DAWID_SKENE
    few = crowd()[:60]

    merged = aggregated(few, REAL, method)

    assert (merged.asked, merged.method) == (method, Method.MAJORITY)
    assert merged.consensus == aggregated(few, REAL, Method.MAJORITY).consensus
    assert "fewer than 100 paragraphs" in merged.quality_json()["fallback"]


def test_the_newest_finished_adjudication_decides_and_is_nobodys_answer() -> None:
    def decided(*labels: str, at: str, status: Status | None = None) -> Annotation:
        made = answer("p", "a9", *labels, status=status)
        return replace(made, origin=Origin.ADJUDICATION, updated_at=at)

    answers = [answer("p", "a1", "Doubt"), answer("p", "a2", "Doubt")]
    first = decided("Slogans", at="2026-11-22T04:00:00Z")
    second = decided(at="2026-11-23T04:00:00Z")
    draft = decided("Fear", at="2026-11-24T04:00:00Z", status=Status.DRAFT)
    unusable = decided(at="2026-11-25T04:00:00Z", status=Status.UNUSABLE)

    def gold(*said: Annotation) -> tuple[tuple[str, ...], int] | None:
        merged = aggregated(said, REAL, Method.MAJORITY)
        assert set(merged.quality) <= {"a1", "a2"}
        made = merged.consensus.get("p")
        return (made.labels, made.annotators) if made else None

    assert gold(*answers, first) == (("Slogans",), 2)
    assert gold(second, first, *answers, draft) == ((), 2)
    assert gold(*answers, unusable, first) is None
    assert gold(first) == (("Slogans",), 0)
