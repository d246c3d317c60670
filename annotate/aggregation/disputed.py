"""Disputed labels: those that the answers leave undecided, and what gold does with them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from annotate.aggregation.methods import Method
from annotate.core.plurals import counted


class Disputed(StrEnum):
    """What gold does with a disputed label.

    Attributes:
        OFF: It holds only if its score is above one half, so a tie is off.
        ON: It holds.
        DROP: Its paragraph leaves gold until somebody decides.
    """

    OFF = "off"
    ON = "on"
    DROP = "drop"


# The scores, ends included, at which a label is disputed. Shares are exact, so only a tie is.
DISPUTED_SCORES = {Method.MAJORITY: (0.5, 0.5), Method.DAWID_SKENE: (0.4, 0.6)}

_IN_GOLD = {
    Disputed.OFF: "in gold such a label holds only if its score is above one half: a tie is off",
    Disputed.ON: "in gold such a label holds",
    Disputed.DROP: "a paragraph with such a label is left out of gold until somebody decides",
}


def disputed_sentence(rule: str, counts: Mapping[str, Any]) -> str:
    """Say how many labels are disputed and what gold does with them.

    Args:
        rule: As in the manifest.
        counts: As in agreement.json.
    """
    labels, paragraphs = sum(counts["labels"].values()), counts["paragraphs"]
    if not labels:
        return "no label is disputed"
    what = counted(labels, "label is", "labels are")
    return f"{what} disputed, in {counted(paragraphs, 'paragraph')}; {_IN_GOLD[Disputed(rule)]}"
