import math
from dataclasses import astuple

import numpy as np
import pytest

from annotate.aggregation.annotator_quality import (
    LEAST,
    Rates,
    against,
    against_others,
    why_not_estimated,
)
from annotate.core.stats.answer_matrix import Bools


def table(*rows: str) -> tuple[Bools, Bools]:
    """One technique: a row a person, "1" ticked, "0" left out, "." no answer."""
    cells = np.array([list(row) for row in rows])
    return cells != ".", (cells == "1")[..., np.newaxis]


def test_sensitivity_is_the_share_found_and_specificity_the_share_left_out() -> None:
    given, said = table("1100.", "01001", ".....")
    truth = np.array([1.0, 1.0, 0.0, 0.0, 0.5])[:, np.newaxis]

    rates = against(given, said, truth)

    assert rates[0] == Rates(1.0, 1.0)
    # Ticks the second, and the fifth that is there by half: 1.5 of 2.5, and leaves out 2 of 2.5.
    assert astuple(rates[1]) == pytest.approx((0.6, 0.8))
    assert math.isnan(rates[2].sensitivity)
    assert math.isnan(rates[2].specificity)


def test_each_is_held_against_what_more_than_half_of_the_others_say() -> None:
    # The others of the first tick 1, 2, 0, 1 of 2, 2, 1, 2: only the second paragraph has it.
    given, said = table("11001", "1101.", "01.0.")

    rates = against_others(given, said)

    assert astuple(rates[0]) == pytest.approx((1.0, 2 / 3))
    # The others of the second tick 1, 2, 0, 0 of 2, 2, 1, 2; of the third 2, 2, -, 1 of 2.
    assert astuple(rates[1]) == pytest.approx((1.0, 1 / 3))
    assert rates[2] == Rates(0.5, 1.0)


def test_who_shares_no_paragraph_is_held_against_nobody() -> None:
    given, said = table("1.", ".0")

    assert all(math.isnan(r.sensitivity) for r in against_others(given, said))
    assert all(math.isnan(r.specificity) for r in against_others(given, said))


def test_few_paragraphs_with_two_answers_are_not_enough() -> None:
    enough = np.ones((3, LEAST), dtype=bool)
    single = np.zeros((3, 500), dtype=bool)
    single[0] = True

    assert why_not_estimated(enough) == ""
    assert why_not_estimated(np.hstack([enough[:, 1:], single])).startswith("fewer than 100")
    assert why_not_estimated(np.zeros((0, 0), dtype=bool))


def test_two_people_alone_cannot_be_told_apart() -> None:
    assert why_not_estimated(np.ones((2, LEAST), dtype=bool)).startswith("two people")


@pytest.mark.parametrize(
    ("people", "enough"),
    [
        (["ab", "cd"], False),
        (["abc", "de"], False),
        (["ab", "bc", "cd"], True),
        (["ab", "bc", "cd", "de", "ef", "fg", "gh"], True),
        (["ab", "bc", "d"], True),
    ],
)
def test_everybody_must_be_tied_to_two_others_if_only_through_somebody(
    people: list[str], enough: bool
) -> None:
    names = sorted(set("".join(people)))
    column = np.array([[name in group for group in people] for name in names])

    assert (why_not_estimated(np.repeat(column, LEAST, axis=1)) == "") is enough
