"""Dan is logged in and looks for Eva's work on every page: he meets none of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from annotate.core.records import Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.project import Project
from annotate.server.studio import OpenStudio
from annotate.sync.upload import upload
from tests.studio.colleagues import log_in
from tests.studio.desk import Desk, new_desk, paragraphs, task_numbers

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.studio

SECRET = "Xylophone traitors sold the harbour."
COMMENT = "Quixotic comment of hers"


@dataclass(frozen=True, slots=True)
class Scene:
    """Dan's browser, and where Eva's work is."""

    browser: "httpx.Client"
    desk: Desk
    eva: Project
    task: int
    annotation: int

    def look(self, path: str, **query: Any) -> str:
        """What Dan gets; empty where he is told that there is nothing."""
        answer = self.browser.get(path, params=query)
        assert answer.status_code in (200, 403, 404), (path, answer.status_code)
        return answer.text if answer.status_code == 200 else ""

    def traces(self, text: str) -> list[str]:
        hers = (SECRET, COMMENT, "eva@studio.local")
        return [trace for trace in hers if trace in text]


@pytest.fixture(scope="module")
def scene(opened: OpenStudio, taxonomy: Taxonomy) -> Iterator[Scene]:
    import httpx

    desk = new_desk(opened, taxonomy)
    (hers, his) = paragraphs(SECRET, "It rained.")
    streams = desk.streams("dan", "eva")
    upload([hers], streams["eva"])
    upload([his], streams["dan"])
    task = task_numbers(streams["eva"])[hers.id]
    answer = desk.result(hers, Status.LABELLED, labels=("Slogans",), comment=COMMENT)
    streams["eva"].annotate(task, answer, seconds=1.0)
    with desk.http("eva") as http:
        (annotation,) = http.get(f"/api/tasks/{task}/annotations/").json()
    with httpx.Client(
        base_url=desk.url, trust_env=False, timeout=60, follow_redirects=True
    ) as browser:
        browser.follow_redirects = False
        log_in(browser, desk.account("dan"))
        browser.follow_redirects = True
        yield Scene(browser, desk, streams["eva"], task, annotation["id"])


def test_eva_herself_finds_her_work_in_these_places(scene: Scene) -> None:
    """So that an absence below means something."""
    with scene.desk.http("eva") as http:
        task = http.get(f"/api/tasks/{scene.task}/").text
        export = http.get(f"/api/projects/{scene.eva.number}/export?exportType=JSON").text
        projects = http.get("/api/projects/").text

    assert scene.traces(task) == [SECRET, COMMENT, "eva@studio.local"]
    assert SECRET in export
    assert f'"id":{scene.eva.number},' in projects


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/projects/", "/projects/{project}/", "/projects/{project}/data"),
        *("/projects/{project}/data?task={task}", "/projects/{project}/settings"),
        *("/organization/", "/people/", "/user/account"),
        *("/api/projects/", "/api/projects/{project}/", "/api/projects/{project}/tasks/"),
        *("/api/projects/{project}/export?exportType=JSON", "/api/projects/{project}/exports/"),
        *("/api/projects/{project}/next/", "/api/projects/{project}/members"),
        *("/api/tasks/", "/api/tasks/{task}/", "/api/tasks/{task}/annotations/"),
        *("/api/tasks/{task}/drafts/", "/api/dm/views/?project={project}", "/api/dm/views/"),
        *("/api/users/", "/api/organizations/", "/api/labels/", "/api/webhooks/"),
        "/api/projects/?title={title}",
    ],
)
def test_no_page_shows_dan_what_eva_did(scene: Scene, path: str) -> None:
    address = path.format(
        project=scene.eva.number, task=scene.task, title=scene.desk.title.replace(" ", "%20")
    )

    found = scene.look(address)

    assert scene.traces(found) == []
    assert f'"id":{scene.eva.number},' not in found


def test_the_administrator_does_not_meet_it_either(scene: Scene) -> None:
    with scene.desk.http("admin") as http:
        assert http.get(f"/api/tasks/{scene.task}/").status_code == 404
        assert http.get(f"/api/projects/{scene.eva.number}/").status_code == 404
        assert "eva@studio.local" not in http.get("/api/users/").text


def test_what_hand_written_calls_can_still_reach_is_what_the_readme_says(scene: Scene) -> None:
    """Not a wall against ill will: a change of Label Studio, either way, is to be noticed."""
    open_ = {
        "tasks": scene.look("/api/tasks/", project=scene.eva.number, fields="all"),
        "project": scene.look("/api/dm/project", project=scene.eva.number),
        "annotation": scene.look(f"/api/annotations/{scene.annotation}/"),
    }

    assert SECRET in open_["tasks"]
    assert scene.desk.title in open_["project"]
    assert COMMENT in open_["annotation"]
