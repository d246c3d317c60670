"""From articles to a labelled dataset folder, with Label Studio in between."""
