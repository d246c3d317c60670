"""The projects on the server behind one project NAME: a shared one, or one for each annotator.

On the embedded server each annotator's project has the title NAME and stands in that person's
organisation, so that nobody meets another's labels. On a server that we reach only through its API
its title is `NAME (annotator)`. The server is asked which there are: no list is kept.
"""

import time
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from annotate.core.errors import InputError, ServerError
from annotate.core.plurals import counted
from annotate.core.records import Origin, Paragraph
from annotate.core.taxonomy import Taxonomy
from annotate.label_config.guidelines import instruction
from annotate.label_config.labeling_page import Page, SpanLabels, fits, label_config, page_of
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.retry import retry_read, write_until_certain

SHARED = ""  # stands for an annotator where everybody labels in one project
REVIEW = "review"  # and for the annotator of the project in which people adjudicate


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What annotators are shown.

    Attributes:
        taxonomy: The labels.
        spans: What words are marked with; None keeps the project's setting.
        hide_source: Whether title and outlet are hidden; None keeps the project's setting.
    """

    taxonomy: Taxonomy
    spans: SpanLabels | None = None
    hide_source: bool | None = None

    def page(self, present: Page) -> Page:
        """Return the page to give a project that has `present` now."""
        hide = present.hide_source if self.hide_source is None else self.hide_source
        return replace(present, spans=self.spans or present.spans, hide_source=hide)


def find_projects(connection: Connection, name: str) -> dict[str, Project]:
    """Annotator, `SHARED` or `REVIEW` -> project, as far as they exist.

    Projects of one title are one project with `twins`.
    """
    admin = LabelStudio(connection.url, connection.token)
    numbers = {
        annotator: same
        for title, same in sorted(admin.projects(name).items())
        if (annotator := _annotator_of(title, name)) is not None
        and (annotator in (SHARED, REVIEW) or not connection.embedded)
    }
    owned = not connection.embedded and numbers.keys() - {SHARED}
    owners = _user_numbers(admin) if owned else {}
    projects = {
        annotator: _project(admin, same, connection.server, annotator, owners.get(annotator))
        for annotator, same in numbers.items()
    }
    for annotator, token in connection.people.items():
        client = LabelStudio(connection.url, token)
        titles = client.projects(name)
        if name in titles:
            projects[annotator] = _project(
                client, titles[name], connection.server, annotator, client.user
            )
    return projects


def _project(
    client: LabelStudio, numbers: Sequence[int], server: str, annotator: str, owner: int | None
) -> Project:
    number, *twins = numbers
    project = Project(client, number, server, annotator, owner, twins=tuple(twins))
    if annotator == REVIEW:
        return replace(project, annotator="", origin=Origin.ADJUDICATION)
    return project


def doubled_lines(name: str, projects: Mapping[str, Project]) -> Iterator[str]:
    """Yield what to tell the user about titles that several projects have."""
    for annotator, project in projects.items():
        if project.twins:
            of = f" of {annotator}" if annotator else ""
            mover = "'adjudicate'" if annotator == REVIEW else "a push"
            numbers = " and ".join(map(str, project.twins))
            yield (
                f"project {name!r}{of} exists {len(project.twins) + 1} times on the server: the "
                f"work in all of them counts, and {mover} moves what nobody worked on from number "
                f"{numbers} to {project.number}"
            )


def _annotator_of(title: str, name: str) -> str | None:
    """Return whose project has this title; None if it does not belong to project `name`."""
    if title == name:
        return SHARED
    if title.startswith(f"{name} (") and title.endswith(")"):
        return title[len(name) + 2 : -1]
    return None


def _title(connection: Connection, name: str, annotator: str) -> str:
    if annotator == SHARED or (connection.embedded and annotator != REVIEW):
        return name
    return f"{name} ({annotator})"


def check_titles(
    connection: Connection, name: str, existing: Collection[str], annotators: Sequence[str]
) -> None:
    """Refuse a name that the server would refuse for a project that is still to be made.

    Args:
        connection: The server.
        name: Of the project.
        existing: Annotators who have the project; see `find_projects`.
        annotators: Those who are asked for; see `choose_annotators`.

    Raises:
        InputError: Its length, or a character of it.
    """
    for annotator in choose_annotators(connection, existing, annotators) or [SHARED]:
        title = _title(connection, name, annotator)
        if annotator not in existing:
            check_title(title)


def check_title(title: str) -> None:
    """Refuse a title that the server would refuse, or change.

    Raises:
        InputError: Its length, or a character of it.
    """
    check_title_length(title)
    if not title.isprintable() or title != title.strip():
        raise InputError(
            f"project name {title!r}: Label Studio would change it; leave out blanks at the ends "
            "and characters that cannot be printed"
        )


def check_title_length(title: str) -> None:
    """Refuse a title that no project on any server can have.

    Raises:
        InputError: Its length.
    """
    length = len(title.strip())
    if not 3 <= length <= 50:
        raise InputError(
            f"project name {title!r} has {counted(length, 'character')}: Label Studio wants 3 to 50"
        )


def open_projects(connection: Connection, name: str, taxonomy: Taxonomy) -> dict[str, Project]:
    """Find the projects, which must exist and fit the taxonomy.

    Raises:
        ServerError: No such project, or one with other labels.
    """
    projects = find_projects(connection, name)
    if not projects:
        raise _missing(connection, name, "'rhetoric-annotate push --new' makes it")
    for project in projects.values():
        check_fit(project, taxonomy)
    return _with_administrators(connection, projects)


def _with_administrators(
    connection: Connection, projects: Mapping[str, Project]
) -> dict[str, Project]:
    """Name the account whose answers do not count in each annotator's project.

    Where all share an organisation, it is the account that made the projects.
    """
    apart = connection.embedded and any(project.annotator for project in projects.values())
    admin = LabelStudio(connection.url, connection.token).user if apart else None

    def name_in(project: Project) -> Project:
        if not project.annotator:
            return project
        user = admin if connection.embedded else project.maker()
        return replace(project, administrator=None if user == project.owner else user)

    return {annotator: name_in(project) for annotator, project in projects.items()}


def counting_administrator(projects: Mapping[str, Project]) -> dict[str, Project]:
    """Return the projects as sources in which everybody's answers count."""
    return {name: replace(project, administrator=None) for name, project in projects.items()}


