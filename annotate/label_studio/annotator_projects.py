"""A project NAME of ours is a list of streams: one shared, or one for each annotator.

On the embedded server each annotator's stream has the title NAME and stands in the organisation of
that person, so that nobody meets another's labels. On a server of which we have only the API it is
a project of its own, `NAME (annotator)`. What is there is asked of the server: no list is kept.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annotate.core.errors import InputError, ServerError
from annotate.core.records import Origin, Paragraph
from annotate.core.taxonomy import Taxonomy
from annotate.label_config.guidelines import instruction
from annotate.label_config.labeling_page import Page, SpanLabels, fits, label_config, page_of
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project

SHARED = ""


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What annotators are shown.

    Attributes:
        taxonomy: What is labelled.
        spans: What words are marked with; None keeps what the project has.
        hide_source: Whether title and outlet are left out; None keeps what the project has.
    """

    taxonomy: Taxonomy
    spans: SpanLabels | None = None
    hide_source: bool | None = None

    def page(self, there: Page) -> Page:
        """The page of a project that had this one."""
        hide = there.hide_source if self.hide_source is None else self.hide_source
        return replace(there, spans=self.spans or there.spans, hide_source=hide)


def find_projects(connection: Connection, name: str) -> dict[str, Project]:
    """Annotator -> stream of the project `name`, as far as they are there.

    `SHARED` stands for the one that everybody shares, `REVIEW` for the review project.
    """
    found = dict(_find(connection, name))
    for annotator, project in found.items():
        project.annotator = "" if annotator == REVIEW else annotator
        project.origin = Origin.ADJUDICATION if annotator == REVIEW else Origin.ANNOTATION
    return found


def pushed_paragraphs(connection: Connection, name: str) -> Iterator[Paragraph]:
    """What is in the project `name`, once for each of its streams; tasks made by hand are not."""
    for stream in find_projects(connection, name).values():
        for _, data in stream.task_data():
            try:
                yield Paragraph.from_json(data)
            except InputError:
                continue


def _find(connection: Connection, name: str) -> Iterable[tuple[str, Project]]:
    main = LabelStudio(connection.url, connection.token)
    titles = sorted(main.projects(name).items())
    streams = [
        (a, number) for title, number in titles if (a := _annotator_of(title, name)) is not None
    ]
    owned = not connection.embedded and any(annotator != SHARED for annotator, _ in streams)
    users = _names(main) if owned else {}
    for annotator, number in streams:
        project = Project(main, number, connection.server)
        project.owner = users.get(annotator)
        yield annotator, project
    for annotator, token in connection.people.items():
        studio = LabelStudio(connection.url, token)
        own = studio.projects(name).get(name)
        if own is not None:
            project = Project(studio, own, connection.server)
            project.owner = studio.user
            yield annotator, project


def _annotator_of(title: str, name: str) -> str | None:
    """The annotator whose stream has this title; None if it is no stream of the project."""
    if title == name:
        return SHARED
    if title.startswith(f"{name} (") and title.endswith(")"):
        return title[len(name) + 2 : -1]
    return None


def _names(studio: LabelStudio) -> dict[str, int]:
    """What a person is called here -> number: what stands before the @ of the e-mail."""
    return {email.partition("@")[0].lower(): user for email, user in studio.users().items()}


def people_of(connection: Connection) -> dict[str, int]:
    """Everybody's name -> number on the server, people with streams of their own included."""
    main = LabelStudio(connection.url, connection.token)
    own = {a: LabelStudio(connection.url, t).user for a, t in connection.people.items()}
    return {**_names(main), **own}


def open_projects(connection: Connection, name: str, taxonomy: Taxonomy) -> dict[str, Project]:
    """The streams of the project, which must be there and fit the taxonomy.

    Raises:
        ServerError: No such project, or one with other labels.
    """
    found = find_projects(connection, name)
    if not found:
        raise ServerError(
            f"{connection.url} has no project {name!r}: 'rhetoric-annotate push' makes it"
        )
    for project in found.values():
        check_fit(project, project.config(), taxonomy)
    return found


def check_fit(project: Project, config: str, taxonomy: Taxonomy) -> None:
    """Refuse a project whose answers would not mean what the taxonomy says.

    Raises:
        ServerError: Its controls or labels differ.
    """
    try:
        same = fits(config, taxonomy)
    except ET.ParseError:
        same = False
    if not same:
        raise ServerError(
            f"project {project.number} at {project.studio.url} has other labels than taxonomy "
            f"{taxonomy.name} {taxonomy.version}; use the taxonomy it was made with, another "
            "--project, 'rhetoric-annotate migrate' to take its labels over, or 'pull --map' for a "
            "project that was made elsewhere"
        )


