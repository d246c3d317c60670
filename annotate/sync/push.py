"""Push paragraphs to a project: read the input, look at the server, plan, send.

    request = read_files(PushRequest(...), PushFiles(index, ...), key_file)
    plan = plan_push(request, read_snapshot(connection, request))
    report, links = send(plan)

Only `read_snapshot` and `send` talk to the server, and each lists a project's tasks at most once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotate.assignment.control_items import read_control_items, remember_control_items
from annotate.assignment.priority import by_priority, read_priorities
from annotate.assignment.queues import Assignment, AssignmentConfig, assign
from annotate.core.errors import InputError
from annotate.core.predictions import Prediction, read_predictions
from annotate.label_studio.annotator_projects import (
    REVIEW,
    SHARED,
    PageSettings,
    check_annotators,
    check_fit,
    check_titles,
    choose_annotators,
    doubled_lines,
    ensure_projects,
    find_projects,
    shared_error,
)
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.tasks import TaskStore, TaskSummary
from annotate.paragraphs.index import Load, ParagraphIndex, Planned, whole
from annotate.privacy.withdrawal_list import kept_paragraphs, read_withdrawn, withdrawn_file
from annotate.sync.prelabels import send_predictions
from annotate.sync.reconcile import doubles, remove_untouched, stale, unite, update
from annotate.sync.upload import PushReport, missing, upload


@dataclass(frozen=True, slots=True)
class PushRequest:
    """What is to be pushed, to whom, and how.

    Attributes:
        project: Name of the project.
        settings: What annotators are shown.
        paragraphs: In the order in which they are to be labelled.
        annotators: Empty for those who have the project already, or a shared project.
        assignment: How annotators share the paragraphs.
        predictions: Paragraph id -> a model's prediction, whose score is sent along.
        withdrawn: How many paragraphs were left out because their articles are withdrawn.
        load: Reads the texts of paragraphs when they are sent.
    """

    project: str
    settings: PageSettings
    paragraphs: Sequence[Planned] = ()
    annotators: Sequence[str] = ()
    assignment: AssignmentConfig = field(default_factory=AssignmentConfig)
    predictions: Mapping[str, Prediction] = field(default_factory=dict)
    withdrawn: int = 0
    load: Load = whole


@dataclass(frozen=True, slots=True)
class PushFiles:
    """The input of a push: the index of its paragraphs, and files that are optional."""

    index: ParagraphIndex
    priority: Path | None = None
    control_items: Path | None = None
    predictions: Path | None = None


def read_files(request: PushRequest, files: PushFiles, key_file: Path) -> PushRequest:
    """Add the content of files to a request; withdrawn articles are left out.

    Args:
        request: The rest of it.
        files: What to read.
        key_file: The key of pseudonyms; the list of withdrawn articles lies beside it.

    Raises:
        InputError: A file cannot be used.
    """
    taxonomy = request.settings.taxonomy
    paragraphs = files.index.paragraphs
    rows = kept_paragraphs(paragraphs, read_withdrawn(withdrawn_file(key_file)))
    withdrawn = len(paragraphs) - len(rows)
    if files.priority:
        rows = by_priority(rows, read_priorities(files.priority))
    items = read_control_items(files.control_items, taxonomy, rows) if files.control_items else []
    return replace(
        request,
        paragraphs=rows,
        assignment=replace(request.assignment, control_items=items),
        predictions=read_predictions(files.predictions, taxonomy) if files.predictions else {},
        withdrawn=withdrawn,
        load=files.index.load,
    )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the server has before a push.

    Attributes:
        connection: The server.
        projects: Annotator, `SHARED` or `REVIEW` -> project.
        tasks: The same, but for `REVIEW`, -> the tasks in it.
    """

    connection: Connection
    projects: Mapping[str, Project] = field(default_factory=dict)
    tasks: Mapping[str, Sequence[TaskSummary]] = field(default_factory=dict)


