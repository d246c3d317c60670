"""Take datasets and projects to another version of a taxonomy."""
