from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.html.dot_plot import Axis, Dot, Point, alpha_axis, in_words
from annotate.core.html.environment import environment

MACROS: Any = environment().get_template("macros.html").module


def row(axis: Axis, dots: list[Dot]) -> str:
    return str(MACROS.plot(axis, dots))


def head(axis: Axis) -> str:
    return str(MACROS.axis_numbers(axis))


AXIS = Axis(-0.5, 1.5, (0.0, 0.5, 1.0), band=(0.0, 0.5), lines=(1.0,))


def test_dot_and_whisker_stand_at_their_share_of_the_width() -> None:
    drawing = row(AXIS, [Dot("model", "F1", Point(0.5, 0.0, 1.0))])

    assert '<svg class="mark model" x="50.00%"' in drawing
    assert '<line class="whisker model" x1="25.00%" x2="75.00%"' in drawing
    assert '<rect class="band" x="25.00%" width="25.00%"' in drawing
    assert '<line class="strong" x1="75.00%" x2="75.00%"' in drawing


def test_what_lies_outside_of_the_axis_stands_at_its_edge() -> None:
    assert AXIS.place(-7) == "0.00%"
    assert AXIS.place(7) == "100.00%"


def test_a_figure_without_interval_has_no_whisker() -> None:
    assert "whisker" not in row(AXIS, [Dot("model", "F1", Point(0.5, None, None))])
    assert "whisker" not in row(AXIS, [Dot("model", "F1", Point(0.5, 0.1, 0.9), whisker=False)])


def test_an_undefined_figure_is_not_drawn() -> None:
    drawing = row(AXIS, [Dot("model", "F1", None), Dot("human", "people", Point(1, None, None))])

    assert "F1" not in drawing
    assert 'aria-label="people 1.00"' in drawing


def test_a_drawing_says_its_figures_to_those_who_cannot_see_it() -> None:
    drawing = row(AXIS, [Dot("human", "people", Point(0.8, 0.7, 0.9))])

    assert 'role="img" aria-label="people 0.80 (0.70 to 0.90)"' in drawing
    assert 'aria-hidden="true"' in row(AXIS, [])


def test_figures_below_zero_have_a_true_minus_and_zero_has_none() -> None:
    assert in_words(Point(-0.104, -0.25, -0.001)) == "−0.10 (−0.25 to 0.00)"
    assert in_words(Point(0.5, None, None)) == "0.50"
    assert in_words(Point(-0.5, None, None, too_few=True)) == "−0.50 (too few to tell)"


def test_the_outer_numbers_of_the_axis_stay_within_it() -> None:
    numbers = head(Axis(0.0, 1.0, (0.0, 0.5, 1.0)))

    assert [part.split('"')[0] for part in numbers.split('text-anchor="')[1:]] == [
        "start",
        "middle",
        "end",
    ]


finite = st.floats(-3, 3)


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "P", "S"])), finite, finite, finite)
def test_every_drawing_is_well_formed(name: str, value: float, low: float, high: float) -> None:
    ElementTree.fromstring(row(AXIS, [Dot("baseline", name, Point(value, low, high))]))


def test_the_axis_of_alpha_goes_below_zero_as_far_as_an_end_in_steps_of_a_fifth() -> None:
    assert alpha_axis([0.3, 0.9]).ticks == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert alpha_axis([0.3, -0.21]).ticks[:3] == [-0.4, -0.2, 0.0]
    assert alpha_axis([-7.0]).low == -1.0
    assert alpha_axis([]).band == (0.25, 0.415)  # published, EMNLP 2023 main.6
