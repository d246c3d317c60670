"""A project with other controls, read by a map; the real server has its own test."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from annotate.core.records import Annotation, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.imports.label_studio_config import read_config
from annotate.imports.label_studio_project import ExternalProject
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
  topic: {Smear: [Insult, Doubt], dread: Fear, Clean: null, Dismissed: Doubt}
  old topic: {Smear: Insult}
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
    store = ExternalProject(ListStore(held=tasks), read_config(CONFIG), map_, "theirs")
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
        ([said("old topic", "choices", choices=["Smear"])], "labelled", ("Insult",)),
        ([said("topic", "choices", choices=["Dismissed"])], "labelled", ("Doubt",)),
        ([said("old notes", "textarea", text=["Hm."])], "none", ()),
        (
            [said("topic", "choices", choices=["dread"]), {"type": "relation", "from_id": "a"}],
            "labelled",
            ("Fear",),
        ),
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
        ([said("colour", "choices", choices=["Red"])], "unknown control 'colour': the map does"),
        ([said("topic", "choices", choices=[None])], "unknown label None in 'topic'"),
        ([said("topic", "choices")], "a result of 'topic' without labels"),
        ([said("words", "labels", start=3, end=900, labels=["Slur"])], "bad span: 3 to 900 in a"),
        ([said("words", "labels", start="/p[1]", end="/p[1]", labels=["Slur"])], "are not offsets"),
        ("junk", "the result is not a list"),
        ([7], "a result without a control or a value"),
    ],
)
def test_what_the_map_does_not_name_is_set_aside(
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


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("headline", 7, "7"),
        ("headline", 7.5, "7.5"),
        ("headline", True, ""),
        ("headline", ["a", "b"], ""),
        ("position", "first", ""),
        ("kind", "news", ""),
        ("url", {"page": 1}, ""),
    ],
)
def test_what_is_said_about_a_text_costs_no_answer(
    map_: LabelMap, tmp_path: Path, key: str, value: object, kept: str
) -> None:
    harvest = read(map_, tmp_path, [], data={"body": "They lied.", "doc": 7, key: value})

    assert (len(harvest.annotations), harvest.rejected) == (1, [])
    assert [(p.title, p.kind, p.url) for p in harvest.paragraphs] == [(kept, "body", "")]


def test_text_and_title_can_be_deeper_in_the_data(small: Taxonomy, tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAP.replace("text: body", "text: page.parts[1].body"))
    data = {"page": {"parts": [{"body": "No."}, {"body": "They lied."}]}, "doc": 7}

    harvest = read(read_map(path, small), tmp_path, [], data=data)

    assert [p.text for p in harvest.paragraphs] == ["They lied."]


def test_marked_words_of_a_page_stay_on_their_words(small: Taxonomy, tmp_path: Path) -> None:
    """The page counts: News, then "You traitor, they will come." after it."""
    path = tmp_path / "map.yaml"
    path.write_text("text: body\ncontrols: {words: {Slur: Insult}}\n")
    offsets = {"start": "/p[1]/b[1]/text()[1]", "end": "/p[1]/text()[2]", "startOffset": 0}
    slur = said(
        "words",
        "hypertextlabels",
        **offsets,
        globalOffsets={"start": 8, "end": 16},
        text="traitor,",
        hypertextlabels=["Slur"],
    )
    data = {"body": "<h2>News</h2><p>You <b>traitor</b>, they will come.</p>"}
    config = read_config(
        '<View><HyperText name="page" value="$body"/><HyperTextLabels name="words" toName="page">'
        '<Label value="Slur"/></HyperTextLabels></View>'
    )
    task = Task(1, data, (work(1, [slur]),))
    store = ExternalProject(ListStore(held=[task]), config, read_map(path, small), "theirs")

    harvest = collect([store], small, tmp_path / "key.json")

    (row,), (given,) = harvest.paragraphs, harvest.annotations
    assert row.text == "News You traitor, they will come."
    assert [row.text[span.start : span.end] for span in given.spans] == ["traitor,"]


def test_a_task_without_their_text_is_set_aside_and_counted(map_: LabelMap, tmp_path: Path) -> None:
    harvest = read(map_, tmp_path, [], data={"text": "under another key"})

    assert [row["reason"] for row in harvest.rejected] == ["there is no text"]
    assert harvest.ledger["unreadable_tasks"] == 1


def test_a_draft_that_the_map_cannot_read_is_still_a_draft(map_: LabelMap, tmp_path: Path) -> None:
    bad = [said("topic", "choices", choices=["Gone"])]
    task = Task(1, {"body": TEXT}, (work(1, bad, draft=True), work(2, [], skipped=True)))
    store = ExternalProject(ListStore(held=[task]), read_config(CONFIG), map_, "theirs")

    found = collect([store], map_.taxonomy, tmp_path / "key.json").annotations

    assert {a.annotator: a.status for a in found} == {"a1": Status.DRAFT, "a2": Status.SKIPPED}


def test_words_marked_in_another_text_of_the_task_are_left_out(
    small: Taxonomy, tmp_path: Path
) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("text: body\ncontrols: {words: {Slur: Insult}}\n")
    slur = {"start": 4, "end": 9, "text": "thief", "labels": ["Slur"]}
    marks = [{**said("words", "labels", **slur), "to_name": name} for name in ("a", "b")]
    config = read_config(
        '<View><Text name="a" value="$before"/><Text name="b" value="$body"/>'
        '<Labels name="words" toName="a,b"><Label value="Slur"/></Labels></View>'
    )
    data = {"before": "One thief.", "body": "You thief."}
    tasks = [
        Task(1, data, (work(1, marks),)),
        Task(2, {**data, "body": "Me?"}, (work(2, marks[:1]),)),
    ]
    store = ExternalProject(ListStore(held=tasks), config, read_map(path, small), "theirs")

    harvest = collect([store], small, tmp_path / "key.json")

    assert sorted((a.status, len(a.spans)) for a in harvest.annotations) == [
        ("labelled", 1),
        ("none", 0),
    ]
