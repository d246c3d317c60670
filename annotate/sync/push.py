"""Push to a project: to the one stream that everybody shares, or to the annotators' own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annotate.assignment.control_items import remember_control_items
from annotate.assignment.queues import Distribution, Terms, distribute
from annotate.core.errors import InputError
from annotate.core.predictions import Prediction
from annotate.label_studio.annotator_projects import (
    REVIEW,
    SHARED,
    PageSettings,
    check_fit,
    check_known,
    choose_annotators,
    ensure_projects,
    find_projects,
)
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.tasks import TaskSummary
from annotate.paragraphs.index import Load, Planned, whole
from annotate.sync.prelabels import send_predictions
from annotate.sync.reconcile import doubles, remove_doubles, stale, update
from annotate.sync.upload import PushReport, missing, push


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be sent, known before anything is.

    Attributes:
        connection: The server.
        name: The project's.
        look: What annotators are shown.
        found: The streams that are there.
        orders: Annotator, or `SHARED`, -> paragraphs in order; those that are there are left out.
        distribution: How it was planned; None for the shared stream.
        there: How many of the input's paragraphs annotators have already, each for each of them.
        held: Annotator -> the tasks that are there; who has no stream yet is missing.
        changed: Annotator -> the tasks of the input's paragraphs that have other context or
            metadata than the input.
        load: What reads the texts of the orders when they are sent.
    """

    connection: Connection
    name: str
    look: PageSettings
    found: Mapping[str, Project]
    orders: Mapping[str, Sequence[Planned]]
    distribution: Distribution | None
    there: int
    held: Mapping[str, Sequence[TaskSummary]]
    changed: Mapping[str, Mapping[int, Planned]]
    load: Load

    def lines(self) -> Iterator[str]:
        """What is to be said of it first."""
        if self.distribution:
            yield from self.distribution.plan.lines()
            if self.distribution.gold:
                yield f"{len(self.distribution.gold)} paragraphs with known answers for everybody"
            return
        people = sorted(set(self.connection.people) - self.connection.closed)
        if self.connection.embedded and people:
            yield (
                "only the administrator sees this project; --annotators "
                f"{','.join(people)} gives people projects of their own"
            )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for; None where it was left to us.

    Attributes:
        annotators: Empty for all who have the project.
        overlap: People for each paragraph.
        terms: The rest of the terms; their overlap is not looked at.
    """

    annotators: Sequence[str]
    overlap: int | None
    terms: Terms


def plan_delivery(
    connection: Connection,
    name: str,
    look: PageSettings,
    paragraphs: Sequence[Planned],
    asked: Asked,
    load: Load = whole,
) -> Delivery:
    """Find out what is there and plan the rest; changes nothing.

    Raises:
        InputError: Terms that cannot be satisfied, or annotators whom the server does not know.
        ServerError: The server cannot be read, or the project has other labels.
    """
    check_known(connection, asked.annotators)
    found = find_projects(connection, name)
    for stream in found.values():
        check_fit(stream, stream.config(), look.taxonomy)
    annotators = choose_annotators(connection, name, found, asked.annotators)
    held = {a: tuple(stream.summaries()) for a, stream in found.items() if a != REVIEW}
    known = {a: frozenset(task.paragraph_id for task in tasks) for a, tasks in held.items()}
    ids = {p.id for p in paragraphs}
    orders: Mapping[str, Sequence[Planned]]
    if annotators:
        known.pop(SHARED, None)  # it is empty
        planned = distribute(paragraphs, annotators, known, _terms(asked, len(annotators)))
        orders = planned.orders
    else:
        _check_shared(asked)
        planned, orders = None, {SHARED: missing(paragraphs, known.get(SHARED, frozenset()))}
    there = sum(len(ids & known.get(annotator, frozenset())) for annotator in orders)
    changed = {a: stale(paragraphs, held.get(a, ()), load) for a in orders}
    return Delivery(connection, name, look, found, orders, planned, there, held, changed, load)


def _check_shared(asked: Asked) -> None:
    if asked.overlap is not None or asked.terms.pilot or asked.terms.gold:
        raise InputError(
            "--overlap, --pilot and --gold are for annotators with streams of their own: name "
            "them with --annotators"
        )


def _terms(asked: Asked, people: int) -> Terms:
    overlap = min(2, people) if asked.overlap is None else asked.overlap
    return replace(asked.terms, overlap=overlap)


def deliver(
    delivery: Delivery,
    advance: Callable[[int], None] = lambda count: None,
    predictions: Mapping[str, Prediction] | None = None,
) -> tuple[PushReport, dict[str, str]]:
    """Send it; a second delivery of the same adds nothing.

    Returns:
        The sum over the streams, and where each annotator labels.

    Raises:
        ServerError: The server cannot be reached; what was sent by then stays, and the next
            delivery completes it.
    """
    annotators = [a for a in delivery.orders if a != SHARED]
    streams = ensure_projects(
        delivery.connection, delivery.name, annotators, delivery.look, delivery.found
    )
    reports = [_deliver(delivery, annotator, streams[annotator], advance) for annotator in streams]
    if predictions:
        for stream in streams.values():
            tasks = {task.paragraph_id: task.number for task in stream.summaries()}
            added = send_predictions(predictions, tasks, stream)
            reports.append(PushReport(0, 0, 0, predictions=added))
    if delivery.distribution and delivery.distribution.gold:
        remember_control_items(delivery.name, delivery.distribution.gold)
    report = sum(reports, PushReport(0, delivery.there, 0))
    links = {annotator: stream.labelling_url for annotator, stream in streams.items()}
    return report, links


def _deliver(
    delivery: Delivery, annotator: str, stream: Project, advance: Callable[[int], None]
) -> PushReport:
    """One stream: what is new, what has changed, and what is there twice."""
    held = delivery.held.get(annotator, ())
    known = frozenset(task.paragraph_id for task in held)
    order = delivery.load(delivery.orders[annotator])
    sent = push(order, stream, known=known, advance=advance)
    updated, kept = update(delivery.changed[annotator], stream, delivery.load, advance=advance)
    settled = not sent.put_right and not doubles(held)
    removed = remove_doubles(stream, len(held) + sent.added if settled else None)
    return replace(sent, updated=updated, kept=kept, doubles=removed)
