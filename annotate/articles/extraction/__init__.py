"""Find the article in an HTML page: main text, boilerplate, block types."""
