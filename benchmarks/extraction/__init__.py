"""How much of an article is recovered from a web page, and how much else comes with it."""
