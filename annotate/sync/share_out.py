"""Turn a shared project in which nobody has worked into annotators' projects.

It can be interrupted at any instant: the shared project is deleted last, once every paragraph of it
is in an annotator's project, and a second run sends only what is missing.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate.assignment.queues import AssignmentConfig, assign
from annotate.core.errors import InputError, ServerError
from annotate.core.plurals import counted
from annotate.core.records import Paragraph
from annotate.label_config.labeling_page import page_of
from annotate.label_studio.annotator_projects import (
    REVIEW,
    SHARED,
    PageSettings,
    check_fit,
    choose_annotators,
    ensure_projects,
    find_projects,
    shared_error,
)
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.retry import write_until_certain
from annotate.paragraphs.index import whole
from annotate.sync.reconcile import remove_untouched
from annotate.sync.upload import task_ids, upload


@dataclass(frozen=True, slots=True)
class Sharing:
    """Among whom a shared project is to be divided, and how.

    Attributes:
        project: Its name.
        annotators: Empty for those who have a project of that name.
        settings: What annotators are shown.
        assignment: How they share the paragraphs.
    """

    project: str
    annotators: Sequence[str]
    settings: PageSettings
    assignment: AssignmentConfig = field(default_factory=AssignmentConfig)


def is_shared(
    connection: Connection, projects: Mapping[str, Project], annotators: Sequence[str]
) -> bool:
    """Return whether there is a shared project beside annotators who are to have their own."""
    return SHARED in projects and bool(choose_annotators(connection, projects, annotators))


def share_out(
    connection: Connection,
    projects: Mapping[str, Project],
    sharing: Sharing,
    tell: Callable[[str], None] = lambda line: None,
) -> Mapping[str, Project]:
    """Give the paragraphs of the shared project to the annotators, and delete it.

    Args:
        connection: The server.
        projects: From `find_projects`.
        sharing: Among whom.
        tell: Told what was done.

    Returns:
        The projects as they are then.

    Raises:
        ServerError: People have worked in the shared project; nothing was changed.
    """
    while is_shared(connection, projects, sharing.annotators):
        shared, tasks = projects[SHARED], check_untouched(connection, projects, sharing)
        if paragraphs := _paragraphs(tasks) or []:
            sent_to = _send(connection, projects, paragraphs, sharing)
            count = counted(len(paragraphs), "paragraph")
            tell(f"shared out {count} of project {sharing.project!r} to {sent_to}")
        unchanged = dict(shared.task_data()).keys() == tasks.keys()
        if unchanged:
            _delete(shared, tasks)
        projects = find_projects(connection, sharing.project)
    return projects


def check_untouched(
    connection: Connection, projects: Mapping[str, Project], sharing: Sharing
) -> Mapping[int, Mapping[str, Any]]:
    """Refuse a shared project in which somebody worked; return its tasks' data by number.

    Raises:
        ServerError: Somebody did, or made tasks by hand, or it has other labels.
    """
    shared = projects[SHARED]
    check_fit(shared, sharing.settings.taxonomy)
    tasks = dict(shared.task_data())
    if _paragraphs(tasks) is None or _has_work(shared, tasks):
        chosen = choose_annotators(connection, projects, sharing.annotators)
        raise shared_error(connection, sharing.project, chosen)
    return tasks


def _paragraphs(tasks: Mapping[int, Mapping[str, Any]]) -> list[Paragraph] | None:
    """Return the paragraphs of these tasks; None if somebody made or changed one by hand."""
    try:
        paragraphs = [Paragraph.from_json(tasks[number]) for number in sorted(tasks)]
    except InputError:
        return None
    return list({paragraph.id: paragraph for paragraph in paragraphs}.values())


def _send(
    connection: Connection,
    projects: Mapping[str, Project],
    paragraphs: Sequence[Paragraph],
    sharing: Sharing,
) -> str:
    """Send each annotator what the plan gives them and they do not have; return their names."""
    chosen = choose_annotators(connection, projects, sharing.annotators)
    others = {a: p for a, p in projects.items() if a not in (SHARED, REVIEW)}
    existing = {a: task_ids(project) for a, project in others.items()}
    queues = assign(paragraphs, chosen, existing, sharing.assignment).queues
    page = sharing.settings.page(page_of(projects[SHARED].config()))
    settings = PageSettings(sharing.settings.taxonomy, page.spans, page.hide_source)
    others |= ensure_projects(connection, sharing.project, chosen, settings, projects)
    for annotator, queue in queues.items():
        upload(whole(queue), others[annotator], existing=existing.get(annotator, frozenset()))
    left = {paragraph.id for paragraph in paragraphs}.difference(*map(task_ids, others.values()))
    if left:
        raise ServerError(
            f"project {sharing.project!r}: {len(left)} of its paragraphs reached no annotator, so "
            "the shared project stays: run the same command again"
        )
    return ", ".join(chosen)


def _has_work(project: Project, numbers: Iterable[int]) -> bool:
    return any(project.has_work(list(numbers)).values())


def _delete(project: Project, numbers: Iterable[int]) -> None:
    """Delete the project, unless somebody answered in it just now."""
    remove_untouched(sorted(numbers), project)
    for part in project.parts():
        write_until_certain(part.delete_if_empty, lambda: False, time.sleep)
