"""Small sets of answers to measure: written as one string for each annotator, or as a folder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from annotate.core.records import Annotation, DatasetRow, Paragraph, Status
from annotate.core.stats.answer_matrix import AnswerTable, answer_table
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.writer import DatasetContent, write_dataset
from tests.annotate.samples import TAXONOMY, answer, majority, paragraph

LETTERS = {"I": "Insult", "D": "Doubt", "F": "Fear"}
LABELS = tuple(LETTERS.values())


def said(**annotators: str) -> list[Annotation]:
    """Each annotator's answers to p0, p1, ...: "ID - . F" ticks two, none, skips, ticks one."""
    return [
        answer(f"p{n}", name, status=Status.SKIPPED)
        if word == "."
        else answer(f"p{n}", name, *(LETTERS[letter] for letter in word.strip("-")))
        for name, words in annotators.items()
        for n, word in enumerate(words.split())
    ]


def articles(annotations: Sequence[Annotation], size: int = 2) -> dict[str, str]:
    """Paragraph id -> article, with some paragraphs in each."""
    ids = {a.paragraph_id for a in annotations}
    return {id_: f"article {int(id_[1:]) // size}" for id_ in ids}


def table(**annotators: str) -> AnswerTable:
    annotations = said(**annotators)
    return answer_table(annotations, LABELS, articles(annotations))


def write_folder(
    link: Path,
    annotators: Mapping[str, str],
    texts: Sequence[str] = (),
    extra: Sequence[Annotation] = (),
    labelled_by: str = "people",
) -> Path:
    """A dataset folder with these answers to paragraphs of these texts, two in an article."""
    taxonomy = load_small(link.parent)
    count = max(len(words.split()) for words in annotators.values())
    texts = [*texts, *(f"Words of paragraph {n}." for n in range(len(texts), count))]
    paragraphs = [paragraph(text, f"article {n // 2}", n % 2) for n, text in enumerate(texts)]
    ids = {f"p{n}": p.id for n, p in enumerate(paragraphs)}
    annotations = [
        Annotation(ids[a.paragraph_id], a.annotator, a.status, a.labels, a.spans, origin=a.origin)
        for a in [*said(**annotators), *extra]
    ]
    made = content(link.name, taxonomy, paragraphs, annotations)
    settings = {**made.settings, "labelled_by": labelled_by}
    return write_dataset(replace(made, settings=settings), link)


def load_small(folder: Path) -> Taxonomy:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "taxonomy.yaml"
    file.write_text(TAXONOMY, encoding="utf-8")
    return load_taxonomy(file)


def content(
    name: str,
    taxonomy: Taxonomy,
    paragraphs: Sequence[Paragraph],
    annotations: Sequence[Annotation],
) -> DatasetContent:
    """All that a folder says; its own agreement figures are left undefined."""
    gold = [
        DatasetRow(p, merged, ("train", "validation", "test")[number % 3])
        for number, p in enumerate(paragraphs)
        if (merged := majority([a for a in annotations if a.paragraph_id == p.id], taxonomy))
    ]
    nothing = {"alpha": None, "low": None, "high": None, "positive": 0, "answers": 0}
    agreement = {"labels": [{"label": x} | nothing for x in taxonomy.labels], "mean_alpha": None}
    counts = ("tasks", "given", "paragraphs", "unreadable_tasks", "doubled_tasks")
    people = {a.annotator: {"none": 0} for a in annotations} | {"a9": {"none": 0}}
    ledger = dict.fromkeys(counts, 0) | {"annotators": people, "adjudicators": {}}
    return DatasetContent(
        name,
        taxonomy,
        TAXONOMY,
        gold,
        annotations,
        agreement,
        ledger,
        {"seed": 13, "aggregate": "majority"},
    )
