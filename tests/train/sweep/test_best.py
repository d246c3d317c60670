from dataclasses import replace
from pathlib import Path

import pytest

from train.sweep.best import recipe_toml
from train.training.recipe import Range, Recipe, find_recipe, recipe_names


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_is_read_as_it_was_written(name: str, tmp_path: Path) -> None:
    recipe = find_recipe(name)
    (tmp_path / f"{name}.toml").write_text(recipe_toml(recipe, recipe, "Words."), "utf-8")

    assert find_recipe(str(tmp_path / f"{name}.toml")) == recipe


def test_odd_values_are_read_as_they_were_written(tmp_path: Path) -> None:
    recipe = Recipe(
        name="odd",
        learning_rate=1.5e-7,
        freeze_embeddings=False,
        arguments={"fsdp_config": {"a b": [1, True]}, "project": 'quoted "\n'},
        ranges={"loss": Range(choices=("bce", "asymmetric")), "head_rate": Range(1.0, 30.0)},
    )
    path = tmp_path / "odd.toml"
    path.write_text(recipe_toml(recipe, recipe, "Words."), "utf-8")

    assert find_recipe(str(path)) == recipe


def test_what_changed_is_written_beside_what_it_was() -> None:
    before = Recipe()

    text = recipe_toml(replace(before, learning_rate=2e-4, loss="bce"), before, "Long. " * 40)

    assert "learning_rate = 0.0002  # was 0.0001\n" in text
    assert 'loss = "bce"  # was "asymmetric"\n' in text
    assert text.count("# was") == 2
    head = text.split("\n\n")[0].splitlines()
    assert all(line.startswith("# ") and len(line) <= 100 for line in head)
