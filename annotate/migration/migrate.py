"""Take datasets and Label Studio projects over to another taxonomy, with nothing lost.

A dataset gets a new version; the old one stays in `.versions`. A project is changed in place, each
stream by its own token; what is rewritten was written to a file first. Whatever is interrupted is
finished by running it again.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.aggregation.consensus import aggregate
from annotate.aggregation.methods import DEFAULT, Method
from annotate.core.errors import TaxonomyError
from annotate.core.io.files import read_text, writing
from annotate.core.records import Annotation, Origin, Status
from annotate.core.stats.krippendorff import label_agreement
from annotate.dataset.reader import open_dataset
from annotate.dataset.writer import DatasetContent, check_link, write_dataset
from annotate.label_config.guidelines import instruction
from annotate.label_config.labeling_page import fits, label_config, page_of
from annotate.label_studio.project import Project
from annotate.label_studio.provenance import mark, marked
from annotate.migration.plan import Migration
from annotate.migration.results import move_result
from annotate.sync.pull import agreement_json
from annotate.workspace import MIGRATIONS


@dataclass(frozen=True, slots=True)
class DatasetChange:
    """What a migration does to a dataset.

    Attributes:
        annotations: Of all.
        changed: Whose labels, spans or status change.
        sent_back: Of these, drafts now, because a technique of theirs is split.
        emptied: Of these, without a technique now, because all of theirs are removed.
        folder: The new version; None in a dry run.
    """

    annotations: int
    changed: int
    sent_back: int
    emptied: int
    folder: Path | None


def migrate_dataset(
    link: Path, migration: Migration, taxonomy_file: Path, *, dry_run: bool
) -> DatasetChange:
    """Write the dataset's next version, under the new taxonomy; its splits stay as they are.

    Args:
        link: The dataset, as 'pull' wrote it.
        migration: Its old taxonomy must be the dataset's.
        taxonomy_file: The new taxonomy's file; goes into the dataset.
        dry_run: Only count.

    Raises:
        InputError: No dataset, or nothing would have an answer any more.
        TaxonomyError: It has another taxonomy than the migration's old one.
    """
    check_link(link)
    dataset = open_dataset(link)
    _check_labels(str(link), dataset.taxonomy.labels, migration)
    before = dataset.annotations()
    after = [migration.apply(annotation) for annotation in before]
    pairs = list(zip(before, after, strict=True))
    sent_back = sum(a.status is Status.LABELLED and b.status is Status.DRAFT for a, b in pairs)
    emptied = sum(a.status is Status.LABELLED and b.status is Status.NONE for a, b in pairs)
    changed = sum(a != b for a, b in pairs)
    if dry_run:
        return DatasetChange(len(before), changed, sent_back, emptied, None)
    settings = dict(dataset.manifest["settings"])
    method = Method(settings.get("asked", DEFAULT))
    merged = aggregate(after, migration.new, method, int(settings["seed"]))
    gold = [
        replace(row, gold=merged.gold[row.paragraph.id])
        for row in dataset.gold()
        if row.paragraph.id in merged.gold
    ]
    article_of = {row.paragraph.id: row.paragraph.article_id for row in dataset.gold()}
    own = [a for a in after if a.paragraph_id in article_of]
    found = label_agreement(own, migration.new.labels, article_of, int(settings["seed"]))
    source = {"digest": dataset.digest, "taxonomy": migration.old.version}
    content = DatasetContent(
        name=dataset.name,
        taxonomy=migration.new,
        taxonomy_text=read_text(taxonomy_file),
        gold=gold,
        annotations=after,
        agreement=agreement_json(found, merged),
        ledger=_ledger(dataset.manifest["ledger"], pairs),
        settings=settings | {"aggregate": str(merged.method), "migrated_from": source},
    )
    folder = write_dataset(content, link)
    return DatasetChange(len(before), changed, sent_back, emptied, folder)


def _check_labels(where: str, labels: Sequence[str], migration: Migration) -> None:
    if tuple(labels) != migration.old.labels:
        raise TaxonomyError(
            f"{where}: its labels are not those of taxonomy {migration.old.name} "
            f"{migration.old.version}; give the taxonomy that it was made with as OLD"
        )


def _ledger(
    ledger: Mapping[str, Any], pairs: Sequence[tuple[Annotation, Annotation]]
) -> dict[str, Any]:
    """The ledger with the states that changed."""
    people = {
        origin: {name: Counter(counts) for name, counts in ledger[key].items()}
        for origin, key in _PEOPLE.items()
    }
    for before, after in pairs:
        counts = people[before.origin][before.annotator]
        counts[before.status] -= 1
        counts[after.status] += 1
    tables = {
        key: {n: {s: c[s] for s in ledger[key][n]} for n, c in people[origin].items()}
        for origin, key in _PEOPLE.items()
    }
    return {**ledger, **tables}


_PEOPLE = {Origin.ANNOTATION: "annotators", Origin.ADJUDICATION: "adjudicators"}


@dataclass(frozen=True, slots=True)
class _Change:
    """One piece of work to rewrite.

    Attributes:
        task: Its task's number.
        kind: "annotations" or "drafts", as the server's addresses have it.
        user: Whose it is; None where the server does not say it by number.
        row: As it is on the server.
        result: As it is to be.
        split: Whether it goes back for labelling.
        draft_there: Whether the task has a draft already, of an interrupted run.
    """

    task: int
    kind: str
    user: int | None
    row: Mapping[str, Any]
    result: Any
    split: bool
    draft_there: bool


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """What a migration does to a stream.

    Attributes:
        annotator: Whose stream it is; empty for a shared one.
        rewritten: Annotations and drafts that get other labels.
        sent_back: Annotations that become drafts, or go, so that their tasks come back.
        backup: Where the old results stand; None in a dry run or where nothing changes.
    """

    annotator: str
    rewritten: int
    sent_back: int
    backup: Path | None


def migrate_project(
    stream: Project, name: str, migration: Migration, *, dry_run: bool, folder: Path = MIGRATIONS
) -> ProjectChange:
    """Rewrite what people left in a stream, then give it the new taxonomy's page.

    Until the page is changed the old one shows what is rewritten as unknown labels: nobody should
    label meanwhile.

    Raises:
        ServerError: The server cannot be reached or refuses; run it again.
        TaxonomyError: The project has neither the old nor the new labels.
    """
    there = stream.config()
    if not any(fits(there, taxonomy) for taxonomy in (migration.old, migration.new)):
        raise TaxonomyError(
            f"project {name!r}, number {stream.number} on the server, has the labels of neither "
            f"{migration.old.name} {migration.old.version} nor {migration.new.name} "
            f"{migration.new.version}; give the taxonomy that it was made with as OLD"
        )
    changes = list(_changes(stream, migration))
    sent_back = sum(change.split for change in changes)
    counts = (stream.annotator, len(changes) - sent_back, sent_back)
    if dry_run:
        return ProjectChange(*counts, None)
    backup = _back_up(changes, stream, name, migration, folder) if changes else None
    for change in changes:
        _carry_out(change, stream, migration)
    config = label_config(migration.new, page_of(there))
    if there.strip() != config.strip():
        stream.forget_summary()
        stream.set_config(config, instruction(migration.new))
    return ProjectChange(*counts, backup)


def _changes(stream: Project, migration: Migration) -> Iterator[_Change]:
    target = migration.new.digest
    for row in stream.rows():
        free = [draft for draft in row["drafts"] if draft.get("annotation") is None]
        works = [("annotations", work) for work in row["annotations"]]
        works += [("drafts", work) for work in row["drafts"]]
        for kind, work in works:
            moved = move_result(work["result"], migration)
            split = moved.split and kind == "annotations" and not work.get("was_cancelled")
            if marked(work["result"]) == target or (moved.result is work["result"] and not split):
                continue
            user = work.get("completed_by") if kind == "annotations" else None
            yield _Change(row["id"], kind, user, work, moved.result, split, bool(free))


def _back_up(
    changes: Sequence[_Change], stream: Project, name: str, migration: Migration, folder: Path
) -> Path:
    """Every result that is about to change, for its owner alone; earlier files stay."""
    stem = f"{name} {stream.number} {migration.old.version} to {migration.new.version}"
    taken = len(list(folder.glob(f"{stem}*.jsonl")))
    path = folder / f"{stem}{f' {taken + 1}' if taken else ''}.jsonl"
    with writing(path, mode=0o600) as file:
        for change in changes:
            old = {"task": change.task, change.kind: change.row["id"], "user": change.user}
            file.write(json.dumps(old | {"result": change.row["result"]}) + "\n")
    return path


def _carry_out(change: _Change, stream: Project, migration: Migration) -> None:
    """Rewrite one; the draft is there before the annotation goes, and is not made twice."""
    if not change.split:
        result = mark(change.result, migration.new.digest) if change.result else change.result
        stream.rewrite(change.kind, change.row["id"], result)
        return
    if change.user == stream.client.user and not change.draft_there:
        seconds = float(change.row.get("lead_time") or 0)
        stream.save_draft(change.task, mark(change.result, migration.new.digest), seconds)
    stream.delete_annotation(change.row["id"])
