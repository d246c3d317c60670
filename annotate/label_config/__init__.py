"""Generate the labeling configuration and the guidelines from a taxonomy."""
