"""The committed sample corpus is what its README says, and the reader gets exactly its text."""

import importlib.util
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from annotate.articles.article import Article
from annotate.articles.registry import read_articles, read_file
from annotate.core.io.jsonl import read_rows, to_line
from annotate.core.records import ANSWERS, Annotation, BlockType, Paragraph, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.krippendorff import ANY, Alpha, label_agreement, mean_alpha
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.paragraphs.segment import cut
from tests.annotate.samples import majority

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples"
NAMES = ("ana", "ben", "cy")
Row = dict[str, Any]

# Of each saved page: a word or two of an advertisement and of a reader's comment.
FURNITURE = {
    "boat-landings": ("Cald Head Wool", "on the lifeboat slip"),
    "camera-audit": ("Saltgate Dental", "Seventy-four pages"),
    "cruise-terminal": ("Help us buy forty more", "carries the peelings"),
    "curriculum": ("Groves Brothers", "built the egg box fleet"),
    "gaming-bill": ("in need of blankets", "she did not hurry me"),
    "grain-tariff": ("Second-hand bicycles", "The flour sacks from Thursday"),
    "heron-park": ("lets rooms by the hour", "a toilet on the east side"),
    "larch-street": ("Rent strike diary", "eleven seconds of flute"),
    "orange-balloons": ("Election cake", "went down in the font"),
    "oster-interview": ("Geese by arrangement", "He borrowed them"),
    "sable-road": ("Torrin Snow Chains", "right about the knees"),
    "skippers-letter": ("Rope by the metre", "taught me to splice"),
    "surveyor": ("Ostrey Stone and Gravel", "I would take the bog"),
    "treaty": ("Lakeside Mutual", "has a comma in one language"),
    "varnay-interview": ("Garrod Roofing", "accounts of her marbles"),
}


def rows(name: str) -> list[Row]:
    return [row for _, row in read_rows(SAMPLES / name)]


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(ROOT / "label_config" / "taxonomy.yaml")


@pytest.fixture(scope="module")
def gold() -> list[Row]:
    return rows("gold.jsonl")


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return list(read_articles([SAMPLES / "articles"]))


@pytest.fixture(scope="module")
def annotations() -> list[Annotation]:
    return [
        Annotation(row["id"], name, Status(row["status"]), tuple(row["labels"]))
        for name in NAMES
        for row in rows(f"annotators/{name}.jsonl")
    ]


@pytest.fixture(scope="module")
def agreements(annotations: list[Annotation], gold: list[Row], taxonomy: Taxonomy) -> list[Alpha]:
    article_of = {row["id"]: row["article_id"] for row in gold}
    return label_agreement(answer_table(annotations, taxonomy.labels, article_of))


def simulation() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "simulate_annotators", SAMPLES / "simulate_annotators.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def paragraphs(articles: Iterable[Article]) -> list[Paragraph]:
    return [paragraph for article in articles for paragraph in cut(article).paragraphs]


def on_word_borders(text: str, start: int, end: int) -> bool:
    inside = 0 <= start < end <= len(text) and not text[start].isspace()
    cuts = [text[i - 1 : i + 1] for i in (start, end) if 0 < i < len(text)]
    return inside and not text[end - 1].isspace() and not any(c.isalnum() for c in cuts)


def as_triples(row: Row) -> list[tuple[int, int, str]]:
    return [(span["start"], span["end"], span["label"]) for span in row["spans"]]


def test_the_corpus_is_large_enough(gold: list[Row]) -> None:
    counts = Counter(label for row in gold for label in row["labels"])

    assert len({row["article_id"] for row in gold}) >= 48
    assert len(gold) >= 380
    assert 3 * sum(not row["labels"] for row in gold) >= len(gold)
    assert min(counts.values()) >= 10


def test_every_technique_of_the_taxonomy_is_there_and_no_other(
    gold: list[Row], taxonomy: Taxonomy
) -> None:
    assert {label for row in gold for label in row["labels"]} == set(taxonomy.labels)
    for row in gold:
        assert row["labels"] == list(taxonomy.sorted_labels(set(row["labels"])))


