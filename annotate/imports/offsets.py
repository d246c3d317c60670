"""Where words of a text as it was written stand in the same text when it is normalised."""

from annotate.core.records import normalise

_MARK = "\ue000"  # of private use: no word, and normalising leaves it alone


def move_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets into `normalise(text)` of what `text[start:end]` became, without blanks around it.

    Args:
        text: As it was written.
        start: Of the span.
        end: Of the span, exclusive; from 0 to the text's length, as `start`.
    """
    while start < end and not normalise(text[start]):
        start += 1
    while start < end and not normalise(text[end - 1]):
        end -= 1
    return _moved(text, start), _moved(text, end)


def _moved(text: str, at: int) -> int:
    return len(normalise(text[:at] + _MARK)) - 1
