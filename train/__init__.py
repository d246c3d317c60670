"""From a labelled dataset folder to an evaluated and exported classifier."""
