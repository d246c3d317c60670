"""The paragraphs of the page, as JSON that its script reads: compact, and safe inside HTML."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.core.html.environment import inline_json
from annotate.core.records import Annotation, DatasetRow, Origin, Status
from annotate.core.taxonomy import Taxonomy

_CONTEXT = 1000  # characters of a neighbouring paragraph
_KEYS = 100  # bytes of the JSON's own keys
STATUSES = tuple(Status)


@dataclass(frozen=True, slots=True)
class ShownParagraphs:
    """The paragraphs that fit.

    Attributes:
        json: For the script; holds no character that could end its element.
        count: How many there are.
    """

    json: str
    count: int


@dataclass(frozen=True, slots=True)
class PageParts:
    """What the rows refer to by number.

    Attributes:
        people: Pseudonyms.
        left_out: Ids of paragraphs that left gold, such as disputed ones.
        answers: Paragraph id -> what people left there.
    """

    taxonomy: Taxonomy
    splits: Sequence[str]
    corpora: Sequence[str]
    people: Sequence[str]
    left_out: Collection[str]
    answers: Mapping[str, Sequence[Annotation]]


def fit_paragraphs(rows: Iterable[DatasetRow], parts: PageParts, room: int) -> ShownParagraphs:
    """Encode rows, the first ones first, and leave out those that no longer fit.

    Args:
        rows: By priority.
        parts: What they refer to.
        room: Bytes of the JSON.
    """
    head = inline_json(_head(parts))
    encoder = _Encoder(parts, room - len(head.encode()) - _KEYS)
    for row in rows:
        encoder.add(row)
    lines = ",\n".join(line for _, line in sorted(encoder.lines))
    lists = f'"articles":[{",".join(encoder.articles)}],"texts":[{",".join(encoder.texts)}]'
    return ShownParagraphs(f'{{"head":{head},{lists},"rows":[{lines}]}}', len(encoder.lines))


class _Encoder:
    """Encodes rows as lists of numbers; texts and articles that several share stand once."""

    def __init__(self, parts: PageParts, room: int) -> None:
        self.texts: dict[str, int] = {}
        self.articles: dict[str, int] = {}
        self.lines: list[tuple[tuple[str, int, str], str]] = []  # by place in the dataset
        self._parts, self._room = parts, room
        self._people = _numbers(parts.people)
        self._splits, self._corpora = _numbers(parts.splits), _numbers(parts.corpora)
        self._labels = _numbers(parts.taxonomy.span_labels)  # the techniques come first

    def add(self, row: DatasetRow) -> None:
        """Add the row, unless there is no room for it."""
        before = self._room, len(self.texts), len(self.articles)
        line = inline_json(self._row(row))
        self._use(line)
        if self._room >= 0:
            place = (row.paragraph.article_id, row.paragraph.position, row.paragraph.id)
            self.lines.append((place, line))
            return
        self._room, *sizes = before
        for table, size in zip((self.texts, self.articles), sizes, strict=True):
            while len(table) > size:
                table.popitem()

    def _row(self, row: DatasetRow) -> list[Any]:
        paragraph, number = row.paragraph, self._labels
        article = [paragraph.title, paragraph.source, paragraph.date, paragraph.url]
        return [
            paragraph.id,
            self._place(self.articles, article),
            self._splits[row.split],
            self._corpora[row.corpus],
            self._place(self.texts, paragraph.text),
            self._place(self.texts, paragraph.previous[-_CONTEXT:]),
            self._place(self.texts, paragraph.next[:_CONTEXT]),
            [number[label] for label in row.gold.labels],
            [number[label] for label in row.gold.disputed],
            int(paragraph.id in self._parts.left_out),
            [self._answer(a) for a in self._parts.answers.get(paragraph.id, ())],
        ]

    def _answer(self, answer: Annotation) -> list[Any]:
        return [
            self._people[answer.annotator],
            int(answer.origin is Origin.ADJUDICATION),
            STATUSES.index(answer.status),
            [self._labels[label] for label in answer.labels],
            [x for s in answer.spans for x in (s.start, s.end, self._labels[s.label])],
        ]

    def _place(self, table: dict[str, int], value: Any) -> int:
        """Return where the value stands in a table, at its end if it is new."""
        text = inline_json(value)
        if text not in table:
            table[text] = len(table)
            self._use(text)
        return table[text]

    def _use(self, text: str) -> None:
        self._room -= len(text.encode()) + 2  # comma and line break


def _head(parts: PageParts) -> dict[str, Any]:
    return {
        "techniques": [
            [t.id, t.name, place, t.definition]
            for place, group in enumerate(parts.taxonomy.groups)
            for t in group.techniques
        ],
        "groups": [group.name for group in parts.taxonomy.groups],
        "none": parts.taxonomy.none.name,
        "splits": parts.splits,
        "corpora": parts.corpora,
        "people": parts.people,
        "statuses": STATUSES,
    }


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}
