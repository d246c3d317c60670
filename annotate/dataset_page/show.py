"""From a dataset folder to its page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.core.dataset_folder import SPLITS, DatasetFolder, open_dataset
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.records import ANSWERS, Annotation, DatasetRow, Origin
from annotate.dataset_page.figures import count_labels, count_splits, count_together
from annotate.dataset_page.page import PageContent, dataset_page
from annotate.dataset_page.paragraphs import PageParts, ShownParagraphs, fit_paragraphs
from annotate.dataset_page.sample import by_priority
from annotate.dataset_page.set_aside import read_set_aside
from annotate.workspace import SHOWN

LIMIT = 5_000_000  # bytes of the page
_COUNTS = 1000  # bytes that the page grows by when it says how much it shows


@dataclass(frozen=True, slots=True)
class ShownDataset:
    """Where the page was written, and how much of the dataset it shows.

    Attributes:
        shown: Paragraphs that the page holds.
        paragraphs: Of the dataset.
    """

    page: Path
    shown: int
    paragraphs: int


def show(dataset: Path, out: Path | None, seed: int, limit: int = LIMIT) -> ShownDataset:
    """Write the page of a dataset; the same dataset gives the same bytes.

    Args:
        dataset: A dataset folder; it stays as it is.
        out: The HTML file; None for data/show/NAME.html.
        seed: Draws the paragraphs to show where there is no room for all.
        limit: Bytes of the page, at most.

    Raises:
        InputError: It is no dataset folder, was changed by hand, or the page cannot be written.
        TaxonomyError: Its labels are not those of its taxonomy.
    """
    opened = open_dataset(dataset)
    opened.check_unchanged()
    page = out or SHOWN / f"{opened.name}.html"
    _check_target(page)
    rows, annotations = opened.answered(), opened.annotations()
    parts = _parts(opened, rows, annotations)
    content = _content(dataset, parts, opened, rows)
    empty = dataset_page(content, ShownParagraphs("{}", 0))
    room = limit - len(empty.encode()) - _COUNTS
    shown = fit_paragraphs(by_priority(rows, parts.answers, seed), parts, room)
    with writing(page) as file:
        file.write(dataset_page(content, shown))
    return ShownDataset(page, shown.count, len(rows))


def _check_target(page: Path) -> None:
    """Refuse a folder, and to write into a dataset folder: its digest covers all that is in it."""
    if page.is_dir():
        raise InputError(f"{page}: is a folder; name a file, such as {page}/dataset.html")
    if any((place / "manifest.json").is_file() for place in page.resolve().parents):
        raise InputError(f"{page}: lies in a dataset folder, which never changes; choose another")


def _parts(
    opened: DatasetFolder, rows: Sequence[DatasetRow], annotations: Sequence[Annotation]
) -> PageParts:
    answers: dict[str, list[Annotation]] = defaultdict(list)
    for annotation in annotations:
        answers[annotation.paragraph_id].append(annotation)
    people = dict.fromkeys([*opened.annotators, *(a.annotator for a in annotations)])
    return PageParts(
        taxonomy=opened.taxonomy,
        splits=[split for split in SPLITS if any(row.split == split for row in rows)],
        corpora=sorted({row.corpus for row in rows}),
        people=list(people),
        left_out=_left_out(opened, rows),
        answers=answers,
    )


def _left_out(opened: DatasetFolder, rows: Sequence[DatasetRow]) -> frozenset[str]:
    """Return the ids of the paragraphs that left gold; most datasets have none."""
    if sum(opened.manifest["paragraphs"].values()) == len(rows):
        return frozenset()
    return frozenset(row.paragraph.id for row in rows) - {row.paragraph.id for row in opened.gold()}


def _content(
    dataset: Path, parts: PageParts, opened: DatasetFolder, rows: Sequence[DatasetRow]
) -> PageContent:
    gold = [row for row in rows if row.paragraph.id not in parts.left_out]
    left_out = [row for row in rows if row.paragraph.id in parts.left_out]
    labels = count_labels(opened, gold, left_out)
    work = [answer for answers in parts.answers.values() for answer in answers]
    answers = [a for a in work if a.status in ANSWERS and a.origin is Origin.ANNOTATION]
    decided = {
        a.paragraph_id for a in work if a.status in ANSWERS and a.origin is Origin.ADJUDICATION
    }
    return PageContent(
        opened=opened,
        splits=count_splits(gold, opened.splits),
        labels=labels,
        together=count_together(gold, labels),
        set_aside=read_set_aside(dataset, opened.manifest),
        shown_splits=parts.splits,
        corpora=parts.corpora,
        people=parts.people,
        annotators=len({a.annotator for a in answers}),
        answers=len(answers),
        decisions=len(decided),
        paragraphs=len(rows),
    )
