"""Find the map from the labels of one taxonomy to those of another that comes with us.

Each is a file of the form of `--map`, named SOURCE-TARGET.yaml. It holds facts that were published
about the taxonomies: which label of one became which of the other. A label may match several; null
stands for none.
"""

from pathlib import Path

from annotate.core.errors import InputError

_FOLDER = Path(__file__).parent / "crosswalks"


def crosswalk(source: str, target: str) -> Path | None:
    """Return the map from one taxonomy to another; None if they are the same.

    Args:
        source: Name of the taxonomy that the labels belong to.
        target: Name of the one that they become.

    Raises:
        InputError: There is none; lists those for these labels.
    """
    if source == target:
        return None
    path = _FOLDER / f"{source}-{target}.yaml"
    if path.is_file():
        return path
    pairs = [file.stem.split("-", 1) for file in sorted(_FOLDER.glob("*.yaml"))]
    targets = [to for from_, to in pairs if from_ == source]
    instead = f"choose --taxonomy {' or '.join([source, *targets])}, or"
    raise InputError(
        f"no table says what the labels of {source} are in {target}; {instead} say it with --map "
        "(labels: THEIRS: OURS, or null to leave it out)"
    )
