"""Which split each article is in; it stays there in every later version."""