def read_snapshot(connection: Connection, request: PushRequest) -> Snapshot:
    """Look at the server; nothing there changes.

    Raises:
        InputError: An annotator whom the server does not know, or a name that it does not take.
        ServerError: The server cannot be read, or the project has other labels.
    """
    check_annotators(connection, request.annotators)
    projects = find_projects(connection, request.project)
    check_titles(connection, request.project, projects, request.annotators)
    for project in projects.values():
        check_fit(project, request.settings.taxonomy)
    tasks = {a: tuple(p.summaries()) for a, p in projects.items() if a != REVIEW}
    return Snapshot(connection, projects, tasks)


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What will be sent.

    Attributes:
        request: What was asked for.
        snapshot: What the server had.
        queues: Annotator, or `SHARED`, -> new paragraphs, in order.
        changed: Annotator, or `SHARED`, -> task number -> the paragraph, where its context or
            metadata differ from the task's.
        present: How many of the paragraphs annotators have already, counted for each of them.
        assignment: How the paragraphs were divided; None for a shared project.
    """

    request: PushRequest
    snapshot: Snapshot
    queues: Mapping[str, Sequence[Planned]]
    changed: Mapping[str, Mapping[int, Planned]]
    present: int
    assignment: Assignment | None

    @property
    def report(self) -> PushReport:
        """What a dry run reports."""
        added = sum(map(len, self.queues.values()))
        return PushReport(added, self.present, 0, updated=sum(map(len, self.changed.values())))

    def lines(self) -> Iterator[str]:
        """Yield what the user should know before anything is sent."""
        yield from doubled_lines(self.request.project, self.snapshot.projects)
        if self.assignment:
            yield from self.assignment.plan.lines()
            if self.assignment.control_items:
                yield f"{len(self.assignment.control_items)} control items for everybody"
            return
        connection = self.snapshot.connection
        people = sorted(set(connection.people) - connection.closed)
        if people:
            yield (
                "only the administrator sees this project; --annotators "
                f"{','.join(people)} gives people projects of their own"
            )


def plan_push(request: PushRequest, snapshot: Snapshot) -> PushPlan:
    """Plan what each project gets, from values alone.

    Raises:
        InputError: Settings that cannot be satisfied.
        ServerError: A shared project is to be divided among annotators.
    """
    rows = request.paragraphs
    annotators = choose_annotators(snapshot.connection, snapshot.tasks, request.annotators)
    existing = {a: frozenset(t.paragraph_id for t in tasks) for a, tasks in snapshot.tasks.items()}
    assignment = None
    if annotators:
        if snapshot.tasks.get(SHARED):
            raise shared_error(snapshot.connection, request.project, annotators)
        assignment = assign(rows, annotators, existing, request.assignment)
        queues = assignment.queues
    else:
        _check_shared(request.assignment)
        queues = {SHARED: missing(rows, existing.get(SHARED, frozenset()))}
    ids = {paragraph.id for paragraph in rows}
    present = sum(len(ids & existing.get(annotator, frozenset())) for annotator in queues)
    changed = {a: stale(rows, snapshot.tasks.get(a, ()), request.load) for a in queues}
    return PushPlan(request, snapshot, queues, changed, present, assignment)


def _check_shared(config: AssignmentConfig) -> None:
    if config.overlap is not None or config.pilot or config.control_items:
        raise InputError(
            "--overlap, --pilot and --gold are for annotators with projects of their own: name "
            "them with --annotators"
        )


def send(
    plan: PushPlan, advance: Callable[[int], None] = lambda count: None
) -> tuple[PushReport, dict[str, str]]:
    """Carry out a plan; sending it again adds nothing.

    Returns:
        The sum over the projects, and where each annotator labels.

    Raises:
        ServerError: The server cannot be reached; what was sent by then stays, and the next push
            completes it.
    """
    request, snapshot = plan.request, plan.snapshot
    annotators = [annotator for annotator in plan.queues if annotator != SHARED]
    projects = ensure_projects(
        snapshot.connection, request.project, annotators, request.settings, snapshot.projects
    )
    report = PushReport(0, plan.present, 0)
    for annotator, project in projects.items():
        report += send_to_project(plan, annotator, project, advance)
    if projects.keys() - snapshot.projects.keys():  # others may have made them at the same time
        present = find_projects(snapshot.connection, request.project)
        for annotator in projects.keys() & present.keys():
            report += unite(present[annotator])
    if plan.assignment and plan.assignment.control_items:
        remember_control_items(request.project, plan.assignment.control_items)
    return report, {annotator: p.labelling_url for annotator, p in projects.items()}


def send_to_project(
    plan: PushPlan, annotator: str, project: TaskStore, advance: Callable[[int], None]
) -> PushReport:
    """Send one annotator's part: new paragraphs, changed ones, predictions; remove doubles.

    A project that exists more than once is united.
    """
    load, predictions = plan.request.load, plan.request.predictions
    tasks = plan.snapshot.tasks.get(annotator, ())
    report = upload(load(plan.queues[annotator]), project, existing=(), advance=advance)
    updated, kept = update(plan.changed[annotator], project, load, advance=advance)
    certain = not report.put_right and project.count() == len(tasks) + report.added
    united, doubled = unite(project), bool(project.twins)
    project = project.parts()[0]
    if doubled or not certain or (predictions and report.added):
        tasks = tuple(project.summaries())
    # Somebody else may have sent the same meanwhile.
    removed = remove_untouched(doubles(tasks), project)
    numbers = {t.paragraph_id: t.number for t in tasks if t.number not in removed}
    predicted = send_predictions(predictions, numbers, project)
    rest = PushReport(0, 0, 0, updated, kept, len(removed), predicted)
    return report + united + rest
