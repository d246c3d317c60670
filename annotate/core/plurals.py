"""Numbers with their nouns or signs, for messages and pages."""


def counted(count: int, one: str, several: str = "") -> str:
    """Return such as "1 article" or "2,000 articles"."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def signed(number: float, digits: int = 2) -> str:
    """Return such as "+0.04" or "−0.10"; what rounds to zero has no sign."""
    text = f"{number:+.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else text[1:]
