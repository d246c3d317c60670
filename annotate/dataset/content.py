"""Read a dataset folder back into what `write_dataset` wrote it from."""

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.io.files import read_text
from annotate.core.io.json_files import read_object
from annotate.dataset.lineage import read_lineage
from annotate.dataset.writer import DatasetContent

_FIX = "pull the dataset again"


def read_content(dataset: DatasetFolder) -> DatasetContent:
    """Read all that the folder holds; writing it again gives the same digest.

    Raises:
        InputError: A file cannot be read, or the texts are missing.
        TaxonomyError: Its labels are not those of the taxonomy.
    """
    gold = dataset.gold()
    ids = {row.paragraph.id for row in gold}
    return DatasetContent(
        name=dataset.name,
        taxonomy=dataset.taxonomy,
        taxonomy_text=read_text(dataset.folder / "taxonomy.yaml"),
        gold=gold,
        annotations=dataset.annotations(),
        agreement=read_object(dataset.folder / "agreement.json", _FIX),
        ledger=dataset.manifest["ledger"],
        settings=dataset.manifest["settings"],
        lineage=read_lineage(dataset),
        disputed=[row for row in dataset.answered() if row.paragraph.id not in ids],
    )
