"""The one door to py3langid: which language a text is in, if that can be told."""

from functools import lru_cache
from typing import Any

from annotate.core.records import normalise

_CHARACTERS = 40  # fewer are often taken for another language
_ENDS = 200  # characters from the start and from the end: a long text costs no more
_SURE = 0.9  # of 3,500 English paragraphs of 8 words or more none was taken for another language


def other_language(text: str, wanted: tuple[str, ...]) -> str:
    """The ISO 639 code of the text's language when it is surely none of those wanted, else "".

    What is short, or mixes languages, is given the benefit of the doubt.
    """
    words = normalise(text)
    if len(words) < _CHARACTERS and not _is_dense(words):
        return ""
    shown = words if len(words) <= 2 * _ENDS else f"{words[:_ENDS]} {words[-_ENDS:]}"
    language, share = _identifier().classify(shown)
    return str(language) if language not in wanted and share >= _SURE else ""


def known_languages() -> frozenset[str]:
    """The codes that can be told apart."""
    return frozenset(map(str, _identifier().labels))


def _is_dense(text: str) -> bool:
    """Whether a few characters say much, as in Chinese: most are beyond the alphabets."""
    return len(text) >= _CHARACTERS / 4 and sum(c >= "\u2e80" for c in text) > len(text) / 2


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
