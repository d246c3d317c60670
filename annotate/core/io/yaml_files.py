"""Read YAML as plain values, with one-line errors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from annotate.core.errors import InputError, RhetoricError
from annotate.core.io.files import read_text

MAX_CHARACTERS = 1_000_000  # PyYAML needs seconds for as many


def read_yaml(path: Path) -> Any:
    """Read a YAML file as plain values.

    Raises:
        InputError: The file cannot be read, or is not YAML; with file and line.
    """
    return parse_yaml(read_text(path), path)


def parse_yaml(text: str, path: Path) -> Any:
    """Parse a part of a file; line numbers count from the text's first line.

    Raises:
        InputError: It is not YAML; with file and line.
    """
    return parse_with(yaml.safe_load, text, path, InputError)


def parse_with(
    parse: Callable[[str], Any], text: str, path: Path, error_type: type[RhetoricError]
) -> Any:
    """Run one of PyYAML's parsers; what it raises becomes one line, as `error_type`."""
    if len(text) > MAX_CHARACTERS:
        raise error_type(
            f"{path}: {len(text):,} characters of YAML, at most {MAX_CHARACTERS:,} are read; "
            "shorten it"
        )
    try:
        return parse(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = error.problem or error.context
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"unacceptable character U+{error.character:04X}; remove it"
    except RecursionError:
        line, problem = 1, "nested too deeply"
    except ValueError as error:  # a date such as 0000-00-00, a number of thousands of digits
        line, problem = 1, str(error)
    raise error_type(f"{path}:{line}: not YAML: {problem}")
