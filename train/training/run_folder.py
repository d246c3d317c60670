"""A training run's folder: what it was asked to do, and whether it is to be begun or gone on with.

```
fit.json         the request (settings, digests) and the versions that it runs with
metrics.jsonl    figures of each logged step and epoch
checkpoints/     until the run is finished
model/           the trained model, in the form of a model folder
validation.json  last of all: scores, threshold, calibration; its presence says "finished"
```
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import plain_os_errors, writing
from annotate.core.io.json_files import read_object, to_text

FORMAT = 1
REQUEST, RESULT = "fit.json", "validation.json"
_MEND = "choose another -o, or train again with --replace"


class State(Enum):
    """Of a run folder, compared with what is asked now."""

    NEW = "new"
    UNFINISHED = "unfinished"
    FINISHED = "finished"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a run lies, or will lie."""

    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def result(self) -> Path:
        return self.folder / RESULT

    def state(self, request: Mapping[str, Any], *, replace: bool = False) -> State:
        """What the folder holds.

        Args:
            request: What is asked now.
            replace: Whether another run may stand there, which is then to be cleared.

        Raises:
            InputError: Another run, or something that is no run.
        """
        if not self.folder.exists() or not any(self.folder.iterdir()):
            return State.NEW
        self._check_ours()
        try:
            known = self.request()
        except InputError:  # a broken fit.json is no run that can be gone on with
            if not replace:
                raise
            return State.OTHER
        if known != request and not replace:
            raise InputError(
                f"{self.folder}: holds another run ({_difference(known, request)}); "
                "choose another -o, or replace it with --replace"
            )
        if known != request:
            return State.OTHER
        finished = self.result.is_file() and (self.model / "config.json").is_file()
        return State.FINISHED if finished else State.UNFINISHED

    def request(self) -> dict[str, Any]:
        """What the run was asked to do.

        Raises:
            InputError: The folder is no run, or its fit.json is broken.
        """
        self._check_ours()
        path = self.folder / REQUEST
        request = read_object(path, _MEND).get("request")
        if not isinstance(request, dict):
            raise InputError(f"{path}: does not say what the run was; {_MEND}")
        return request

    def begin(self, request: Mapping[str, Any], versions: Mapping[str, str]) -> None:
        """Write the request into an empty folder."""
        about = {"format": FORMAT, "request": request, "versions": versions}
        with writing(self.folder / REQUEST) as file:
            file.write(to_text(about))

    def finish(self, result: Mapping[str, Any]) -> None:
        """Write the result; from now on the run is finished."""
        with writing(self.result) as file:
            file.write(to_text(result))
        self.drop_checkpoints()

    def read_result(self) -> dict[str, Any]:
        """The result of a finished run."""
        return read_object(self.result, _MEND)

    def drop_checkpoints(self) -> None:
        """Remove what only an unfinished run needs."""
        shutil.rmtree(self.folder / "checkpoints", ignore_errors=True)

    def clear(self) -> None:
        """Remove a run, whatever it was asked to do.

        Raises:
            InputError: The folder holds something that is no run: it is not ours to remove.
        """
        if self.folder.exists() and any(self.folder.iterdir()):
            self._check_ours()
            with plain_os_errors(self.folder):
                shutil.rmtree(self.folder)

    def _check_ours(self) -> None:
        if not (self.folder / REQUEST).is_file():
            raise InputError(
                f"{self.folder}: holds other files and no training run (no {REQUEST}); "
                "choose a new or empty folder"
            )


def _difference(known: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    """The first thing in which two requests differ."""
    old, new = _flat(known), _flat(request)
    key = next(k for k in (*new, *old) if old.get(k) != new.get(k))
    return f"{key} {old.get(key)!r} there, {new.get(key)!r} now"


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, Mapping):
            flat |= _flat(item, f"{prefix}{key}.")
        else:
            flat[prefix + key] = item
    return flat
