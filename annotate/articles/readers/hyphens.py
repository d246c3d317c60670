"""Mend words that a line's end cuts in two, as in text taken from a PDF."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

# Two characters that are no text say how such a line goes on: see `dehyphenated`.
_ONE_WORD, _KEEPS_HYPHEN = "\N{SOFT HYPHEN}", "-\N{WORD JOINER}"
_JOINTS = re.compile("\N{SOFT HYPHEN} |(?<=-)\N{WORD JOINER} ")

_WORD = re.compile(r"[^\W_]+(?:[-‐'’][^\W_]+)*")
_HYPHENS = ("-", "‐", "¬", "\u00ad")
_CUT = re.compile(rf"([^\W_]+)([{''.join(_HYPHENS)}])$")
_REST = re.compile(r"([^\W_]+)(-?)")
_IN_LINE = re.compile(r"([^\W_]{2,})- ([^\W\d_]{2,})")
_SUSPENDED = re.compile("and|or|to|nor|but|through")

# English compounds, for words that the text has nowhere else.
_FIRST = re.compile("self|well|vice|quasi|non|(?:twen|thir|for|fif|six|seven|eigh|nine)ty")
_LAST = re.compile(
    "based|backed|called|century|class|controlled|driven|elect|elected|free|friendly|funded|known|"
    "lasting|level|looking|minded|of|off|old|out|owned|party|powered|profile|ranking|related|scale|"
    "sized|sponsored|style|term|the|thirds?|quarters?|fifths?|tenths?|minister|president|mayor|"
    "wife|husband|to|up|wide|winning|wing|year"
)
_SUFFIX = re.compile("ish|less|ness|ing|er|est|ly|ed|sense")
_TAIL = re.compile(  # of a word, and no word itself: so a blank before it is none
    "ab(?:le|ly)|ances?|cial(?:ly)?|ences?|ib(?:le|ly)|ically|ings?|i[sz](?:ed|ing)|isms?|it(?:y|ies)|"
    "ment(?:al|s)?|ness|(?:s|t|ta)ions?|tial(?:ly)?|tional(?:ly)?|tive(?:ly)?|tures?|ular"
)


def dehyphenated(lines: Sequence[str]) -> list[str]:
    """Return the lines with the hyphens at their ends marked; `unbroken` then joins the words.

    The text's other words say whether a hyphen belongs to the word; else its form does.
    """
    if not any(map(_may_be_cut, lines)):
        return list(lines)
    words = Counter(word.casefold() for line in lines for word in _WORD.findall(line))
    marked = [_mend_inside(line, words) for line in lines]
    for at, (line, following) in enumerate(pairwise(marked)):
        cut, rest = _CUT.search(line), _REST.match(following)
        if cut and rest and not _SUSPENDED.fullmatch(rest[1]):
            whole = _is_one_word(cut[1], rest[1], rest[2], words) or cut[2] in "¬\u00ad"
            marked[at] = line[:-1] + (_ONE_WORD if whole else _KEEPS_HYPHEN)
    return marked


def _may_be_cut(line: str) -> bool:
    return line.endswith(_HYPHENS) or ("- " in line and bool(_IN_LINE.search(line)))


def is_cut(line: str) -> bool:
    """Tell whether a marked line ends within a word."""
    return line.endswith((_ONE_WORD, _KEEPS_HYPHEN))


def unbroken(lines: Sequence[str]) -> str:
    """Return marked lines as one, with the words whole."""
    return _JOINTS.sub("", " ".join(lines))


def _is_one_word(first: str, rest: str, more: str, words: Mapping[str, int]) -> bool:
    whole, hyphenated = f"{first}{rest}".casefold(), f"{first}-{rest}".casefold()
    if words[whole] != words[hyphenated]:
        return words[whole] > words[hyphenated]
    return not _is_compound(first, rest, more)


def _is_compound(first: str, rest: str, more: str) -> bool:
    if not (first.isalpha() and rest.isalpha()):
        return True
    if rest[0].isupper():
        return not first.isupper()
    if _FIRST.fullmatch(first.casefold()):
        return not _SUFFIX.fullmatch(rest)
    return bool(_LAST.fullmatch(rest)) or (bool(more) and rest in ("in", "on", "by", "for", "and"))


def _mend_inside(line: str, words: Mapping[str, int]) -> str:
    """Join words that were cut at a line's end before the lines were joined."""

    def join(match: re.Match[str]) -> str:
        first, rest = match.groups()
        whole, hyphenated = words[f"{first}{rest}".casefold()], words[f"{first}-{rest}".casefold()]
        if _SUSPENDED.fullmatch(rest) or not (whole or hyphenated or _TAIL.fullmatch(rest)):
            return match[0]
        return f"{first}-{rest}" if hyphenated > whole else f"{first}{rest}"

    return _IN_LINE.sub(join, line)
