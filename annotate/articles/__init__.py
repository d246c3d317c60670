"""Read article files, feeds and web pages into articles."""
