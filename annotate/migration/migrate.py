"""Migrate datasets and Label Studio projects to another taxonomy without losing anything.

A dataset gets a new version; the old one stays in `.versions`. A project is changed in place, after
what is rewritten was saved to a file. Run an interrupted migration again to finish it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotate.aggregation.consensus import Aggregation, aggregate
from annotate.aggregation.disputed import Disputed
from annotate.aggregation.methods import method_of
from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.errors import TaxonomyError
from annotate.core.io.files import read_text, writing
from annotate.core.records import Annotation, DatasetRow, Origin, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.krippendorff import label_agreement
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.splits.lineage import read_lineage
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
    """How many annotations of a dataset a migration changes.

    Attributes:
        annotations: All of them.
        changed: Those whose labels, spans or status change.
        sent_back: Those of them that become drafts, because a technique was split.
        emptied: Those of them left without a technique, because all of theirs were removed.
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
    """Write the next version of a dataset under the new taxonomy; its splits stay as they are.

    Args:
        link: The dataset that 'pull' wrote.
        migration: From the dataset's taxonomy.
        taxonomy_file: The new taxonomy's file; copied into the dataset.
        dry_run: Only count.

    Raises:
        InputError: No dataset, or no annotation would be left in it.
        TaxonomyError: The dataset has other labels than the old taxonomy.
    """
    check_link(link)
    dataset = open_dataset(link)
    dataset.check_unchanged()
    _check_labels(str(link), dataset.taxonomy.labels, migration)
    before = dataset.annotations()
    after = [migration.apply(annotation) for annotation in before]
    pairs = list(zip(before, after, strict=True))
    sent_back = sum(a.status is Status.LABELLED and b.status is Status.DRAFT for a, b in pairs)
    emptied = sum(a.status is Status.LABELLED and b.status is Status.NONE for a, b in pairs)
    change = DatasetChange(len(pairs), sum(a != b for a, b in pairs), sent_back, emptied, None)
    if dry_run:
        return change
    settings = dict(dataset.manifest["settings"])
    relabelled = relabel(dataset, after, migration.new)
    merged = relabelled.consensus
    labels, article_of = migration.new.labels, relabelled.article_of
    kept = [a for a in after if a.paragraph_id in article_of]
    agreement = label_agreement(answer_table(kept, labels, article_of))
    source = {"digest": dataset.digest, "taxonomy": migration.old.version}
    if settings.get("asked", merged.asked) != merged.asked:
        source["asked"] = settings["asked"]
    used = {
        "disputed": merged.disputed_rule(),
        "aggregate": str(merged.method),
        "asked": str(merged.asked),
    }
    content = DatasetContent(
        name=dataset.name,
        taxonomy=migration.new,
        taxonomy_text=read_text(taxonomy_file),
        gold=relabelled.gold,
        disputed=relabelled.disputed,
        annotations=after,
        agreement=agreement_json(agreement, merged),
        ledger=_ledger(dataset.manifest["ledger"], pairs),
        settings=settings | used | {"migrated_from": source},
        lineage=read_lineage(dataset),
    )
    return replace(change, folder=write_dataset(content, link))


@dataclass(frozen=True, slots=True)
class Relabelled:
    """The rows of a dataset under another taxonomy.

    Attributes:
        answered: Paragraphs that still have an answer, with their labels aggregated anew.
        consensus: How they were aggregated: as they were before.
        article_of: Paragraph id -> article id, of those without an answer too.
    """

    answered: Sequence[DatasetRow]
    consensus: Aggregation
    article_of: Mapping[str, str]

    @property
    def gold(self) -> list[DatasetRow]:
        """The paragraphs whose labels count."""
        return [row for row in self.answered if not self.consensus.left_out(row.paragraph.id)]

    @property
    def disputed(self) -> list[DatasetRow]:
        """The paragraphs that left gold because of their disputed labels."""
        return [row for row in self.answered if self.consensus.left_out(row.paragraph.id)]


def relabel(
    dataset: DatasetFolder, annotations: Sequence[Annotation], taxonomy: Taxonomy
) -> Relabelled:
    """Aggregate a dataset anew; raises as `DatasetFolder.split`.

    Args:
        dataset: Before.
        annotations: Its annotations under the new taxonomy.
        taxonomy: The new one.
    """
    settings = dataset.manifest["settings"]
    paragraphs = {a.paragraph_id: a.paragraph_id for a in annotations}
    consensus = aggregate(
        answer_table(annotations, taxonomy.labels, paragraphs),
        taxonomy,
        method_of(settings.get("asked")),
        Disputed(settings.get("disputed", {}).get("gold", Disputed.OFF)),
    )
    rows = dataset.answered()
    answered = [
        replace(row, gold=consensus.consensus[row.paragraph.id])
        for row in rows
        if row.paragraph.id in consensus.consensus
    ]
    article_of = {row.paragraph.id: row.paragraph.article_id for row in rows}
    return Relabelled(answered, consensus, article_of)


