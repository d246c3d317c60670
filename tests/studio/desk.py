"""What tests say to the session's server: a project of their own, and whose token is used."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from annotate.aggregation.disputed import Disputed
from annotate.core.records import Annotation, BlockType, Paragraph, Span, Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_config.labeling_page import VERDICT, label_config
from annotate.label_studio.annotator_projects import (
    SHARED,
    PageSettings,
    ensure_projects,
    open_projects,
)
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.results import choices_item, span_item, to_result
from annotate.server.accounts import Account, accounts
from annotate.server.studio import OpenStudio
from annotate.sync.collect import Collected, collect
from annotate.sync.pull import PullReport, PullRequest, pull
from tests.studio.server import TAXONOMY

if TYPE_CHECKING:
    import httpx

Result = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Desk:
    """The session's server with a project title that no other test has.

    The stream that everybody shares stands in the administrator's organisation, where the
    colleagues are too; annotators have streams in organisations of their own.
    """

    opened: OpenStudio
    taxonomy: Taxonomy
    title: str
    colleagues: Mapping[str, Account]

    @property
    def url(self) -> str:
        return self.opened.studio.url

    @property
    def connection(self) -> Connection:
        """The server as the one that we run."""
        return self.opened.connection

    def elsewhere(self, *, url: str = "", token: str = "") -> Connection:
        """The server as one of which we have only the API."""
        return Connection(url or self.url, token or self.account("admin").token, self.url)

    @property
    def config(self) -> str:
        return label_config(self.taxonomy)

    def account(self, name: str) -> Account:
        return {**accounts(self.opened.studio.folder), **self.colleagues}[name]

    def make(self, at: Connection | None = None) -> Project:
        """The stream that everybody shares."""
        look = PageSettings(self.taxonomy)
        return ensure_projects(at or self.elsewhere(), self.title, [], look)[SHARED]

    def streams(self, *annotators: str) -> dict[str, Project]:
        """The annotators' own streams."""
        return ensure_projects(self.connection, self.title, annotators, PageSettings(self.taxonomy))

    def seen_by(self, name: str) -> Connection:
        """The server as a colleague's token sees it."""
        return self.elsewhere(token=self.account(name).token)

    def open(self, name: str = "admin") -> Project:
        """The shared stream, as a colleague sees it."""
        at = self.seen_by(name)
        return open_projects(at, self.title, self.taxonomy)[SHARED]

    def http(self, name: str = "admin") -> "httpx.Client":
        """Hand-written requests, for what our own code never asks of the server."""
        import httpx

        headers = {"Authorization": f"Token {self.account(name).token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def pull(self, out: Path, disputed: Disputed = Disputed.OFF) -> PullReport:
        key = out.parent / "key.json"
        return pull(self._all(), PullRequest(TAXONOMY, out, key, 13, disputed=disputed))

    def gather(self, folder: Path) -> Collected:
        """What a pull reads, without the dataset that it then writes."""
        return collect(self._all(), self.taxonomy, folder / "key.json")

    def _all(self) -> list[Project]:
        return list(open_projects(self.connection, self.title, self.taxonomy).values())

    def result(self, paragraph: Paragraph, status: Status, **fields: Any) -> Result:
        """An answer as the labelling page would send it."""
        annotation = Annotation(paragraph.id, "", status, **fields)
        return to_result(annotation, paragraph.text, self.taxonomy)


def new_desk(
    opened: OpenStudio, taxonomy: Taxonomy, colleagues: Mapping[str, Account] = MappingProxyType({})
) -> Desk:
    return Desk(opened, taxonomy, f"project {secrets.token_hex(6)}", colleagues)


def paragraphs(*texts: str, articles: int = 3) -> list[Paragraph]:
    """A paragraph for each text, in turn of so many articles, with context and all the rest."""
    return [
        Paragraph(
            article_id=f"https://example.org/{number % articles}",
            position=number // articles,
            kind=BlockType.BODY,
            title="A bridge for Brindle",
            source="The Brindle Post",
            url=f"https://example.org/{number % articles}",
            date="2026-11-02",
            previous="What was said before.",
            text=text,
            next="What was said after.",
        )
        for number, text in enumerate(texts)
    ]


def words(text: str, part: str, label: str) -> Span:
    """The span of `part` in `text`."""
    start = text.index(part)
    return Span(start, start + len(part), label)


def task_numbers(project: Project) -> dict[str, int]:
    """Paragraph id -> task number; a paragraph that is there twice fails."""
    rows = [(str(data["id"]), number) for number, data in project.task_data()]
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def choice(control: str, *names: str) -> dict[str, Any]:
    """Ticks as the server stores them, whether the control knows them or not."""
    return choices_item(control, names)


def verdict(name: str) -> dict[str, Any]:
    return choice(VERDICT, name)


def mark(start: Any, end: Any, label: str, **more: Any) -> dict[str, Any]:
    """A marked span as the server stores it, whether it fits the text or not."""
    return span_item(start, end, [label], **more)


def annotation_rows(folder: Path, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """The rows of the dataset's annotations, with names in place of numbers."""
    return _rows(folder / "annotations", taxonomy)


def gold_rows(folder: Path, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """The rows of all splits of the dataset's gold labels, with names in place of numbers."""
    return _rows(folder / "gold", taxonomy)


def _rows(folder: Path, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    tables = [pq.read_table(path).to_pylist() for path in sorted(folder.glob("*.parquet"))]
    return [_named(row, taxonomy.labels, taxonomy.span_labels) for rows in tables for row in rows]


def _named(
    row: Mapping[str, Any], labels: Sequence[str], span_labels: Sequence[str]
) -> dict[str, Any]:
    spans = [Span(s["start"], s["end"], span_labels[s["label"]]) for s in row["spans"]]
    return {**row, "labels": [labels[label] for label in row["labels"]], "spans": spans}


def rejected_rows(report: PullReport) -> list[dict[str, Any]]:
    return [json.loads(line) for line in report.rejected_file.read_text("utf-8").splitlines()]
