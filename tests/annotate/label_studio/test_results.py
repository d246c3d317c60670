import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_config.labeling_page import controls, label_config
from annotate.label_studio.results import (
    ParsedResult,
    Rejected,
    read_result,
    resolve_span,
    to_result,
)
from tests.annotate.samples import TAXONOMY_FILE

REAL = load_taxonomy(TAXONOMY_FILE)
TEXT = "The quack of Dunmere said: 👩‍👧 “fear him”."


def choice(control: str, *names: str) -> dict[str, Any]:
    value = {"choices": list(names)}
    return {"from_name": control, "to_name": "text", "type": "choices", "value": value}


def words(start: Any, end: Any, *labels: str, **more: Any) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": list(labels), **more}
    return {"from_name": "spans", "to_name": "text", "type": "labels", "value": value}


INSULT = choice("techniques_attack_on_reputation", "Name_Calling-Labeling")
LOADED = choice("techniques_manipulative_wording", "Loaded_Language")
NONE = choice("verdict", "none")
UNUSABLE = choice("verdict", "unusable")


def rejection(result: Any) -> str:
    with pytest.raises(Rejected) as caught:
        read_result(result, TEXT, REAL)
    return str(caught.value)


def test_the_answers_of_all_groups_are_merged_in_the_taxonomys_order(taxonomy: Taxonomy) -> None:
    comment = {"from_name": "comment", "type": "textarea", "value": {"text": ["Hard.", "Yes."]}}
    spans = [words(4, 9, "attack_on_reputation", text="quack"), words(0, 3, "Loaded_Language")]

    answer = read_result([LOADED, comment, *spans, INSULT], TEXT, taxonomy)

    assert answer == ParsedResult(
        status=Status.LABELLED,
        labels=("Name_Calling-Labeling", "Loaded_Language"),
        spans=(Span(0, 3, "Loaded_Language"), Span(4, 9, "Name_Calling-Labeling")),
        comment="Hard. Yes.",
        repeated=(),
    )


def test_no_technique_and_not_usable_are_answers_of_their_own(taxonomy: Taxonomy) -> None:
    assert read_result([NONE], TEXT, taxonomy).status is Status.NONE
    assert read_result([UNUSABLE], TEXT, taxonomy).status is Status.UNUSABLE
    assert read_result([NONE, NONE], TEXT, taxonomy).labels == ()


def test_aliases_are_read_as_the_id_that_they_stand_for(taxonomy: Taxonomy) -> None:
    control = "techniques_attack_on_reputation"

    answer = read_result([choice(control, "Name_Calling,Labeling")], TEXT, taxonomy)

    assert answer.labels == ("Name_Calling-Labeling",)


def test_a_span_that_stands_twice_is_kept_once_and_told(taxonomy: Taxonomy) -> None:
    same = words(4, 9, "attack_on_reputation")
    other = words(4, 9, "Loaded_Language")

    answer = read_result([INSULT, same, other, same, same], TEXT, taxonomy)

    assert answer.spans == (Span(4, 9, "Loaded_Language"), Span(4, 9, "Name_Calling-Labeling"))
    assert answer.repeated == (Span(4, 9, "attack_on_reputation"),)


