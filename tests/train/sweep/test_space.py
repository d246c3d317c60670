from dataclasses import replace

import pytest

from annotate.core.errors import InputError
from train.sweep.space import rounded, search_space, settings_digest
from train.training.recipe import Range, Recipe, find_recipe, recipe_names

RATES = Range(1e-5, 1e-3, log=True)


def recipe(**ranges: Range) -> Recipe:
    return Recipe(learning_rate=1e-4, steps=450, ranges=ranges)


@pytest.mark.parametrize("name", recipe_names())
def test_the_ranges_of_every_recipe_can_be_tried(name: str) -> None:
    assert search_space(find_recipe(name), ()) == find_recipe(name).ranges


def test_a_setting_that_is_fixed_is_not_tried() -> None:
    both = recipe(learning_rate=RATES, steps=Range(choices=(225, 450)))

    assert set(search_space(both, {"steps", "loss"})) == {"learning_rate"}


@pytest.mark.parametrize(
    ("ranges", "fixed", "message"),
    [
        ({}, (), "there is nothing to try; give it a table"),
        ({"learning_rate": RATES}, {"learning_rate"}, "there is nothing to try"),
        ({"learning_rate": Range(1e-5, 5e-5)}, (), "leaves out the recipe's own value, 0.0001"),
        ({"steps": Range(choices=(1, 2))}, (), "leaves out the recipe's own value, 450"),
        ({"learning_rate": Range(1e-3, 1e-5)}, (), "low must be below high"),
        ({"averaging": Range(0.0, 0.999, log=True)}, (), "below high and above 0"),
        ({"learning_rate": Range(1e-5, 7.0)}, (), "learning_rate must be between 1e-09 and 1"),
        ({"loss": Range(choices=("asymmetric", "best"))}, (), "loss must be one of"),
        ({"steps": Range(choices=(450, "all"))}, (), "steps must be a whole number, not 'all'"),
    ],
)
def test_a_range_that_no_run_can_use_is_refused(
    ranges: dict[str, Range], fixed: set[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        search_space(recipe(**ranges), fixed)


def test_drawn_fractions_have_three_digits() -> None:
    assert rounded(0.000123456) == 0.000123
    assert (rounded(450), rounded("bce"), rounded(True)) == (450, "bce", True)


def test_the_digest_follows_the_settings_and_not_the_name() -> None:
    assert settings_digest(Recipe(name="a")) == settings_digest(Recipe(name="b"))
    assert settings_digest(recipe()) == settings_digest(recipe(learning_rate=RATES))
    fewer = replace(Recipe(), per_device_train_batch_size=4)
    assert settings_digest(Recipe()) == settings_digest(fewer)
    assert settings_digest(Recipe()) != settings_digest(replace(Recipe(), steps=451))
