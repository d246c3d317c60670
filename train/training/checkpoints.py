"""Checkpoints of an unfinished run: sealed when whole, so that a torn one is never resumed from.

The Trainer trusts a checkpoint's name. A run that is killed while saving leaves a folder that
crashes it, or silently lacks the optimizer's state; the seal, written last, tells.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

from annotate.core.errors import InputError, ModelError
from annotate.core.io.files import writing
from train.models.folder import file_digest

_SEAL = "sealed.json"


def seal(checkpoint: Path) -> None:
    """Write down the digest of every file: from now on the checkpoint counts as whole."""
    digests = {path.name: file_digest(path) for path in _files(checkpoint)}
    with writing(checkpoint / _SEAL) as file:
        json.dump(digests, file, indent=2, sort_keys=True)


def is_whole(checkpoint: Path) -> bool:
    """Whether it was sealed and every file is still as it was then."""
    try:
        digests = json.loads((checkpoint / _SEAL).read_text(encoding="utf-8"))
        return bool(digests == {path.name: file_digest(path) for path in _files(checkpoint)})
    except (OSError, ValueError, InputError):
        return False


def newest_whole(folder: Path, say: Callable[[str], None]) -> Path | None:
    """The newest checkpoint that is whole; None where none was ever finished.

    Args:
        folder: Where the checkpoints lie; need not exist.
        say: Is told of each broken one that is passed over.

    Raises:
        ModelError: Some were finished, and all of them are broken since.
    """
    found = sorted(folder.glob("checkpoint-*"), key=_step, reverse=True)
    for checkpoint in found:
        if is_whole(checkpoint):
            return checkpoint
        say(f"{checkpoint}: broken or not finished, passed over")
    if any((checkpoint / _SEAL).exists() for checkpoint in found):
        raise ModelError(
            f"{folder}: no checkpoint is whole, so the run cannot go on; remove this folder to "
            "begin anew"
        )
    return None


def _files(checkpoint: Path) -> list[Path]:
    return sorted(p for p in checkpoint.iterdir() if p.is_file() and p.name != _SEAL)


def _step(checkpoint: Path) -> int:
    number = re.search(r"-(\d+)$", checkpoint.name)
    return int(number[1]) if number else -1
