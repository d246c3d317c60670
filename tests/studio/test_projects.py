"""A project whose words and looks change while people label in it."""

from dataclasses import replace

import pytest

from annotate.core.records import Status
from annotate.label_config.labeling_page import Page, SpanLabels, label_config, page_of
from annotate.label_studio.annotator_projects import PageSettings, ensure_projects
from annotate.sync.upload import upload
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def test_new_words_reach_the_project_and_its_annotations_stay(desk: Desk) -> None:
    (row,) = paragraphs("Shame on all of them!")
    store = desk.make()
    upload([row], store)
    sent = desk.result(row, Status.LABELLED, labels=("Doubt",))
    desk.open("ana").annotate(task_numbers(store)[row.id], sent, seconds=1.0)
    first = replace(desk.taxonomy.groups[0], name="Going for the person")
    groups = (first, *desk.taxonomy.groups[1:])
    reworded = replace(desk.taxonomy, groups=groups, rules=("Read the new guidelines.",))

    again = replace(desk, taxonomy=reworded).make()

    assert again.number == store.number
    assert again.config().strip() == label_config(reworded).strip()
    with desk.http() as http:
        project = http.get(f"/api/projects/{store.number}/").json()
    assert "Read the new guidelines." in project["expert_instruction"]
    assert "Going for the person" in project["expert_instruction"]
    assert [work.result for task in again.tasks() for work in task.work] == [sent]


def test_the_same_words_again_change_nothing(desk: Desk) -> None:
    first = desk.make()

    assert desk.make().number == first.number
    assert first.config().strip() == desk.config.strip()


def test_of_two_projects_with_one_title_the_older_is_used(desk: Desk) -> None:
    first = desk.make()
    first.client.make_project(desk.title, desk.config, "")

    assert desk.make().number == first.number


def test_a_title_within_another_is_not_mistaken_for_it(desk: Desk) -> None:
    longer = desk.make().client.make_project(f"{desk.title} b", desk.config, "")

    assert desk.make().number != longer


def test_a_page_keeps_its_options_until_others_are_asked_for(desk: Desk) -> None:
    def make(spans: SpanLabels | None, hide_source: bool | None) -> Page:
        look = PageSettings(desk.taxonomy, spans, hide_source)
        (stream,) = ensure_projects(desk.elsewhere(), desk.title, [], look).values()
        return page_of(stream.config())

    assert make(SpanLabels.TECHNIQUE, True) == Page(SpanLabels.TECHNIQUE, hide_source=True)
    assert make(None, None) == Page(SpanLabels.TECHNIQUE, hide_source=True)
    assert make(SpanLabels.OFF, None) == Page(SpanLabels.OFF, hide_source=True)
    assert make(None, False) == Page(SpanLabels.OFF)


def test_the_guidelines_reach_the_labelling_page_as_they_are_written(desk: Desk) -> None:
    store = desk.make()

    with desk.http() as http:
        shown = http.get(f"/api/projects/{store.number}/").json()["expert_instruction"]

    # Label Studio lets some tags through and writes entities in its own way.
    assert "<h3" in shown
    for technique in desk.taxonomy.techniques:
        assert f"<code>{technique.id}</code>" in shown
    assert "<script" not in shown
