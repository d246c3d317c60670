"""`doctor`: check everything that the other commands rely on."""
