"""Run, back up and restore the embedded Label Studio server."""
