"""Put datasets together: nothing that one of them tests on is trained on from another.

Each dataset keeps its splits and its gold labels. What crosses the splits of all datasets leaves
gold, on train's side first, so that every test set stays what it is.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from annotate.core.dataset_folder import SPLITS, place
from annotate.core.plurals import counted
from annotate.core.records import Annotation, DatasetRow, Origin
from annotate.dataset.splits.lineage import Lineage
from annotate.dataset.splits.repeats import latest_splits
from annotate.paragraphs.clusters import clusters

MERGED = "merged"  # in the manifest's settings: what each part was
SEVERAL_METHODS = "several methods"  # by which the parts were aggregated


class LeftOut(StrEnum):
    """Why a paragraph of a dataset is not in gold of the merged one."""

    OTHER_TEST = "of the test split, since the merged dataset is tested on another"
    ARTICLE = "of articles that another dataset validates or tests on"
    REPEATS = "that are near-duplicates of what a dataset validates or tests on"
    UNITED = "that an earlier dataset has too, whose labels count"


@dataclass(frozen=True, slots=True)
class Part:
    """A dataset to merge, under the taxonomy of all.

    Attributes:
        name: No other part has it.
        gold: Of all splits.
        apart: Paragraphs that left gold, because of disputed labels or as repeats.
        annotations: Of all annotators.
        lineage: Which article stands in which split.
    """

    name: str
    gold: Sequence[DatasetRow]
    apart: Sequence[DatasetRow]
    annotations: Sequence[Annotation]
    lineage: Lineage

    @property
    def rows(self) -> Iterator[DatasetRow]:
        """All paragraphs with an answer."""
        yield from self.gold
        yield from self.apart


@dataclass(frozen=True, slots=True)
class Merged:
    """What the parts become.

    Attributes:
        gold: By article and position, each paragraph once.
        disputed: The same.
        annotations: Of everybody, but not on paragraphs that are left out.
        lineage: Every assignment of the parts; of an article that parts disagree on, the split
            that is tested on.
        left_out: Name of a part -> reason -> paragraphs.
        repeats: Ids of paragraphs that were in gold of a part and repeat a later split.
    """

    gold: Sequence[DatasetRow]
    disputed: Sequence[DatasetRow]
    annotations: Sequence[Annotation]
    lineage: Lineage
    left_out: Mapping[str, Mapping[LeftOut, int]]
    repeats: frozenset[str]


def merge_parts(
    parts: Sequence[Part], test_from: str = "", advance: Callable[[], None] = lambda: None
) -> Merged:
    """Merge datasets; the first decides where several have a paragraph.

    Args:
        parts: Two or more.
        test_from: Name of the part whose test split is the only one in gold; empty for all.
        advance: Called for each paragraph that is compared with others.
    """
    lineage = merge_lineages([part.lineage for part in parts])
    cluster_of = _clusters(parts, advance)
    reasons = _reasons(parts, lineage, cluster_of, test_from)

    def kept(table: Callable[[Part], Iterable[DatasetRow]]) -> list[DatasetRow]:
        rows = (
            _placed(row, part, cluster_of)
            for part in parts
            for row in table(part)
            if (part.name, row.paragraph.id) not in reasons
        )
        return sorted(rows, key=place)

    gold, disputed = kept(lambda part: part.gold), kept(lambda part: part.apart)
    repeats = {
        row.paragraph.id
        for part in parts
        for row in part.gold
        if reasons.get((part.name, row.paragraph.id)) is LeftOut.REPEATS
    }
    return Merged(
        gold=gold,
        disputed=disputed,
        annotations=_annotations(parts, {row.paragraph.id for row in (*gold, *disputed)}),
        lineage=_continuing(lineage, parts, repeats),
        left_out={
            part.name: Counter(why for (name, _), why in reasons.items() if name == part.name)
            for part in parts
        },
        repeats=frozenset(repeats),
    )


def _placed(row: DatasetRow, part: Part, cluster_of: Mapping[str, str]) -> DatasetRow:
    paragraph = replace(row.paragraph, cluster=cluster_of[row.paragraph.id])
    return replace(row, paragraph=paragraph, corpus=row.corpus or part.name, fold=None)


def _reasons(
    parts: Iterable[Part], lineage: Lineage, cluster_of: Mapping[str, str], test_from: str
) -> dict[tuple[str, str], LeftOut]:
    """Return part and paragraph -> why it is left out."""
    latest = latest_splits(
        (cluster_of[row.paragraph.id], row.split) for part in parts for row in part.rows
    )
    taken = set[str]()
    reasons: dict[tuple[str, str], LeftOut] = {}
    for part in parts:
        for row in part.rows:
            id_ = row.paragraph.id
            reason = _reason(
                row,
                article=lineage.split_of(row.paragraph.article_id),
                latest=latest[cluster_of[id_]],
                tested=test_from in ("", part.name),
            )
            if reason or id_ in taken:
                reasons[part.name, id_] = reason or LeftOut.UNITED
            taken |= set() if reason else {id_}
    return reasons


def _reason(row: DatasetRow, *, article: str | None, latest: int, tested: bool) -> LeftOut | None:
    """Return why a row may not stay in its split; None if it may.

    Args:
        row: Of a part.
        article: The split of its article among all parts.
        latest: Number of the latest split that its cluster stands in.
        tested: Whether the test split of its part stays.
    """
    if row.split == SPLITS[-1] and not tested:
        return LeftOut.OTHER_TEST
    if article != row.split:
        return LeftOut.ARTICLE
    return LeftOut.REPEATS if latest > SPLITS.index(row.split) else None


def _clusters(parts: Iterable[Part], advance: Callable[[], None]) -> dict[str, str]:
    """Return the cluster of each paragraph: those of the parts, and what joins them."""
    paragraphs = [row.paragraph for part in parts for row in part.rows]

    def texts() -> Iterator[tuple[str, str]]:
        for paragraph in paragraphs:
            yield paragraph.id, paragraph.text
            advance()

    # Of a paragraph that several parts have, the first one's counts.
    return clusters(texts(), {p.id: p.cluster for p in reversed(paragraphs)})


def merge_lineages(lineages: Sequence[Lineage]) -> Lineage:
    """Return the assignments of all lineages; an article is in the latest of its splits.

    The id stays the same while the parts grow, unless an article that was decided moves.
    """
    splits: dict[str, str] = {}
    contradictions = set[str]()
    for lineage in lineages:
        for key, split in lineage.splits.items():
            if splits.get(key, split) != split:
                contradictions.add(key)
            splits[key] = max(splits.get(key, split), split, key=SPLITS.index)
    names = [*sorted({lineage.id for lineage in lineages}), *sorted(contradictions)]
    return Lineage(
        id=sha256("\n".join(names).encode()).hexdigest()[:16],
        plan=lineages[0].plan,
        given=True,
        splits=splits,
    )


def _continuing(merged: Lineage, parts: Iterable[Part], repeats: Collection[str]) -> Lineage:
    """Return the lineage with those of parts whose models may be scored on its test split.

    That of a part which trains on near-duplicates of a test split is none of them.
    """
    lineages = [
        part.lineage
        for part in parts
        if holds(part.lineage, merged) and not any(r.paragraph.id in repeats for r in part.gold)
    ]
    extends = dict.fromkeys(id_ for each in lineages for id_ in (each.id, *each.extends))
    states = dict.fromkeys(at for each in lineages for at in (each.digest, *each.earlier))
    return replace(merged, extends=tuple(extends), earlier=tuple(states))


def holds(lineage: Lineage, later: Lineage) -> bool:
    """Tell whether every article of a lineage has the same split in a later one."""
    return all(later.splits.get(key) == split for key, split in lineage.splits.items())


def _annotations(parts: Sequence[Part], taken: Collection[str]) -> list[Annotation]:
    """Return everybody's work, without that on paragraphs that are left out.

    Of two answers of one person to a paragraph the newest counts.
    """
    left_out = {row.paragraph.id for part in parts for row in part.rows} - set(taken)
    newest: dict[tuple[str, str, Origin], Annotation] = {}
    for part in parts:
        for each in part.annotations:
            if each.paragraph_id in left_out:
                continue
            key = (each.paragraph_id, each.annotator, each.origin)
            newest[key] = max(newest.get(key, each), each, key=lambda a: a.updated_at.rstrip("Z"))
    return list(newest.values())


def set_apart(annotations: Iterable[Annotation], name: str) -> list[Annotation]:
    """Return the annotations under pseudonyms that begin with the part's name."""
    return [replace(each, annotator=pseudonym_in(name, each.annotator)) for each in annotations]


