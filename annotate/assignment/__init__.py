"""Decide who labels which paragraph, in which order."""
