from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.aggregation.consensus import Aggregation
from annotate.aggregation.disputed import Disputed
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


def test_a_tie_is_disputed_and_off(taxonomy: Taxonomy) -> None:
    gold = majority([answer("p", "a1", "Doubt"), answer("p", "a2")], taxonomy)

    assert gold
    assert gold.labels == ()
    assert gold.disputed == ("Doubt",)
    assert share(gold, "Doubt") == 0.5


def test_spans_of_disputed_labels_stand_where_the_labels_hold(taxonomy: Taxonomy) -> None:
    doubt = Span(0, 4, "Doubt")
    two = [Annotation("p", "a1", Status.LABELLED, ("Doubt",), (doubt,)), answer("p", "a2")]

    spans = {
        rule: aggregated(two, taxonomy, Method.MAJORITY, rule).consensus["p"].spans
        for rule in Disputed
    }

    assert spans == {"off": (), "on": ((doubt, 1),), "drop": ()}


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


def by_rule(said: list[Annotation], method: Method) -> dict[Disputed, Aggregation]:
    return {rule: aggregated(said, REAL, method, rule) for rule in Disputed}


PEOPLE = st.lists(st.sets(st.sampled_from(LABELS)), min_size=1, max_size=6)


@settings(deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=4))
def test_by_majority_a_label_is_disputed_where_exactly_half_of_the_answers_have_it(
    paragraphs: list[list[set[str]]],
) -> None:
    said = [
        answer(f"p{n}", f"a{who}", *sorted(labels))
        for n, answers in enumerate(paragraphs)
        for who, labels in enumerate(answers)
    ]

    made = by_rule(said, Method.MAJORITY)

    for n, answers in enumerate(paragraphs):
        off, on, drop = (made[rule].consensus[f"p{n}"] for rule in Disputed)
        halves = {x for x in LABELS if 2 * sum(x in labels for labels in answers) == len(answers)}
        assert set(off.disputed) == halves
        if len(answers) % 2:
            assert not halves
        assert off.disputed == on.disputed == drop.disputed
        assert set(on.labels) - set(off.labels) == halves
        assert set(off.labels) <= set(on.labels)
        assert off == drop
        assert off.scores == on.scores
        left_out = {rule for rule in Disputed if made[rule].left_out(f"p{n}")}
        assert left_out == ({Disputed.DROP} if halves else set())


@settings(deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=4), st.permutations(range(6)))
def test_whoever_answers_first_the_same_labels_are_disputed(
    paragraphs: list[list[set[str]]], names: list[int]
) -> None:
    rows = [
        (f"p{n}", who, sorted(labels))
        for n, answers in enumerate(paragraphs)
        for who, labels in enumerate(answers)
    ]
    one = [answer(id_, f"a{who}", *labels) for id_, who, labels in rows]
    other = [answer(id_, f"a{names[who]}", *labels) for id_, who, labels in reversed(rows)]

    for rule in Disputed:
        before, after = (aggregated(s, REAL, Method.MAJORITY, rule) for s in (one, other))
        assert before.consensus == after.consensus
        assert before.disputed_counts() == after.disputed_counts()


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


def test_by_dawid_skene_a_label_is_disputed_from_four_tenths_to_six() -> None:
    # Three alike miss one in five and tick one in fifty for nothing; two answer each paragraph.
    draw = Random(3)
    said = [
        answer(id_, name, *(x for x in LABELS if draw.random() < (0.8 if x in true else 0.02)))
        for n, (id_, true) in enumerate(TRUTH.items())
        for name in (("a1", "a2"), ("a2", "a3"), ("a1", "a3"))[n % 3]
    ]
    made = by_rule(said, Method.DAWID_SKENE)

    assert made[Disputed.OFF].method is Method.DAWID_SKENE
    assert made[Disputed.OFF].disputed_rule() == {"gold": "off", "from": 0.4, "to": 0.6}
    for id_, off in made[Disputed.OFF].consensus.items():
        scores = dict(zip(REAL.labels, off.scores, strict=True))
        assert set(off.disputed) == {x for x, score in scores.items() if 0.4 <= score <= 0.6}
        assert set(off.labels) == {x for x, score in scores.items() if score > 0.5}
        on = made[Disputed.ON].consensus[id_]
        assert set(on.labels) == set(off.labels) | set(off.disputed)
        assert made[Disputed.DROP].left_out(id_) is bool(off.disputed)
    labels = made[Disputed.OFF].disputed_counts()["labels"]
    assert labels
    assert labels == {
        x: sum(x in gold.disputed for gold in made[Disputed.OFF].consensus.values()) for x in labels
    }


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


@pytest.mark.parametrize("rule", list(Disputed))
def test_an_adjudication_leaves_nothing_disputed(rule: Disputed) -> None:
    tie = [answer("p", "a1", "Doubt"), answer("p", "a2", "Slogans")]
    decision = replace(answer("p", "a9", "Slogans"), origin=Origin.ADJUDICATION)

    before, after = (
        aggregated(said, REAL, Method.MAJORITY, rule) for said in (tie, [*tie, decision])
    )

    assert before.disputed_counts() == {"paragraphs": 1, "labels": {"Doubt": 1, "Slogans": 1}}
    assert after.disputed_counts() == {"paragraphs": 0, "labels": {}}
    assert after.consensus["p"].labels == ("Slogans",)
    assert not after.left_out("p")