def check_new(connection: Connection, name: str) -> None:
    """Refuse to make a project where others exist: its name may be misspelt.

    Raises:
        ServerError: Which projects exist.
    """
    if project_names(connection):
        raise _missing(connection, name, "add --new to make it")


def _missing(connection: Connection, name: str, fix: str) -> ServerError:
    existing = ", ".join(project_names(connection))
    return ServerError(f"no project {name!r}; existing: {existing or 'none'}; {fix}")


def project_names(connection: Connection) -> list[str]:
    """Return the name of every project on the server, as `find_projects` takes it."""
    admin = LabelStudio(connection.url, connection.token)
    everybody = [LabelStudio(connection.url, token) for token in connection.people.values()]
    titles = {title for client in (admin, *everybody) for title in client.projects("")}
    annotators = {REVIEW} if connection.embedded else {REVIEW, *_user_numbers(admin)}
    bases = {title: title.rpartition(" (")[0] for title in titles if title.endswith(")")}
    owned = {t for t, base in bases.items() if base and t[len(base) + 2 : -1] in annotators}
    return sorted({bases[title] if title in owned else title for title in titles})


def check_fit(project: Project, taxonomy: Taxonomy) -> str:
    """Refuse a project whose answers would not mean what the taxonomy says.

    Returns:
        The project's labeling config.

    Raises:
        ServerError: Its controls or labels differ, or those of a twin.
    """
    configs = project.configs()
    for number, config in configs.items():
        try:
            same = fits(config, taxonomy)
        except ET.ParseError:
            same = False
        if not same:
            raise ServerError(
                f"project {number} at {project.client.url} has other labels than taxonomy "
                f"{taxonomy.name} {taxonomy.version}; use the taxonomy it was made with, another "
                "--project, 'rhetoric-annotate migrate' to move its labels, or 'pull --map' for a "
                "project that was made elsewhere"
            )
    return configs[project.number]


def ensure_projects(
    connection: Connection,
    name: str,
    annotators: Sequence[str],
    settings: PageSettings,
    projects: Mapping[str, Project] | None = None,
) -> dict[str, Project]:
    """Return the projects of these annotators, with these settings; make those that are missing.

    Args:
        connection: The server.
        name: Of the project.
        annotators: Empty for those who have a project and whose account is open; if there is
            nobody, for `SHARED`.
        settings: What annotators are shown.
        projects: From `find_projects`. If one is missing, the server is asked again, since
            somebody else may have made it: two with one title would divide the work.

    Raises:
        InputError: An annotator whom the server does not know, or whose account is closed; a name
            that the server does not take.
        ServerError: A project has other labels, or the server refuses one.
    """
    projects = dict(projects or {})
    if not {*(annotators or [SHARED])} <= projects.keys():
        projects = find_projects(connection, name)
    chosen = choose_annotators(connection, projects, annotators)
    check_annotators(connection, chosen)
    check_titles(connection, name, projects, chosen)
    for annotator in chosen or [SHARED]:
        if annotator in projects:
            config = check_fit(projects[annotator], settings.taxonomy)
            _configure(projects[annotator], settings, page_of(config))
        else:
            title = _title(connection, name, annotator)
            config = label_config(settings.taxonomy, settings.page(Page()))
            words = instruction(settings.taxonomy)
            projects[annotator] = _make(connection, title, annotator, config, words)
    return {annotator: projects[annotator] for annotator in chosen or [SHARED]}