def test_a_comment_may_come_as_one_text(taxonomy: Taxonomy) -> None:
    comment = {"from_name": "comment", "value": {"text": "Hard."}}

    assert read_result([NONE, comment], TEXT, taxonomy).comment == "Hard."


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (None, "the result is not a list"),
        ("[]", "the result is not a list"),
        ({}, "the result is not a list"),
        ([], "an empty answer"),
        ([INSULT, 3], "a result without a value"),
        ([{"from_name": "verdict"}], "a result without a value"),
        ([{"from_name": "verdict", "value": []}], "a result without a value"),
        ([{"from_name": ["verdict"], "value": {}}], "a result without a control"),
        ([{"value": {}}], "a result without a control"),
        ([choice("sentiment", "good")], "unknown control 'sentiment'"),
        ([choice("techniques_attack_on_reputation", "Slander")], "unknown label 'Slander'"),
        ([choice("techniques_attack_on_reputation", "Slogans")], "unknown label 'Slogans'"),
        ([choice("verdict", "Slogans")], "unknown label 'Slogans' in 'verdict'"),
        ([{"from_name": "verdict", "value": {}}], "a result without 'choices'"),
        ([{"from_name": "verdict", "value": {"choices": "none"}}], "a result without 'choices'"),
        ([{"from_name": "verdict", "value": {"choices": [1]}}], "a result without 'choices'"),
        ([{"from_name": "comment", "value": {"text": [None]}}], "a result without 'text'"),
        ([words(0, 3, "Slander")], "unknown label 'Slander' in 'spans'"),
        ([INSULT, words(3, 3, "Doubt")], "bad span: 3 to 3"),
        ([INSULT, words(-1, 3, "Doubt")], "bad span: -1 to 3"),
        ([INSULT, words(5, 3, "Doubt")], "bad span: 5 to 3"),
        ([INSULT, words(0, len(TEXT) + 1, "Doubt")], f"in a text of {len(TEXT)} characters"),
        ([INSULT, words(0, 10**4000, "Doubt")], "bad span"),
        ([INSULT, words(False, True, "Doubt")], "bad span: False to True are not offsets"),
        ([INSULT, words(False, 3, "Doubt")], "bad span: False to 3 are not offsets"),
        ([INSULT, words(0, True, "Doubt")], "bad span: 0 to True are not offsets"),
        ([INSULT, words(0.0, 3.0, "Doubt")], "bad span: 0.0 to 3.0 are not offsets"),
        ([INSULT, words(None, 3, "Doubt")], "bad span: None to 3 are not offsets"),
        ([INSULT, words("0", {}, "Doubt")], "bad span: '0' to {} are not offsets"),
        ([INSULT, words(0, 3, "Doubt", text="the")], "are not the words that it quotes"),
        ([INSULT, words(0, 3, "Doubt", text=None)], "are not the words that it quotes"),
        ([words(0, 3, "Doubt")], "words are marked, no technique is ticked"),
        ([INSULT, NONE], "a technique together with 'no technique'"),
        ([words(0, 3, "Doubt"), NONE], "a technique together with 'no technique'"),
        ([INSULT, UNUSABLE], "a technique together with 'not usable'"),
        ([words(0, 3, "Doubt"), UNUSABLE], "a technique together with 'not usable'"),
        ([NONE, UNUSABLE], "'no technique' together with 'not usable'"),
        ([choice("verdict", "none", "unusable")], "'no technique' together with 'not usable'"),
        ([choice("techniques_attack_on_reputation")], "an empty answer"),
        ([{"from_name": "comment", "value": {"text": ["Hm."]}}], "an empty answer"),
    ],
)
def test_what_cannot_be_used_is_rejected_with_the_reason(result: Any, reason: str) -> None:
    message = rejection(result)

    assert reason in message
    assert "\n" not in message


CHARACTERS = st.text(st.characters(), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**62, 2**200)
    | st.floats()
    | CHARACTERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(CHARACTERS, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*REAL.labels, "attack_on_reputation", "none", "unusable"]) | CHARACTERS
CONTROL_NAMES = st.sampled_from(list(controls(label_config(REAL)))) | JSON
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "choices": st.lists(NAMES, max_size=3) | JSON,
        "labels": st.lists(NAMES, max_size=3) | JSON,
        "text": st.lists(CHARACTERS, max_size=2) | JSON,
        "start": st.integers(-2, 50) | JSON,
        "end": st.integers(-2, 50) | JSON,
    },
)
ITEMS = st.fixed_dictionaries({"from_name": CONTROL_NAMES, "value": VALUES | JSON}) | JSON


@settings(deadline=None, max_examples=250)
@given(st.lists(ITEMS, max_size=4) | JSON)
def test_arbitrary_json_is_read_or_rejected_and_nothing_else(result: Any) -> None:
    try:
        answer = read_result(result, TEXT, REAL)
    except Rejected as error:
        message = str(error)
    else:
        assert answer.labels == REAL.sorted_labels(set(answer.labels))
        assert bool(answer.labels) is (answer.status is Status.LABELLED)
        assert len(set(answer.spans)) == len(answer.spans)
        assert all(0 <= span.start < span.end <= len(TEXT) for span in answer.spans)
        return
    assert message
    assert message.isprintable()