def _check_labels(where: str, labels: Sequence[str], migration: Migration) -> None:
    if tuple(labels) != migration.old.labels:
        raise TaxonomyError(
            f"{where}: its labels are not those of taxonomy {migration.old.name} "
            f"{migration.old.version}; give the taxonomy that it was made with as OLD"
        )


def _ledger(
    ledger: Mapping[str, Any], pairs: Sequence[tuple[Annotation, Annotation]]
) -> dict[str, Any]:
    """Return the ledger with the new counts of each status."""
    keys = {Origin.ANNOTATION: "annotators", Origin.ADJUDICATION: "adjudicators"}
    tables = {key: {name: dict(c) for name, c in ledger[key].items()} for key in keys.values()}
    for before, after in pairs:
        counts = tables[keys[before.origin]][before.annotator]
        counts[before.status] -= 1
        counts[after.status] = counts.get(after.status, 0) + 1
    return {**ledger, **tables}


@dataclass(frozen=True, slots=True)
class _Change:
    """An annotation or a draft to rewrite.

    Attributes:
        task: Number of its task.
        kind: "annotations" or "drafts", as in the server's addresses.
        user: Number of its annotator; None if the server does not tell.
        row: The server's row.
        result: The new result.
        split: Whether it goes back for labelling.
    """

    task: int
    kind: str
    user: int | None
    row: Mapping[str, Any]
    result: Any
    split: bool


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """What a migration changes in a project.

    Attributes:
        annotator: The project's annotator; empty for a shared one.
        rewritten: Number of annotations and drafts that get other labels.
        sent_back: Number of annotations that become drafts or go, so that their tasks come back.
        backup: File with the old results; None in a dry run or if nothing changes.
    """

    annotator: str
    rewritten: int
    sent_back: int
    backup: Path | None


def migrate_project(
    project: Project, name: str, migration: Migration, *, dry_run: bool, folder: Path = MIGRATIONS
) -> ProjectChange:
    """Rewrite the annotations and drafts of a project, then its labeling config.

    Nobody should label meanwhile: until the config is changed, the page shows the new labels as
    unknown.

    Raises:
        ServerError: The server cannot be reached or refuses; run it again.
        TaxonomyError: The project has neither the old nor the new labels.
    """
    configs = project.configs()
    for number, each in configs.items():
        _check_config(each, f"project {name!r}, number {number} on the server,", migration)
    changes = list(_changes(project, migration))
    sent_back = sum(change.split for change in changes)
    counts = (project.annotator, len(changes) - sent_back, sent_back)
    if dry_run:
        return ProjectChange(*counts, None)
    backup = _back_up(changes, project, name, migration, folder) if changes else None
    for change in changes:
        _carry_out(change, project, migration)
    config = label_config(migration.new, page_of(configs[project.number]))
    if any(each.strip() != config.strip() for each in configs.values()):
        project.forget_summary()
        project.set_config(config, instruction(migration.new))
    return ProjectChange(*counts, backup)


def _check_config(config: str, where: str, migration: Migration) -> None:
    if not any(fits(config, taxonomy) for taxonomy in (migration.old, migration.new)):
        raise TaxonomyError(
            f"{where} has the labels of neither "
            f"{migration.old.name} {migration.old.version} nor {migration.new.name} "
            f"{migration.new.version}; give the taxonomy that it was made with as OLD"
        )


def _changes(project: Project, migration: Migration) -> Iterator[_Change]:
    target = migration.new.digest
    for row in project.rows():
        works = [("annotations", work) for work in row["annotations"]]
        works += [("drafts", work) for work in row["drafts"]]
        for kind, work in works:
            moved = move_result(work["result"], migration)
            split = moved.split and kind == "annotations" and not work.get("was_cancelled")
            if marked(work["result"]) == target or (moved.result is work["result"] and not split):
                continue
            user = work.get("completed_by") if kind == "annotations" else None
            yield _Change(row["id"], kind, user, work, moved.result, split)


def _back_up(
    changes: Sequence[_Change], project: Project, name: str, migration: Migration, folder: Path
) -> Path:
    """Save the results that are about to change to a new file that only its owner can read."""
    stem = f"{name} {project.number} {migration.old.version} to {migration.new.version}"
    taken = len(list(folder.glob(f"{stem}*.jsonl")))
    path = folder / f"{stem}{f' {taken + 1}' if taken else ''}.jsonl"
    with writing(path, mode=0o600) as file:
        for change in changes:
            old = {"task": change.task, change.kind: change.row["id"], "user": change.user}
            file.write(json.dumps(old | {"result": change.row["result"]}) + "\n")
    return path


def _carry_out(change: _Change, project: Project, migration: Migration) -> None:
    if change.split:
        seconds = float(change.row.get("lead_time") or 0)
        draft = mark(change.result, migration.new.digest)
        project.send_back(change.task, change.row["id"], change.user, draft, seconds)
        return
    result = mark(change.result, migration.new.digest) if change.result else change.result
    project.rewrite(change.kind, change.row["id"], result)
