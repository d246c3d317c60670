"""One project on Label Studio: its tasks, what people left on them, and its settings."""

import heapq
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urlencode

from annotate.core.errors import InDoubtError, NotFoundError
from annotate.core.records import Origin
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.provenance import marked
from annotate.label_studio.task_data import data_digest, is_sound
from annotate.label_studio.tasks import Task, TaskState, TaskSummary, Work

_PAGE = 5000
_FULL_PAGE = 500  # with what people left on the tasks
_ASKED = 200  # task numbers in one address: 4094 characters are the least that servers take
_Row = Mapping[str, Any]
_LEAN = {"fields": "task_only"}
# Named like this, the parts of a task cost half of what all of them do.
_WORK = "id,result,completed_by,was_cancelled,lead_time,updated_at,updated_by"
_FULL = {"fields": "all", "include": f"data,annotations,drafts,{_WORK}"}
_DRAFT = {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean"}
_DRAFTED = json.dumps({"filters": {"conjunction": "and", "items": [_DRAFT | {"value": True}]}})
_NONE = {"operator": "equal", "type": "Number", "value": 0}
_UNTOUCHED = [
    _NONE | {"filter": "filter:tasks:total_annotations"},
    _NONE | {"filter": "filter:tasks:cancelled_annotations"},
    _DRAFT | {"value": False},
]


@dataclass(frozen=True, slots=True)
class Project:
    """A project, as the owner of a token sees it.

    Two pushes at once, or a request that was delivered twice, can leave several projects of one
    title. They are one project here: everything in them is read and changed, and new tasks go to
    the one with the lowest number.

    Attributes:
        client: The server, with that token.
        number: The project's number on the server: the lowest of those with its title.
        server: Names the server, even if its address changes.
        annotator: Name of the person whose project it is; empty for a shared one.
        owner: That person's number on the server; None when shared, or the account is gone.
        origin: Whether its answers are annotations or adjudications.
        administrator: See `TaskSource`.
        twins: Numbers of the other projects with the same title.
    """

    client: LabelStudio
    number: int
    server: str
    annotator: str = ""
    owner: int | None = None
    origin: Origin = Origin.ANNOTATION
    administrator: int | None = None
    twins: tuple[int, ...] = ()

    def parts(self) -> "list[Project]":
        """Return the project without its twins, and each of these alone."""
        return [replace(self, number=n, twins=()) for n in (self.number, *self.twins)]

    def _each(self, act: "Callable[[Project], object]") -> None:
        """Do something with each part; a twin may have been deleted meanwhile."""
        first, *twins = self.parts()
        act(first)
        for twin in twins:
            with suppress(NotFoundError):
                act(twin)

    def _rows_of(self, read: "Callable[[Project], Iterator[_Row]]") -> Iterator[_Row]:
        """Yield the rows of all parts, by task number; a twin that was deleted has none."""

        def read_twin(twin: Project) -> Iterator[_Row]:
            with suppress(NotFoundError):
                yield from read(twin)

        first, *twins = self.parts()
        return heapq.merge(read(first), *map(read_twin, twins), key=lambda row: int(row["id"]))

    @property
    def _path(self) -> str:
        return f"api/projects/{self.number}/"

    # Settings

    @property
    def labelling_url(self) -> str:
        """Where an annotator begins."""
        return f"{self.client.url}/projects/{self.number}/data?labeling=1"

    def config(self) -> str:
        """Return the labeling config that the server has."""
        return str(self.client.get(self._path)["label_config"] or "")

    def maker(self) -> int | None:
        """Return the number of the account that made the project; None if it is gone."""
        user = self.client.get(self._path)["created_by"]
        return user["id"] if user else None

    def configs(self) -> dict[int, str]:
        """Number -> labeling config of the project and its twins."""
        configs: dict[int, str] = {}
        self._each(lambda part: configs.update({part.number: part.config()}))
        return configs

    def set_config(self, config: str, instruction: str) -> None:
        """Replace the labeling config and the instructions for annotators."""
        fields = {"label_config": config, "expert_instruction": instruction}
        self._each(lambda part: self.client.send("PATCH", part._path, fields))

    def forget_summary(self) -> None:
        """Make the server count again which labels are in use; needed before labels go."""
        self._each(lambda part: self.client.send("POST", f"{part._path}summary/reset/", {}))

    def delete_if_empty(self) -> None:
        """Delete the project, but not its twins, if it has no tasks; it may be gone already."""
        if not self.count():
            with suppress(NotFoundError):
                self.client.send("DELETE", self._path, {})

    # Tasks, without what people did with them

    def task_data(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield number and data of every task."""
        for task in self._pages(_PAGE, include="id,data", **_LEAN):
            yield task["id"], task["data"]

    def summaries(self) -> Iterator[TaskSummary]:
        for number, data in self.task_data():
            yield TaskSummary(number, str(data.get("id")), data_digest(data), is_sound(data))

    def count(self) -> int:
        # The project's own page counts answers too: twice the time.
        ids = ",".join(map(str, (self.number, *self.twins)))
        answer = self.client.get("api/projects/counts", ids=ids, include="task_number")
        return sum(int(row["task_number"]) for row in answer["results"])

    def has_work(self, numbers: Sequence[int]) -> dict[int, bool]:
        drafted = self._drafted()  # also of people whose drafts the pages leave out
        rows = self._selected(numbers, fields="all", include="id,annotations")
        return {row["id"]: bool(row["annotations"]) or row["id"] in drafted for row in rows}

    def add(self, data: Sequence[Mapping[str, Any]]) -> None:
        rows = [{"data": row} for row in data]
        answer = self.client.send("POST", f"{self._path}import", rows)
        taken = answer.get("task_count") if isinstance(answer, Mapping) else None
        if taken != len(rows):
            raise InDoubtError(f"{self.client.url}: took {taken} of {len(rows)} tasks")

    def update(self, number: int, data: Mapping[str, Any]) -> None:
        with suppress(NotFoundError):  # another push removed it as a duplicate
            self.client.send("PATCH", f"api/tasks/{number}/", {"data": data})

    def remove(self, numbers: Sequence[int]) -> None:
        if not numbers:
            return  # naming no task means all of them
        selected = {"all": False, "included": list(numbers)}
        filters = {"conjunction": "and", "items": _UNTOUCHED}  # somebody may answer just now
        what = {"selectedItems": selected, "filters": filters}
        # In the address as well: without the selection, as when a body gets lost, all would go.
        query = {"id": "delete_tasks", "query": json.dumps(what, separators=(",", ":"))}

        def remove(part: Project) -> None:
            address = urlencode(query | {"project": str(part.number)})
            self.client.send("POST", f"api/dm/actions?{address}", what)

        self._each(remove)

    def predicted(self) -> frozenset[tuple[int, str]]:
        rows = self.client.get("api/predictions/", project=self.number)
        return frozenset((int(row["task"]), str(row["model_version"])) for row in rows)

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> int:
        self.client.send("PATCH", self._path, {"show_collab_predictions": False})
        answer = self.client.send("POST", f"{self._path}import/predictions", rows)
        return int(answer.get("created") or 0) if isinstance(answer, Mapping) else 0

    # Tasks, with what people did with them

    @property
    def key(self) -> str:
        """See `WatchedSource`."""
        return f"{self.server}#{self.number}"

    def place(self, number: int) -> str:
        project = self.number
        if self.twins:
            with suppress(NotFoundError):
                project = self.client.get(f"api/tasks/{number}/")["project"]
        return f"{self.client.url}/projects/{project}/data?task={number}"

    def people(self) -> frozenset[int]:
        """See `WatchedSource`."""
        return frozenset(self.client.users().values())

    def tasks(self) -> Iterator[Task]:
        users = self.client.users()
        return (from_task(row, users) for row in self.rows())

    def some_tasks(self, numbers: Sequence[int]) -> Iterator[Task]:
        """See `WatchedSource`."""
        users = self.client.users()
        return (from_task(row, users) for row in self._some_rows(numbers))

    def states(self) -> Iterator[TaskState]:
        """See `WatchedSource`."""
        drafted = self._drafted()
        counted = ("updated_at", "total_annotations", "cancelled_annotations")
        include = ",".join(("id", *counted))
        for row in self._pages(_PAGE, include=include, **_LEAN):
            mark = " ".join(str(row[name]) for name in counted)
            yield TaskState(row["id"], mark, row["id"] in drafted)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield the tasks as the server writes them, with all that people left on them."""
        return self._with_all_drafts(self._pages(_FULL_PAGE, **_FULL))

    def _some_rows(self, numbers: Sequence[int]) -> Iterator[Mapping[str, Any]]:
        """Yield these tasks' rows, as far as they exist, by number."""
        return self._with_all_drafts(self._selected(numbers, **_FULL))

    def _with_all_drafts(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Add other people's drafts, which pages leave out.

        An export has them, but leaves two files with e-mails behind on the server.
        """
        drafted = frozenset() if self.owner == self.client.user else self._drafted()
        for row in rows:
            if row["id"] in drafted:
                yield {**row, "drafts": self.client.get(f"api/tasks/{row['id']}/drafts")}
            else:
                yield row

    def _drafted(self) -> frozenset[int]:
        """Return the numbers of the tasks on which anybody has a draft."""
        rows = self._pages(_PAGE, include="id", query=_DRAFTED, **_LEAN)
        return frozenset(row["id"] for row in rows)

    def _selected(self, numbers: Sequence[int], **query: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of these tasks, as far as they exist, by number."""
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _ASKED):
            selected = {"all": False, "included": ordered[start : start + _ASKED]}
            selection = json.dumps({"selectedItems": selected}, separators=(",", ":"))
            yield from self._pages(_ASKED, query=selection, **query)

    def _pages(self, size: int, **query: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the tasks' rows by number: tasks added meanwhile do not move the pages."""
        return self._rows_of(lambda part: part._pages_alone(size, query))

    def _pages_alone(self, size: int, query: Mapping[str, Any]) -> Iterator[_Row]:
        for page in count(1):
            answer = self.client.get(
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

    # Answers, in the name of the token's owner

    def annotate(self, task: int, result: list[dict[str, Any]], seconds: float) -> None:
        """Submit an answer."""
        fields = {"result": result, "lead_time": seconds}
        self.client.send("POST", f"api/tasks/{task}/annotations/", fields)

    def skip(self, task: int, seconds: float) -> None:
        """Skip a task."""
        fields = {"result": [], "lead_time": seconds, "was_cancelled": True}
        self.client.send("POST", f"api/tasks/{task}/annotations/", fields)

    def save_draft(self, task: int, result: list[dict[str, Any]], seconds: float) -> None:
        """Leave a draft, as the labeling interface does by itself."""
        fields = {"result": result, "lead_time": seconds}
        self.client.send("POST", f"api/tasks/{task}/drafts", fields)

    def rewrite(self, kind: str, number: int, result: list[Any]) -> None:
        """Give an annotation or a draft (`kind`: "annotations", "drafts") another result."""
        self.client.send("PATCH", f"api/{kind}/{number}/", {"result": result})

    def delete_annotation(self, number: int) -> None:
        """Delete an annotation; its task is offered for labelling again."""
        self.client.send("DELETE", f"api/annotations/{number}/", {})

    def send_back(
        self, task: int, number: int, user: int | None, draft: Any, seconds: float
    ) -> None:
        """Replace an annotation by a draft of its annotator, so that its task is offered again.

        A draft can be saved for the token's owner alone; other people's annotations just go. The
        draft is saved first, and once, so that an interruption loses nothing.

        Args:
            task: Number of the task.
            number: Number of the annotation.
            user: Number of its annotator.
            draft: The draft's result; what is no list cannot be saved.
            seconds: Time that the annotator spent.
        """
        mine = user == self.client.user and isinstance(draft, list)
        if mine and not self._has_draft(task):
            self.save_draft(task, draft, seconds)
        self.delete_annotation(number)

    def _has_draft(self, task: int) -> bool:
        """Tell whether the token's owner has a draft on a task that belongs to no annotation."""
        users = self.client.users()
        drafts = self.client.get(f"api/tasks/{task}/drafts")
        mine = [draft for draft in drafts if users.get(draft["user"]) == self.client.user]
        return any(draft.get("annotation") is None for draft in mine)


def from_task(row: Mapping[str, Any], users: Mapping[str, int]) -> Task:
    """Read a row of `Project.rows`.

    A draft on an annotation, or of somebody who also submitted, is an edit that was never saved:
    it is left out. People whose account was deleted, or whom the token cannot see, have no number:
    the first such work on a task gets -1, the next -2, so that two on one task stay apart.
    """
    nobody = count(-1, -1)
    done = [_work(a, a["completed_by"] or next(nobody), draft=False) for a in row["annotations"]]
    submitted = {work.user for work in done}
    free = [draft for draft in row["drafts"] if draft.get("annotation") is None]
    drafts = [_work(d, users.get(d["user"]) or next(nobody), draft=True) for d in free]
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
