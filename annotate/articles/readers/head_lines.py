"""Recognise the lines between a title and the text: who wrote it, and when."""

import re

from annotate.core.records import normalise

_LONGEST = 100  # characters
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = (
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}}|"
    r"\d{4}-\d\d-\d\d)"
)
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
_DATE = re.compile(
    rf"(?:(?:Published|Posted|Updated|Date)(?: on)?:? )?(?:{_WEEKDAY},? )?({_DAY})"
    r"(?:[ ,T(|·•-](?:[^.!?]|[ap]\.m\.){0,40})?",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:By|BY|Von|Par|Author|AUTHOR|Byline|Written by):? ([A-ZÀ-Þ](?:[^.!?]|(?<=\b[A-Z])\.){2,80})"
)

_PERSON = re.compile(
    r"[A-ZÀ-Þ][\w.'’-]*(?: (?:(?:de|del|der|van|von|la|le|di|da|al|bin) )*[A-ZÀ-Þ][\w.'’-]*){1,3}"
    r"(?:(?:,| and| AND| for| in| &| [|•·–—]) .*)?"
)
_SMALL_WORDS = frozenset(
    (
        *("a", "all", "an", "another", "any", "both", "each", "every", "her", "his", "its", "many"),
        *("my", "no", "one", "or", "other", "our", "some", "such", "that", "the", "their", "these"),
        *("this", "those", "what", "which", "your"),
    )
)


def head_line(text: str) -> tuple[str, str]:
    """Return the author that a byline names, and the day of a line which is a date."""
    line = normalise(text)
    byline, day = _BYLINE.fullmatch(line), _DATE.fullmatch(line)
    short = len(line) <= _LONGEST
    return (byline[1] if byline and short else ""), (day[1] if day and short else "")


def names_person(author: str) -> bool:
    """Tell a name, such as "Ann Weir, Staff Writer", from words, such as "Any Means Necessary"."""
    first, *_ = author.casefold().split()
    return bool(_PERSON.fullmatch(author)) and first not in _SMALL_WORDS
