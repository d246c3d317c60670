"""How good training is on public corpora, next to what people would use instead."""
