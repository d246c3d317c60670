import numpy as np

from train.evaluation.confusions import confusions
from train.scoring.scores import Bools


def matrix(*rows: str) -> Bools:
    """A row of zeros and ones for each paragraph."""
    return np.array([[digit == "1" for digit in row] for row in rows])


def test_a_missed_label_is_paired_with_what_was_said_instead() -> None:
    gold = matrix("100", "100", "100", "010")
    predicted = matrix("010", "010", "000", "010")

    assert confusions(gold, predicted, ("a", "b", "c")) == [
        {"missed": "a", "instead": "b", "paragraphs": 2, "of": 3}
    ]


def test_a_paragraph_without_any_predicted_label_counts_as_nothing_said() -> None:
    gold, predicted = matrix("11", "10", "01"), matrix("00", "00", "00")

    assert confusions(gold, predicted, ("a", "b")) == [
        {"missed": "a", "instead": None, "paragraphs": 2, "of": 2},
        {"missed": "b", "instead": None, "paragraphs": 2, "of": 2},
    ]


def test_a_label_missed_beside_a_hit_has_nothing_in_its_place() -> None:
    gold, predicted = matrix("11", "11"), matrix("01", "01")

    assert confusions(gold, predicted, ("a", "b")) == []
