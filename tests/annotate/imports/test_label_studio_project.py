"""A project with other controls, read by a map; the real server has its own test."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import TaxonomyError
from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.imports.label_studio_project import (
    ExternalProject,
    check_controls,
    map_template,
    read_controls,
)
from annotate.imports.mapping import LabelMap, read_map
from annotate.label_studio.tasks import Task
from annotate.sync.collect import Collected, collect
from tests.annotate.samples import work
from tests.annotate.stores import ListStore

CONFIG = """
<View>
  <Header value="$headline"/>
  <Labels name="words" toName="piece"><Label value="Slur"/><Label value="Attack"/></Labels>
  <Text name="piece" value="$body"/>
  <Choices name="topic" toName="piece" choice="single">
    <View><Choice value="Smear"/></View><Choice value="Dread" alias="dread"/><Choice value="Clean"/>
  </Choices>
  <Taxonomy name="tree" toName="piece">
    <Choice value="Claims"><Choice value="Doubtful"/></Choice>
  </Taxonomy>
  <Choices name="mood" toName="piece"><Choice value="Happy"/></Choices>
  <Rating name="stars" toName="piece"/>
  <TextArea name="notes" toName="piece"/>
</View>
"""
MAP = """
text: body
title: headline
article_id: doc
comment: notes
controls:
  words: {Slur: Insult, Attack: attack}
  topic: {Smear: [Insult, Doubt], dread: Fear, Clean: null}
  tree: {Claims: null, Claims/Doubtful: Doubt}
  mood: null
