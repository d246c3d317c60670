"""The scores as a table, for spreadsheets and statistics programs."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from annotate.core.errors import InputError
from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows
from annotate.core.io.stdin import STDIN


@contextmanager
def also_as_table(table: Path | None, predictions: Path, inputs: Sequence[Path]) -> Iterator[None]:
    """In the end write the scores of a predictions.jsonl as CSV too, where a table is asked for.

    A row is a paragraph: its id, its labels, parted by |, and the score of each technique.

    Raises:
        InputError: The table cannot be written, or would replace another file of this run; that is
            said before anything is computed.
    """
    if table is None:
        yield
        return
    taken = {path.resolve() for path in (*inputs, predictions, STDIN)}
    if table.is_dir() or table.resolve() in taken:
        raise InputError(
            f"{table}: --scores needs a file of its own, not a folder, an input or the output; "
            "name another, such as scores.csv"
        )
    yield
    with writing(table) as file:
        rows = csv.writer(file, lineterminator="\n")
        for number, (_, row) in enumerate(read_rows(predictions)):
            if not number:
                rows.writerow(["id", "labels", *row["scores"]])
            rows.writerow([row["id"], "|".join(row["labels"]), *row["scores"].values()])
