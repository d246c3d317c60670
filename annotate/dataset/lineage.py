"""Which article stands in which split: decided once, and carried from version to version.

A test set is only worth something while it stays. The lineage holds digests of article ids, so that
a withdrawn article leaves no name behind and returns to its split if the withdrawal is undone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import SPLITS, DatasetFolder
from annotate.core.errors import InputError
from annotate.core.io.json_files import read_object
from annotate.core.records import DatasetRow, normalise
from annotate.dataset.splits import SplitBy, SplitPlan, SplitRow, assign_folds, assign_splits

FILE = "lineage.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Lineage:
    """The assignments of a dataset and of all its versions.

    Attributes:
        id: A digest of what it began with.
        plan: How articles without a split get one.
        given: Splits came with the data; they are kept even where near-duplicates cross them.
        splits: `article_key` -> split, of every article that ever had one.
        folds: How many folds there are; 0 for none.
        fold_of: `article_key` -> fold, of articles outside the test split.
        extends: Ids of other lineages whose assignments all hold here too.
    """

    id: str
    plan: SplitPlan
    given: bool
    splits: Mapping[str, str]
    folds: int = 0
    fold_of: Mapping[str, int] = field(default_factory=dict)
    extends: tuple[str, ...] = ()

    def split_of(self, article_id: str) -> str | None:
        """Return an article's split; None if it never had one."""
        return self.splits.get(article_key(article_id))

    def placed(self, row: DatasetRow) -> DatasetRow:
        """Return the row with its article's split and fold."""
        key = article_key(row.paragraph.article_id)
        return replace(row, split=self.splits[key], fold=self.fold_of.get(key))

    def summary(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {
            "id": self.id,
            "extends": list(self.extends),
            "by": "given" if self.given else str(self.plan.by),
            "validation": self.plan.validation,
            "test": self.plan.test,
            "seed": self.plan.seed,
            "folds": self.folds,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the content of lineage.json."""
        return {
            "format": _FORMAT,
            **self.summary(),
            "split_by": str(self.plan.by),
            "articles": dict(sorted(self.splits.items())),
            "article_folds": dict(sorted(self.fold_of.items())),
        }


@dataclass(frozen=True, slots=True)
class SplitRequest:
    """How a pull is asked to split; None keeps what the lineage says, else the default.

    Attributes:
        validation: Share of the paragraphs.
        test: The same.
        by: What is kept apart.
        folds: Number of folds for cross-validation; 0 for none.
        new: Start over.
        given: Article id -> split that came with the data.
    """

    validation: float | None = None
    test: float | None = None
    by: SplitBy | None = None
    folds: int | None = None
    new: bool = False
    given: Mapping[str, str] = field(default_factory=dict)


def article_key(article_id: str) -> str:
    """Return the digest under which an article stands in a lineage."""
    return sha256(normalise(article_id).encode()).hexdigest()[:16]


def extend(
    before: Lineage | None, rows: Sequence[SplitRow], request: SplitRequest, seed: int
) -> Lineage:
    """Return the lineage with every article of the rows; nobody who stands in it moves.

    Args:
        before: The dataset's lineage; None for a new dataset.
        rows: The paragraphs with an answer.
        request: How to split.
        seed: Of a new lineage.

    Raises:
        InputError: The request contradicts the lineage.
    """
    if request.new:
        before = None
    plan = _plan(before, request, seed)
    articles = {article_key(row.article_id): row.article_id for row in rows}
    earlier = dict(before.splits) if before else {}
    fixed = {a: s for a, s in request.given.items() if article_key(a) in articles}
    fixed |= {articles[key]: split for key, split in earlier.items() if key in articles}
    splits = assign_splits(rows, plan, fixed)
    keyed = earlier | {article_key(article): split for article, split in splits.items()}
    lineage = Lineage(
        id=before.id if before else _new_id(plan, keyed),
        plan=plan,
        given=before.given if before else bool(request.given),
        splits=keyed,
        extends=before.extends if before else (),
    )
    return _with_folds(lineage, before, rows, request.folds)


def _plan(before: Lineage | None, request: SplitRequest, seed: int) -> SplitPlan:
    wanted = {"validation": request.validation, "test": request.test, "by": request.by}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if before is None:
        return replace(SplitPlan(seed=seed), **wanted)  # type: ignore[arg-type]
    for name, value in wanted.items():
        if (drawn := getattr(before.plan, name)) != value:
            raise InputError(
                f"the splits were drawn with {name} {drawn}, not {value}, and stay as they are; "
                "leave the option out, or draw them anew with --new-split"
            )
    return before.plan


def _with_folds(
    lineage: Lineage, before: Lineage | None, rows: Sequence[SplitRow], wanted: int | None
) -> Lineage:
    folds = wanted if wanted is not None else before.folds if before else 0
    if not folds:
        return lineage
    kept = before.fold_of if before and before.folds == folds else {}
    rows = [row for row in rows if lineage.split_of(row.article_id) != "test"]
    articles = {article_key(row.article_id): row.article_id for row in rows}
    fixed = {articles[key]: fold for key, fold in kept.items() if key in articles}
    drawn = assign_folds(rows, folds, lineage.plan.seed, fixed)
    fold_of = {**kept, **{article_key(article): fold for article, fold in drawn.items()}}
    return replace(lineage, folds=folds, fold_of=fold_of)


def of_rows(rows: Iterable[DatasetRow], seed: int) -> Lineage:
    """Return the lineage that begins with rows whose splits are decided."""
    splits = {article_key(row.paragraph.article_id): row.split for row in rows}
    plan = SplitPlan(seed=seed)
    return Lineage(_new_id(plan, splits), plan, given=False, splits=splits)


def _new_id(plan: SplitPlan, splits: Mapping[str, str]) -> str:
    text = json.dumps([str(plan.by), plan.validation, plan.test, plan.seed, splits], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def read_lineage(dataset: DatasetFolder) -> Lineage:
    """Read a dataset's lineage; a dataset written before there were any begins one.

    Raises:
        InputError: The file is broken or missing.
    """
    path = dataset.folder / FILE
    if "lineage" not in dataset.manifest:
        return of_rows(dataset.answered(), int(dataset.manifest["settings"]["seed"]))
    return lineage_from(read_object(path, "pull the dataset again"), path)


def lineage_from(value: Mapping[str, Any], path: Path) -> Lineage:
    """Read what `Lineage.to_json` wrote.

    Raises:
        InputError: It is something else.
    """
    try:
        splits = {str(key): str(split) for key, split in value["articles"].items()}
        if value["format"] != _FORMAT or not set(splits.values()) <= set(SPLITS):
            raise ValueError("another format, or a split that does not exist")
        plan = SplitPlan(
            validation=float(value["validation"]),
            test=float(value["test"]),
            by=SplitBy(value["split_by"]),
            seed=int(value["seed"]),
        )
        return Lineage(
            id=str(value["id"]),
            plan=plan,
            given=value["by"] == "given",
            splits=splits,
            folds=int(value["folds"]),
            fold_of={str(key): int(fold) for key, fold in value["article_folds"].items()},
            extends=tuple(map(str, value["extends"])),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: not a lineage: {error}; pull the dataset again") from error