def pseudonym_in(part: str, pseudonym: str) -> str:
    """Return the pseudonym of a person of a part: another part's a1 is somebody else."""
    return f"{part.lstrip('.')}-{pseudonym}"


def merged_lines(settings: Mapping[str, Any]) -> list[str]:
    """Say in Markdown which datasets were merged, and what was left out; empty if none were."""
    merged = settings.get(MERGED)
    if not merged:
        return []
    head = ["| dataset | version | labels by | paragraphs | in gold |", "|---|---|---|---|---|"]
    lines, reasons = [], Counter[str]()
    for part in merged["parts"]:
        reasons.update(part["left_out"])
        kept = part["paragraphs"] - sum(part["left_out"].values())
        cells = (part["name"], part["digest"], part["aggregate"], part["paragraphs"], kept)
        lines.append(f"| {' | '.join(str(cell).replace('|', ' ') for cell in cells)} |")
    people = (
        "A pseudonym is the same person in all of them"
        if merged["same_people"]
        else "Each has its own annotators, whose pseudonyms begin with its name"
    )
    return [
        *head,
        *lines,
        "",
        "The column `corpus` names the dataset of each paragraph; splits, labels and `scores` are "
        f"those of the datasets. {people}.",
        "",
        *(_left_out_line(LeftOut[name.upper()], count) for name, count in reasons.items()),
    ]


def _left_out_line(reason: LeftOut, count: int) -> str:
    answers = "; all answers stay" if reason is LeftOut.UNITED else ", and the answers to them"
    return f"- Left out: {counted(count, 'paragraph')} {reason}{answers}."
