"""How far the labelling is: who did how much, how fast, how well, and what is left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from annotate.assignment.control_items import ControlScore, score_control_items
from annotate.core.records import Annotation, Origin, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.krippendorff import label_agreement, mean_alpha, mean_is_too_few
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.tasks import TaskSource
from annotate.sync.collect import ADMINISTRATORS, REJECTED, UNSEEN, Collected, collect
from annotate.sync.task_cache import temporary_copies

_DONE = (Status.LABELLED, Status.NONE, Status.UNUSABLE)


@dataclass(frozen=True, slots=True)
class AnnotatorProgress:
    """One annotator's work, or everybody's.

    Attributes:
        name: The annotator's name where there is a project of that name, else the pseudonym.
        tasks: Paragraphs that were given to the person.
        states: How many are labelled, none, unusable, skipped, draft, rejected, unseen.
        seconds: Median time of the answers that were submitted; None before the first.
        gold: Score on the control items; None where there are none.
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
        """Still to do: not seen, left as a draft, or rejected. Skipped paragraphs are done with."""
        return self.states[UNSEEN] + self.states[Status.DRAFT] + self.states[REJECTED]

    @property
    def hours_left(self) -> float | None:
        """At the pace so far."""
        return None if self.seconds is None else self.left * self.seconds / 3600


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """Everybody's progress.

    Attributes:
        people: One each.
        total: The sum; its pace is the median over all answers.
        mean_alpha: Over the techniques where it is defined; NaN before people agree or disagree.
        too_few: Whether the answers are too few to tell anything by it.
        administrators_answers: Number of answers that do not count because the administrator gave
            them in annotators' projects.
    """

    people: Sequence[AnnotatorProgress]
    total: AnnotatorProgress
    mean_alpha: float
    too_few: bool = False
    administrators_answers: int = 0


def read_progress(
    sources: Iterable[TaskSource],
    taxonomy: Taxonomy,
    key_file: Path,
    gold: Mapping[str, frozenset[str]],
) -> ProgressReport:
    """Read all tasks from the server and report everybody's progress.

    Args:
        sources: The projects.
        taxonomy: What the labels mean.
        key_file: The key to the pseudonyms.
        gold: Control items: paragraph id -> the right labels.

    Raises:
        ServerError: A project cannot be read.
    """
    with temporary_copies(sources) as copies:
        return measure_progress(collect(copies, taxonomy, key_file), taxonomy, gold)


def measure_progress(
    collected: Collected, taxonomy: Taxonomy, gold: Mapping[str, frozenset[str]]
) -> ProgressReport:
    """Report everybody's progress; see `read_progress`."""
    scores = score_control_items(collected.annotations, gold)
    annotations = [a for a in collected.annotations if a.origin is Origin.ANNOTATION]
    real_names = {pseudonym: name for name, pseudonym in collected.names.items()}
    people = [
        AnnotatorProgress(
            name=real_names.get(name, name),
            tasks=counts["tasks"],
            states={s: n for s, n in counts.items() if s != "tasks"},
            seconds=_pace([a for a in annotations if a.annotator == name]),
            gold=scores.get(name),
        )
        for name, counts in collected.ledger["annotators"].items()
    ]
    total = AnnotatorProgress(
        name="all",
        tasks=sum(person.tasks for person in people),
        states={s: sum(p.states[s] for p in people) for s in (*Status, REJECTED, UNSEEN)},
        seconds=_pace(annotations),
        gold=None,
    )
    article_of = {p.id: p.article_id for p in collected.paragraphs}
    table = answer_table(annotations, taxonomy.labels, article_of)
    alphas = label_agreement(table)
    return ProgressReport(
        people,
        total,
        mean_alpha(alphas),
        mean_is_too_few(alphas),
        collected.ledger.get(ADMINISTRATORS, 0),
    )


def _pace(annotations: Sequence[Annotation]) -> float | None:
    """Return the median: a page left open over lunch must not count as an hour of thought."""
    times = [a.seconds for a in annotations if a.status in _DONE and a.seconds > 0]
    return median(times) if times else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What labelling a corpus takes at the pace so far.

    Attributes:
        answers: Paragraphs times the people that each is given to.
        hours: Of work, at the pace of the fastest person, the median pace, and the slowest.
        cost: The same times the hourly wage; None without one.
    """

    answers: int
    hours: tuple[float, float, float]
    cost: tuple[float, float, float] | None


def forecast(
    report: ProgressReport, paragraphs: int, overlap: int, hourly: float | None
) -> Forecast | None:
    """Estimate hours and cost of labelling so many paragraphs; None before the first answer."""
    paces = [person.seconds for person in report.people if person.seconds is not None]
    if report.total.seconds is None:
        return None
    answers = paragraphs * overlap
    low, middle, high = (
        answers * seconds / 3600 for seconds in (min(paces), report.total.seconds, max(paces))
    )
    cost = None if hourly is None else (low * hourly, middle * hourly, high * hourly)
    return Forecast(answers, (low, middle, high), cost)
