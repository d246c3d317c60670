"""Write the model folder that other programs load."""
