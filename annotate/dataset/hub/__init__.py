"""Push datasets to the Hugging Face Hub, and pull them."""
