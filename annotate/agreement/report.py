"""From a dataset folder to its agreement report: figures as JSON, as Markdown and as a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.agreement.advice import Advice, advise
from annotate.agreement.json_report import JSON_FILE, Source, to_json
from annotate.agreement.markdown import to_markdown
from annotate.agreement.measure import Measured, measure
from annotate.agreement.page import to_page
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.json_files import to_text
from annotate.core.labelled_by import labelled_by
from annotate.core.records import ANSWERS, Annotation, Origin, Paragraph, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.workspace import AGREEMENT


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """What was measured, and where it was written.

    Attributes:
        json: As in agreement_report.json.
        page: The HTML page; the other files stand beside it.
    """

    source: Source
    measured: Measured
    advice: list[Advice]
    json: Mapping[str, Any]
    page: Path


def agreement(dataset: Path, out: Path | None) -> AgreementReport:
    """Measure how people agree and write the report; twice gives the same bytes.

    Where agreement is undefined, as with one annotator, the report says so and why.

    Args:
        dataset: A dataset folder; it stays as it is.
        out: Folder of the report; None for data/agreement/NAME.

    Raises:
        InputError: It is no dataset folder, is damaged, or the report cannot be written there.
        TaxonomyError: Its labels are not those of its taxonomy.
    """
    opened = open_dataset(dataset)
    folder = out or AGREEMENT / opened.name
    _check_target(folder)
    paragraphs = {row.paragraph.id: row.paragraph for row in opened.answered()}
    annotations, left_out = _counted(opened, paragraphs)
    source = Source(
        *(opened.name, opened.digest, opened.taxonomy, paragraphs, left_out),
        labelled_by=labelled_by(opened.manifest),
    )
    article_of = {id_: paragraph.article_id for id_, paragraph in paragraphs.items()}
    table = answer_table(annotations, opened.taxonomy.labels, article_of, opened.annotators)
    measured = measure(table, opened.taxonomy)
    advice = advise(measured, opened.taxonomy)
    figures = to_json(source, measured, advice)
    with writing(folder / JSON_FILE) as file:
        file.write(to_text(figures))
    with writing(folder / "agreement.md") as file:
        file.write(to_markdown(source, measured, advice))
    page = folder / "agreement.html"
    with writing(page) as file:
        file.write(to_page(source, measured, advice))
    return AgreementReport(source, measured, advice, figures, page)


def _check_target(folder: Path) -> None:
    """Refuse to write into a dataset folder: its digest covers all that is in it."""
    whole = folder.resolve()
    if any((place / "manifest.json").is_file() for place in (whole, *whole.parents)):
        raise InputError(
            f"{folder}: lies in a dataset folder, which never changes; choose another -o"
        )


def _counted(
    opened: DatasetFolder, paragraphs: Mapping[str, Paragraph]
) -> tuple[list[Annotation], int]:
    """Return the annotations to measure, and the number of answers that are left out.

    A paragraph that was adjudicated unusable has no gold labels, and so no known article.
    """
    annotations = opened.annotations()
    unusable = {
        a.paragraph_id
        for a in annotations
        if a.origin is Origin.ADJUDICATION and a.status is Status.UNUSABLE
    }
    left_out = 0
    for annotation in annotations:
        if annotation.status not in ANSWERS or annotation.paragraph_id in paragraphs:
            continue
        if annotation.paragraph_id not in unusable:
            raise InputError(
                f"{opened.folder}: paragraph {annotation.paragraph_id!r} has an answer, but is not "
                "in the gold table; pull the dataset again"
            )
        left_out += annotation.origin is Origin.ANNOTATION
    counted = [a for a in annotations if a.paragraph_id in paragraphs or a.status not in ANSWERS]
    return counted, left_out
