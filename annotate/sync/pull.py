"""Fetch what people labelled, check all of it, and write the dataset folder.

A pull reads each task once from the server to the task cache (`task_cache`), checks what people
left on it (`collect`), aggregates their answers, measures how far they agree, and writes a version
of the dataset.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotate.aggregation.consensus import Aggregation, aggregate
from annotate.aggregation.disputed import Disputed, disputed_sentence
from annotate.aggregation.methods import DEFAULT, Method
from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from annotate.core.io.files import read_text, writing
from annotate.core.labelled_by import LabelledBy
from annotate.core.records import Annotation, Consensus, DatasetRow
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.estimates import plain
from annotate.core.stats.krippendorff import (
    ANY,
    Alpha,
    label_agreement,
    mean_alpha,
    mean_is_too_few,
)
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.merge import MERGED
from annotate.dataset.splits.assign import SplitRow
from annotate.dataset.splits.lineage import Lineage, SplitRequest, extend, find_plan, read_lineage
from annotate.dataset.splits.project_lineages import (
    ProjectLineage,
    project_lineage,
    read_project_lineage,
)
from annotate.dataset.splits.report import SplitReport, split_report
from annotate.dataset.writer import DatasetContent, check_link, split_sizes, write_dataset
from annotate.label_studio.tasks import TaskSource, WatchedSource
from annotate.paragraphs.clusters import with_clusters
from annotate.privacy.withdrawal_list import keep_out, read_withdrawn, withdrawn_file
from annotate.sync.collect import Collected, collect
from annotate.sync.task_cache import Refreshed, cache_file, open_task_cache, temporary_copies


@dataclass(frozen=True, slots=True)
class PullRequest:
    """Which dataset to write, and how answers become one.

    Attributes:
        taxonomy_file: What the labels mean.
        output: The dataset; a link to its newest version.
        key_file: The key to the annotators' pseudonyms; people who are new get one.
        seed: Random seed of the splits.
        method: How the answers to a paragraph become its labels.
        source: Where the answers came from, for the manifest; empty for a project of ours.
        disputed: What gold does with labels that the answers leave undecided.
        splits: How articles get their splits.
        project: Whose lineage the dataset shares; empty for imported files.
        corpus: The public corpus that the answers are of; empty for any others.
    """

    taxonomy_file: Path
    output: Path
    key_file: Path
    seed: int
    method: Method = DEFAULT
    source: Mapping[str, str] = field(default_factory=dict)
    disputed: Disputed = Disputed.OFF
    splits: SplitRequest = field(default_factory=SplitRequest)
    project: str = ""
    corpus: str = ""


@dataclass(frozen=True, slots=True)
class PullReport:
    """What a pull found and wrote.

    Attributes:
        folder: The version that the dataset's link points at.
        rejected_file: What was set aside, a JSON line each, with the reason.
        set_aside: Number of those lines.
        ledger: As in the manifest.
        agreement: As in agreement.json.
        splits: Split -> paragraphs.
        disputed: How many labels are disputed, and what gold does with them, in words.
        lineage: How the articles got their splits.
    """

    folder: Path
    rejected_file: Path
    set_aside: int
    ledger: Mapping[str, Any]
    agreement: Mapping[str, Any]
    splits: Mapping[str, int]
    disputed: str
    lineage: SplitReport


def pull(sources: Iterable[TaskSource], request: PullRequest) -> PullReport:
    """Write what the sources hold to the dataset; the same answers give the same bytes.

    Raises:
        InputError: Nothing is labelled yet, or the folder cannot be written.
        ServerError: A source cannot be read.
    """
    check_output(request)
    with temporary_copies(sources) as copies:
        return _pull(copies, request)


def pull_projects(
    projects: Iterable[WatchedSource], request: PullRequest, *, since_last: bool
) -> tuple[PullReport, Sequence[Refreshed]]:
    """Pull projects of ours, and keep their tasks for the next pull.

    Args:
        projects: On the server.
        request: The dataset.
        since_last: Read from the server only what changed since the last pull of this dataset.

    Raises:
        InputError: As `pull` does.
        ServerError: As `pull` does.
    """
    check_output(request)
    with open_task_cache(cache_file(request.output, request.key_file)) as cache:
        refreshed = [cache.refresh(project, full=not since_last) for project in projects]
        return _pull([project.source for project in refreshed], request), refreshed


def check_output(request: PullRequest) -> None:
    """Check what can be checked before the answers are read.

    Raises:
        InputError: The dataset cannot be written there, or its splits cannot go on as requested.
    """
    check_link(request.output)
    project = read_project_lineage(request.project, request.key_file)
    find_plan(_before(project, request), request.splits, request.seed)


def _pull(sources: Sequence[TaskSource], request: PullRequest) -> PullReport:
    """Collect, aggregate, measure, write."""
    with project_lineage(request.project, request.key_file) as project:
        return _write(sources, request, project)


def _write(
    sources: Sequence[TaskSource], request: PullRequest, project: ProjectLineage
) -> PullReport:
    taxonomy = load_taxonomy(request.taxonomy_file)
    kept, left_out = keep_out(sources, read_withdrawn(withdrawn_file(request.key_file)))
    collected = collect(kept, taxonomy, request.key_file)
    if request.source:  # `prepare` looked for near-duplicates among paragraphs of ours
        collected = replace(collected, paragraphs=with_clusters(collected.paragraphs))
    ledger = {**collected.ledger, **left_out.to_ledger()}

    article_of = {p.id: p.article_id for p in collected.paragraphs}
    table = answer_table(collected.annotations, taxonomy.labels, article_of)
    consensus = aggregate(table, taxonomy, request.method, request.disputed)
    agreement = agreement_json(label_agreement(table), consensus)

    before = _before(project, request)
    lineage = extend(
        before, _split_rows(collected, consensus, taxonomy.labels), request.splits, request.seed
    )
    answered = _dataset_rows(collected, consensus, lineage, request.corpus)
    rejected_file = request.output.with_name(f"{request.output.name}.rejected.jsonl")
    with writing(rejected_file) as file:  # first: it explains a dataset that cannot be written
        file.writelines(json.dumps(row) + "\n" for row in collected.rejected)
    answers = [row for row in collected.rejected if "annotation" in row]
    if answers and not answered:
        raise InputError(_nothing_usable(answers, collected.annotations, rejected_file))
    content = DatasetContent(
        name=request.output.name,
        taxonomy=taxonomy,
        taxonomy_text=read_text(request.taxonomy_file),
        gold=[row for row in answered if not consensus.left_out(row.paragraph.id)],
        annotations=collected.annotations,
        agreement=agreement,
        ledger=ledger,
        disputed=[row for row in answered if consensus.left_out(row.paragraph.id)],
        settings=_settings(request, consensus, collected.labelled_by),
        lineage=lineage,
    )
    folder = write_dataset(content, request.output)
    same = project.write(lineage, anew=request.splits.new)
    others = project.lineage.id if project.lineage and not same else ""
    sizes = {table: split_sizes(splits) for table, splits in content.tables().items()}
    return PullReport(
        folder,
        rejected_file,
        set_aside=len(collected.rejected),
        ledger=ledger,
        agreement=agreement,
        splits=sizes["gold"],
        disputed=disputed_sentence(request.disputed, agreement["disputed"]),
        lineage=split_report(before, lineage, sizes["repeats"], others, anew=request.splits.new),
    )


def _nothing_usable(
    answers: Sequence[Mapping[str, Any]], others: Sequence[Annotation], rejected_file: Path
) -> str:
    """Return why there is no dataset although people left answers.

    Args:
        answers: Those that were set aside.
        others: Skipped paragraphs, drafts, and paragraphs that are not usable.
        rejected_file: Holds the reasons.
    """
    count = len(answers)
    reasons = Counter(row["reason"] for row in answers)
    listed = "; ".join(f"{reason} ({times})" for reason, times in reasons.most_common(3))
    start = "the only answer was" if count == 1 else f"all {count} answers were"
    if others:
        start = f"no paragraph has a usable answer, and {count} {'was' if count == 1 else 'were'}"
    return (
        f"{start} set aside, so no dataset was written; the reasons are in {rejected_file}; "
        f"most frequent: {listed}"
    )


def _before(project: ProjectLineage, request: PullRequest) -> Lineage | None:
    """Return the lineage that the pull goes on with; None without one.

    Raises:
        InputError: The dataset that is there already was changed by hand, or was merged.
    """
    if not request.output.exists():
        return project.or_newer(None)
    dataset = open_dataset(request.output)
    if MERGED in dataset.manifest["settings"]:
        raise InputError(f"{request.output}: was merged from several datasets; choose another -o")
    dataset.check_unchanged()
    return project.or_newer(read_lineage(dataset))


def _split_rows(
    collected: Collected, consensus: Aggregation, labels: Sequence[str]
) -> list[SplitRow]:
    """Return what splitting needs of the paragraphs with an answer.

    Their labels are those whose score is above one half, so that what gold does with disputed
    labels moves no article to another split.
    """
    return [
        SplitRow(p.article_id, p.cluster, _likely(gold, labels), p.source, p.date)
        for p in collected.paragraphs
        if (gold := consensus.consensus.get(p.id))
    ]


def _dataset_rows(
    collected: Collected, consensus: Aggregation, lineage: Lineage, corpus: str
) -> list[DatasetRow]:
    """Return the paragraphs with an answer, each with its split."""
    labels_of = consensus.consensus
    return [
        lineage.placed(DatasetRow(p, labels_of[p.id], "", corpus=corpus))
        for p in collected.paragraphs
        if p.id in labels_of
    ]


def _likely(gold: Consensus, labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(x for x, score in zip(labels, gold.scores, strict=True) if score > 0.5)


def _settings(
    request: PullRequest, consensus: Aggregation, labelled_by: LabelledBy
) -> dict[str, Any]:
    settings = {
        "seed": request.seed,
        "disputed": consensus.disputed_rule(),
        "aggregate": str(consensus.method),
        "asked": str(consensus.asked),
        "labelled_by": str(LabelledBy.IMPORTED if request.source else labelled_by),
    }
    return settings | ({"source": dict(request.source)} if request.source else {})


def agreement_json(alphas: Iterable[Alpha], consensus: Aggregation) -> dict[str, Any]:
    """Return agreement and skill as agreement.json has them; what is undefined is null."""
    alphas = list(alphas)
    rows = [
        {
            "label": a.label,
            "alpha": plain(a.value),
            "low": plain(a.interval.low),
            "high": plain(a.interval.high),
            "positive": a.positive,
            "answers": a.answers,
        }
        for a in alphas
    ]
    return {
        "format": 1,
        "measure": "Krippendorff's alpha, nominal; 95 % interval by jackknife over articles",
        "mean_alpha": plain(mean_alpha(alphas)),
        "too_few_to_tell": mean_is_too_few(alphas),
        "labels": [row for row in rows if row["label"] != ANY],
        "any": next(row for row in rows if row["label"] == ANY),
        "skill": consensus.quality_json(),
        "disputed": consensus.disputed_counts(),
    }
