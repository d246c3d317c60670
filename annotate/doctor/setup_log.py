"""Explain in one line why `make setup` failed.

The Makefile runs this file as a script before any environment exists, so it imports the standard
library alone.
"""

import re
import sys
from pathlib import Path

_AGAIN = "then run 'make setup' again"
_CAUSES = (
    (
        r"command '?(gcc|cc|c\+\+|g\+\+|(x86_64|aarch64)[a-z-]*gcc)'? failed: No such file"
        r"|unable to execute '?(gcc|cc|g\+\+)|No working compiler|Unknown compiler",
        "a C compiler is missing: install gcc and the Python headers "
        f"(Debian: build-essential python3-dev), {_AGAIN}",
    ),
    (
        r"NewConnectionError|ConnectTimeout|ReadTimeout|Temporary failure in name resolution"
        r"|ProxyError|Connection (refused|reset|broken)|No matching distribution found"
        r"|ConnectionError",
        "the package registry does not answer, or lacks a package: check the network and pip's "
        f"settings, {_AGAIN} (details: {{log}})",
    ),
    (r"No space left on device", f"the disk is full: set-up needs about 4 GB; free some, {_AGAIN}"),
)
_ERROR = re.compile(r"^[a-z_. ]*error.*", re.IGNORECASE | re.MULTILINE)
_LONGEST = 200


def explain(text: str, log: str) -> str:
    """Return why a set-up failed and what to do.

    Args:
        text: What pip and venv printed.
        log: Name of the file that holds it, for whoever wants to read on.
    """
    for pattern, cause in _CAUSES:
        if re.search(pattern, text, re.IGNORECASE):
            return cause.format(log=log)
    errors = [match.group() for match in _ERROR.finditer(text)]
    last = errors[-1][:_LONGEST].strip() if errors else "no error was printed"
    return f"set-up failed: {last} (details: {log})"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    sys.exit(f"error: {explain(path.read_text(encoding='utf-8', errors='replace'), path.name)}")
