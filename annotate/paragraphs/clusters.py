"""Put near-duplicates into one cluster.

The first of some near-duplicates leads; others are compared with leaders alone, so a chain of small
changes ends where the text is no longer like the first one.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from annotate.core.console import progress
from annotate.core.io.database import temporary_database
from annotate.core.records import Paragraph
from annotate.paragraphs.near_duplicates import ALIKE, alike, bands, sign, words_of

TABLES = """
CREATE TABLE leaders (number INTEGER PRIMARY KEY, cluster TEXT, signature BLOB);
CREATE INDEX leading ON leaders (cluster);
CREATE TABLE bands (band INTEGER, leader INTEGER, PRIMARY KEY (band, leader)) WITHOUT ROWID;
"""
MOST_COMPARED = 100  # leaders that a text is compared with: texts of one template are many

Members = dict[int, list[int]]  # band -> its leaders


class Leaders:
    """The texts that no earlier text is like, in a database with TABLES.

    Attributes:
        comparisons: How many pairs of texts were compared.
        cut_short: Texts that had more leaders to be compared with than MOST_COMPARED.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.comparisons = self.cut_short = 0

    def add(self, cluster: str, signed: bytes) -> int:
        """Return the first leader that a text is like; without one the text leads its cluster.

        All leaders that the text is like become one cluster.

        Args:
            cluster: The text's, if it leads.
            signed: Its signature; empty where it is too short.
        """
        members = self._members(bands(signed) if signed else [])
        first, *others = self._leaders(signed, members) or [self._lead(cluster, signed, members)]
        for other in others:
            self.unite(first, other)
        return first

    def unite(self, one: int, other: int) -> None:
        """Make one cluster of two leaders'; it keeps the name of the one that is older."""
        names = (self.cluster(one), self.cluster(other))
        older = (
            "SELECT cluster FROM leaders WHERE cluster IN (?, ?) GROUP BY cluster "
            "ORDER BY min(number)"
        )
        rows = self._database.execute(older, names).fetchall()
        for newer in rows[1:]:
            update = "UPDATE leaders SET cluster = ? WHERE cluster = ?"
            self._database.execute(update, [*rows[0], *newer])

    def cluster(self, leader: int) -> str:
        """Return a leader's cluster, as it is by now."""
        query = "SELECT cluster FROM leaders WHERE number = ?"
        return str(self._database.execute(query, [leader]).fetchone()[0])

    def _members(self, keys: Sequence[int]) -> Members:
        """Return the leaders of each band, in the order of the texts."""
        members: Members = {key: [] for key in keys}
        query = (
            f"SELECT band, leader FROM bands WHERE band IN ({_marks(keys)}) ORDER BY band, leader"
        )
        for band, leader in self._database.execute(query, keys) if keys else ():
            members[band].append(leader)
        return members

    def _leaders(self, signed: bytes, members: Members) -> list[int]:
        """Return the leaders that a text is like, in the order of the texts."""
        candidates = self._candidates(members)
        if not candidates:
            return []
        self.comparisons += len(candidates)
        shares = alike(signed, [other for _, other in candidates])
        pairs = zip(candidates, shares, strict=True)
        return [number for (number, _), share in pairs if share >= ALIKE]

    def _candidates(self, members: Members) -> list[tuple[int, bytes]]:
        """Return the leaders of some bands, at most MOST_COMPARED, in the order of the texts.

        Bands that few leaders are in come first, as texts that are alike share those as well.
        """
        by_size = sorted(members.values(), key=len)
        ranked = dict.fromkeys(leader for band in by_size for leader in band)
        self.cut_short += len(ranked) > MOST_COMPARED
        if not (chosen := list(ranked)[:MOST_COMPARED]):
            return []
        query = (
            "SELECT number, signature FROM leaders "
            f"WHERE number IN ({_marks(chosen)}) ORDER BY number"
        )
        return self._database.execute(query, chosen).fetchall()

    def _lead(self, cluster: str, signed: bytes, members: Members) -> int:
        added = self._database.execute(
            "INSERT INTO leaders (cluster, signature) VALUES (?, ?)", [cluster, signed]
        )
        # Nobody is compared with more leaders, so a band that has more takes no others.
        bands_left = [band for band, leaders in members.items() if len(leaders) <= MOST_COMPARED]
        rows = [(band, added.lastrowid) for band in bands_left]
        self._database.executemany("INSERT INTO bands VALUES (?, ?)", rows)
        return int(added.lastrowid or 0)


def clusters(
    texts: Iterable[tuple[str, str]], known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the cluster of each text, by its id; a cluster is named after its first text.

    Texts of the same words share a cluster, however short they are: `prepare` leaves short ones
    apart, because there a text that stands in many articles is left out.

    Args:
        texts: Id and text; an id may occur again with its text.
        known: Id -> cluster, where near-duplicates were looked for before; texts of one cluster
            stay together, and a cluster keeps its name unless it joins an earlier one.
    """
    known = known or {}
    first: dict[str | bytes, int] = {}  # known cluster, or digest of the words -> leader
    leader_of: dict[str, int] = {}
    with temporary_database(TABLES) as database:
        leaders = Leaders(database)
        for id_, text in texts:
            cluster, words = known.get(id_, id_), words_of(text)
            digest = _digest(words, text)
            leader = first.get(digest) or leaders.add(cluster, sign(text, words))
            leader_of[id_] = first.setdefault(digest, leader)
            if first.setdefault(cluster, leader) != leader:
                leaders.unite(first[cluster], leader)
        return {id_: leaders.cluster(leader) for id_, leader in leader_of.items()}


def with_clusters(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs with near-duplicates among them in one cluster; see `clusters`."""
    with progress("near-duplicates", len(paragraphs)) as bar:

        def texts() -> Iterable[tuple[str, str]]:
            for paragraph in paragraphs:
                yield paragraph.id, paragraph.text
                bar.advance()

        of = clusters(texts(), {paragraph.id: paragraph.cluster for paragraph in paragraphs})
    return [replace(paragraph, cluster=of[paragraph.id]) for paragraph in paragraphs]


def _digest(words: Sequence[str], text: str) -> bytes:
    """Digest a text's words; of nothing but punctuation, the text as it is."""
    return blake2b((" ".join(words) or text).encode(), digest_size=16).digest()


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values))
