"""The ways in which several answers become one gold label set; see `annotate.aggregate`."""

from enum import StrEnum


class Method(StrEnum):
    """How the answers to a paragraph become its labels."""

    MAJORITY = "majority"
    DAWID_SKENE = "dawid-skene"
    MACE = "mace"


# On planted noise it recovers the gold far better than majority, and not worse elsewhere: see
# benchmarks/README.md. Where there are too few answers for it, it is majority itself.
DEFAULT = Method.DAWID_SKENE
