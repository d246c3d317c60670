"""Read and write files: atomic writes, JSON, JSON Lines, CSV, YAML, encodings."""
