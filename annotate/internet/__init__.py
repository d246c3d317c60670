"""Web pages, fetched politely: which may be asked, how, and what came back."""
