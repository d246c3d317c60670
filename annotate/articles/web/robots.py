"""Read robots.txt with protego, by RFC 9309.

protego takes a group whose name is a part of ours for ours, and keeps the rules of each group once
for each name: a file of 500 kB could fill the memory. The RFC compares whole names, without a
version, so all names but ours and `*` are replaced by one that fits nobody.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

_AGENT_LINE = re.compile(r"\s*user[ -]?agent(?:\s*:|\s)([^/#]*)", re.IGNORECASE)
_EVERYBODY = "*"
_SOMEBODY_ELSE = "(somebody else)"


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of a site for one user agent."""

    rules: "Protego"
    agent: str

    def allows(self, address: str) -> bool:
        """Tell whether the address may be fetched."""
        return self.rules.can_fetch(address, self.agent)

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for; 0 if it asks for none."""
        return self.rules.crawl_delay(self.agent) or 0.0


def read_robots(text: str, agent: str) -> Robots:
    """Read the groups that name `agent`, or else those for everybody (`*`)."""
    from protego import Protego

    ours = agent.lower()

    def line_for_us(line: str) -> str:
        match = _AGENT_LINE.match(line)
        if not match:
            return line
        name = match[1].strip().lower()
        return f"User-agent: {name if name in (ours, _EVERYBODY) else _SOMEBODY_ELSE}"

    lines = map(line_for_us, text.removeprefix("\ufeff").splitlines())
    return Robots(Protego.parse("\n".join(lines)), ours)
