"""Put models, checkpoints, baselines and other systems beside each other on the same paragraphs."""
