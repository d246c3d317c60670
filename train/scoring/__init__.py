"""Scores, thresholds, calibration and the human ceiling."""