def test_formats_and_kinds_are_mixed(articles: list[Article]) -> None:
    suffixes = Counter(article.origin.partition(":")[0].rpartition(".")[2] for article in articles)
    kinds = Counter(block.kind for article in articles for block in article.blocks)

    assert min(suffixes[suffix] for suffix in ("txt", "html", "jsonl")) >= 12
    assert min(kinds[kind] for kind in BlockType) >= 15


def test_text_files_are_as_uneven_as_copied_pages() -> None:
    texts = [path.read_text("utf-8") for path in (SAMPLES / "articles").glob("*.txt")]

    assert sum("\n\n\n" in text for text in texts) > len(texts) / 2
    for mark in (".  ", "\u00a0", "’", "“", '"'):
        assert sum(mark in text for text in texts) >= 5


@pytest.mark.parametrize(
    ("folder", "name"), [("articles", "gold.jsonl"), ("unseen", "unseen-gold.jsonl")]
)
def test_the_reader_gives_exactly_the_paragraphs_of_the_gold(folder: str, name: str) -> None:
    prepared = [(p.id, p.article_id, p.text) for p in paragraphs(read_articles([SAMPLES / folder]))]
    labelled = [(row["id"], row["article_id"], row["text"]) for row in rows(name)]

    assert len(set(prepared)) == len(prepared)
    assert sorted(prepared) == sorted(labelled)


def test_every_article_has_a_title_and_pages_and_records_say_where_they_are_from(
    articles: list[Article],
) -> None:
    assert all(article.title for article in articles)
    for article in articles:
        if not article.origin.endswith(".txt"):
            assert article.source
            assert article.date


@pytest.mark.parametrize("name", sorted(FURNITURE))
def test_what_stands_around_the_text_of_a_page_is_left_out(name: str) -> None:
    path = SAMPLES / "articles" / f"{name}.html"
    page = path.read_text("utf-8").replace("&amp;", "&")
    (article,) = read_file(path)
    read = " ".join(block.text for block in article.blocks)

    for words in FURNITURE[name]:
        assert words in page
        assert words not in read
    assert len(article.left_out) >= 12


def test_every_page_is_checked_for_furniture() -> None:
    assert {path.stem for path in (SAMPLES / "articles").glob("*.html")} == set(FURNITURE)


@pytest.mark.parametrize("name", ["gold.jsonl", "unseen-gold.jsonl"])
def test_gold_spans_mark_whole_words_of_the_techniques_that_hold(name: str) -> None:
    for row in rows(name):
        spans = as_triples(row)
        assert {label for _, _, label in spans} == set(row["labels"])
        assert len(set(spans)) == len(spans)
        assert all(on_word_borders(row["text"], start, end) for start, end, _ in spans)


def test_the_unseen_article_is_not_among_the_labelled_ones(gold: list[Row]) -> None:
    unseen = rows("unseen-gold.jsonl")

    assert not {row["text"] for row in unseen} & {row["text"] for row in gold}
    assert len({label for row in unseen for label in row["labels"]}) >= 12


