"""The commands of `rhetoric-train`, one module each."""
