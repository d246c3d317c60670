"""A shared project on the real server that annotators are to have for themselves."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from annotate.core.errors import ServerError
from annotate.core.records import Paragraph
from annotate.label_config.labeling_page import SpanLabels, page_of
from annotate.label_studio.annotator_projects import (
    SHARED,
    PageSettings,
    ensure_projects,
    find_projects,
)
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.project import Project
from annotate.sync.share_out import Sharing, share_out
from annotate.sync.upload import upload
from tests.studio.desk import Desk, new_desk, paragraphs, task_numbers, verdict

pytestmark = pytest.mark.studio

ROWS = paragraphs(*(f"Paragraph {n} of a shared project." for n in range(6)))


def shared(desk: Desk, spans: SpanLabels | None = None) -> Project:
    """A project that was pushed without annotators."""
    settings = PageSettings(desk.taxonomy, spans)
    project = ensure_projects(desk.connection, desk.title, [], settings)[SHARED]
    upload(ROWS, project)
    return project


def share(desk: Desk, *annotators: str) -> dict[str, Project]:
    sharing = Sharing(desk.title, annotators, PageSettings(desk.taxonomy))
    projects = find_projects(desk.connection, desk.title)
    return dict(share_out(desk.connection, projects, sharing))


def copies(projects: dict[str, Project]) -> Counter[str]:
    return Counter(id_ for project in projects.values() for id_ in task_numbers(project))


def test_its_paragraphs_go_to_the_annotators_as_a_plan_would_and_it_goes(desk: Desk) -> None:
    shared(desk, SpanLabels.OFF)

    projects = share(desk, "dan", "eva", "flo")

    assert list(projects) == ["dan", "eva", "flo"]
    assert copies(projects) == {row.id: 2 for row in ROWS}
    data = {data["id"]: data for p in projects.values() for _, data in p.task_data()}
    assert sorted(map(Paragraph.from_json, data.values()), key=lambda p: p.id) == sorted(
        ROWS, key=lambda p: p.id
    )
    assert page_of(projects["dan"].config()).spans is SpanLabels.OFF  # as it was
    assert share(desk, "dan", "eva", "flo").keys() == projects.keys()
    assert copies(find_projects(desk.connection, desk.title)) == {row.id: 2 for row in ROWS}


def test_without_paragraphs_it_just_goes(desk: Desk) -> None:
    desk.make(desk.connection)

    assert share(desk, "dan") == {}


def test_without_annotators_it_stays(desk: Desk) -> None:
    shared(desk)

    assert list(share(desk)) == [SHARED]


def test_an_interruption_at_any_step_loses_nothing_and_the_next_run_completes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each change of the server is the last one once; then somebody starts again."""
    interrupted = True
    steps = -1
    while interrupted:
        steps += 1
        place = new_desk(desk.opened, desk.taxonomy)
        shared(place)
        with monkeypatch.context() as patch:
            stop_after(steps, patch)
            try:
                share(place, "dan", "eva")
                interrupted = False
            except KeyboardInterrupt:
                pass
        present = copies(find_projects(place.connection, place.title))
        assert present.keys() == {row.id for row in ROWS}, steps
        assert list(share(place, "dan", "eva")) == ["dan", "eva"]
        assert copies(find_projects(place.connection, place.title)) == {r.id: 2 for r in ROWS}

    assert steps >= 5  # two projects, two batches, one deletion


def stop_after(steps: int, patch: pytest.MonkeyPatch) -> None:
    """Let this many changes reach the server, and no more."""
    count = 0

    def limited(change: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            if count > steps:
                raise KeyboardInterrupt
            return change(*arguments)

        return wrapped

    for name in ("send", "make_project"):
        patch.setattr(LabelStudio, name, limited(getattr(LabelStudio, name)))


@pytest.mark.parametrize("work", ["answer", "skip", "draft"])
def test_one_in_which_somebody_worked_stays_as_it_is(desk: Desk, work: str) -> None:
    project = shared(desk)
    task, result = task_numbers(project)[ROWS[0].id], [verdict("none")]
    if work == "answer":
        project.annotate(task, result, 1.0)
    elif work == "skip":
        project.skip(task, 1.0)
    else:
        project.save_draft(task, result, 1.0)

    with pytest.raises(ServerError) as caught:
        share(desk, "dan", "eva")

    name = f"'{desk.title}-2'"
    assert str(caught.value) == (
        f"project {desk.title!r} is shared by everybody and somebody worked in it, so it stays: "
        f"'rhetoric-annotate studio --project {name} --annotators dan,eva' and then "
        f"'rhetoric-annotate push FILE --project {name}' gives its paragraphs to dan,eva in "
        f"another project; 'rhetoric-annotate pull --project '{desk.title}'' fetches the work that "
        "was done"
    )
    assert list(find_projects(desk.connection, desk.title)) == [SHARED]


def test_one_with_a_task_made_by_hand_stays_as_it_is(desk: Desk) -> None:
    project = shared(desk)
    project.add([{**dict(project.task_data())[min(task_numbers(project).values())], "id": "mine"}])

    with pytest.raises(ServerError, match="so it stays"):
        share(desk, "dan")

    assert list(find_projects(desk.connection, desk.title)) == [SHARED]
