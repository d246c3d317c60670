"""Check a server: its release, its clock, the tokens that it accepts, and its projects."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from annotate.core.errors import ServerError
from annotate.core.plurals import counted
from annotate.core.taxonomy import Taxonomy
from annotate.doctor.check import Check, State
from annotate.label_studio.annotator_projects import check_fit, doubled_lines, find_projects
from annotate.label_studio.client import Greeting, LabelStudio, greet
from annotate.label_studio.connection import Connection

_TESTED = "1.23."  # the releases that the tests run against
_DRIFT = 60  # seconds


def check_reach(url: str) -> tuple[Check, Greeting | None]:
    """Check that Label Studio answers; return what it says about itself, too."""
    try:
        greeting = greet(url)
    except ServerError as error:
        return Check("server", State.FAIL, str(error)), None
    return Check("server", State.OK, f"answers at {url}"), greeting


def about_release(version: str) -> Check:
    """Judge whether this is a release that was tested."""
    if version.startswith(_TESTED):
        return Check("version", State.OK, f"Label Studio {version}")
    return Check(
        "version",
        State.WARN,
        f"Label Studio {version}; known to work: {_TESTED}x",
        "try every command on a project that you can lose first, or run a release known to work",
    )


def about_clock(date: str, now: datetime) -> Check:
    """Compare the clocks: by the server's times a pull decides what to read again."""
    try:
        parsed = parsedate_to_datetime(date)
    except ValueError:
        finding = "the server does not say what time it is"
        return Check("clock", State.WARN, finding, "compare the clocks by hand")
    difference = abs((parsed.replace(tzinfo=parsed.tzinfo or UTC) - now).total_seconds())
    if difference <= _DRIFT:
        return Check("clock", State.OK, "within a minute of the server's")
    finding = f"the server's clock and ours differ by {difference:.0f} s"
    return Check("clock", State.WARN, finding, "synchronise both clocks with a time server (NTP)")


def check_token(server: Connection) -> tuple[Check, LabelStudio | None]:
    """Check that the server accepts our token; return the client, too."""
    kind = "personal access token" if server.token.count(".") == 2 else "legacy token"
    try:
        studio = LabelStudio(server.url, server.token)
    except ServerError as error:
        return Check("token", State.FAIL, str(error)), None
    return Check("token", State.OK, f"{kind}, accepted"), studio


def check_rights(studio: LabelStudio) -> Check:
    """Check that the token may list projects, as every command has to."""
    try:
        count = studio.get("api/projects", page_size=1)["count"]
    except (ServerError, KeyError, TypeError) as error:
        fix = "use the token of somebody who may create projects there"
        return Check("rights", State.FAIL, f"projects cannot be listed: {error}", fix)
    return Check("rights", State.OK, f"can see {counted(count, 'project')}")


def check_annotators(server: Connection) -> Iterator[Check]:
    """Check each annotator's own token; nothing where there are no such tokens."""
    refused = []
    for annotator, token in server.people.items():
        try:
            LabelStudio(server.url, token)
        except ServerError:
            refused.append(annotator)
    name = "annotators' tokens"
    if refused:
        fix = "; ".join(f"rhetoric-annotate studio people --reset {person}" for person in refused)
        yield Check(name, State.FAIL, f"refused: {', '.join(refused)}", fix)
    elif server.people:
        yield Check(name, State.OK, f"accepted: {', '.join(server.people)}")


def check_projects(server: Connection, title: str, taxonomy: Taxonomy) -> Iterator[Check]:
    """Check that each annotator's project has the taxonomy's labels under the same controls."""
    try:
        projects = find_projects(server, title)
    except ServerError as error:
        yield Check(f"project {title}", State.FAIL, str(error))
        return
    if not projects:
        fix = "check the name; 'rhetoric-annotate push --new' creates the project"
        yield Check(f"project {title}", State.FAIL, f"{server.url} has no such project", fix)
    for annotator, project in projects.items():
        name = f"project {title}{f' of {annotator}' if annotator else ''}"
        try:
            check_fit(project, taxonomy)
        except ServerError as error:
            yield Check(name, State.FAIL, str(error))
            continue
        for line in doubled_lines(title, {annotator: project}):
            yield Check(name, State.WARN, line, "rhetoric-annotate push")
        if not project.twins:
            yield Check(name, State.OK, f"has the labels of {taxonomy.name} {taxonomy.version}")