def choose_annotators(
    connection: Connection, existing: Iterable[str], asked: Sequence[str]
) -> list[str]:
    """Return the annotators asked for, or else those with a project and an open account."""
    others = {SHARED, REVIEW, *connection.closed}
    return list(asked) or [annotator for annotator in existing if annotator not in others]


def shared_error(connection: Connection, name: str, annotators: Sequence[str]) -> ServerError:
    """Return the refusal to divide a shared project: everybody has seen everything in it."""
    old, new, people = quote(name), quote(f"{name}-2"), ",".join(annotators)
    push = f"rhetoric-annotate push FILE --project {new}"
    if connection.embedded:
        studio = f"rhetoric-annotate studio --project {new} --annotators {people}"
        commands = f"'{studio}' and then '{push}'"
    else:
        commands = f"'{push} --annotators {people} --new'"
    return ServerError(
        f"project {name!r} is shared by everybody and somebody worked in it, so it stays: "
        f"{commands} gives its paragraphs to {people} in another project; "
        f"'rhetoric-annotate pull --project {old}' fetches the work that was done"
    )


def _make(
    connection: Connection, title: str, annotator: str, config: str, instructions: str
) -> Project:
    """Make the project, once, as far as that is in our hands.

    The server takes a title twice. So a request in doubt is repeated only after a look, and after
    it, too: if somebody else was first, theirs is used, and ours deleted.
    """
    client = LabelStudio(connection.url, connection.people.get(annotator, connection.token))
    owner = client.user if annotator in connection.people else None
    made: set[int] = set()

    def make() -> None:
        made.add(client.make_project(title, config, instructions))

    def same() -> tuple[int, ...]:
        return client.projects(title).get(title, ())

    write_until_certain(make, lambda: bool(same()), time.sleep)
    numbers = sorted({*same(), *made})
    project = _project(client, numbers, connection.server, annotator, owner)
    for part in project.parts()[1:]:
        if part.number in made:
            write_until_certain(part.delete_if_empty, lambda: False, time.sleep)
    return replace(project, twins=tuple(n for n in project.twins if n not in made))


def _configure(project: Project, settings: PageSettings, present: Page) -> None:
    config = label_config(settings.taxonomy, settings.page(present))
    retry_read(lambda: project.set_config(config, instruction(settings.taxonomy)))


def ensure_review_project(
    connection: Connection, name: str, config: str, instructions: str
) -> Project:
    """Return the review project with this labeling config; make it if it is missing."""
    project = find_projects(connection, name).get(REVIEW)
    if project is None:
        check_titles(connection, name, (), [REVIEW])
        title = _title(connection, name, REVIEW)
        return _make(connection, title, REVIEW, config, instructions)
    project.set_config(config, instructions)
    return project


def pushed_paragraphs(connection: Connection, name: str) -> Iterator[Paragraph]:
    """Yield what is in the project `name`, once for each annotator; tasks made by hand are not."""
    for project in find_projects(connection, name).values():
        for _, data in project.task_data():
            try:
                yield Paragraph.from_json(data)
            except InputError:
                continue


def people_of(connection: Connection) -> dict[str, int]:
    """Everybody's name -> number on the server, also of people with projects of their own."""
    everybody = _user_numbers(LabelStudio(connection.url, connection.token))
    annotators = {a: LabelStudio(connection.url, t).user for a, t in connection.people.items()}
    return {**everybody, **annotators}


def _user_numbers(client: LabelStudio) -> dict[str, int]:
    """Name -> number of everybody: a name is what stands before the @ of the e-mail."""
    return {email.partition("@")[0].lower(): user for email, user in client.users().items()}


def check_annotators(connection: Connection, annotators: Sequence[str]) -> None:
    """Refuse annotators whom the server does not know.

    Raises:
        InputError: Who is unknown or has a closed account, and what to do.
    """
    names: Iterable[str] = connection.people
    if annotators and not connection.embedded:
        names = _user_numbers(LabelStudio(connection.url, connection.token))
    accounts = sorted(set(names) - connection.closed)
    for annotator in annotators:
        if annotator in connection.closed:
            raise InputError(
                f"the account {annotator!r} is closed; 'rhetoric-annotate studio people --reset "
                f"{annotator}' opens it again"
            )
        if annotator not in accounts:
            raise InputError(
                f"annotator {annotator!r} has no account on the server (there are: "
                f"{', '.join(accounts) or 'none'}); on the embedded server 'rhetoric-annotate "
                f"studio people --add {annotator}' makes it, elsewhere invite the person first"
            )
