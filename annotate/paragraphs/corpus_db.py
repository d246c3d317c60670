"""What `prepare` has to remember of all articles and paragraphs, on disk.

So memory does not grow with them, and what is decided at the end (which texts stand in too many
articles, which are drawn) needs no second reading. The file is gone with the run.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from annotate.core.records import BlockType, Paragraph
from annotate.paragraphs.near_duplicates import ALIKE, alike, bands

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE articles (id TEXT PRIMARY KEY, digest TEXT, origin TEXT) WITHOUT ROWID;
CREATE TABLE paragraphs (
    number INTEGER PRIMARY KEY, row TEXT, article TEXT, leader INTEGER, draw INTEGER, fate TEXT
);
CREATE TABLE leaders (number INTEGER PRIMARY KEY, cluster TEXT, signature BLOB);
CREATE TABLE bands (band INTEGER, leader INTEGER, PRIMARY KEY (band, leader)) WITHOUT ROWID;
"""
COPY = "stands in other articles"
NOT_DRAWN = "not drawn"
_KEPT = ""
_EARLIER = "earlier"  # of a file that was prepared before: compared with, and never written


@dataclass(frozen=True, slots=True)
class Fate:
    """A paragraph with its cluster, and why it is left out; empty where it is not."""

    paragraph: Paragraph
    reason: str


class Scratch:
    """The paragraphs so far and which of them are near-duplicates.

    The first of some near-duplicates leads; others are compared with leaders alone, so a chain of
    small changes ends where the text is no longer like the first one.
    """

    def __init__(self, database: sqlite3.Connection, seed: int) -> None:
        self._database, self._seed = database, seed

    def article(self, id_: str, digest: str, origin: str) -> tuple[str, str] | None:
        """Digest and origin of the article that had this id first; None when it is this one."""
        found = self._database.execute("SELECT digest, origin FROM articles WHERE id = ?", [id_])
        known: tuple[str, str] | None = found.fetchone()
        if known is None:
            self._database.execute("INSERT INTO articles VALUES (?, ?, ?)", [id_, digest, origin])
        return known

    def add(self, paragraph: Paragraph, signed: bytes, *, earlier: bool = False) -> None:
        """Remember a paragraph, with the signature of its text; empty where it is too short."""
        keys = bands(signed) if signed else []
        leader = self._leader(signed, keys) if signed else None
        if leader is None:
            leader = self._lead(paragraph.cluster, signed, keys)
        draw = int.from_bytes(sha256(f"{self._seed} {paragraph.id}".encode()).digest()[:7])
        row = json.dumps(paragraph.to_json(), ensure_ascii=False)
        self._database.execute(
            "INSERT INTO paragraphs (row, article, leader, draw, fate) VALUES (?, ?, ?, ?, ?)",
            [row, paragraph.article_id, leader, draw, _EARLIER if earlier else _KEPT],
        )

    def _leader(self, signed: bytes, keys: Sequence[int]) -> int | None:
        """Number of the first that this is like; all that it is like are one cluster from now."""
        found = self._database.execute(
            "SELECT DISTINCT number, cluster, signature FROM bands JOIN leaders ON number = leader "
            f"WHERE band IN ({','.join('?' * len(keys))}) ORDER BY number",
            keys,
        ).fetchall()
        like = [
            (number, cluster) for number, cluster, other in found if alike(signed, other) >= ALIKE
        ]
        if not like:
            return None
        first = like[0][1]
        for other in {cluster for _, cluster in like} - {first}:
            self._database.execute(
                "UPDATE leaders SET cluster = ? WHERE cluster = ?", [first, other]
            )
        return int(like[0][0])

    def _lead(self, cluster: str, signed: bytes, keys: Sequence[int]) -> int:
        added = self._database.execute(
            "INSERT INTO leaders (cluster, signature) VALUES (?, ?)", [cluster, signed]
        )
        rows = [(band, added.lastrowid) for band in keys]
        self._database.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)
        return int(added.lastrowid or 0)

    def decide(self, most_copies: int, sample: int | None) -> None:
        """Leave out texts that stand in too many articles, but for the first, and draw a sample.

        Args:
            most_copies: In how many articles a text may stand.
            sample: How many paragraphs are drawn; all where it is None.
        """
        self._database.execute("CREATE INDEX leading ON leaders (cluster)")
        self._database.execute("CREATE INDEX following ON paragraphs (leader)")
        many = self._database.execute(
            "SELECT cluster, min(p.number) FROM paragraphs p JOIN leaders l ON l.number = p.leader "
            "GROUP BY cluster HAVING count(DISTINCT article) > ?",
            [most_copies],
        ).fetchall()
        for cluster, first in many:
            self._database.execute(
                "UPDATE paragraphs SET fate = ? WHERE number > ? AND fate = ? AND leader IN "
                "(SELECT number FROM leaders WHERE cluster = ?)",
                [COPY, first, _KEPT, cluster],
            )
        if sample is not None:
            self._database.execute(
                "UPDATE paragraphs SET fate = ? WHERE fate = ? AND number NOT IN "
                "(SELECT number FROM paragraphs WHERE fate = ? ORDER BY draw LIMIT ?)",
                [NOT_DRAWN, _KEPT, _KEPT, sample],
            )

    def fates(self) -> Iterator[Fate]:
        """Every paragraph that was added, but for those of earlier files, in order."""
        rows = self._database.execute(
            "SELECT row, cluster, fate FROM paragraphs p JOIN leaders l ON l.number = p.leader "
            "WHERE fate != ? ORDER BY p.number",
            [_EARLIER],
        )
        for row, cluster, fate in rows:
            fields = json.loads(row)
            del fields["id"]
            paragraph = Paragraph(
                **fields | {"kind": BlockType(fields["kind"]), "cluster": cluster}
            )
            yield Fate(paragraph, fate)

    def near_duplicates(self) -> int:
        """How many of the paragraphs that are kept share their cluster with another."""
        (found,) = self._database.execute(
            "SELECT total(kept) FROM (SELECT sum(fate = ?) kept FROM paragraphs p JOIN leaders l "
            "ON l.number = p.leader WHERE fate IN (?, ?) GROUP BY cluster "
            "HAVING count(DISTINCT draw) > 1)",  # the same paragraph of an earlier run is no other
            [_KEPT, _KEPT, _EARLIER],
        ).fetchone()
        return int(found)


@contextmanager
def scratch(folder: Path, seed: int) -> Iterator[Scratch]:
    """A file in `folder` while the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix=".prepare.", dir=folder) as own,
        closing(sqlite3.connect(Path(own, "paragraphs.sqlite3"), isolation_level=None)) as database,
    ):
        database.executescript(_TABLES)
        database.execute("BEGIN")
        yield Scratch(database, seed)
