"""The list of withdrawn articles and people, beside the key of pseudonyms, and what it leaves out.

The list has digests, so that it names neither articles nor people; only its owner can read it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import locked, writing
from annotate.core.io.json_files import read_object
from annotate.core.records import normalise
from annotate.label_studio.tasks import DerivedSource, Task, TaskSource
from annotate.paragraphs.index import AnyPlanned
from annotate.privacy.pseudonyms import identity

_FIX = "restore it from a backup: without it withdrawn work would come back"
_DIGEST = 64  # characters


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Digests of what is withdrawn.

    Attributes:
        articles: Digests of articles' ids.
        annotators: Digests of people's names in the key of pseudonyms.
    """

    articles: frozenset[str] = frozenset()
    annotators: frozenset[str] = frozenset()

    @classmethod
    def naming(cls, article_id: str = "", person: str = "") -> "Withdrawn":
        """Return the list of one article or one person."""
        articles, annotators = (
            frozenset({digest_of(name)} if name else ()) for name in (article_id, person)
        )
        return cls(articles, annotators)

    def has_article(self, *names: object) -> bool:
        """Tell whether one of the names is the id of a withdrawn article."""
        return any(isinstance(n, str) and digest_of(n) in self.articles for n in names)

    def has_person(self, server: str, number: int | None) -> bool:
        """Tell whether a person is withdrawn."""
        return number is not None and digest_of(identity(server, number)) in self.annotators


def digest_of(name: str) -> str:
    """Return the list's digest of an article's id or a person."""
    return sha256(normalise(name).encode("utf-8", "replace")).hexdigest()


def withdrawn_file(key_file: Path) -> Path:
    """Return the path of the list that belongs to a key of pseudonyms."""
    return key_file.with_name("withdrawn.json")


def read_withdrawn(path: Path) -> Withdrawn:
    """Read the list; it is empty if there is no file.

    Raises:
        InputError: The list is broken.
    """
    if not path.exists():
        return Withdrawn()
    content = read_object(path, _FIX)
    lists = [content.get("articles"), content.get("annotators")]
    if not all(isinstance(rows, list) and all(map(_is_digest, rows)) for rows in lists):
        raise InputError(f"{path}: no lists of digests 'articles' and 'annotators'; {_FIX}")
    return Withdrawn(frozenset(content["articles"]), frozenset(content["annotators"]))


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGEST


def update_list(path: Path, names: Withdrawn, *, undo: bool = False) -> bool:
    """Add names to the list, or remove them; tell whether that changed it.

    Raises:
        InputError: The list is broken or cannot be written.
    """
    with locked(path):
        before = read_withdrawn(path)
        if undo:
            articles = before.articles - names.articles
            annotators = before.annotators - names.annotators
        else:
            articles = before.articles | names.articles
            annotators = before.annotators | names.annotators
        if Withdrawn(articles, annotators) == before:
            return False
        with writing(path, mode=0o600) as file:
            rows = {"articles": sorted(articles), "annotators": sorted(annotators)}
            json.dump(rows, file, indent=2)
    return True


@dataclass
class WithdrawnCounts:
    """What was left out; only the counts are shown."""

    articles: set[str] = field(default_factory=set)
    paragraphs: set[str] = field(default_factory=set)
    annotators: set[str] = field(default_factory=set)
    annotations: set[tuple[str, int, bool, int]] = field(default_factory=set)

    def to_ledger(self) -> dict[str, dict[str, int]]:
        """Return the counts for the ledger; empty if nothing was left out."""
        counts = {
            "articles": len(self.articles),
            "paragraphs": len(self.paragraphs),
            "annotators": len(self.annotators),
            "annotations": len(self.annotations),
        }
        return {"withdrawn": counts} if any(counts.values()) else {}


def keep_out(
    stores: Sequence[TaskSource], withdrawn: Withdrawn
) -> tuple[Sequence[TaskSource], WithdrawnCounts]:
    """Return the projects without withdrawn work, and its counts, complete once they are read."""
    left_out = WithdrawnCounts()
    if withdrawn == Withdrawn():
        return stores, left_out
    return [_Filtered(store, withdrawn, left_out) for store in stores], left_out


def kept_paragraphs(rows: Iterable[AnyPlanned], withdrawn: Withdrawn) -> list[AnyPlanned]:
    """Return the paragraphs of articles that are not withdrawn."""
    return [row for row in rows if not withdrawn.has_article(row.article_id, row.url)]


@dataclass(frozen=True, slots=True)
class _Filtered(DerivedSource):
    """A project without withdrawn work."""

    withdrawn: Withdrawn
    left_out: WithdrawnCounts

    @property
    def annotator(self) -> str:
        return "" if self._orphaned() else self.source.annotator

    @property
    def owner(self) -> int | None:
        return None if self._orphaned() else self.source.owner

    def _orphaned(self) -> bool:
        """Tell whether the annotator whose project it is was withdrawn."""
        return self.withdrawn.has_person(self.source.server, self.source.owner)

    def tasks(self) -> Iterator[Task]:
        """Yield the tasks; of a withdrawn annotator's project, only those with others' work."""
        orphaned = self._orphaned()
        if orphaned and self.source.owner is not None:
            self.left_out.annotators.add(identity(self.server, self.source.owner))
        for task in self.source.tasks():
            work = tuple(w for w in task.work if not self.withdrawn.has_person(self.server, w.user))
            self._count(task)
            article = self.withdrawn.has_article(task.data.get("article_id"), task.data.get("url"))
            if not article and (work or not orphaned):
                yield replace(task, work=work)

    def _count(self, task: Task) -> None:
        for w in task.work:
            if self.withdrawn.has_person(self.server, w.user):
                self.left_out.annotators.add(identity(self.server, w.user))
                self.left_out.annotations.add((self.server, task.number, w.draft, w.number))
        id_ = task.data.get("article_id")
        if self.withdrawn.has_article(id_, task.data.get("url")):
            self.left_out.articles.add(str(id_))
            self.left_out.paragraphs.add(str(task.data.get("id")))
