"""What a shared task is: its labels, the form of its files, and how it scores them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.plurals import counted
from annotate.core.taxonomy import Taxonomy
from train.scoring.official.label_sets import Labels, macro_supported, most_frequent

OURS = "macro-F1, labels with examples"
EMPTY = "empty answer"

Figures = Mapping[str, float | None]
Key = str | int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file says of one paragraph, text or article.

    Attributes:
        value: Labels or spans, as the task has them.
        where: File and line.
    """

    value: Any
    where: str


Answers = Mapping[Key, Answer]


@dataclass(frozen=True, slots=True)
class LabelTask:
    """A shared task that labels paragraphs or whole texts.

    Attributes:
        unit: What is labelled: "paragraph" or "text".
        labels: The official label strings.
        score: From gold and predicted labels, in the same order, to figures; the official first.
        read: Reads a gold file or a submission.
        texts: Reads the texts to label from the task's own files, in their order.
        write: Gives the text of a submission.
    """

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    score: Callable[[Sequence[Labels], Sequence[Labels]], Figures]
    read: Callable[[Path], Answers]
    texts: Callable[[Sequence[Path]], Mapping[Key, str]]
    write: Callable[[Mapping[Key, Sequence[str]]], str]

    def read_submission(self, path: Path) -> Answers:
        """Read a submission, which has the form of gold."""
        return self.read(path)

    def figures(self, gold: Sequence[Labels], predicted: Sequence[Labels]) -> Figures:
        """Return the official figures and, beside them, the macro-F1 of labels with examples."""
        ours = macro_supported(gold, predicted, self.labels)
        return {**self.score(gold, predicted), OURS: ours}

    def trivial(self, gold: Sequence[Labels], label: str) -> dict[str, Figures]:
        """Return the figures of answers that need no model: none, and always the same label."""
        always = frozenset({label} if label else ())
        answers = {EMPTY: frozenset[str](), always_name(label): always}
        return {name: self.figures(gold, [each] * len(gold)) for name, each in answers.items()}

    def compare(self, gold: Answers, submission: Answers) -> dict[str, Figures]:
        """Return the figures of the submission and, beside them, of trivial answers."""
        labels = [gold[key].value for key in gold]
        frequent = most_frequent(labels, self.labels)
        scores = self.figures(labels, [submission[key].value for key in gold])
        return {"submission": scores, **self.trivial(labels, frequent)}

    def check(self, gold: Answers, submission: Answers, path: Path) -> None:
        """Refuse a submission that does not answer exactly what gold does."""
        check_same(gold, submission, path, self.unit)

    def official_names(self, taxonomy: Taxonomy) -> tuple[str, ...]:
        """Return the official string of each label, in the taxonomy's order.

        Raises:
            TaxonomyError: The labels are not those of this task.
        """
        names = {taxonomy.canonical.get(name): name for name in self.labels}
        odd = [
            *(f"it lacks {name!r}" for name in self.labels if name not in taxonomy.canonical),
            *(f"it has {label!r} too" for label in taxonomy.labels if label not in names),
            *(f"it has no label for {n!r} alone" for n in self.labels if n not in names.values()),
        ]
        if odd:
            raise TaxonomyError(
                f"the labels of the taxonomy {taxonomy.name!r} are not the {len(self.labels)} of "
                f"{self.title}: {odd[0]}; choose a task with the same labels"
            )
        return tuple(names[label] for label in taxonomy.labels)


@dataclass(frozen=True, slots=True)
class SpanTask:
    """A shared task that marks spans, or labels spans that are given.

    Attributes:
        unit: What a file answers for: "article", "text" or "span".
        read: Reads a gold file.
        read_submission: Reads a submission, whose form may be narrower.
        score: From gold and submission to figures; the official first.
        check: Refuses a submission that does not fit gold; the path is the submission's.
        trivial: Answers that need no model, by name, from gold.
    """

    name: str
    title: str
    unit: str
    read: Callable[[Path], Answers]
    read_submission: Callable[[Path], Answers]
    score: Callable[[Answers, Answers], Figures]
    check: Callable[[Answers, Answers, Path], None]
    trivial: Callable[[Answers], Mapping[str, Answers]]

    def compare(self, gold: Answers, submission: Answers) -> dict[str, Figures]:
        """Return the figures of the submission and, beside them, of trivial answers."""
        trivial = self.trivial(gold)
        answers = {"submission": submission, **trivial}
        return {name: self.score(gold, each) for name, each in answers.items()}


def always_name(label: str) -> str:
    """Return what the answer with one label for everything is called."""
    return f"always {label}" if label else "always the most frequent"


def add_answer(answers: dict[Key, Answer], key: Key, answer: Answer) -> None:
    """Add an answer; the same one twice is harmless.

    Raises:
        InputError: There is another for the same key; both places are named.
    """
    first = answers.setdefault(key, answer)
    if first.value != answer.value:
        raise InputError(
            f"{answer.where}: {shown(key)} is in {first.where} too, and differs; remove one of them"
        )


def check_same(gold: Answers, submission: Answers, path: Path, unit: str) -> None:
    """Refuse a submission that answers for more or for fewer than gold does.

    Raises:
        InputError: An answer is missing, or is for something that gold does not hold.
    """
    check_known(gold, submission, unit)
    missing = [key for key in gold if key not in submission]
    if missing:
        raise InputError(
            f"{path}: no answer for {unit} {shown(missing[0])} ({gold[missing[0]].where})"
            f"{_more(missing)}; every {unit} needs one, even without any label"
        )


def check_known(gold: Answers, submission: Answers, unit: str) -> None:
    """Refuse answers for what gold does not hold; see `check_same`."""
    unknown = [key for key in submission if key not in gold]
    if unknown:
        raise InputError(
            f"{submission[unknown[0]].where}: the gold file has no {unit} {shown(unknown[0])}"
            f"{_more(unknown)}; remove what is not in it"
        )


def _more(keys: Sequence[Key]) -> str:
    return f", nor {counted(len(keys) - 1, 'other')}" if len(keys) > 1 else ""


def shown(key: Key) -> str:
    """Return a key as messages show it: tabs as blanks, and the beginning of a long text."""
    text = " ".join(str(key).split())
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def nothing_said(keys: Iterable[Key], value: Any) -> dict[Key, Answer]:
    """Return the same value for each key."""
    return {key: Answer(value, "") for key in keys}
