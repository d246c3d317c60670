"""The ways in which several answers become one gold label set; see `consensus`."""

from enum import StrEnum


class Method(StrEnum):
    """How the answers to a paragraph become its labels."""

    MAJORITY = "majority"
    DAWID_SKENE = "dawid-skene"
    MACE = "mace"


# It recovers the gold best from three good people, two careless ones and one who ticks everything;
# benchmarks/README.md has the figures, and the case where it is worse than majority: careless
# people whose mistakes are the same. Where there are too few answers for it, it is majority itself.
DEFAULT = Method.DAWID_SKENE
