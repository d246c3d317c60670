"""All articles and paragraphs of a `prepare` run, in a temporary database.

Memory does not grow with them, and what is decided at the end (which texts occur in too many
articles, which are sampled) needs no second reading.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from annotate.core.io.database import temporary_database
from annotate.core.records import Paragraph
from annotate.paragraphs.clusters import TABLES, Leaders
from annotate.paragraphs.file import from_text, to_text

_TABLES = f"""
CREATE TABLE articles (id TEXT PRIMARY KEY, digest TEXT, origin TEXT) WITHOUT ROWID;
CREATE TABLE paragraphs (
    number INTEGER PRIMARY KEY, row TEXT, article TEXT, written TEXT, leader INTEGER, draw INTEGER,
    fate TEXT
);
{TABLES}
"""
COPY = "stands in other articles"
NOT_DRAWN = "not drawn"
_KEPT = ""
_EARLIER = "earlier"  # of a file that was prepared before: compared with, and never written


@dataclass(frozen=True, slots=True)
class Fate:
    """A paragraph with its cluster, and why it is left out; empty where it is not.

    Attributes:
        text: The paragraph, as `to_text` writes it.
    """

    text: str
    reason: str


class CorpusDatabase:
    """The paragraphs so far and which of them are near-duplicates.

    Attributes:
        leaders: The first of each cluster.
    """

    def __init__(self, database: sqlite3.Connection, seed: int) -> None:
        self._database, self._seed = database, seed
        self.leaders = Leaders(database)

    def article(self, id_: str, digest: str, origin: str) -> tuple[str, str] | None:
        """Return digest and origin of an earlier article with this id; None without one."""
        query = "SELECT digest, origin FROM articles WHERE id = ?"
        first: tuple[str, str] | None = self._database.execute(query, [id_]).fetchone()
        if first is None:
            self._database.execute("INSERT INTO articles VALUES (?, ?, ?)", [id_, digest, origin])
        return first

    def add(self, paragraph: Paragraph, signed: bytes, *, earlier: bool = False) -> None:
        """Add a paragraph, with the signature of its text; empty where it is too short."""
        leader = self.leaders.add(paragraph.cluster, signed)
        draw = int.from_bytes(sha256(f"{self._seed} {paragraph.id}".encode()).digest()[:7])
        self._database.execute(
            "INSERT INTO paragraphs (row, article, written, leader, draw, fate) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                to_text(paragraph),
                paragraph.article_id,
                paragraph.cluster,
                leader,
                draw,
                _EARLIER if earlier else _KEPT,
            ],
        )

    def decide(self, most_copies: int, sample: int | None) -> None:
        """Keep texts that occur in too many articles once, and draw a sample.

        Args:
            most_copies: In how many articles a text may occur.
            sample: How many paragraphs to draw; None for all.
        """
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
        """Yield every paragraph that was added, except those of earlier files, in order."""
        rows = self._database.execute(
            "SELECT row, written, cluster, fate FROM paragraphs p "
            "JOIN leaders l ON l.number = p.leader WHERE fate != ? ORDER BY p.number",
            [_EARLIER],
        )
        for row, written, cluster, fate in rows:
            text = row if cluster == written else to_text(replace(from_text(row), cluster=cluster))
            yield Fate(text, fate)

    def near_duplicates(self) -> int:
        """Return how many of the kept paragraphs share their cluster with another."""
        (count,) = self._database.execute(
            "SELECT total(kept) FROM (SELECT sum(fate = ?) kept FROM paragraphs p JOIN leaders l "
            "ON l.number = p.leader WHERE fate IN (?, ?) GROUP BY cluster "
            "HAVING count(DISTINCT draw) > 1)",  # the same paragraph of an earlier run is no other
            [_KEPT, _KEPT, _EARLIER],
        ).fetchone()
        return int(count)


@contextmanager
def corpus_database(folder: Path, seed: int) -> Iterator[CorpusDatabase]:
    """Open an empty database in `folder` while the block lasts."""
    with temporary_database(_TABLES, folder) as database:
        yield CorpusDatabase(database, seed)
