"""Detect the language of a text with py3langid, if that is certain."""

import tempfile
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from annotate.core.io.files import plain_os_errors
from annotate.core.records import normalise

_CHARACTERS = 40  # shorter texts are often misidentified
_ENDS = 200  # characters from the start and from the end, so that long texts cost no more
_LONGEST = 6  # bytes of a feature of py3langid's model
_SURE = 0.9  # none of 3,500 English paragraphs of 8 words or more was misidentified


def other_language(text: str, wanted: tuple[str, ...]) -> str:
    """Return the ISO 639 code of the text's language if it is certainly not wanted, else "".

    Short texts and mixed languages are given the benefit of the doubt.
    """
    words = normalise(text)
    if len(words) < _CHARACTERS and not _is_dense(words):
        return ""
    shown = words if len(words) <= 2 * _ENDS else f"{words[:_ENDS]} {words[-_ENDS:]}"
    language, share = _identifier().classify(shown)
    return str(language) if language not in wanted and share >= _SURE else ""


def known_languages() -> frozenset[str]:
    """Return the codes of the languages that can be detected."""
    return frozenset(map(str, _identifier().labels))


def _is_dense(text: str) -> bool:
    """Tell whether a few characters say much, as in Chinese."""
    return len(text) >= _CHARACTERS / 4 and sum(c >= "\u2e80" for c in text) > len(text) / 2


@lru_cache(maxsize=1)
def _identifier() -> Any:
    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    class Identifier(LanguageIdentifier):  # type: ignore[misc]
        """Scores as its base does, several times as fast.

        The automaton forgets what is more than _LONGEST bytes back, so it walks to all places of a
        text at once, from as many bytes before each.
        """

        def _raw_score(self, text: bytes) -> Any:
            letters = np.frombuffer(text, np.uint8)
            states = np.zeros(len(letters), np.int64)
            for back in reversed(range(min(_LONGEST, len(letters)))):
                states[back:] = moves[rows[states[back:]] + letters[: len(letters) - back]]
            seen = features[states]
            counts = Counter(seen[seen >= 0].tolist())  # the order decides the last digits
            return self._sparse_score(counts, self.nb_ptc) if counts else super()._raw_score(text)

    with plain_os_errors(Path(tempfile.gettempdir())):  # where it unpacks its model
        identifier = Identifier.from_model_file(MODEL_FILE, norm_probs=True)
    table, *rest = identifier._full_model
    identifier._full_model = (table.astype(np.float32), *rest)  # else done for each text
    identifier.set_languages()
    moves, features = np.asarray(identifier.tk_nextmove), np.asarray(identifier.tk_output)
    rows = np.asarray(identifier._rowbase)
    return identifier
