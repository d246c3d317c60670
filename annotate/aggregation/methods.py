"""The names of the aggregation methods; `consensus.aggregate` implements them.

They are apart because the commands' help needs the names at once, and numpy loads slowly.
"""

from enum import StrEnum


class Method(StrEnum):
    """How the answers to a paragraph become its labels."""

    MAJORITY = "majority"
    DAWID_SKENE = "dawid-skene"


# It recovers the gold labels best from three good annotators, two careless ones and one who ticks
# everything; benchmarks/README.md has the figures, and the case where it is worse than majority:
# careless people who make the same mistakes. With too few answers it falls back to majority.
DEFAULT = Method.DAWID_SKENE


def method_of(name: str | None) -> Method:
    """Return the method of that name; the default where it is None or no longer exists."""
    return Method(name) if name in set(Method) else DEFAULT
