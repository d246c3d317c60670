"""The report page: agreement, scores, and articles with their techniques."""
