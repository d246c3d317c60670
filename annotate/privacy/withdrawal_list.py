"""Who and what is withdrawn: the list beside the key of pseudonyms, and what it keeps out.

The list holds digests, so that it names neither articles nor people; it is for its owner alone.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import locked, writing
from annotate.core.io.json_files import read_object
from annotate.core.records import Origin, normalise
from annotate.label_studio.tasks import Task, TaskSource
from annotate.paragraphs.index import AnyPlanned
from annotate.privacy.pseudonyms import identity

_MEND = "restore it from a backup: without it withdrawn work would come back"
_DIGEST = 64  # characters


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Digests of what is left out.

    Attributes:
        articles: Of their ids.
        annotators: Of people as the key of pseudonyms names them.
    """

    articles: frozenset[str] = frozenset()
    annotators: frozenset[str] = frozenset()

    def has_article(self, *names: object) -> bool:
        """Whether one of these is the id of a withdrawn article."""
        return any(isinstance(n, str) and digest_of(n) in self.articles for n in names)

    def has_person(self, server: str, number: int | None) -> bool:
        """Whether this person is withdrawn."""
        return number is not None and digest_of(identity(server, number)) in self.annotators


def digest_of(name: str) -> str:
    """What stands for an article's id or a person in the list."""
    return sha256(normalise(name).encode("utf-8", "replace")).hexdigest()


def withdrawn_file(key_file: Path) -> Path:
    """The list that belongs to a key of pseudonyms."""
    return key_file.with_name("withdrawn.json")


def read_withdrawn(path: Path) -> Withdrawn:
    """What is withdrawn; nothing where there is no list.

    Raises:
        InputError: The list is broken.
    """
    if not path.exists():
        return Withdrawn()
    found = read_object(path, _MEND)
    lists = [found.get("articles"), found.get("annotators")]
    if not all(isinstance(rows, list) and all(map(_is_digest, rows)) for rows in lists):
        raise InputError(f"{path}: no lists of digests 'articles' and 'annotators'; {_MEND}")
    return Withdrawn(frozenset(found["articles"]), frozenset(found["annotators"]))


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGEST


def change(path: Path, kind: str, name: str, *, undo: bool) -> bool:
    """Put a name on the list, or take it off; whether that changed anything.

    Args:
        path: The list.
        kind: "articles" or "annotators".
        name: The article's id, or the person as the key of pseudonyms has it.
        undo: Take it off.

    Raises:
        InputError: The list is broken or cannot be written.
    """
    with locked(path):
        now = read_withdrawn(path)
        before: frozenset[str] = getattr(now, kind)
        after = before - {digest_of(name)} if undo else before | {digest_of(name)}
        if after == before:
            return False
        _write(path, replace(now, **{kind: after}))
    return True


def add_withdrawn(path: Path, more: Withdrawn) -> None:
    """Put what another list has on this one too.

    Raises:
        InputError: The list is broken or cannot be written.
    """
    with locked(path):
        now = read_withdrawn(path)
        both = Withdrawn(now.articles | more.articles, now.annotators | more.annotators)
        if both != now:
            _write(path, both)


def _write(path: Path, now: Withdrawn) -> None:
    rows = {"articles": sorted(now.articles), "annotators": sorted(now.annotators)}
    with writing(path, mode=0o600) as file:
        json.dump(rows, file, indent=2)


@dataclass
class WithdrawnCounts:
    """What was met and left out, for the counts alone."""

    articles: set[str] = field(default_factory=set)
    paragraphs: set[str] = field(default_factory=set)
    annotators: set[str] = field(default_factory=set)
    annotations: set[tuple[str, int, bool, int]] = field(default_factory=set)

    def to_ledger(self) -> dict[str, dict[str, int]]:
        """Numbers that name nobody; empty where nothing was left out."""
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
    """The stores without what is withdrawn, and what that is, once they are read."""
    left_out = WithdrawnCounts()
    if withdrawn == Withdrawn():
        return stores, left_out
    return [_Kept(store, withdrawn, left_out) for store in stores], left_out


def kept_paragraphs(rows: Iterable[AnyPlanned], withdrawn: Withdrawn) -> list[AnyPlanned]:
    """The paragraphs of articles that are not withdrawn."""
    return [row for row in rows if not withdrawn.has_article(row.article_id, row.url)]


class _Kept:
    """A store as it looks without what is withdrawn."""

    def __init__(self, store: TaskSource, withdrawn: Withdrawn, left_out: WithdrawnCounts) -> None:
        self.store, self.withdrawn, self.left_out = store, withdrawn, left_out
        self.orphaned = withdrawn.has_person(store.server, store.owner)
        self.server, self.annotator = store.server, "" if self.orphaned else store.annotator

    @property
    def owner(self) -> int | None:
        return None if self.orphaned else self.store.owner

    @property
    def origin(self) -> Origin:
        return self.store.origin

    def place(self, number: int) -> str:
        return self.store.place(number)

    def tasks(self) -> Iterator[Task]:
        """Tasks of a withdrawn person's own stream stay only where somebody else worked on them."""
        if self.orphaned and self.store.owner is not None:
            self.left_out.annotators.add(identity(self.server, self.store.owner))
        for task in self.store.tasks():
            work = tuple(w for w in task.work if not self.withdrawn.has_person(self.server, w.user))
            self._count(task)
            article = self.withdrawn.has_article(task.data.get("article_id"), task.data.get("url"))
            if not article and (work or not self.orphaned):
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
