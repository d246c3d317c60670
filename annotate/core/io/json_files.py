"""JSON files that hold one object: how they are written, and what is said of a broken one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import read_text


def to_text(value: Mapping[str, Any]) -> str:
    """The object as a file's text; not-a-numbers are refused, since JSON has none."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_object(path: Path, mend: str) -> dict[str, Any]:
    """The object of a file.

    Args:
        path: The file.
        mend: What to do about a broken one; ends the error's line.

    Raises:
        InputError: It cannot be read, is no JSON, or no object.
    """
    try:
        value = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}; {mend}") from error
    except (RecursionError, ValueError) as error:  # nests too deep, numbers too long
        raise InputError(f"{path}: not JSON: {error}; {mend}") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: not a JSON object; {mend}")
    return value
