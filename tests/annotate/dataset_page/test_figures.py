from dataclasses import replace
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import open_dataset
from annotate.core.html.dot_plot import Point
from annotate.core.records import DatasetRow
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.writer import write_dataset
from annotate.dataset_page.figures import (
    LabelFigures,
    count_labels,
    count_splits,
    count_together,
)
from tests.annotate.dataset_page.samples import answered, small_content, write_small
from tests.annotate.samples import paragraph


def rows_of(taxonomy: Taxonomy, *labels: str) -> list[DatasetRow]:
    """A paragraph for each word, of its letters' techniques."""
    names = {"I": "Insult", "D": "Doubt", "F": "Fear", "-": ""}
    return [
        answered(
            taxonomy, paragraph(f"Words {n}.", "a", n), [[names[c] for c in word if c != "-"]]
        )[0]
        for n, word in enumerate(labels)
    ]


def label_figures(taxonomy: Taxonomy, rows: list[DatasetRow]) -> list[LabelFigures]:
    return [
        LabelFigures(t, 0, {"train": sum(t.id in r.gold.labels for r in rows)}, 0, None)
        for t in taxonomy.techniques
    ]


def test_each_split_has_its_articles_paragraphs_and_those_with_a_technique(tmp_path: Path) -> None:
    gold = open_dataset(write_small(tmp_path)).gold()

    counts = [
        (s.name, s.articles, s.paragraphs, s.marked)
        for s in count_splits(gold, ("train", "validation", "test"))
    ]

    assert counts == [("train", 1, 2, 2), ("validation", 1, 1, 0), ("test", 1, 1, 1)]


def test_labels_are_counted_by_split_with_disputes_and_alpha(tmp_path: Path) -> None:
    made = small_content(tmp_path)
    alphas: list[dict[str, Any]] = [
        {"label": "Insult", "alpha": 0.5, "low": 0.25, "high": 0.75},
        {"label": "Doubt", "alpha": 0.4, "low": None, "high": None},
        {"label": "Fear", "alpha": None, "low": None, "high": None},
    ]
    rows = [row | {"positive": 1, "answers": 3} for row in alphas]
    write_dataset(replace(made, agreement={**made.agreement, "labels": rows}), tmp_path / "pilot")
    opened = open_dataset(tmp_path / "pilot")

    insult, doubt, fear = count_labels(opened, opened.gold(), [])

    assert insult.splits == {"train": 1, "validation": 0, "test": 0}
    assert doubt.splits == {"train": 1, "validation": 0, "test": 1}
    assert (doubt.paragraphs, fear.paragraphs, fear.disputed, insult.disputed) == (2, 0, 1, 0)
    assert [label.group for label in (insult, doubt, fear)] == [0, 0, 1]
    assert insult.alpha == Point(0.5, 0.25, 0.75)
    assert doubt.alpha == Point(0.4, None, None, too_few=True)
    assert fear.alpha is None


def test_techniques_that_stand_together_are_counted_in_pairs(small: Taxonomy) -> None:
    rows = rows_of(small, "ID", "IDF", "I", "-", "DF")

    together = count_together(rows, label_figures(small, rows))

    assert together.counts == [[3, 2, 1], [2, 3, 2], [1, 2, 2]]
    assert (together.most, together.paragraphs) == (2, 5)
