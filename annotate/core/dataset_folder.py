"""What everybody who reads a dataset folder begins with: its manifest and its parquet files."""

from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.json_files import read_object

FORMAT = 1
MEND = "pull the dataset again"


def read_manifest(folder: Path) -> dict[str, Any]:
    """What manifest.json says, of a folder that is a dataset of our format.

    Raises:
        InputError: It is no dataset folder, or one of another format.
    """
    path = folder / "manifest.json"
    if not path.is_file() or not (folder / "gold").is_dir():
        raise InputError(
            f"{folder}: no dataset folder (no manifest.json with a gold folder); "
            "make one with 'rhetoric-annotate pull'"
        )
    manifest = read_object(path, MEND)
    if manifest.get("format") != FORMAT:
        raise InputError(
            f"{path}: dataset format {manifest.get('format')!r}, this version reads {FORMAT}; "
            f"{MEND}, or use the version that wrote it"
        )
    return manifest


def read_table(path: Path) -> Any:
    """The table of a parquet file itself, past every cache; `Any`: pyarrow brings no types.

    Raises:
        InputError: It cannot be read.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(path).read()
    except (pyarrow.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"{path}: cannot be read: {reason}; {MEND}") from error
