"""How often 95 % intervals over articles hold the truth, by the way they are made."""
