"""Encoders, classifiers and the model folder."""
