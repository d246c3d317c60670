"""How far the labelling is: who did how much, how fast, how well, and what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from annotate.assignment.control_items import ControlScore, score_control_items
from annotate.core.records import Annotation, Origin, Status
from annotate.core.stats.krippendorff import label_agreement, mean_alpha
from annotate.core.taxonomy import Taxonomy
from annotate.sync.collect import REJECTED, UNSEEN, Harvest

_DONE = (Status.LABELLED, Status.NONE, Status.UNUSABLE)


@dataclass(frozen=True, slots=True)
class PersonStatus:
    """One annotator's work, or everybody's.

    Attributes:
        name: The annotator's name where the stream has one, else the pseudonym.
        tasks: Paragraphs that were given to the person.
        states: How many are labelled, none, unusable, skipped, draft, rejected, unseen.
        seconds: Median time of the answers that were submitted; None before the first.
        gold: How well known answers were found; None where there are none.
    """

    name: str
    tasks: int
    states: Mapping[str, int]
    seconds: float | None
    gold: ControlScore | None

    @property
    def done(self) -> int:
        """Answered, or called unusable."""
        return sum(self.states[state] for state in _DONE)

    @property
    def left(self) -> int:
        """Still to do: not seen, left as a draft, or set aside. What was skipped is done with."""
        return self.states[UNSEEN] + self.states[Status.DRAFT] + self.states[REJECTED]

    @property
    def hours_left(self) -> float | None:
        """At the pace so far."""
        return None if self.seconds is None else self.left * self.seconds / 3600


@dataclass(frozen=True, slots=True)
class StatusReport:
    """All of it.

    Attributes:
        people: One each.
        total: The sum; its pace is the median over all answers.
        mean_alpha: Over the techniques where it is defined; NaN before people agree or disagree.
    """

    people: Sequence[PersonStatus]
    total: PersonStatus
    mean_alpha: float


def status(
    harvest: Harvest, taxonomy: Taxonomy, gold: Mapping[str, frozenset[str]], seed: int
) -> StatusReport:
    """What the streams say of everybody's work."""
    scores = score_control_items(harvest.annotations, gold)
    own = [a for a in harvest.annotations if a.origin is Origin.ANNOTATION]
    real = {pseudonym: name for name, pseudonym in harvest.names.items()}
    people = [
        PersonStatus(
            name=real.get(name, name),
            tasks=counts["tasks"],
            states={s: n for s, n in counts.items() if s != "tasks"},
            seconds=_pace([a for a in own if a.annotator == name]),
            gold=scores.get(name),
        )
        for name, counts in harvest.ledger["annotators"].items()
    ]
    article_of = {p.id: p.article_id for p in harvest.paragraphs}
    found = label_agreement(own, taxonomy.labels, article_of, seed)
    return StatusReport(people, _total(people, own), mean_alpha(found))


def _total(people: Sequence[PersonStatus], annotations: Sequence[Annotation]) -> PersonStatus:
    states = [*Status, REJECTED, UNSEEN]
    return PersonStatus(
        name="all",
        tasks=sum(person.tasks for person in people),
        states={s: sum(person.states[s] for person in people) for s in states},
        seconds=_pace(annotations),
        gold=None,
    )


def _pace(annotations: Sequence[Annotation]) -> float | None:
    """The median: a page left open over lunch must not count as an hour of thought."""
    times = [a.seconds for a in annotations if a.status in _DONE and a.seconds > 0]
    return median(times) if times else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the whole would take at the pace seen; the ends are the fastest and slowest person's.

    Attributes:
        answers: Paragraphs times the people that each is given to.
        hours: Of work, by the median pace; low and high.
        cost: The same times the hourly rate; None without one.
    """

    answers: int
    hours: tuple[float, float, float]
    cost: tuple[float, float, float] | None


def foretell(
    report: StatusReport, paragraphs: int, overlap: int, hourly: float | None
) -> Forecast | None:
    """Hours and cost of labelling so many paragraphs; None before anybody answered."""
    paces = [person.seconds for person in report.people if person.seconds is not None]
    if report.total.seconds is None:
        return None
    answers = paragraphs * overlap
    middle, low, high = (
        answers * seconds / 3600 for seconds in (report.total.seconds, min(paces), max(paces))
    )
    hours = (low, middle, high)
    cost = None if hourly is None else (low * hourly, middle * hourly, high * hourly)
    return Forecast(answers, hours, cost)
