"""The vocabulary that both halves of the project speak; pure but for reading and writing files."""
