import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.html.colors import DARK, LIGHT, contrast, shades

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the grey that is known to fail AA by a hair
    ],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.005)
    assert contrast(second, first) == contrast(first, second)


@settings(deadline=None)
@given(colors, st.sampled_from([LIGHT, DARK]))
def test_text_in_any_colour_can_be_read_on_the_page_and_on_its_chip(color: str, page: str) -> None:
    own = shades(color, page)

    assert contrast(own.ink, page) >= 4.5
    assert contrast(own.ink, own.tint) >= 4.5
    assert contrast(own.mark, page) >= 3
    assert contrast(own.mark, own.tint) >= 3


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert shades("#003366", LIGHT).ink == "#003366"
