"""All articles and paragraphs of a `prepare` run, in a temporary database.

Memory does not grow with them, and what is decided at the end (which texts occur in too many
articles, which are sampled) needs no second reading.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from annotate.core.io.database import temporary_database
from annotate.core.records import Paragraph
from annotate.paragraphs.file import from_text, to_text
from annotate.paragraphs.near_duplicates import ALIKE, alike, bands

_TABLES = """
CREATE TABLE articles (id TEXT PRIMARY KEY, digest TEXT, origin TEXT) WITHOUT ROWID;
CREATE TABLE paragraphs (
    number INTEGER PRIMARY KEY, row TEXT, article TEXT, leader INTEGER, draw INTEGER, fate TEXT
);
CREATE TABLE leaders (number INTEGER PRIMARY KEY, cluster TEXT, signature BLOB);
CREATE INDEX leading ON leaders (cluster);
CREATE TABLE bands (band INTEGER, leader INTEGER, PRIMARY KEY (band, leader)) WITHOUT ROWID;
"""
COPY = "stands in other articles"
NOT_DRAWN = "not drawn"
MOST_COMPARED = 100  # leaders that a paragraph is compared with: texts of one template are many
_KEPT = ""
_EARLIER = "earlier"  # of a file that was prepared before: compared with, and never written


@dataclass(frozen=True, slots=True)
class Fate:
    """A paragraph with its cluster, and why it is left out; empty where it is not."""

    paragraph: Paragraph
    reason: str


class CorpusDatabase:
    """The paragraphs so far and which of them are near-duplicates.

    The first of some near-duplicates leads; others are compared with leaders alone, so a chain of
    small changes ends where the text is no longer like the first one.

    Attributes:
        comparisons: How many pairs of texts were compared.
        cut_short: Paragraphs that had more leaders to be compared with than MOST_COMPARED.
    """

    def __init__(self, database: sqlite3.Connection, seed: int) -> None:
        self._database, self._seed = database, seed
        self.comparisons = self.cut_short = 0

    def article(self, id_: str, digest: str, origin: str) -> tuple[str, str] | None:
        """Return digest and origin of an earlier article with this id; None without one."""
        query = "SELECT digest, origin FROM articles WHERE id = ?"
        first: tuple[str, str] | None = self._database.execute(query, [id_]).fetchone()
        if first is None:
            self._database.execute("INSERT INTO articles VALUES (?, ?, ?)", [id_, digest, origin])
        return first

    def add(self, paragraph: Paragraph, signed: bytes, *, earlier: bool = False) -> None:
        """Add a paragraph, with the signature of its text; empty where it is too short."""
        keys = bands(signed) if signed else []
        leader = self._leader(signed, keys) if signed else None
        if leader is None:
            leader = self._lead(paragraph.cluster, signed, keys)
        draw = int.from_bytes(sha256(f"{self._seed} {paragraph.id}".encode()).digest()[:7])
        self._database.execute(
            "INSERT INTO paragraphs (row, article, leader, draw, fate) VALUES (?, ?, ?, ?, ?)",
            [
                to_text(paragraph),
                paragraph.article_id,
                leader,
                draw,
                _EARLIER if earlier else _KEPT,
            ],
        )

    def _leader(self, signed: bytes, keys: Sequence[int]) -> int | None:
        """Return the first leader that this is like; all that it is like become one cluster."""
        candidates = self._candidates(keys)
        if not candidates:
            return None
        self.comparisons += len(candidates)
        shares = alike(signed, [other for _, _, other in candidates])
        matches = [
            (number, cluster)
            for (number, cluster, _), share in zip(candidates, shares, strict=True)
            if share >= ALIKE
        ]
        if not matches:
            return None
        number, first = matches[0]
        for other in {cluster for _, cluster in matches} - {first}:
            self._database.execute(
                "UPDATE leaders SET cluster = ? WHERE cluster = ?", [first, other]
            )
        return int(number)

    def _candidates(self, keys: Sequence[int]) -> list[tuple[int, str, bytes]]:
        """Return the leaders of some bands, at most MOST_COMPARED, in the order of the articles.

        Bands that few leaders are in come first, as texts that are alike share those as well.
        """
        query = "SELECT leader FROM bands WHERE band = ? ORDER BY leader LIMIT ?"
        members = [
            [leader for (leader,) in self._database.execute(query, [key, MOST_COMPARED + 1])]
            for key in keys
        ]
        ranked = dict.fromkeys(leader for band in sorted(members, key=len) for leader in band)
        self.cut_short += len(ranked) > MOST_COMPARED
        chosen = list(ranked)[:MOST_COMPARED]
        return self._database.execute(
            "SELECT number, cluster, signature FROM leaders "
            f"WHERE number IN ({','.join('?' * len(chosen))}) ORDER BY number",
            chosen,
        ).fetchall()

    def _lead(self, cluster: str, signed: bytes, keys: Sequence[int]) -> int:
        added = self._database.execute(
            "INSERT INTO leaders (cluster, signature) VALUES (?, ?)", [cluster, signed]
        )
        rows = [(band, added.lastrowid) for band in keys]
        self._database.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)
        return int(added.lastrowid or 0)

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
            "SELECT row, cluster, fate FROM paragraphs p JOIN leaders l ON l.number = p.leader "
            "WHERE fate != ? ORDER BY p.number",
            [_EARLIER],
        )
        for row, cluster, fate in rows:
            yield Fate(replace(from_text(row), cluster=cluster), fate)

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
