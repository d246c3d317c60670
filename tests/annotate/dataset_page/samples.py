"""Rows and folders of datasets to show."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from annotate.core.records import Annotation, DatasetRow, Origin, Paragraph, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.writer import DatasetContent, write_dataset
from tests.annotate.agreement.samples import content, load_small
from tests.annotate.samples import answer, majority, paragraph

BAD = "</script><script>document.title = 'taken'</script><!-- 😀 You traitor & <b>thief</b>."


def answered(
    taxonomy: Taxonomy, one: Paragraph, answers: Sequence[Sequence[str]], split: str = "train"
) -> tuple[DatasetRow, list[Annotation]]:
    """A row of gold by majority, and the answers of a1, a2, ..."""
    annotations = [answer(one.id, f"a{n}", *labels) for n, labels in enumerate(answers, 1)]
    merged = majority(annotations, taxonomy)
    assert merged
    return DatasetRow(one, merged, split), annotations


def small_content(folder: Path, name: str = "pilot") -> DatasetContent:
    """Four paragraphs of three articles, one with bad text, one decided, one disputed."""
    taxonomy = load_small(folder)
    paragraphs = [
        replace(paragraph(BAD, "north", 0), next="Can we trust her?", url="https://n.example/1"),
        replace(paragraph("Can we trust her?", "north", 1), previous=BAD),
        replace(paragraph("They will come for you.", "south", 0), url="javascript:alert(1)"),
        paragraph("It rained.", "west", 0),
    ]
    said = [
        [["Insult"], ["Insult"], ["Insult", "Fear"]],
        [["Doubt"], ["Doubt"], []],
        [["Fear"], []],
        [["Insult"], [], []],
    ]
    rows, annotations = [], []
    for one, answers, split in zip(
        paragraphs, said, ("train", "train", "validation", "test"), strict=True
    ):
        row, left = answered(taxonomy, one, answers, split)
        rows.append(row)
        annotations += left
    start = BAD.index("traitor")
    span = Span(start, start + len("traitor"), "Insult")
    annotations[0] = replace(annotations[0], spans=(span,))
    annotations.append(Annotation(paragraphs[3].id, "a4", Status.SKIPPED))
    decision = answer(paragraphs[3].id, "a5", "Doubt")
    annotations.append(replace(decision, origin=Origin.ADJUDICATION))
    rows[3] = replace(rows[3], gold=replace(rows[3].gold, labels=("Doubt",), scores=(0, 1, 0)))
    made = content(name, taxonomy, paragraphs, annotations)
    return replace(made, gold=rows)


def write_small(folder: Path, name: str = "pilot") -> Path:
    """The dataset folder of `small_content`; the link to it."""
    link = folder / name
    write_dataset(small_content(folder, name), link)
    return link


def write_large(folder: Path, count: int, words: int = 60) -> Path:
    """Paragraphs of so many words: a third with Insult, and the eighth alone with Fear."""
    taxonomy = load_small(folder)
    paragraphs = [
        paragraph(f"Paragraph {n} of many. " + "word " * words, f"article {n // 10}", n % 10)
        for n in range(count)
    ]
    pairs = [
        answered(
            taxonomy,
            one,
            [["Insult"], ["Insult"]]
            if n % 3 == 0
            else [["Fear"], ["Fear"]]
            if n == 7
            else [[], []],
            ("train", "validation", "test")[n // 10 % 3],
        )
        for n, one in enumerate(paragraphs)
    ]
    annotations = [annotation for _, left in pairs for annotation in left]
    made = content("large", taxonomy, [], annotations)
    write_dataset(replace(made, gold=[row for row, _ in pairs]), folder / "large")
    return folder / "large"


def write_pairs(folder: Path) -> Path:
    """A dataset of paragraphs that two people agree on, many with several techniques."""
    taxonomy = load_small(folder)
    letters = {"I": "Insult", "D": "Doubt", "F": "Fear"}
    pairs = [
        answered(taxonomy, paragraph(word, "a", n), [[letters[c] for c in word]] * 2)
        for n, word in enumerate(("ID", "DI", "IDF", "F", "FI", "I"))
    ]
    made = content("pairs", taxonomy, [], [a for _, left in pairs for a in left])
    write_dataset(replace(made, gold=[row for row, _ in pairs]), folder / "pairs")
    return folder / "pairs"
