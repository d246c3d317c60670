"""Keep a curve's folder: the request, the scores of each finished model, and the result.

```
curve-request.json     what identifies the curve
samples/               by draw, fold and size: the scores, so that a second call goes on
learning-curve.json    written last
learning-curve.html
```
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.io.files import writing
from annotate.core.io.json_files import read_object, to_text
from train.training.request import Kind

FORMAT = 1  # of the result
REQUEST, RESULT, PAGE = "curve-request.json", "learning-curve.json", "learning-curve.html"
_REMEDY = "choose another -o, or start anew with --replace"
_KIND = Kind("learning curve", (REQUEST, RESULT, PAGE))


@dataclass(frozen=True, slots=True)
class CurveFolder:
    """The folder of a learning curve, which may not exist yet."""

    folder: Path

    @property
    def samples(self) -> Path:
        return self.folder / "samples"

    def is_other(self, request: Mapping[str, Any], *, replace: bool) -> bool:
        """Tell whether the folder holds another curve, which may then be replaced.

        Raises:
            InputError: It holds another curve and `replace` is false, or anything else.
        """
        return _KIND.is_other(self.folder, request, self._earlier, replace=replace)

    def begin(self, request: Mapping[str, Any], *, empty: bool) -> None:
        """Write the request, after emptying the folder if it holds another curve."""
        if empty:
            _KIND.clear(self.folder)
        _KIND.drop_leftovers(self.folder)
        with writing(self.folder / REQUEST) as file:
            file.write(to_text(request))

    def result(self, plan: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the result if there is one, of this plan."""
        path = self.folder / RESULT
        if not path.is_file() or not (self.folder / PAGE).is_file():
            return None
        result = read_object(path, _REMEDY)
        return result if result.get("plan") == plan else None

    def _earlier(self) -> dict[str, Any]:
        return read_object(self.folder / REQUEST, _REMEDY)