def test_results_nested_as_deep_as_json_goes_are_rejected() -> None:
    deep = json.loads("[" * 900 + "]" * 900)

    assert rejection(deep)
    assert rejection([{"from_name": deep, "value": {}}])
    assert rejection([words(deep, 3, "Doubt")])


@st.composite
def annotations(draw: st.DrawFn, text: str = TEXT) -> Annotation:
    status = draw(st.sampled_from([Status.LABELLED, Status.NONE, Status.UNUSABLE]))
    labels: set[str] = set()
    spans: set[Span] = set()
    if status is Status.LABELLED:
        labels = draw(st.sets(st.sampled_from(REAL.labels), min_size=1))
        span = st.builds(
            lambda start, size, label: Span(start, min(start + size, len(text)), label),
            st.integers(0, len(text) - 1),
            st.integers(1, len(text)),
            st.sampled_from(REAL.span_labels),
        )
        spans = draw(st.sets(span, max_size=6))
    comment = draw(st.text())
    chosen, marked = REAL.sorted_labels(labels), tuple(sorted(spans))
    return Annotation("p", "a1", status, chosen, marked, comment)


def technique_of(span: Span, labels: tuple[str, ...]) -> Span:
    """The rule again, the other way round: from the techniques to their groups."""
    for technique in labels:
        alone = [REAL.group_of[x] for x in labels].count(REAL.group_of[technique]) == 1
        if alone and REAL.group_of[technique] == span.label:
            return Span(span.start, span.end, technique)
    return span


@settings(deadline=None)
@given(annotations(), st.randoms(use_true_random=False))
def test_what_is_sent_is_what_is_read_in_any_order(annotation: Annotation, chance: Any) -> None:
    result = json.loads(json.dumps(to_result(annotation, TEXT, REAL)))
    chance.shuffle(result)

    answer = read_result(result, TEXT, REAL)

    assert answer.status is annotation.status
    assert answer.labels == annotation.labels
    assert answer.spans == tuple(sorted({technique_of(s, answer.labels) for s in annotation.spans}))
    assert answer.comment == annotation.comment
    assert answer.repeated == ()


CALL = choice("techniques_call", "Slogans")
TWO = choice("techniques_attack_on_reputation", "Name_Calling-Labeling", "Doubt")


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ([INSULT], "Name_Calling-Labeling"),  # the only one of the group
        ([INSULT, CALL], "Name_Calling-Labeling"),  # other groups do not matter
        ([TWO], "attack_on_reputation"),  # it could be either
        ([CALL], "attack_on_reputation"),  # none of the group is ticked
    ],
)
def test_a_groups_span_is_that_of_the_only_technique_ticked_in_the_group(
    taxonomy: Taxonomy, ticks: list[Any], expected: str
) -> None:
    answer = read_result([*ticks, words(4, 9, "attack_on_reputation")], TEXT, taxonomy)

    assert answer.spans == (Span(4, 9, expected),)


def test_the_same_words_marked_by_group_and_by_its_technique_are_one_span(
    taxonomy: Taxonomy,
) -> None:
    marked = [words(4, 9, "attack_on_reputation"), words(4, 9, "Name_Calling-Labeling")]

    answer = read_result([INSULT, *marked], TEXT, taxonomy)

    assert answer.spans == (Span(4, 9, "Name_Calling-Labeling"),)
    assert answer.repeated == ()


@given(
    ticked=st.sets(st.sampled_from(REAL.labels), min_size=1, max_size=4),
    label=st.sampled_from(REAL.span_labels),
)
def test_a_span_changes_to_a_technique_of_its_group_or_not_at_all(
    ticked: set[str], label: str
) -> None:
    found = resolve_span(Span(0, 3, label), sorted(ticked), REAL)

    own = [t for t in ticked if REAL.group_of[t] == label]
    assert found.label == (own[0] if len(own) == 1 else label)
