"""The theme, templates, colours and plots that every HTML page shares."""
