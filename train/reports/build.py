"""Build the report page: agreement, scores, and articles with their techniques marked."""

from dataclasses import dataclass
from pathlib import Path

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.labelled_by import labelled_by
from train.learning_curve.page import read_curve
from train.reports.inputs import count_splits, read_agreement, read_articles, read_evaluation
from train.reports.page import ReportData, report_page


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where the page was written, and how many articles it has."""

    page: Path
    articles: int


def report(
    dataset: Path, evaluation: Path, predictions: Path, out: Path, curve: Path | None = None
) -> WrittenReport:
    """Write the page; the same inputs give the same bytes.

    Args:
        dataset: A dataset folder.
        evaluation: The folder that 'rhetoric-train evaluate' wrote.
        predictions: What 'rhetoric-train predict --with-paragraphs' wrote.
        out: The HTML file to write.
        curve: The folder that 'rhetoric-train learning-curve' wrote, if it is to be shown.

    Raises:
        InputError: An input is missing, broken or of another format, or `out` is one of them.
        TaxonomyError: Evaluation or predictions use labels that the dataset does not know.
    """
    _check_target(out, predictions)
    data = read_report_data(dataset, evaluation, predictions, curve)
    page = report_page(data)
    with writing(out) as file:
        file.write(page)
    return WrittenReport(out, len(data.predictions.articles))


def read_report_data(
    dataset: Path, evaluation: Path, predictions: Path, curve: Path | None = None
) -> ReportData:
    """Read and check everything that the page shows; errors as for `report`."""
    opened = open_dataset(dataset)
    answers = opened.answers()
    return ReportData(
        name=opened.name,
        digest=opened.digest,
        labelled_by=labelled_by(opened.manifest),
        taxonomy=opened.taxonomy,
        splits=tuple(count_splits(opened)),
        annotators=len({answer.annotator for answer in answers}),
        answers=len(answers),
        agreement=read_agreement(dataset / "agreement.json", opened.taxonomy),
        evaluation=read_evaluation(evaluation / "evaluation.json", opened.taxonomy),
        predictions=read_articles(predictions, opened.taxonomy),
        curve=read_curve(curve) if curve else None,
    )


def _check_target(out: Path, predictions: Path) -> None:
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file, such as {out}/report.html")
    if out.resolve() == predictions.resolve():
        raise InputError(f"{out}: would overwrite the predictions; choose another output")
