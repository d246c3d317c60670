import pytest

from annotate.core.plurals import signed


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.041, "+0.04"),
        (-0.104, "\N{MINUS SIGN}0.10"),
        (-0.001, "0.00"),
        (0.004, "0.00"),
        (0.0, "0.00"),
    ],
)
def test_what_rounds_to_zero_has_no_sign(number: float, text: str) -> None:
    assert signed(number) == text
