"""Move datasets and projects to another taxonomy."""
