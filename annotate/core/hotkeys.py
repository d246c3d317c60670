"""Hotkeys of the labelling page: which are free, and which to assign by default.

By its own list of hotkeys Label Studio 1.23 uses, while a text is labelled, everything with ctrl,
alt or the arrows, and the keys in `RESERVED`. Those of its image and audio tools are free.
"""

from collections.abc import Iterable
from itertools import chain

RESERVED = frozenset(
    {"enter", "esc", "escape", "tab", "space", "backspace", "delete", "u"}
    | {"up", "down", "left", "right"}
)
_RESERVED_PART = frozenset({"ctrl", "alt", "meta", "command", "up", "down", "left", "right", "."})

# In the order of a keyboard's rows, so that neighbours on the page are neighbours on the keyboard.
_TICKS = (*"123456789", *"qwertyiop", *"asdfghjkl", *"zxcvbnm", "=")
_SPANS = tuple(f"shift+{key}" for key in "1234567890")
_SHIFTED = tuple(f"shift+{key}" for key in "qwertyiopasdfghjklzxcvbnm")
_NONE = ("0", *reversed(_TICKS))
_UNUSABLE = ("-", *reversed(_TICKS))


def normal(hotkey: str) -> str:
    """Return the key in its normal form: lower case, sorted modifiers first."""
    *modifiers, key = hotkey.lower().split("+") if hotkey != "+" else [hotkey]
    if key == "shift" and modifiers:  # 1+shift
        modifiers, key = [*modifiers[1:], key], modifiers[0]
    return "+".join([*sorted(modifiers), key])


def is_reserved(hotkey: str) -> bool:
    """Tell whether Label Studio's own page uses the key."""
    return hotkey in RESERVED or bool(_RESERVED_PART & set(hotkey.split("+")))


class Assigner:
    """Assign free keys; always the same ones for the same taxonomy."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def tick(self) -> str:
        """Return a key for a technique."""
        return self._next(_TICKS)

    def span(self) -> str:
        """Return a key for a group's spans."""
        return self._next(_SPANS)

    def none(self) -> str:
        """Return the key for "no technique"."""
        return self._next(_NONE)

    def unusable(self) -> str:
        """Return the key for "not usable"."""
        return self._next(_UNUSABLE)

    def _next(self, keys: Iterable[str]) -> str:
        key = next(key for key in chain(keys, _SHIFTED) if key not in self._taken)
        self._taken.add(key)
        return key
