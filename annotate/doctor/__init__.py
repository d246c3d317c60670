"""`doctor`: whether everything that the other commands rely on is as it should be."""