none: [""]
"""
TEXT = " You  traitor, they will\u00a0come. "


@pytest.fixture
def map_(tmp_path: Path, small: Taxonomy) -> LabelMap:
    path = tmp_path / "map.yaml"
    path.write_text(MAP)
    return read_map(path, small)


def said(control: str, kind: str, **value: Any) -> dict[str, Any]:
    return {"from_name": control, "to_name": "piece", "type": kind, "value": value}


def read(
    map_: LabelMap, folder: Path, *results: Any, data: Mapping[str, Any] | None = None
) -> Collected:
    """A task of theirs for each result of one person."""
    rows = [
        data or {"body": f"{TEXT} {n}", "headline": "News", "doc": 7} for n in range(len(results))
    ]
    tasks = [
        Task(n, row, (work(1, r, number=n),))
        for n, (row, r) in enumerate(zip(rows, results, strict=True), 1)
    ]
    store = ExternalProject(ListStore(held=tasks), read_controls(CONFIG), map_, "theirs")
    return collect([store], map_.taxonomy, folder / "key.json")


def answer(map_: LabelMap, folder: Path, *items: dict[str, Any]) -> Annotation:
    (found,) = read(map_, folder, list(items)).annotations
    return found


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ("Ann Weir", "Ann Weir"),
        (["Ann Weir", None, "Bo Lund"], "Ann Weir; Bo Lund"),
        ({"n": 1}, ""),
    ],
)
def test_an_author_in_whatever_form_costs_no_task(
    map_: LabelMap, tmp_path: Path, given: object, author: str
) -> None:
    data = {"body": "They lied.", "doc": 7, "author": given}

    found = read(map_, tmp_path, [], data=data)

    assert [p.author for p in found.paragraphs] == [author]
    assert len(found.annotations) == 1


@pytest.mark.parametrize(
    ("items", "status", "labels"),
    [
        ([said("topic", "choices", choices=["Smear"])], "labelled", ("Insult", "Doubt")),
        ([said("topic", "choices", choices=["dread"])], "labelled", ("Fear",)),
        ([said("topic", "choices", choices=["Clean"])], "none", ()),
        ([said("tree", "taxonomy", taxonomy=[["Claims", "Doubtful"]])], "labelled", ("Doubt",)),
        ([said("tree", "taxonomy", taxonomy=[["Claims"]])], "none", ()),
        ([said("mood", "choices", choices=["Happy"])], "none", ()),
        ([said("stars", "rating", rating=4)], "none", ()),
        ([], "none", ()),
    ],
)
def test_their_labels_become_ours(
    map_: LabelMap, tmp_path: Path, items: list[Any], status: str, labels: tuple[str, ...]
) -> None:
    found = answer(map_, tmp_path, *items)

    assert (found.status, found.labels) == (status, labels)


def test_marked_words_stay_on_their_words_and_name_the_technique(
    map_: LabelMap, tmp_path: Path
) -> None:
    start = TEXT.index("traitor")
    slur = said("words", "labels", start=start, end=start + 7, text="traitor", labels=["Slur"])

    harvest = read(map_, tmp_path, [slur, said("notes", "textarea", text=["Hm.", "Well."])])

    (found,), (row,) = harvest.annotations, harvest.paragraphs
    assert row.text == "You traitor, they will come. 0"
    assert (row.title, row.article_id) == ("News", "7")
    assert found.labels == ("Insult",)
    assert found.spans == (Span(4, 11, "Insult"),)
    assert found.comment == "Hm. Well."


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ([said("topic", "choices", choices=["Gone"])], "unknown label 'Gone' in 'topic'"),
        ([said("colour", "choices", choices=["Red"])], "unknown control 'colour'"),
        ([said("topic", "choices")], "a result of 'topic' without labels"),
        ([said("words", "labels", start=3, end=900, labels=["Slur"])], "bad span: 3 to 900 in a"),
        ([said("words", "labels", start="/p[1]", end="/p[1]", labels=["Slur"])], "are not offsets"),
        ("junk", "the result is not a list"),
        ([7], "a result without a control or a value"),
    ],
)
def test_what_the_map_does_not_know_is_set_aside(
    map_: LabelMap, tmp_path: Path, result: Any, reason: str
) -> None:
    harvest = read(map_, tmp_path, result)

    assert [row["reason"] for row in harvest.rejected if reason in row["reason"]]
    assert harvest.ledger["annotators"]["a1"]["rejected"] == 1


def test_without_an_empty_label_in_the_map_an_empty_answer_is_none(
    small: Taxonomy, tmp_path: Path
) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAP.replace('none: [""]', "none: []"))

    harvest = read(read_map(path, small), tmp_path, [])

    assert [row["reason"] for row in harvest.rejected] == ["an empty answer"]


def test_a_task_without_their_text_is_set_aside_and_counted(map_: LabelMap, tmp_path: Path) -> None:
    harvest = read(map_, tmp_path, [], data={"text": "under another key"})

    assert [row["reason"] for row in harvest.rejected] == ["there is no text"]
    assert harvest.ledger["unreadable_tasks"] == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("  mood: null\n", "", "what becomes of mood (Happy)"),
        ("dread: Fear, ", "", "what becomes of topic (dread)"),
        ("mood: null", "moods: null", "has no control 'moods', which the map names"),
        ("dread: Fear", "dread: attack", "what becomes of topic (dread)"),  # a group says nothing
    ],
)
def test_a_map_that_leaves_something_without_a_meaning_is_refused(
    small: Taxonomy, tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAP.replace(old, new))

    with pytest.raises(TaxonomyError, match="project 7") as caught:
        check_controls(read_controls(CONFIG), read_map(path, small), "project 7")

    assert reason in str(caught.value)


def test_the_template_is_a_map_once_its_question_marks_are_filled_in(
    small: Taxonomy, tmp_path: Path
) -> None:
    config = CONFIG.replace('value="Clean"', 'value="Fear"')
    path = tmp_path / "map.yaml"
    path.write_text(map_template(config, small))

    with pytest.raises(TaxonomyError, match="becomes '\\?', which is not in taxonomy"):
        read_map(path, small)

    path.write_text(path.read_text().replace('"?"', "Doubt"))
    filled = read_map(path, small)
    check_controls(read_controls(config), filled, "project 7")
    assert filled.field("text") == "body"
    assert filled.fields["comment"] == "notes"
    assert filled.targets("Fear", "topic") == ("Fear",)
    assert filled.targets("Claims/Doubtful", "tree") == ("Doubt",)


def test_a_draft_that_the_map_cannot_read_is_still_a_draft(map_: LabelMap, tmp_path: Path) -> None:
    bad = [said("topic", "choices", choices=["Gone"])]
    task = Task(1, {"body": TEXT}, (work(1, bad, draft=True), work(2, [], skipped=True)))
    store = ExternalProject(ListStore(held=[task]), read_controls(CONFIG), map_, "theirs")

    found = collect([store], map_.taxonomy, tmp_path / "key.json").annotations

    assert {a.annotator: a.status for a in found} == {"a1": Status.DRAFT, "a2": Status.SKIPPED}
