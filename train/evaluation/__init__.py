"""Score a model on a split and write the evaluation pages."""
