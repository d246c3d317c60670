"""Keep a training run's folder: its request, its state and its result.

```
fit.json         the request (settings, digests), versions, device, commit, lineage of the data
resources.json   CPU-seconds, seconds and memory, over all calls
metrics.jsonl    metrics of each logged step and epoch
checkpoints/     and folds/, of the models that score out of fold; removed when the run is finished
model/           the trained model, as a model folder
validation.json  scores, threshold, calibration; written last, so its presence means "finished"
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
from train.training.log import METRICS
from train.training.resources import FILE as RESOURCES

FORMAT = 1
REQUEST, RESULT = "fit.json", "validation.json"
_REMEDY = "choose another -o, or train again with --replace"


class State(Enum):
    """State of a run folder, given the current request."""

    NEW = "new"
    UNFINISHED = "unfinished"
    FINISHED = "finished"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of a run, which may not exist yet."""

    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def result(self) -> Path:
        return self.folder / RESULT

    def state(self, request: Mapping[str, Any], *, replace: bool = False) -> State:
        """Return the state of the folder.

        Args:
            request: The current request.
            replace: Accept another run, which the caller then clears.

        Raises:
            InputError: The folder holds another run, or something that is not a run.
        """
        if self._is_empty():
            return State.NEW
        self._check_is_run()
        try:
            previous = self.request()
        except InputError:  # with a broken fit.json, a run cannot be resumed
            if not replace:
                raise
            return State.OTHER
        if previous != request and not replace:
            raise InputError(
                f"{self.folder}: holds another run ({difference(previous, request)}); "
                "choose another -o, or replace it with --replace"
            )
        if previous != request:
            return State.OTHER
        finished = self.result.is_file() and (self.model / "config.json").is_file()
        return State.FINISHED if finished else State.UNFINISHED

    def request(self) -> dict[str, Any]:
        """Return the request of the run.

        Raises:
            InputError: The folder is not a run, or its fit.json is broken.
        """
        self._check_is_run()
        path = self.folder / REQUEST
        request = read_object(path, _REMEDY).get("request")
        if not isinstance(request, dict):
            raise InputError(f"{path}: the request is missing; {_REMEDY}")
        return request

    def begin(self, request: Mapping[str, Any], surroundings: Mapping[str, Any]) -> None:
        """Write the request, and what explains the run but does not identify it."""
        self._drop_leftovers()
        content = {"format": FORMAT, "request": request, **surroundings}
        with writing(self.folder / REQUEST) as file:
            file.write(to_text(content))

    def finish(self, result: Mapping[str, Any]) -> None:
        """Write the result, which marks the run as finished."""
        with writing(self.result) as file:
            file.write(to_text(result))
        self.drop_checkpoints()

    def read_result(self) -> dict[str, Any]:
        """Return the result of a finished run."""
        return read_object(self.result, _REMEDY)

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def folds(self) -> Path:
        return self.folder / "folds"

    def drop_checkpoints(self) -> None:
        """Remove the checkpoints and the folds, which only an unfinished run needs."""
        for folder in (self.checkpoints, self.folds):
            shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Remove the run, whatever its request.

        Raises:
            InputError: The folder holds something that is not a run.
        """
        if not self._is_empty():
            self._check_is_run()
            with plain_os_errors(self.folder):
                shutil.rmtree(self.folder)

    def _leftovers(self) -> list[Path]:
        """What a killed call was writing: it has a name of its own until it is whole."""
        names = (REQUEST, RESULT, METRICS, RESOURCES, self.model.name)
        return [path for name in names for path in self.folder.glob(f".{name}.*")]

    def _is_empty(self) -> bool:
        return not self.folder.exists() or set(self.folder.iterdir()) == set(self._leftovers())

    def _drop_leftovers(self) -> None:
        for path in self._leftovers():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _check_is_run(self) -> None:
        if not (self.folder / REQUEST).is_file():
            raise InputError(
                f"{self.folder}: holds other files, but no training run (no {REQUEST}); "
                "choose a new or empty folder"
            )


def difference(previous: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    """Describe the first difference between two requests."""
    old, new = _flat(previous), _flat(request)
    key = next(k for k in (*new, *old) if old.get(k) != new.get(k))
    return f"{key} was {old.get(key)!r}, is now {new.get(key)!r}"


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, Mapping):
            flat |= _flat(item, f"{prefix}{key}.")
        else:
            flat[prefix + key] = item
    return flat
