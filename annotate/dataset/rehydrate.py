"""Publish a dataset without its texts, and fill them in again from the articles.

A paragraph's id is the digest of its article's id and its words: a text that gives the id is the
text that was labelled, and no other is taken.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotate.articles.article import Article
from annotate.articles.registry import find_files, scan_file
from annotate.core.console import progress
from annotate.core.dataset_folder import DatasetFolder
from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.plurals import counted
from annotate.core.records import BlockType, Paragraph, normalise, paragraph_id
from annotate.dataset.reader import read_content
from annotate.dataset.splits.lineage import check_replaces
from annotate.dataset.writer import TEXTS, check_link, rows_digest, write_dataset, write_folder
from annotate.paragraphs.file import is_prepared, scan_paragraphs
from annotate.paragraphs.length import PARAGRAPH_KINDS, CutRules
from annotate.paragraphs.segment import cut

NO_ARTICLE, CHANGED = "article missing", "text changed"


@dataclass(frozen=True, slots=True)
class RehydrateReport:
    """What became of the paragraphs of a dataset without texts.

    Attributes:
        folder: The version that the new dataset's link points at.
        rejected_file: The paragraphs without text, a JSON line each, with the reason.
        paragraphs: All of the dataset.
        missing: Reason -> paragraphs whose text is missing.
        unread: Files and records of the articles that could not be read.
        same: Texts, titles and context are those that were published.
    """

    folder: Path
    rejected_file: Path
    paragraphs: int
    missing: Mapping[str, int]
    unread: int
    same: bool


def write_without_text(dataset: DatasetFolder, folder: Path) -> None:
    """Write a dataset without texts and comments into an empty folder.

    Raises:
        InputError: A file cannot be read.
    """
    content = read_content(dataset)
    source = {"digest": dataset.digest, "rows": rows_digest(content)}
    write_folder(replace(content, without_text=source), folder)


def rehydrate(dataset: DatasetFolder, inputs: Sequence[Path], link: Path) -> RehydrateReport:
    """Write the dataset with its texts; paragraphs whose text is missing are left out and listed.

    Args:
        dataset: Without texts.
        inputs: Files and folders of articles, or paragraphs.jsonl.
        link: The dataset to write.

    Raises:
        InputError: The dataset has its texts, an input is missing, no text fits, or `link` is a
            dataset with other splits.
    """
    source = dataset.manifest.get("without_text")
    if not isinstance(source, dict):
        raise InputError(f"{dataset.folder}: has its texts already; nothing to fill in")
    check_link(link)
    check_replaces(link, dataset.manifest)
    search = _Search(_published(dataset))
    with progress("article files") as bar:
        for path in find_files(inputs).files:
            search.read(path)
            bar.advance()
    missing = search.missing()
    rejected_file = link.with_name(f"{link.name}.rejected.jsonl")
    with writing(rejected_file) as file:
        file.writelines(json.dumps(row) + "\n" for row in missing)
    reasons = Counter(row["reason"] for row in missing)
    if not search.texts:
        raise InputError(_nothing(dataset, reasons, search.unread, rejected_file))
    content = read_content(replace(dataset, texts=search.texts))
    same = rows_digest(content) == source.get("rows")
    if missing:
        left_out = {"digest": dataset.digest, "left_out": dict(reasons)}
        content = replace(content, settings={**content.settings, "rehydrated": left_out})
    folder = write_dataset(content, link)
    count = len(search.rows)
    return RehydrateReport(folder, rejected_file, count, dict(reasons), search.unread, same)


def _nothing(
    dataset: DatasetFolder, reasons: Mapping[str, int], unread: int, rejected_file: Path
) -> str:
    counts = [f"{n} {reason}" for reason, n in reasons.items()]
    if unread:
        counts.append(f"{counted(unread, 'file or record', 'files or records')} cannot be read")
    return (
        f"{dataset.folder}: no text of it is in these articles ({', '.join(counts)}), so nothing "
        f"was written; {rejected_file} names the articles; prepare them as the dataset was, and "
        "give paragraphs.jsonl"
    )


def _published(dataset: DatasetFolder) -> dict[str, dict[str, Any]]:
    """Return what the folder says of each paragraph, by id."""
    columns = ("id", "article_id", "url", "source", "date", "position", "kind")
    return {row["id"]: {key: row[key] for key in columns} for row in dataset.published()}


@dataclass(slots=True)
class _Search:
    """The texts of paragraphs whose ids are known.

    Attributes:
        rows: Paragraph id -> what the dataset says of it.
        texts: Paragraph id -> its columns of text.
        articles: Normalised id or address of an article -> the ids that the dataset gives it.
        read_articles: Ids of the dataset's articles that were read.
        unread: How many files and records could not be read.
    """

    rows: Mapping[str, Mapping[str, Any]]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    articles: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    read_articles: set[str] = field(default_factory=set)
    unread: int = 0

    def __post_init__(self) -> None:
        for row in self.rows.values():
            for name in filter(None, (row["article_id"], row["url"])):
                self.articles[normalise(name)].add(row["article_id"])

    def read(self, path: Path) -> None:
        """Take the texts that a file has."""
        for item in scan_paragraphs(path) if is_prepared(path) else scan_file(path):
            if isinstance(item, Paragraph):
                self._take([item], self._ids(item.article_id, item.url))
            elif not isinstance(item, Article):
                self.unread += 1
            elif ids := self._ids(item.article_id, item.url):
                cuts = [cut(item, rules).paragraphs for rules in self._rules()]
                for paragraphs in sorted(cuts, key=lambda cut: -len(self._match(cut, ids))):
                    self._take(paragraphs, ids)

    def missing(self) -> list[dict[str, Any]]:
        """Return the paragraphs whose text is missing, with the reason."""
        return [
            {**row, "reason": CHANGED if row["article_id"] in self.read_articles else NO_ARTICLE}
            for id_, row in self.rows.items()
            if id_ not in self.texts
        ]

    def _ids(self, *names: str) -> set[str]:
        return {
            id_ for name in names if name for id_ in self.articles.get(normalise(name), frozenset())
        }

    def _take(self, paragraphs: Sequence[Paragraph], article_ids: set[str]) -> None:
        self.read_articles |= article_ids
        for id_, paragraph in self._match(paragraphs, article_ids).items():
            self.texts.setdefault(id_, {key: getattr(paragraph, key) for key in TEXTS})

    def _match(
        self, paragraphs: Sequence[Paragraph], article_ids: set[str]
    ) -> dict[str, Paragraph]:
        """Return those of the paragraphs that the dataset has, by its ids."""
        matches = {paragraph_id(id_, p.text): p for p in paragraphs for id_ in article_ids}
        return {id_: p for id_, p in matches.items() if id_ in self.rows}

    def _rules(self) -> Iterator[CutRules]:
        """Yield the rules that 'prepare' has by default, then those for text in any language."""
        kinds = PARAGRAPH_KINDS | {BlockType(row["kind"]) for row in self.rows.values()}
        yield CutRules(kinds, languages=("en",))
        yield CutRules(kinds)
