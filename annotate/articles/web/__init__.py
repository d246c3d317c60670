"""Fetch web pages politely and safely."""
