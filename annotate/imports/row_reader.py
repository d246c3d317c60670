"""Turn a row of labels into a task with one person's work."""

from dataclasses import dataclass, field
from typing import Any

from annotate.core.errors import InputError
from annotate.core.records import Status
from annotate.core.taxonomy import NONE_ID, UNUSABLE_ID
from annotate.imports.convert import Mark, text_of, to_paragraph, to_results
from annotate.imports.label_rows import LabelRow
from annotate.imports.mapping import SET_ASIDE, LabelMap
from annotate.imports.shown_text import ShownText
from annotate.label_studio.tasks import Task, Work

PERSON = 1  # number of the only person on an annotator's "server"
_VERDICTS = {Status.NONE: NONE_ID, Status.UNUSABLE: UNUSABLE_ID}


@dataclass(frozen=True, slots=True)
class RowReader:
    """Makes a task of each row; a row that cannot be used becomes one with the reason.

    Attributes:
        stem: Prefix for the ids of articles that have none.
        places: Article id -> text -> position, in the order of the file.
    """

    stem: str
    map: LabelMap
    places: dict[str, dict[str, int]] = field(default_factory=dict)

    def task(self, number: int, row: LabelRow) -> Task:
        try:
            if row.problem:
                raise InputError(row.problem)
            paragraph = to_paragraph(row.values, self.stem, self._place)
            return Task(number, paragraph.to_json(), (self._work(number, row),))
        except InputError as error:
            return Task(number, {}, (_work(number, [], None),), str(error))

    def is_verdict(self, row: LabelRow) -> bool:
        """Tell whether the row says something of the whole paragraph, such as no technique."""
        targets = {t for name in row.labels or () for t in self.map.targets(name) or ()}
        return bool(targets & {NONE_ID, UNUSABLE_ID})

    def _place(self, article_id: str, text: str) -> int:
        places = self.places.setdefault(article_id, {})
        return places.setdefault(text, len(places))

    def _work(self, number: int, row: LabelRow) -> Work:
        status, marks = self._status(row), self._marks(row)
        answered = row.labels is not None or bool(marks)
        if not answered and status is None:
            raise InputError(
                "neither labels nor a status: write 'none' for a paragraph without a technique, or "
                'say in the map what an empty cell means (none: [""])'
            )
        labels = {t for name in row.labels or () for t in self.map.targets(name) or ()}
        if status in _VERDICTS:
            labels.add(_VERDICTS[status])
        elif answered and status is None and not labels and not any(m.labels for m in marks):
            labels.add(NONE_ID)
        text, comment = text_of(row.values, "text"), text_of(row.values, "comment")
        return _work(number, to_results(labels, marks, comment, text, self.map.taxonomy), status)

    def _status(self, row: LabelRow) -> Status | None:
        """Return the status of an answer; None if the labels alone say what it is."""
        if "status" not in row.values:
            return None
        word = status_word(row)
        ours = self.map.words.get(word, word)
        if ours == SET_ASIDE:
            raise InputError(f"status {word!r}: it does not say which techniques the text has")
        if ours not in list(Status):
            raise InputError(
                f"unknown status {word!r}; known: {', '.join(Status)}; a map can say what it means "
                "(status: {words: {THEIRS: OURS}})"
            )
        by_labels = ours == Status.LABELLED and word in self.map.words
        return None if by_labels else Status(ours)

    def _marks(self, row: LabelRow) -> list[Mark]:
        spans = row.values.get("spans", [])
        if not isinstance(spans, list) or not all(isinstance(span, dict) for span in spans):
            raise InputError("'spans' must be a list of {start, end, label}")
        shown = ShownText(text_of(row.values, "text"))
        return [self._mark(span, shown) for span in spans]

    def _mark(self, span: dict[str, Any], shown: ShownText) -> Mark:
        label = span.get("label")
        if not isinstance(label, str):
            raise InputError("a span without a label")
        places = shown.find_words(span) if "text" in span else (span.get("start"), span.get("end"))
        return Mark(*places, self.map.targets(label) or ())


def _work(number: int, result: list[dict[str, Any]], status: Status | None) -> Work:
    return Work(
        number=number,
        user=PERSON,
        result=result,
        skipped=status is Status.SKIPPED,
        draft=status is Status.DRAFT,
        seconds=0.0,
        updated_at="",
    )


def status_word(row: LabelRow) -> str:
    """Return the tool's word for the status, in small letters."""
    return str(row.values.get("status", "")).strip().lower()
