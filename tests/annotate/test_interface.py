import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy, load_taxonomy
from annotate.interface import (
    Answer,
    Rejected,
    controls,
    group_control,
    label_config,
    read_result,
    task_data,
    to_result,
)
from tests.annotate.samples import TAXONOMY_FILE, paragraph

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

    assert answer == Answer(
        status=Status.LABELLED,
        labels=("Name_Calling-Labeling", "Loaded_Language"),
        spans=(Span(0, 3, "Loaded_Language"), Span(4, 9, "attack_on_reputation")),
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

    assert answer.spans == (Span(4, 9, "Loaded_Language"), Span(4, 9, "attack_on_reputation"))
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
        ([INSULT, words(False, True, "Doubt")], "bad span: False to True are no offsets"),
        ([INSULT, words(False, 3, "Doubt")], "bad span: False to 3 are no offsets"),
        ([INSULT, words(0, True, "Doubt")], "bad span: 0 to True are no offsets"),
        ([INSULT, words(0.0, 3.0, "Doubt")], "bad span: 0.0 to 3.0 are no offsets"),
        ([INSULT, words(None, 3, "Doubt")], "bad span: None to 3 are no offsets"),
        ([INSULT, words("0", {}, "Doubt")], "bad span: '0' to {} are no offsets"),
        ([INSULT, words(0, 3, "Doubt", text="the")], "are not the words that it says"),
        ([INSULT, words(0, 3, "Doubt", text=None)], "are not the words that it says"),
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


@settings(deadline=None)
@given(annotations(), st.randoms(use_true_random=False))
def test_what_is_sent_is_what_is_read_in_any_order(annotation: Annotation, chance: Any) -> None:
    result = json.loads(json.dumps(to_result(annotation, TEXT, REAL)))
    chance.shuffle(result)

    answer = read_result(result, TEXT, REAL)

    assert answer.status is annotation.status
    assert answer.labels == annotation.labels
    assert answer.spans == annotation.spans
    assert answer.comment == annotation.comment
    assert answer.repeated == ()


def test_the_page_has_a_control_for_each_group_and_every_label_once(taxonomy: Taxonomy) -> None:
    root = ET.fromstring(label_config(taxonomy))
    stored = controls(label_config(taxonomy))

    assert set(stored) == {
        *(group_control(group) for group in taxonomy.groups),
        "spans",
        "verdict",
        "comment",
        "text",
    } - {"text"}
    assert stored["spans"] == {group.id for group in taxonomy.groups}
    assert stored["verdict"] == {"none", "unusable"}
    for group in taxonomy.groups:
        assert stored[group_control(group)] == {t.id for t in group.techniques}
    shown = [(e.tag, e.get("value")) for e in root.iter() if e.tag in ("Choice", "Label")]
    assert len(set(shown)) == len(shown) == 23 + 6 + 2
    hotkeys = [e.get("hotkey") for e in root.iter() if e.get("hotkey")]
    assert len(set(hotkeys)) == len(hotkeys) == 23 + 6 + 2


def test_every_variable_of_the_page_is_in_every_tasks_data(taxonomy: Taxonomy) -> None:
    root = ET.fromstring(label_config(taxonomy))
    variables = {e.get("value", "")[1:] for e in root.iter() if e.get("value", "")[:1] == "$"}

    assert variables == {"title", "outlet", "previous", "text", "next"}
    assert variables <= set(task_data(paragraph()))


def test_a_task_holds_the_paragraphs_keys_and_its_outlet() -> None:
    one = paragraph()

    assert task_data(one) == one.to_json() | {"outlet": "The Courier"}


def test_the_page_passes_label_studios_own_check(taxonomy: Taxonomy) -> None:
    from label_studio_sdk.label_interface import LabelInterface  # noqa: TID251 -- their check

    interface = LabelInterface(label_config(taxonomy))

    interface.validate()
    assert interface.validate_task({"data": task_data(paragraph())})


def test_words_and_looks_may_change_while_the_controls_stay(taxonomy: Taxonomy) -> None:
    config = label_config(taxonomy)
    renamed = config.replace("Attack on reputation", "Against somebody").replace("15px", "16px")

    assert renamed != config
    assert controls(renamed) == controls(config)
    assert controls(config.replace("Loaded_Language", "Other")) != controls(config)


def test_what_is_no_xml_has_no_controls() -> None:
    with pytest.raises(ET.ParseError):
        controls("<View>")


def test_characters_with_a_meaning_in_xml_survive(taxonomy: Taxonomy) -> None:
    from dataclasses import replace

    group = replace(taxonomy.groups[0], name="<&\"> of 'it'")
    odd = replace(taxonomy, groups=(group, *taxonomy.groups[1:]))

    root = ET.fromstring(label_config(odd))

    assert "<&\"> of 'it'" in {e.get("value") for e in root.iter("Label")}
