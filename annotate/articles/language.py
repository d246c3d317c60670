"""Detect the language of a text with py3langid, if that is certain."""

import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from annotate.core.io.files import plain_os_errors
from annotate.core.records import normalise

_CHARACTERS = 40  # shorter texts are often misidentified
_ENDS = 200  # characters from the start and from the end, so that long texts cost no more
_SURE = 0.9  # none of 3,500 English paragraphs of 8 words or more was misidentified

_WORD = re.compile(r"[a-z]+")
# Words that hardly any other language has, of which English text is full.
_ENGLISH_WORDS = """
    the and that this with from which would could should their they been were there these those what
    when because about our his her you your are has had not but who
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_DISTINCT = 3
_COMMON = 0.12  # of the words


def other_language(text: str, wanted: tuple[str, ...]) -> str:
    """Return the ISO 639 code of the text's language if it is certainly not wanted, else "".

    Short texts and mixed languages are given the benefit of the doubt.
    """
    words = normalise(text)
    if len(words) < _CHARACTERS and not _is_dense(words):
        return ""
    shown = words if len(words) <= 2 * _ENDS else f"{words[:_ENDS]} {words[-_ENDS:]}"
    if "en" in wanted and _is_english(shown):
        return ""
    language, share = _identifier().classify(shown)
    return str(language) if language not in wanted and share >= _SURE else ""


def _is_english(text: str) -> bool:
    """Tell by its common words alone that a text is English, which costs a twentieth of the model.

    Of the others, some are English too.
    """
    words = _WORD.findall(text.lower())
    common = [word for word in words if word in _ENGLISH]
    return len(set(common)) >= _DISTINCT and len(common) >= _COMMON * len(words)


def known_languages() -> frozenset[str]:
    """Return the codes of the languages that can be detected."""
    return frozenset(map(str, _identifier().labels))


def _is_dense(text: str) -> bool:
    """Tell whether a few characters say much, as in Chinese."""
    return len(text) >= _CHARACTERS / 4 and sum(c >= "\u2e80" for c in text) > len(text) / 2


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    with plain_os_errors(Path(tempfile.gettempdir())):  # where it unpacks its model
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
