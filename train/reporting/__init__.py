"""The report page: what is read for it, and how it is drawn."""
