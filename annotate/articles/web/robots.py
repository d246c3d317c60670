"""robots.txt by RFC 9309. What a site's file says to one program.

urllib.robotparser would take the first rule that fits where the RFC says the longest, does not know
`*` and `$`, and loses a group at a blank line: it would read pages that a site has closed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

_RULES = ("allow", "disallow")


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site allows a program.

    Attributes:
        rules: Whether it is allowed, and the pattern of paths.
        delay: Seconds between two requests that the site asks for; 0 when it asks for none.
    """

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, address: str) -> bool:
        """Whether the address may be read: the longest pattern that fits says so."""
        parts = urlsplit(address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fitting = [
            (len(pattern), allowed) for allowed, pattern in self.rules if _fits(pattern, path)
        ]
        return max(fitting, default=(0, True))[1]


def read_robots(text: str, agent: str) -> Robots:
    """The groups that name `agent`, else those for everybody (`*`)."""
    groups = list(_groups(text))
    own = [lines for names, lines in groups if agent.lower() in names]
    lines = [line for group in own or [g for names, g in groups if "*" in names] for line in group]
    return Robots(
        tuple((key == "allow", value) for key, value in lines if key in _RULES and value),
        max((_seconds(value) for key, value in lines if key == "crawl-delay"), default=0.0),
    )


def _groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """The names of programs, in lower case, and the lines that follow them."""
    names: set[str] = set()
    lines: list[tuple[str, str]] = []
    for key, value in _lines(text):
        if key == "user-agent":
            if lines:
                yield names, lines
                names, lines = set(), []
            names.add(value.split("/")[0].strip().lower())
        elif names and key in (*_RULES, "crawl-delay"):
            lines.append((key, value))
    yield names, lines


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _fits(pattern: str, path: str) -> bool:
    """Whether the path begins as the pattern says; in time that grows with the path alone."""
    whole = pattern.endswith("$")
    first, *others = [unquote_to_bytes(part) for part in pattern.removesuffix("$").split("*")]
    rest = unquote_to_bytes(path)
    if not rest.startswith(first):
        return False
    rest = rest[len(first) :]
    if not others:
        return not (whole and rest)
    for part in others[:-1]:
        found = rest.find(part)
        if found < 0:
            return False
        rest = rest[found + len(part) :]
    return rest.endswith(others[-1]) if whole else others[-1] in rest
