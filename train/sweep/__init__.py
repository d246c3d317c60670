"""Try a recipe's ranges within a budget, scored out of fold on the train split."""
