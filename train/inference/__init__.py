"""From texts to scores and labels."""
