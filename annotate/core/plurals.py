"""Numbers with their nouns, for messages and pages."""


def counted(count: int, one: str, several: str = "") -> str:
    """Return such as "1 article" or "2,000 articles"."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
