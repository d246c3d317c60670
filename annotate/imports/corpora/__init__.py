"""Read public corpora in their official form."""
