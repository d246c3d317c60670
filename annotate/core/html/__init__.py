"""The page frame, colours and plots that every HTML page shares."""
