"""What a trained model has to beat."""
