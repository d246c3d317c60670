"""Read documents: of word processors, PDF, books, mail, saved pages and spreadsheets."""
