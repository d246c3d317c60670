"""How the scores grow with the number of training paragraphs, and what more of them would bring."""
