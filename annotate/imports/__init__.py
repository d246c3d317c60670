"""Import labels that were made with other tools."""
