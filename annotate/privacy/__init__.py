"""Pseudonyms of annotators, and the withdrawal of articles and people."""
