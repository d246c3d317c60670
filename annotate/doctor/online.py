"""What a server answers: whether it is there, which it is, whom it lets in, and its projects."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from annotate.core.errors import ServerError
from annotate.core.taxonomy import Taxonomy
from annotate.doctor.check import Check, fail, ok, warn
from annotate.label_studio.annotator_projects import check_fit, find_projects
from annotate.label_studio.client import Greeting, LabelStudio, greet
from annotate.label_studio.connection import Connection

_KNOWN = "1.23."  # the releases that the tests run against
_DRIFT = 60  # seconds


def check_reach(url: str) -> tuple[Check, Greeting | None]:
    """Whether Label Studio answers there, and what it says of itself."""
    try:
        greeting = greet(url)
    except ServerError as error:
        return fail("server", str(error)), None
    return ok("server", f"answers at {url}"), greeting


def about_release(version: str) -> Check:
    """A release that was tried, or another."""
    if version.startswith(_KNOWN):
        return ok("version", f"Label Studio {version}")
    return warn(
        "version",
        f"Label Studio {version}; known to work: {_KNOWN}x",
        "try every command on a project that may be lost first, or run a known one",
    )


def about_clock(date: str, now: datetime) -> Check:
    """The server's clock against ours: what a pull takes anew, it knows by the server's times."""
    name = "clock"
    try:
        there = parsedate_to_datetime(date)
    except ValueError:
        return warn(name, "the server does not say what time it is", "compare the clocks by hand")
    apart = abs((there.replace(tzinfo=there.tzinfo or UTC) - now).total_seconds())
    if apart > _DRIFT:
        mend = "set both clocks by a time server (NTP)"
        return warn(name, f"the server's clock and ours are {apart:.0f} s apart", mend)
    return ok(name, "within a minute of the server's")


def check_token(connection: Connection) -> tuple[Check, LabelStudio | None]:
    """Whether the server lets the owner of our token in."""
    kind = "personal access token" if connection.token.count(".") == 2 else "legacy token"
    try:
        studio = LabelStudio(connection.url, connection.token)
    except ServerError as error:
        return fail("token", str(error)), None
    return ok("token", f"{kind}, accepted"), studio


def check_rights(studio: LabelStudio) -> Check:
    """Whether the token's owner may see projects, which every command begins with."""
    try:
        count = studio.get("api/projects", page_size=1)["count"]
    except (ServerError, KeyError, TypeError) as error:
        mend = "use the token of a person who may make projects there"
        return fail("rights", f"projects cannot be listed: {error}", mend)
    return ok("rights", f"sees {count} projects")


def check_people(connection: Connection) -> Check | None:
    """Whether each annotator's own token works; None where there are no such tokens."""
    refused = []
    for annotator, token in connection.people.items():
        try:
            LabelStudio(connection.url, token)
        except ServerError:
            refused.append(annotator)
    if refused:
        mend = "; ".join(f"rhetoric-annotate studio people --reset {name}" for name in refused)
        return fail("annotators' tokens", f"refused: {', '.join(refused)}", mend)
    if not connection.people:
        return None
    return ok("annotators' tokens", f"accepted: {', '.join(connection.people)}")


def check_streams(connection: Connection, project: str, taxonomy: Taxonomy) -> Iterator[Check]:
    """Whether each stream of the project asks for the taxonomy's labels, under the same controls.

    Raises:
        ServerError: The server cannot be asked.
    """
    streams = find_projects(connection, project)
    if not streams:
        mend = "'rhetoric-annotate push' makes it; is the name right?"
        yield fail(f"project {project}", f"{connection.url} has none of this name", mend)
    for annotator, stream in streams.items():
        name = f"project {project}{f' of {annotator}' if annotator else ''}"
        try:
            check_fit(stream, taxonomy)
        except ServerError as error:
            yield fail(name, str(error))
        else:
            yield ok(name, f"has the labels of {taxonomy.name} {taxonomy.version}")
