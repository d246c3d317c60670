"""Compare models, checkpoints, baselines and other systems on the same paragraphs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from annotate.core.io.files import check_replaceable, writing_folder
from annotate.core.io.json_files import to_text
from train.comparison.competitors import Field, open_competitor, read_request
from train.comparison.content import MOST, comparison_content
from train.comparison.pages import html_page, markdown_page
from train.comparison.verdict import MARGIN, Verdict
from train.dataset import read_split
from train.evaluation.evaluate import check_split

FILES = frozenset({"compare.json", "compare.md", "compare.html"})


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """The content of compare.json, and the folder of the pages."""

    folder: Path
    comparison: Mapping[str, Any]

    @property
    def worse(self) -> bool:
        """Whether one of the later ones is reliably worse than the first."""
        pairs = self.comparison["pairs"]
        first = self.comparison["models"][0]["key"]
        return any(p["first"] == first and p["verdict"] == Verdict.WORSE for p in pairs)


def compare(
    names: Sequence[str], dataset_folder: Path, split: str, out: Path, margin: float = MARGIN
) -> ComparisonReport:
    """Write compare.json, compare.md and compare.html to the folder `out`.

    But for the measured speed, the same models and dataset produce the same bytes.

    Args:
        names: At least two of those that `open_competitor` takes.
        dataset_folder: The dataset, with the labels of the models in the same order.
        split: The split to answer.
        out: The folder to write.
        margin: Differences in micro-F1 up to this do not matter.

    Raises:
        InputError: There are too few or too many, the dataset has no such split, `out` holds other
            files, or a file does not answer exactly the paragraphs of the split.
        ModelError: A model cannot be used.
        TaxonomyError: The labels of a model are not the dataset's.
    """
    _check_number(names)
    check_replaceable(out, FILES)
    dataset = open_dataset(dataset_folder)
    dataset.check_unchanged()
    check_split(dataset, split)
    rows = read_split(dataset, split)
    run = next((Path(name) for name in names if read_request(Path(name)) is not None), None)
    ground = Field(dataset, rows, run)
    competitors = [open_competitor(name, ground) for name in names]
    answers = [each.answer() for each in competitors]
    comparison = comparison_content(dataset, rows, competitors, answers, margin)
    with writing_folder(out) as folder:
        (folder / "compare.json").write_text(to_text(comparison), encoding="utf-8")
        (folder / "compare.md").write_text(markdown_page(comparison), encoding="utf-8")
        (folder / "compare.html").write_text(html_page(comparison), encoding="utf-8")
    return ComparisonReport(out, comparison)


def _check_number(names: Sequence[str]) -> None:
    if len(names) < 2:
        raise InputError(
            f"{', '.join(names)}: a comparison needs two; name another model, baseline:tfidf, or a "
            "file of predictions before the dataset"
        )
    if len(names) > MOST:
        raise InputError(f"{names[MOST]}: is the {MOST + 1}th; compare at most {MOST} at once")