def test_the_committed_passes_are_what_the_simulation_writes() -> None:
    written = simulation().passes()

    assert set(written) == set(NAMES)
    for name, answers in written.items():
        committed = (SAMPLES / "annotators" / f"{name}.jsonl").read_text("utf-8")
        assert "".join(to_line(row) for row in answers) == committed, (
            "the passes are stale; run: python data/samples/simulate_annotators.py"
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_pass_answers_each_paragraph_once_and_never_mixes_the_states(
    name: str, gold: list[Row], taxonomy: Taxonomy
) -> None:
    groups = {group.id for group in taxonomy.groups}
    answers = rows(f"annotators/{name}.jsonl")

    assert [row["id"] for row in answers] == [row["id"] for row in gold]
    assert {row["status"] for row in answers} == set(Status)
    for row, paragraph in zip(answers, gold, strict=True):
        spans = as_triples(row)
        if row["status"] != Status.DRAFT:
            assert bool(row["labels"]) == (row["status"] == Status.LABELLED)
        assert set(row["labels"]) <= set(taxonomy.labels)
        assert {label for _, _, label in spans} <= groups
        assert {label for _, _, label in spans} <= {taxonomy.group_of[x] for x in row["labels"]}
        assert spans == sorted(set(spans))
        assert all(on_word_borders(paragraph["text"], start, end) for start, end, _ in spans)
        assert row["seconds"] > 0


def test_no_annotator_ticks_much_more_or_less_than_the_gold(gold: list[Row]) -> None:
    ticks = sum(len(row["labels"]) for row in gold)

    for name in NAMES:
        own = sum(len(row["labels"]) for row in rows(f"annotators/{name}.jsonl"))
        assert 0.8 < own / ticks < 1.2


def test_agreement_is_in_the_range_of_published_work(agreements: list[Alpha]) -> None:
    assert 0.45 <= mean_alpha(agreements) <= 0.55


def test_the_readme_counts_what_is_there(
    gold: list[Row], taxonomy: Taxonomy, agreements: list[Alpha]
) -> None:
    readme = (SAMPLES / "README.md").read_text("utf-8").splitlines()
    alpha = {agreement.label: agreement.value for agreement in agreements}
    none = sum(not row["labels"] for row in gold)

    assert f"| articles | {len({row['article_id'] for row in gold})} |" in readme
    assert f"| paragraphs (body and quotes) | {len(gold)} |" in readme
    assert f"| without technique | {none} ({none / len(gold):.0%}) |" in readme
    for group in taxonomy.groups:
        for technique in group.techniques:
            having = [row for row in gold if technique.id in row["labels"]]
            spans = sum(label == technique.id for row in having for _, _, label in as_triples(row))
            counts = f"{len(having)} | {len({row['article_id'] for row in having})} | {spans}"
            line = f"| {technique.id} | {group.name} | {counts} | {alpha[technique.id]:.2f} |"
            assert line in readme


def test_the_readme_tells_the_smoke_figures_that_are_reached(
    gold: list[Row],
    taxonomy: Taxonomy,
    annotations: list[Annotation],
    agreements: list[Alpha],
) -> None:
    readme = (SAMPLES / "README.md").read_text("utf-8").splitlines()
    alpha = {agreement.label: agreement.value for agreement in agreements}
    truth = {row["id"]: frozenset(row["labels"]) for row in gold}
    by_paragraph = {id_: [a for a in annotations if a.paragraph_id == id_] for id_ in truth}
    merged = {id_: majority(answers, taxonomy) for id_, answers in by_paragraph.items()}
    most = [(truth[id_], frozenset(m.labels)) for id_, m in merged.items() if m is not None]

    assert f"| mean alpha over techniques | {mean_alpha(agreements):.2f} |" in readme
    assert f'| alpha of "any technique" | {alpha[ANY]:.2f} |' in readme
    assert f"| majority of the three against the gold, micro-F1 | {micro_f1(most):.2f} |" in readme
    for name in NAMES:
        own = [
            (truth[a.paragraph_id], frozenset(a.labels))
            for a in annotations
            if a.annotator == name and a.status in ANSWERS
        ]
        assert f"| {name} against the gold, micro-F1 | {micro_f1(own):.2f} |" in readme


def micro_f1(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> float:
    hits = sum(len(true & found) for true, found in pairs)
    return 2 * hits / sum(len(true) + len(found) for true, found in pairs)


def test_the_readme_gives_the_constants_of_the_noise_model() -> None:
    readme, model = (SAMPLES / "README.md").read_text("utf-8"), simulation()

    assert ", ".join(f"{name} {c}" for name, c in model.CARELESSNESS.items()) in readme
    assert f"*c* × ({model.MISSED:.2f} + {model.MISSED_BY_DISAGREEMENT:.2f} *d*)" in readme
    assert f"*c* × {model.CONFUSED_BY_DISAGREEMENT:.2f} *d*" in readme
    assert f"× {model.SUBTLE_TIMES}, elsewhere × {model.PLAIN_TIMES}" in readme
    assert f"{model.FALSE_FOR_LOST:.0%} of the ticks lost".replace("%", " %") in readme
    assert f"{model.FALSE_WHERE_NONE} times as often in paragraphs without any" in readme
    rates = ", ".join(f"{rate:.3f}" for rate in (model.SKIPPED, model.UNUSABLE, model.DRAFT))
    assert f"*c* × {rates}" in readme


def test_every_technique_has_a_measured_disagreement(taxonomy: Taxonomy) -> None:
    assert tuple(simulation().DISAGREEMENT) == taxonomy.labels
