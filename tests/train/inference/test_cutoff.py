import numpy as np
import pytest

from annotate.core.errors import InputError
from train.inference.cutoff import ADAPT, adapt, read_cutoff, start_at


def test_a_threshold_is_a_number_or_adapt_or_the_models() -> None:
    assert [read_cutoff(text) for text in ("", "adapt", "0", ".25", "1")] == [
        None,
        "adapt",
        0.0,
        0.25,
        1.0,
    ]
    assert [start_at(0.3, cutoff) for cutoff in (None, ADAPT, 0.7)] == [0.3, 0.3, 0.7]


@pytest.mark.parametrize("text", ["high", "1.5", "-0.1", "nan", "inf", "Adapt"])
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match=r"^--threshold takes a number from 0 to 1, or adapt; not"):
        read_cutoff(text)


def test_fifty_paragraphs_are_enough_to_adapt_to() -> None:
    scores = np.tile(np.array([[0.9, 0.5, 0.1]], dtype=np.float32), (50, 1))

    # expected: .3, whose odds and those of .7 are inverse
    assert adapt(0.7, scores) == pytest.approx(0.5)
    with pytest.raises(InputError, match="needs at least 50 paragraphs, and the input has 49;"):
        adapt(0.7, scores[:49])
