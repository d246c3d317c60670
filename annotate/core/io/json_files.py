"""Read and write JSON files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import read_text


def to_text(value: Mapping[str, Any]) -> str:
    """Return the object as a file's text; NaN is refused, since JSON has none."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_object(path: Path, fix: str) -> dict[str, Any]:
    """Read the object of a file.

    Args:
        path: The file.
        fix: How to fix a broken file; ends the error's line.

    Raises:
        InputError: It cannot be read, is no JSON, or no object.
    """
    value = read_value(path, fix)
    if not isinstance(value, dict):
        raise InputError(f"{path}: not a JSON object; {fix}")
    return value


def read_value(path: Path, fix: str) -> Any:
    """Read whatever JSON a file holds; see `read_object`."""
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}; {fix}") from error
    except (RecursionError, ValueError) as error:  # nests too deep, numbers too long
        raise InputError(f"{path}: not JSON: {error}; {fix}") from error
