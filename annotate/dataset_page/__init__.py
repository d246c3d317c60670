"""The page of a dataset: its counts, its agreement, and its paragraphs to read."""
