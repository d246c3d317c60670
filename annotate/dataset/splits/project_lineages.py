"""The lineage of each labelling project, which a dataset of another name and a restore take over.

One file a project, beside the key to the pseudonyms and outside every dataset, so that it outlives
them. It has digests of article ids, and no name of anybody.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from annotate.core.io.files import locked, writing
from annotate.core.io.json_files import to_text
from annotate.dataset.splits.lineage import Lineage, load_lineage

_PLAIN = re.compile(r"\w[\w .,()+-]*")  # what every file system takes


def lineages_folder(key_file: Path) -> Path:
    """Return where the lineages of projects are, given the key of pseudonyms."""
    return key_file.with_name("lineages")


@dataclass(frozen=True, slots=True)
class ProjectLineage:
    """The lineage of a project as it was read, and where it is kept.

    Attributes:
        file: None without a project, as for imported labels: nothing is kept then.
        lineage: None for a project that was never pulled.
    """

    file: Path | None = None
    lineage: Lineage | None = None

    def or_newer(self, dataset: Lineage | None) -> Lineage | None:
        """Return the lineage to extend: the dataset's, or the project's where that continues it.

        A dataset keeps its folds: those of the project are those of the last pull.
        """
        project = self.lineage
        if not project or not dataset:
            return project or dataset
        if not project.continues(dataset):
            return dataset
        return replace(project, folds=dataset.folds, fold_of=dataset.fold_of)

    def write(self, lineage: Lineage, *, anew: bool) -> bool:
        """Make a dataset's lineage the project's, unless it is about other splits.

        Args:
            lineage: Of a dataset that was written.
            anew: Its splits were drawn anew, so the project's are too.

        Returns:
            Whether it is the project's now.
        """
        if self.lineage and not anew and not lineage.continues(self.lineage):
            return False
        if self.file and lineage != self.lineage:
            write_lineage(lineage, self.file)
        return True


def read_project_lineage(project: str, key_file: Path) -> ProjectLineage:
    """Read a project's lineage.

    Args:
        project: Its name; empty for none.
        key_file: The key of pseudonyms.

    Raises:
        InputError: Its file is broken.
    """
    if not project:
        return ProjectLineage()
    file = _file(project, key_file)
    return ProjectLineage(file, load_lineage(file) if file.exists() else None)


@contextmanager
def project_lineage(project: str, key_file: Path) -> Iterator[ProjectLineage]:
    """Read a project's lineage; other pulls of the project wait until the caller is done."""
    with locked(_file(project, key_file)) if project else nullcontext():
        yield read_project_lineage(project, key_file)


def _file(project: str, key_file: Path) -> Path:
    name = project if _PLAIN.fullmatch(project) else sha256(project.encode()).hexdigest()[:16]
    return lineages_folder(key_file) / f"{name}.json"


def write_lineage(lineage: Lineage, file: Path) -> None:
    """Write a lineage, whole or not at all."""
    with writing(file) as out:
        out.write(to_text(lineage.to_json()))
