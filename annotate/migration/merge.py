"""Merge datasets under the taxonomy of the first: check them, map their labels, write the result.

`annotate.dataset.merge` decides which paragraphs stay.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotate.core.dataset_folder import DatasetFolder, open_dataset
from annotate.core.dataset_versions import find_dataset, version_folders
from annotate.core.errors import InputError, TaxonomyError
from annotate.core.io.files import read_text
from annotate.core.plurals import counted
from annotate.core.records import Annotation
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.merge import (
    MERGED,
    LeftOut,
    Merged,
    Part,
    holds,
    merge_parts,
    set_apart,
)
from annotate.dataset.splits.lineage import Lineage, read_lineage
from annotate.dataset.writer import DatasetContent, check_link, write_dataset
from annotate.migration.merged_manifest import (
    merged_agreement,
    merged_ledger,
    merged_settings,
)
from annotate.migration.migrate import relabel
from annotate.migration.plan import make_migration
from annotate.privacy.pseudonyms import read_key
from annotate.privacy.withdrawal_list import digest_of, read_withdrawn, withdrawn_file


@dataclass(frozen=True, slots=True)
class MergeConfig:
    """How datasets become one.

    Attributes:
        map_file: What the labels of other taxonomies than the first one's become.
        test_from: Name or path of the only dataset whose test split stays; empty for all.
        same_people: Whether a pseudonym means the same person in all datasets.
        key_file: The key to the pseudonyms; what was withdrawn stands beside it.
        seed: Kept in the manifest, for its splits.
    """

    key_file: Path
    map_file: Path | None = None
    test_from: str = ""
    same_people: bool = False
    seed: int = 13


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What was merged.

    Attributes:
        folder: The version that was written.
        splits: Split -> paragraphs in gold.
        parts: Name of a dataset -> its paragraphs with an answer.
        left_out: Name of a dataset -> reason -> paragraphs that are not in gold.
        notes: What the user should know of taxonomies and annotators, a line each.
    """

    folder: Path
    splits: Mapping[str, int]
    parts: Mapping[str, int]
    left_out: Mapping[str, Mapping[LeftOut, int]]
    notes: Sequence[str]


def merge_datasets(
    datasets: Sequence[Path],
    output: Path,
    config: MergeConfig,
    advance: Callable[[], None] = lambda: None,
) -> MergeReport:
    """Write the dataset that holds all of `datasets`; each keeps its splits and gold labels.

    Args:
        datasets: Their folders; the first decides on the taxonomy, and where several have a
            paragraph.
        output: The dataset to write.
        config: How.
        advance: Called for each paragraph that is compared with others.

    Raises:
        InputError: A dataset was changed or is given twice, or `output` is one of them.
        TaxonomyError: Labels of a dataset have no counterpart in the first one's taxonomy.
    """
    check_link(output)
    opened = _open(datasets, output)
    names = list(opened)
    test_from = _name_of(config.test_from, datasets, names)
    taxonomy = opened[names[0]].taxonomy
    parts = [_part(name, each, taxonomy, config) for name, each in opened.items()]
    if config.map_file and all(_same_labels(d.taxonomy, taxonomy) for d in opened.values()):
        raise InputError(f"{config.map_file}: the datasets have the same labels; leave out --map")
    withdrawn = _check_withdrawn(parts, config.key_file)
    if not config.same_people:
        parts = [replace(p, annotations=set_apart(p.annotations, p.name)) for p in parts]
    merged = merge_parts(parts, test_from, advance)
    if test_from and not any(row.split == "test" for row in merged.gold):
        raise InputError(f"--test-from {config.test_from}: has no test paragraphs; leave it out")
    manifests = {name: dataset.manifest for name, dataset in opened.items()}
    options = {"test_from": test_from, "same_people": config.same_people}
    content = DatasetContent(
        name=output.name,
        taxonomy=taxonomy,
        taxonomy_text=read_text(opened[names[0]].folder / "taxonomy.yaml"),
        gold=merged.gold,
        disputed=merged.disputed,
        annotations=merged.annotations,
        agreement=merged_agreement(merged, taxonomy, manifests),
        ledger=merged_ledger(manifests, same_people=config.same_people),
        settings=merged_settings(opened, parts, merged, config.seed, options),
        lineage=_going_on(merged, output),
    )
    folder = write_dataset(content, output)
    return MergeReport(
        folder=folder,
        splits=Counter(row.split for row in merged.gold),
        parts={part.name: len([*part.rows]) for part in parts},
        left_out=merged.left_out,
        notes=[
            *_notes(opened, taxonomy),
            *_undecided(opened, parts),
            *_same_answers(opened, config),
            *withdrawn,
        ],
    )


def _open(datasets: Sequence[Path], output: Path) -> dict[str, DatasetFolder]:
    """Return the datasets by a name that no other of them has."""
    if len(datasets) < 2:
        raise InputError("one dataset is nothing to merge; name two or more")
    opened: dict[str, DatasetFolder] = {}
    for folder in datasets:
        dataset = open_dataset(folder)
        dataset.check_unchanged()
        if folder.resolve() in {path.resolve() for path in version_folders(output)}:
            raise InputError(f"{output}: is one of the datasets to merge; choose another -o")
        for other in opened.values():
            if dataset.digest == other.digest:
                raise InputError(f"{folder}: is given twice, as {other.folder} too")
            if dataset.name == other.name and _lineage_id(dataset) == _lineage_id(other):
                raise InputError(
                    f"{folder}: is another version of {other.folder}; merge one of them"
                )
        count = sum(other.name == dataset.name for other in opened.values())
        opened[f"{dataset.name}{f'-{count + 1}' if count else ''}"] = dataset
    if output.exists() and MERGED not in open_dataset(output).manifest["settings"]:
        raise InputError(f"{output}: exists and was not merged; choose another -o")
    return opened


