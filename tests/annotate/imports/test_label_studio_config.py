"""Labeling configs that other people made, and the labels that stand in their tasks alone."""

import pytest

from annotate.imports.label_studio_config import Control, read_config, with_tasks
from annotate.imports.mapping import value_at
from annotate.label_studio.tasks import Task
from tests.annotate.samples import work

CHOICES = """
<View><Text name="piece" value="$body"/>
<Choices name="topic" toName="piece" value="$topics"><Choice value="Other"/></Choices></View>
"""


def test_controls_texts_and_pages_of_a_config() -> None:
    config = read_config(
        '<View><HyperText name="page" value="$page.html"/><Text name="head" value="$title"/>'
        '<Labels name="words" toName="head,page"><Label value="Slur"/></Labels>'
        '<Choices name="topic" toName="page"><View><Choice value="A" alias="a">'
        '<Choice value="B"/></Choice></View></Choices></View>'
    )

    assert config.keys == {"page": "page.html", "head": "title"}
    assert config.html_keys == {"page.html"}
    assert [(c.name, c.labels) for c in config.controls] == [
        ("words", ("Slur",)),
        ("topic", ("a", "a/B")),
    ]
    assert config.controls[1].shown == {"a": "A"}
    assert [c.texts for c in config.controls] == [("title", "page.html"), ("page.html",)]


def test_a_picture_is_no_paragraph() -> None:
    config = '<View><Image name="p" value="$scan"/><Choices name="t" toName="p"/></View>'

    assert read_config(config).controls[0].texts == ()


def test_a_key_may_have_blanks() -> None:
    config = read_config('<View><Text name="p" value="$Body Text"/></View>')

    assert config.keys == {"p": "Body Text"}


@pytest.mark.parametrize("value", ["", "No key", "$title: $body", "http://example.org/$x"])
def test_a_control_that_labels_no_single_key_names_none(value: str) -> None:
    config = f'<View><Text name="p" value="{value}"/><Choices name="t" toName="p"/></View>'

    assert read_config(config).keys == {}


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ([{"value": "Smear"}, {"value": "Dread", "alias": "dread"}], ("Other", "Smear", "dread")),
        (
            [{"value": "A", "children": [{"value": "B", "children": [{"value": "C"}]}]}],
            ("Other", "A", "A/B", "A/B/C"),
        ),
        (["Smear", 3, None, {"hint": "no value"}], ("Other", "Smear", "3")),
        ("Smear", ("Other",)),
        (None, ("Other",)),
    ],
)
def test_labels_that_tasks_offer_are_those_of_the_control(
    options: object, labels: tuple[str, ...]
) -> None:
    controls = read_config(CHOICES).controls
    tasks = [Task(1, {"body": "Ho.", "topics": options}), Task(2, {"body": "Hum."})]

    (control,) = with_tasks(controls, tasks)

    assert (control.labels, control.options, control.former) == (labels, "topics", False)


def test_answers_name_the_controls_and_labels_that_the_config_had() -> None:
    result = [
        {"from_name": "topic", "type": "choices", "value": {"choices": ["Gone", ["A", "B"]]}},
        {"from_name": "old", "type": "choices", "value": {"choices": ["Smear"]}},
        {"from_name": "old", "type": "taxonomy", "value": {"taxonomy": [["A"], ["A", "B"]]}},
        {"from_name": "notes", "type": "textarea", "value": {"text": ["Hm."]}},
        {"from_name": "junk", "type": "choices", "value": {}},
        {"from_id": "a", "to_id": "b", "type": "relation"},
        7,
    ]
    tasks = [Task(1, {}, (work(1, result), work(2, "junk")))]

    assert with_tasks(read_config(CHOICES).controls, tasks) == [
        Control("topic", "Choices", ("Other", "Gone", "A/B"), "topics", texts=("body",)),
        Control("old", "Choices", ("Smear", "A", "A/B"), former=True),
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [("a", 1), ("b.c", 2), ("b.d[1]", 4), ("b.d[7]", None), ("a.b", None), ("e.f", 5)],
)
def test_a_value_can_be_some_steps_deep(key: str, value: object) -> None:
    data = {"a": 1, "b": {"c": 2, "d": [3, 4]}, "e.f": 5}

    assert value_at(data, key) == value
