"""Fit a classifier."""
