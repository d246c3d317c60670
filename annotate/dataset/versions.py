"""The versions of a dataset that earlier pulls wrote."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotate.core.dataset_folder import read_manifest
from annotate.core.dataset_versions import check_whole, version_folders
from annotate.core.errors import InputError


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """A dataset folder that is kept.

    Attributes:
        digest: Names it.
        made: When it was written.
        paragraphs: With gold labels.
        annotations: Of all annotators, in all states.
        current: The dataset's link points at it.
    """

    digest: str
    made: datetime
    paragraphs: int
    annotations: int
    current: bool


def versions(link: Path) -> list[DatasetVersion]:
    """Return the versions that are kept of the dataset `link`, the oldest first.

    Raises:
        InputError: None is kept, or a version is broken.
    """
    check_whole(link)
    folders = version_folders(link)
    if not folders:
        raise InputError(f"{link}: no version of it is kept; 'rhetoric-annotate pull' writes one")
    return sorted((_version(path, link) for path in folders), key=lambda v: (v.made, v.digest))


def _version(folder: Path, link: Path) -> DatasetVersion:
    manifest = read_manifest(folder)
    return DatasetVersion(
        digest=folder.name,
        made=datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC),
        paragraphs=sum(manifest["paragraphs"].values()),
        annotations=manifest["annotations"],
        current=link.resolve() == folder.resolve(),
    )
