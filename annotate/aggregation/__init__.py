"""Several annotators' answers to a paragraph become its consensus."""
