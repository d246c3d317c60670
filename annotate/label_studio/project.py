"""A project on Label Studio as a TaskStore: one stream of paragraphs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any

from annotate.core.errors import InDoubtError, NotFoundError
from annotate.core.records import Origin, Paragraph
from annotate.label_studio.client import ONCE, LabelStudio
from annotate.label_studio.provenance import marked
from annotate.label_studio.task_data import data_digest, is_sound, task_data
from annotate.label_studio.tasks import Task, TaskState, TaskSummary, Work

_PAGE = 5000
_FULL_PAGE = 500  # with what people left on the tasks
_ASKED = 200  # task numbers in one address: 4094 characters are the least that servers take
_LEAN = {"fields": "task_only"}
# Named like this, the parts of a task cost half of what all of them do.
_WORK = "id,result,completed_by,was_cancelled,lead_time,updated_at,updated_by"
_FULL = {"fields": "all", "include": f"data,annotations,drafts,{_WORK}"}
_DRAFT = {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean"}
_DRAFTED = json.dumps({"filters": {"conjunction": "and", "items": [_DRAFT | {"value": True}]}})


class Project:
    """A stream: a project, seen by the owner of a token.

    Attributes:
        studio: The server as that person sees it.
        number: Of the project on the server.
        server: Names the server.
        annotator: Whose stream it is, by name; empty for one that everybody shares.
        owner: That person's number on the server.
        origin: What the answers in it are.
    """

    def __init__(self, studio: LabelStudio, number: int, server: str) -> None:
        self.studio, self.number, self.server = studio, number, server
        self.annotator = ""
        self.owner: int | None = None
        self.origin = Origin.ANNOTATION

    @property
    def labelling_url(self) -> str:
        """Where an annotator begins."""
        return f"{self.studio.url}/projects/{self.number}/data?labeling=1"

    def config(self) -> str:
        """The labelling configuration that the server has."""
        ask = self.studio.client.projects.get
        found = self.studio.ask(lambda: ask(id=self.number, request_options=ONCE))
        return str(found.label_config or "")

    def set_config(self, config: str, instruction: str) -> None:
        """Give the project other words or looks."""
        with self.studio.plain_errors(writing=True):
            self.studio.client.projects.update(
                id=self.number, label_config=config, expert_instruction=instruction
            )

    def known_ids(self) -> frozenset[str]:
        """Ids of the paragraphs that are there."""
        return frozenset(str(data.get("id")) for _, data in self.task_data())

    def summaries(self) -> Iterator[TaskSummary]:
        for number, data in self.task_data():
            yield TaskSummary(number, str(data.get("id")), data_digest(data), is_sound(data))

    def count(self) -> int:
        # The project's own page counts answers too: twice the time.
        found = self.studio.get("api/projects/counts", ids=self.number, include="task_number")
        return int(found["results"][0]["task_number"])

    def touched(self, numbers: Sequence[int]) -> frozenset[int]:
        found: set[int] = set()
        for start in range(0, len(numbers), _ASKED):
            some = list(numbers[start : start + _ASKED])
            # An export has everybody's drafts; a task's own page only those of who asks.
            rows = self._export(**{"ids[]": some})
            found |= {row["id"] for row in rows if row["annotations"] or row["drafts"]}
        return frozenset(found)

    def update(self, number: int, paragraph: Paragraph) -> None:
        fields = {"data": task_data(paragraph)}
        self.studio.send("PATCH", f"api/tasks/{number}/", fields)

    def remove(self, number: int) -> None:
        try:
            self.studio.send("DELETE", f"api/tasks/{number}/", {})
        except NotFoundError:
            return

    def task_data(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Number and data of every task, without what people did with it."""
        for task in self._pages(_PAGE, include="id,data", **_LEAN):
            yield task["id"], task["data"]

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        self.add_data([task_data(paragraph) for paragraph in paragraphs])

    def add_data(self, data: Sequence[Mapping[str, Any]]) -> None:
        """Add tasks of these data, all or none; raises as `add`."""
        rows = [{"data": row} for row in data]
        with self.studio.plain_errors(writing=True):
            answer = self.studio.client.projects.import_tasks(
                self.number, request=rows, request_options=ONCE
            )
        if answer.task_count != len(rows):
            raise InDoubtError(f"{self.studio.url}: took {answer.task_count} of {len(rows)} tasks")

    def predicted(self) -> frozenset[tuple[int, str]]:
        """Task number and model of the predictions that are there."""
        rows = self.studio.get("api/predictions/", project=self.number)
        return frozenset((int(row["task"]), str(row["model_version"])) for row in rows)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Add predictions, hidden from annotators; returns how many the server made."""
        with self.studio.plain_errors(writing=True):
            self.studio.client.projects.update(id=self.number, show_collab_predictions=False)
            answer = self.studio.client.projects.import_predictions(
                self.number, request=list(rows), request_options=ONCE
            )
        return int(answer.created or 0)

    def tasks(self) -> Iterator[Task]:
        users = self.studio.users()
        for row in self.rows():
            yield from_task(row, users)

    def place(self, number: int) -> str:
        return f"{self.studio.url}/projects/{self.number}/data?task={number}"

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The tasks as the server writes them, with all that people left on them, by number."""
        rows = self._pages(_FULL_PAGE, **_FULL)
        return rows if self.owner == self.studio.user else self._with_all_drafts(rows)

    def _with_all_drafts(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Pages leave out other people's drafts; an export has them.

        It takes several times as long and leaves two files behind on the server, so it is asked
        for the tasks with a draft alone.
        """
        drafted = self._drafted()
        while some := list(islice(rows, _ASKED)):
            wanted = [row["id"] for row in some if row["id"] in drafted]
            whole = {row["id"]: row for row in self._some_rows(wanted)}
            yield from (whole.get(row["id"], row) for row in some)

    def _drafted(self) -> frozenset[int]:
        """The tasks on which anybody has a draft."""
        rows = self._pages(_PAGE, include="id", query=_DRAFTED, **_LEAN)
        return frozenset(row["id"] for row in rows)

    def _some_rows(self, numbers: Sequence[int]) -> Iterator[Mapping[str, Any]]:
        for start in range(0, len(numbers), _ASKED):
            rows = self._export(**{"ids[]": list(numbers[start : start + _ASKED])})
            yield from sorted(rows, key=lambda row: int(row["id"]))

    @property
    def key(self) -> str:
        """See `WatchedSource`."""
        return f"{self.server}#{self.number}"

    def people(self) -> frozenset[int]:
        """See `WatchedSource`."""
        return frozenset(self.studio.users().values())

    def states(self) -> Iterator[TaskState]:
        """See `WatchedSource`."""
        drafted = self._drafted()
        counted = ("updated_at", "total_annotations", "cancelled_annotations")
        include = ",".join(("id", *counted))
        for row in self._pages(_PAGE, include=include, **_LEAN):
            mark = " ".join(str(row[name]) for name in counted)
            yield TaskState(row["id"], mark, row["id"] in drafted)

    def some_tasks(self, numbers: Sequence[int]) -> Iterator[Task]:
        """See `WatchedSource`."""
        users = self.studio.users()
        for row in self._some_rows(numbers):
            yield from_task(row, users)

    def _export(self, **query: Any) -> Sequence[Mapping[str, Any]]:
        path = f"api/projects/{self.number}/export"
        rows: Sequence[Mapping[str, Any]] = self.studio.get(
            path, exportType="JSON", download_all_tasks="true", **query
        )
        return rows

    def _pages(self, size: int, **query: Any) -> Iterator[Mapping[str, Any]]:
        """The tasks' rows, by number: what is added meanwhile does not move the pages."""
        page = 1
        while True:
            answer = self.studio.get(
                "api/tasks",
                project=self.number,
                page_size=size,
                page=page,
                resolve_uri="false",  # data as they are, and a third faster
                **query,
            )
            yield from answer["tasks"]
            if page * size >= answer["total"]:
                return
            page += 1

    def annotate(self, task: int, result: list[dict[str, Any]], seconds: float) -> None:
        """Submit an answer in the name of the token's owner."""
        self._annotate(task, result=result, lead_time=seconds)

    def skip(self, task: int, seconds: float) -> None:
        """Skip a task in the name of the token's owner."""
        self._annotate(task, result=[], lead_time=seconds, was_cancelled=True)

    def _annotate(self, task: int, **fields: Any) -> None:
        with self.studio.plain_errors(writing=True):
            self.studio.client.annotations.create(task, **fields, request_options=ONCE)

    def save_draft(self, task: int, result: list[dict[str, Any]], seconds: float) -> None:
        """Leave a draft, as the labelling page does by itself."""
        fields = {"result": result, "lead_time": seconds}
        self.studio.send("POST", f"api/tasks/{task}/drafts", fields)

    def rewrite(self, kind: str, number: int, result: list[Any]) -> None:
        """Give an annotation or a draft (`kind`: "annotations", "drafts") another result."""
        self.studio.send("PATCH", f"api/{kind}/{number}/", {"result": result})

    def delete_annotation(self, number: int) -> None:
        """Take an annotation away; its task comes back to who labels."""
        self.studio.send("DELETE", f"api/annotations/{number}/", {})

    def forget_summary(self) -> None:
        """Have the server count anew what the annotations use, before labels are taken away."""
        self.studio.send("POST", f"api/projects/{self.number}/summary/reset/", {})


def from_task(row: Mapping[str, Any], users: Mapping[str, int]) -> Task:
    """A task of a JSON export.

    A draft on an annotation, or of somebody who also submitted, is an edit that was never saved:
    it is left out. Whose account was deleted, or whom the token cannot see, has no number: the
    first such work on a task gets -1, the next -2, so that two on one task stay apart.
    """
    nobody = count(-1, -1)
    done = [_work(a, a["completed_by"] or next(nobody), draft=False) for a in row["annotations"]]
    submitted = {work.user for work in done}
    own = [draft for draft in row["drafts"] if draft.get("annotation") is None]
    drafts = [_work(d, users.get(d["user"]) or next(nobody), draft=True) for d in own]
    open_ = [work for work in drafts if work.user not in submitted]
    return Task(row["id"], row["data"], (*done, *open_))


def _work(row: Mapping[str, Any], user: int, *, draft: bool) -> Work:
    return Work(
        number=row["id"],
        user=user,
        result=row["result"],
        skipped=bool(row.get("was_cancelled")),
        draft=draft,
        seconds=float(row.get("lead_time") or 0.0),
        updated_at=str(row["updated_at"]),
        edited=row.get("updated_by") not in (None, user) and not marked(row["result"]),
    )