def ensure_projects(
    connection: Connection,
    name: str,
    annotators: Sequence[str],
    look: PageSettings,
    found: Mapping[str, Project] | None = None,
) -> dict[str, Project]:
    """The streams of these annotators, made where they are not there.

    Without annotators they are those that are there, of people whose account is open; where there
    is none, `SHARED`. `found` is what `find_projects` gave; where a stream is missing in it, it is
    asked again, since somebody else may have made it: two of a name would part the work.

    Raises:
        InputError: An annotator whom the server does not know, or whose account is closed.
        ServerError: A stream is there with other labels, is shared, or the server refuses one.
    """
    there = dict(found or {})
    if not {*(annotators or [SHARED])} <= there.keys():
        there = find_projects(connection, name)
    annotators = choose_annotators(connection, name, there, annotators)
    servers = _servers(connection, annotators)
    for annotator, studio in servers.items():
        if annotator in there:
            _refresh(there[annotator], look)
        else:
            project = _make(connection, studio, _title(connection, name, annotator), look)
            project.annotator = annotator
            project.owner = studio.user if connection.embedded and annotator else None
            there[annotator] = project
    return {annotator: there[annotator] for annotator in servers}


def choose_annotators(
    connection: Connection, name: str, found: Mapping[str, Project], annotators: Sequence[str]
) -> list[str]:
    """These, or without any those who have a stream and whose account is open.

    Raises:
        ServerError: The project is shared: who has everything already cannot be blind to others.
    """
    own = [a for a in found if a not in (SHARED, REVIEW) and a not in connection.closed]
    chosen = list(annotators or own)
    if chosen and SHARED in found and next(found[SHARED].task_data(), None):
        raise ServerError(
            f"project {name!r} is shared by everybody (it was pushed without annotators): use "
            "another --project for annotators who do not see each other's work"
        )
    return chosen


def ensure_review_project(
    connection: Connection, name: str, config: str, instructions: str
) -> Project:
    """The review project, made if it is not there, with this page."""
    project = find_projects(connection, name).get(REVIEW)
    if project is None:
        studio = LabelStudio(connection.url, connection.token)
        number = studio.make_project(f"{name} ({REVIEW})", config, instructions)
        project = Project(studio, number, connection.server)
        project.origin = Origin.ADJUDICATION
    else:
        project.set_config(config, instructions)
    return project


def _servers(connection: Connection, annotators: Sequence[str]) -> dict[str, LabelStudio]:
    """Annotator -> the server as it is to be asked for that person's stream."""
    check_known(connection, annotators)
    if connection.embedded and annotators:
        return {a: LabelStudio(connection.url, connection.people[a]) for a in annotators}
    main = LabelStudio(connection.url, connection.token)
    return dict.fromkeys(annotators or [SHARED], main)


def check_known(connection: Connection, annotators: Sequence[str]) -> None:
    """Refuse annotators whom the server does not know.

    Raises:
        InputError: Who is not known, or closed, and what to do.
    """
    known: Iterable[str] = connection.people
    if annotators and not connection.embedded:
        known = _names(LabelStudio(connection.url, connection.token))
    there = sorted(set(known) - connection.closed)
    for annotator in annotators:
        if annotator in connection.closed:
            raise InputError(
                f"the account {annotator!r} is closed; 'rhetoric-annotate studio people --reset "
                f"{annotator}' opens it again"
            )
        if annotator not in there:
            raise InputError(
                f"annotator {annotator!r} has no account on the server (there are: "
                f"{', '.join(there) or 'none'}); on the embedded server 'rhetoric-annotate studio "
                f"people --add {annotator}' makes it, elsewhere invite the person first"
            )


def _title(connection: Connection, name: str, annotator: str) -> str:
    return name if connection.embedded or annotator == SHARED else f"{name} ({annotator})"


def _make(connection: Connection, studio: LabelStudio, title: str, look: PageSettings) -> Project:
    config = label_config(look.taxonomy, look.page(Page()))
    number = studio.make_project(title, config, instruction(look.taxonomy))
    return Project(studio, number, connection.server)


def _refresh(project: Project, look: PageSettings) -> None:
    """Give a project the taxonomy's present words, and the page that is asked for."""
    there = project.config()
    check_fit(project, there, look.taxonomy)
    config = label_config(look.taxonomy, look.page(page_of(there)))
    project.set_config(config, instruction(look.taxonomy))


REVIEW = "review"  # the project in which people adjudicate has this name beside the annotators'
