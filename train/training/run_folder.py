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
from annotate.core.io.files import writing
from annotate.core.io.json_files import read_object, to_text
from train.training.checkpoints import are_broken
from train.training.log import METRICS
from train.training.request import Kind
from train.training.resources import FILE as RESOURCES

FORMAT = 1
REQUEST, RESULT = "fit.json", "validation.json"
_REMEDY = "choose another -o, or train again with --replace"
_KIND = Kind("training run", (REQUEST, RESULT, METRICS, RESOURCES, "model"))


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
            replace: Accept another run, or one that cannot go on, which the caller then clears.

        Raises:
            InputError: The folder holds another run, or something that is not a run.
        """
        if _KIND.is_other(self.folder, request, self.request, replace=replace):
            return State.OTHER
        if replace and any(map(are_broken, (self.checkpoints, *self.folds.glob("*/checkpoints")))):
            return State.OTHER  # nothing can go on with it
        if not (self.folder / REQUEST).is_file():
            return State.NEW
        finished = self.result.is_file() and (self.model / "config.json").is_file()
        return State.FINISHED if finished else State.UNFINISHED

    def request(self) -> dict[str, Any]:
        """Return the request of the run.

        Raises:
            InputError: The folder is not a run, or its fit.json is broken.
        """
        _KIND.check(self.folder)
        path = self.folder / REQUEST
        request = read_object(path, _REMEDY).get("request")
        if not isinstance(request, dict):
            raise InputError(f"{path}: the request is missing; {_REMEDY}")
        return request

    def begin(self, request: Mapping[str, Any], surroundings: Mapping[str, Any]) -> None:
        """Write the request, and what explains the run but does not identify it."""
        _KIND.drop_leftovers(self.folder)
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
        _KIND.clear(self.folder)
