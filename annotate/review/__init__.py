"""Adjudicate disputed paragraphs and give annotators feedback."""
