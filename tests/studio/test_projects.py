"""A project whose words change while people label in it."""

import pytest

from annotate.core.records import Status
from annotate.labelstudio import make_project
from annotate.push import push
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def test_new_words_reach_the_project_and_its_annotations_stay(desk: Desk) -> None:
    (row,) = paragraphs("Shame on all of them!")
    store = desk.make()
    push([row], store)
    sent = desk.result(row, Status.LABELLED, labels=("Doubt",))
    desk.open("ana").annotate(task_numbers(store)[row.id], sent, seconds=1.0)
    old = desk.taxonomy.groups[0].name
    reworded = desk.config.replace(old, "Going for the person")

    again = make_project(desk.stream(), reworded, "<p>Read the new guidelines.</p>")

    assert again.number == store.number
    assert again.config().strip() == reworded.strip()
    with desk.http() as http:
        project = http.get(f"/api/projects/{store.number}/").json()
    assert project["expert_instruction"] == "<p>Read the new guidelines.</p>"
    assert [work.result for task in again.tasks() for work in task.work] == [sent]


def test_the_same_words_again_change_nothing(desk: Desk) -> None:
    first = desk.make()

    assert desk.make().number == first.number
    assert first.check_config(desk.config)


def test_of_two_projects_with_one_title_the_older_is_used(desk: Desk) -> None:
    first = desk.make()
    first.studio.make_project(desk.title, "studio", desk.config, "")

    assert desk.make().number == first.number


def test_a_title_within_another_is_not_mistaken_for_it(desk: Desk) -> None:
    longer = desk.make().studio.make_project(f"{desk.title} b", "studio", desk.config, "")

    assert desk.make().number != longer.number
