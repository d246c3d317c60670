"""Keys of the labelling page: which may be used, and those that a taxonomy leaves to us.

What Label Studio 1.23 listens to while a text is labelled, by its own list of hotkeys: everything
with ctrl, alt or the arrows, and the keys of `RESERVED`. Those of its image and audio tools are
free on a page without an image.
"""

from collections.abc import Iterable, Iterator
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
    """The key in one way of writing: small letters, sorted modifiers first."""
    *modifiers, key = hotkey.lower().split("+") if hotkey != "+" else [hotkey]
    if key == "shift" and modifiers:  # 1+shift
        modifiers, key = [*modifiers[1:], key], modifiers[0]
    return "+".join([*sorted(modifiers), key])


def is_reserved(hotkey: str) -> bool:
    """Whether Label Studio's page would take the key for itself."""
    return hotkey in RESERVED or bool(_RESERVED_PART & set(hotkey.split("+")))


class Assigner:
    """Gives out free keys; the same ones for the same taxonomy."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def tick(self) -> str:
        """For a technique."""
        return self._next(chain(_TICKS, _SHIFTED))

    def span(self) -> str:
        """For a group's words."""
        return self._next(chain(_SPANS, _SHIFTED))

    def none(self) -> str:
        """For "no technique"."""
        return self._next(chain(_NONE, _SHIFTED))

    def unusable(self) -> str:
        """For "not usable"."""
        return self._next(chain(_UNUSABLE, _SHIFTED))

    def _next(self, keys: Iterable[str]) -> str:
        key = next(self._free(keys))
        self._taken.add(key)
        return key

    def _free(self, keys: Iterable[str]) -> Iterator[str]:
        return (key for key in keys if key not in self._taken)
