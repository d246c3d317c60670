"""Seal complete checkpoints, so that training never resumes from a damaged one.

The Trainer trusts a checkpoint's name. A run that is killed while saving leaves a folder that
crashes it or silently lacks the optimizer's state; the seal is written last.
"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from annotate.core.errors import InputError, ModelError
from annotate.core.io.files import writing
from train.models.folder import file_digest

_SEAL = "sealed.json"


def seal(checkpoint: Path) -> None:
    """Record the digest of every file; from now on the checkpoint counts as complete."""
    digests = {path.name: file_digest(path) for path in _files(checkpoint)}
    with writing(checkpoint / _SEAL) as file:
        json.dump(digests, file, indent=2, sort_keys=True)


def is_whole(checkpoint: Path) -> bool:
    """Return whether the checkpoint was sealed and no file has changed since."""
    try:
        digests = json.loads((checkpoint / _SEAL).read_text(encoding="utf-8"))
        return bool(digests == {path.name: file_digest(path) for path in _files(checkpoint)})
    except (OSError, ValueError, InputError):
        return False


def newest_whole(folder: Path, say: Callable[[str], None]) -> Path | None:
    """Return the newest complete checkpoint, or None if none was ever completed.

    Args:
        folder: Folder of the checkpoints; need not exist.
        say: Called with a message for each broken one that is skipped.

    Raises:
        ModelError: Some were completed, but all of them are broken now.
    """
    checkpoints = sorted(folder.glob("checkpoint-*"), key=_step, reverse=True)
    for checkpoint in checkpoints:
        if is_whole(checkpoint):
            return checkpoint
        say(f"{checkpoint}: broken or incomplete; skipped")
    if _were_whole(checkpoints):
        raise ModelError(
            f"{folder}: no checkpoint is complete, so the run cannot resume; remove this folder "
            "to start again, as fit does with --replace"
        )
    return None


def are_broken(folder: Path) -> bool:
    """Return whether checkpoints were completed, but all of them are broken now."""
    checkpoints = list(folder.glob("checkpoint-*"))
    return _were_whole(checkpoints) and not any(map(is_whole, checkpoints))


def _were_whole(checkpoints: Iterable[Path]) -> bool:
    return any((checkpoint / _SEAL).exists() for checkpoint in checkpoints)


def steps_kept(folder: Path) -> int:
    """Return the steps after which the run would go on; 0 where nothing complete was kept."""
    return max((_step(c) for c in folder.glob("checkpoint-*") if is_whole(c)), default=0)


def _files(checkpoint: Path) -> list[Path]:
    return sorted(p for p in checkpoint.iterdir() if p.is_file() and p.name != _SEAL)


def _step(checkpoint: Path) -> int:
    number = re.search(r"-(\d+)$", checkpoint.name)
    return int(number[1]) if number else -1
