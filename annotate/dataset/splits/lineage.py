"""Which article stands in which split: decided once, and carried from version to version.

A test set is only worth something while it stays. The lineage holds digests of article ids, so that
a withdrawn article leaves no name behind and returns to its split if the withdrawal is undone. It
also holds digests of its earlier states: who sees one of them there knows that nobody moved since.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import SPLITS, DatasetFolder, read_manifest
from annotate.core.errors import InputError
from annotate.core.io.json_files import read_object
from annotate.core.records import DatasetRow, normalise
from annotate.dataset.splits.assign import SplitBy, SplitPlan, SplitRow, assign_folds, assign_splits

FILE = "lineage.json"
_FORMAT = 1
_FIX = "take it from a backup or from another version of the dataset"


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
        earlier: Digests of earlier states, the newest first; their assignments all hold here too.
        replaces: Id of the lineage that the dataset had before its splits were drawn anew.
    """

    id: str
    plan: SplitPlan
    given: bool
    splits: Mapping[str, str]
    folds: int = 0
    fold_of: Mapping[str, int] = field(default_factory=dict)
    extends: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    replaces: str = ""

    @property
    def digest(self) -> str:
        """The digest of its present state: of all assignments to splits."""
        return _digest([self.id, dict(self.splits)])

    def continues(self, other: "Lineage") -> bool:
        """Tell whether all that the other one assigns holds here too."""
        return other.digest in (self.digest, *self.earlier)

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
            "digest": self.digest,
            "earlier": list(self.earlier),
            "replaces": self.replaces,
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
        folds: Number of folds for cross-validation.
        new: Start over, and ignore given splits.
        given: Article id -> split that came with the data.

    Raises:
        InputError: A share or the number of folds makes no sense.
    """

    validation: float | None = None
    test: float | None = None
    by: SplitBy | None = None
    folds: int | None = None
    new: bool = False
    given: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shares = {"validation": self.validation, "test": self.test}
        for name, share in shares.items():
            if share is not None and not 0 < share < 1:
                raise InputError(
                    f"--{name} {share:g}: a share is above 0 and below 1, such as 0.15"
                )
        plan = replace(SplitPlan(), **self.wanted())
        if plan.validation + plan.test >= 1:
            raise InputError(
                f"--validation {plan.validation:g} and --test {plan.test:g} leave nothing to train "
                "on; together they must be below 1"
            )
        if self.folds is not None and self.folds < 2:
            raise InputError(f"--folds {self.folds}: takes 2 folds at least")

    def wanted(self) -> dict[str, Any]:
        """Return the values of a `SplitPlan` that are asked for."""
        values = {"validation": self.validation, "test": self.test, "by": self.by}
        return {name: value for name, value in values.items() if value is not None}


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
    plan = find_plan(before, request, seed)
    articles = {article_key(row.article_id): row.article_id for row in rows}
    kept = dict(before.splits) if before and not request.new else {}
    given = {} if request.new else {article_key(a): split for a, split in request.given.items()}
    fixed = {articles[key]: split for key, split in (given | kept).items() if key in articles}
    drawn = assign_splits(rows, plan, fixed)
    splits = kept | {article_key(article): split for article, split in drawn.items()}
    if before and splits == before.splits and plan == before.plan:
        lineage = before
    elif before and not request.new:
        earlier = (before.digest, *before.earlier)
        lineage = replace(before, splits=splits, earlier=earlier)
    else:
        replaces = before.id if before else ""
        lineage = Lineage(
            id=_new_id(plan, splits, replaces),
            plan=plan,
            given=bool(given),
            splits=splits,
            replaces=replaces,
        )
    return _with_folds(lineage, before, rows, request.folds)


def find_plan(before: Lineage | None, request: SplitRequest, seed: int) -> SplitPlan:
    """Return how articles without a split get one.

    Raises:
        InputError: The request contradicts the lineage.
    """
    wanted = request.wanted()
    if before is None or request.new:
        return replace(SplitPlan(seed=seed), **wanted)
    for name, value in wanted.items():
        if (drawn := getattr(before.plan, name)) != value:
            option = "split-by" if name == "by" else name
            raise InputError(
                f"--{option} {value}: the splits were drawn with {drawn} and stay as they are; "
                "leave the option out, or draw them anew with --new-split"
            )
    return before.plan


def _with_folds(
    lineage: Lineage, before: Lineage | None, rows: Sequence[SplitRow], wanted: int | None
) -> Lineage:
    folds = wanted if wanted is not None else before.folds if before else 0
    if not folds:
        return lineage
    same = before and before.folds == folds and lineage.continues(before)
    kept = before.fold_of if before and same else {}
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


def _new_id(plan: SplitPlan, splits: Mapping[str, str], replaces: str = "") -> str:
    return _digest([str(plan.by), plan.validation, plan.test, plan.seed, splits, replaces])


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def read_lineage(dataset: DatasetFolder) -> Lineage:
    """Read a dataset's lineage; a dataset written before there were any begins one.

    Raises:
        InputError: The file is broken or missing.
    """
    path = dataset.folder / FILE
    if "lineage" not in dataset.manifest:
        return of_rows(dataset.answered(), int(dataset.manifest["settings"]["seed"]))
    lineage = load_lineage(path)
    if lineage.digest != dataset.manifest["lineage"].get("digest"):
        raise InputError(f"{path}: is the lineage of another dataset; {_FIX}")
    return lineage


def check_replaces(link: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse to put a dataset in the place of one that has other splits.

    Args:
        link: Where the dataset is to stand.
        manifest: Of the dataset.

    Raises:
        InputError: The dataset that `link` is has another lineage.
    """
    before = read_manifest(link).get("lineage", {}).get("id") if link.exists() else None
    lineage = manifest.get("lineage", {})
    if before in (None, lineage.get("id"), lineage.get("replaces"), *lineage.get("extends", ())):
        return
    raise InputError(
        f"{link}: is a dataset with other splits (lineage {before}, not {lineage.get('id')}), so "
        "nothing was written; choose another -o"
    )


def load_lineage(path: Path) -> Lineage:
    """Read the file of a lineage.

    Raises:
        InputError: It is missing, broken, or was changed by hand.
    """
    value = read_object(path, _FIX)
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
        lineage = Lineage(
            id=str(value["id"]),
            plan=plan,
            given=value["by"] == "given",
            splits=splits,
            folds=int(value["folds"]),
            fold_of={str(key): int(fold) for key, fold in value["article_folds"].items()},
            extends=tuple(map(str, value["extends"])),
            earlier=tuple(map(str, value["earlier"])),
            replaces=str(value["replaces"]),
        )
        if lineage.digest != value["digest"]:
            raise ValueError("its assignments were changed by hand")
    except KeyError as error:
        raise InputError(f"{path}: not a lineage: {error} is missing; {_FIX}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(f"{path}: not a lineage: {error}; {_FIX}") from error
    return lineage