def _lineage_id(dataset: DatasetFolder) -> str:
    return read_lineage(dataset).id


def _going_on(merged: Merged, output: Path) -> Lineage:
    """Return the merged lineage as a later state of the one that `output` has, if it is one."""
    lineage = merged.lineage
    if not output.exists():
        return lineage
    dataset = open_dataset(output)
    before = read_lineage(dataset)
    trained_on = {row.paragraph.id for row in dataset.gold()}
    same = before.digest == lineage.digest
    if not same and (not holds(before, lineage) or trained_on & merged.repeats):
        return lineage
    states = dict.fromkeys([before.digest, *before.earlier, *lineage.earlier])
    return replace(lineage, earlier=tuple(at for at in states if at != lineage.digest))


def _name_of(test_from: str, datasets: Sequence[Path], names: Sequence[str]) -> str:
    """Return the name of the dataset that is meant, by its name or path."""
    if not test_from:
        return ""
    wanted = find_dataset(Path(test_from)).resolve()
    for folder, name in zip(datasets, names, strict=True):
        if test_from == name or folder.resolve() == wanted:
            return name
    raise InputError(f"--test-from {test_from}: is none of the datasets: {', '.join(names)}")


def _part(name: str, dataset: DatasetFolder, taxonomy: Taxonomy, config: MergeConfig) -> Part:
    lineage = read_lineage(dataset)
    if _same_labels(dataset.taxonomy, taxonomy):
        gold, annotations = dataset.gold(), dataset.annotations()
        apart = [*dataset.left_out("disputed"), *dataset.left_out("repeats")]
    else:
        try:
            migration = make_migration(dataset.taxonomy, taxonomy, config.map_file)
        except TaxonomyError as error:
            raise TaxonomyError(f"{dataset.folder}: {error}") from error
        annotations = [migration.apply(each) for each in dataset.annotations()]
        relabelled = relabel(dataset, annotations, taxonomy)
        gold, apart = relabelled.gold, relabelled.disputed
    return Part(name, gold, apart, annotations, lineage)


def _same_labels(one: Taxonomy, other: Taxonomy) -> bool:
    return one.span_labels == other.span_labels


def _check_withdrawn(parts: Sequence[Part], key_file: Path) -> list[str]:
    """Refuse withdrawn articles; return a line for each dataset that may hold a withdrawn person.

    Only the user knows whether a pseudonym of a dataset is one of this project's key.
    """
    withdrawn = read_withdrawn(withdrawn_file(key_file))
    people = {n for p, n in read_key(key_file).items() if digest_of(p) in withdrawn.annotators}
    lines = []
    for part in parts:
        articles = {
            row.paragraph.article_id
            for row in part.rows
            if withdrawn.has_article(row.paragraph.article_id, row.paragraph.url)
        }
        if articles:
            raise InputError(
                f"{part.name}: has {counted(len(articles), 'article')} that "
                f"{'was' if len(articles) == 1 else 'were'} withdrawn; pull or import it again"
            )
        matches = people & {annotation.annotator for annotation in part.annotations}
        lines += [
            f"{part.name}: has answers of {name}, and a person of this pseudonym was withdrawn "
            "here; if it is the same person, pull the dataset again, then merge again"
            for name in sorted(matches)
        ]
    return lines


def _notes(opened: Mapping[str, DatasetFolder], taxonomy: Taxonomy) -> list[str]:
    """Say where texts of taxonomies differ although their labels are the same."""
    first, *others = opened.items()
    return [
        f"{name}: taxonomy.yaml has the same labels as that of {first[0]}, but other texts; "
        f"that of {first[0]} is kept"
        for name, dataset in others
        if _same_labels(dataset.taxonomy, taxonomy) and dataset.taxonomy.digest != taxonomy.digest
    ]


def _undecided(opened: Mapping[str, DatasetFolder], parts: Sequence[Part]) -> list[str]:
    """Say how many paragraphs a map leaves without an answer."""
    lines = []
    for dataset, part in zip(opened.values(), parts, strict=True):
        lost = dataset.paragraphs - len([*part.rows])
        if lost:
            lines.append(
                f"{part.name}: {counted(lost, 'paragraph')} left out: the map gives a label of "
                "theirs several counterparts, and nobody has chosen one"
            )
    return lines


def _same_answers(opened: Mapping[str, DatasetFolder], config: MergeConfig) -> list[str]:
    """Say how many answers several datasets have: then their pseudonyms mean the same people."""
    if config.same_people:
        return []
    counts = Counter[Annotation](
        each
        for dataset in opened.values()
        for each in set(dataset.annotations())
        if each.updated_at
    )
    same = sum(count > 1 for count in counts.values())
    return [
        f"{same} answers are in several datasets, with the same time and pseudonym; if a "
        "pseudonym means the same person in all of them, merge again with --same-people"
    ] * bool(same)
