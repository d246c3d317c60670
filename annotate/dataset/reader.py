"""Read a dataset folder back into what `write_dataset` wrote it from."""

from itertools import chain

from annotate.core.dataset_folder import DatasetFolder, place
from annotate.core.io.files import read_text
from annotate.core.io.json_files import read_object
from annotate.dataset.splits.lineage import read_lineage
from annotate.dataset.splits.repeats import find_repeats
from annotate.dataset.writer import DatasetContent

_FIX = "pull the dataset again"


def read_content(dataset: DatasetFolder) -> DatasetContent:
    """Read all that the folder holds; writing it again gives the same digest.

    Raises:
        InputError: A file cannot be read, or the texts are missing.
        TaxonomyError: Its labels are not those of the taxonomy.
    """
    gold, disputed = dataset.gold(), dataset.left_out("disputed")
    repeats = dataset.left_out("repeats")
    still = find_repeats(chain(gold, disputed, repeats))  # where a text is missing, fewer
    return DatasetContent(
        name=dataset.name,
        taxonomy=dataset.taxonomy,
        taxonomy_text=read_text(dataset.folder / "taxonomy.yaml"),
        # The writer takes repeats out of gold again.
        gold=sorted([*gold, *(r for r in repeats if r.paragraph.id in still)], key=place),
        annotations=dataset.annotations(),
        agreement=read_object(dataset.folder / "agreement.json", _FIX),
        ledger=dataset.manifest["ledger"],
        settings=dataset.manifest["settings"],
        lineage=read_lineage(dataset),
        disputed=disputed,
    )
