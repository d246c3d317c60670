"""Adjust the groups' colours until they are readable on a light and on a dark page.

A taxonomy may choose any colour; what is written in it keeps the contrast that WCAG 2.2 asks for
(https://www.w3.org/TR/WCAG22/#contrast-minimum).
"""

from collections.abc import Iterable
from dataclasses import dataclass

LIGHT, DARK = "#ffffff", "#14171c"  # the page's colour in theme.css
TEXT_CONTRAST = 5.5  # level AA asks for 4.5
MARK_CONTRAST = 3.5  # level AA asks for 3 of graphics
_TINT = 0.15  # how much of the colour a chip's ground has
_STEPS = 20

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shades:
    """The shades of one colour on one page.

    Attributes:
        mark: For lines and dots.
        tint: The ground of a chip.
        ink: For text on the tint and on the page.
    """

    mark: str
    tint: str
    ink: str


def shades(color: str, page: str) -> Shades:
    """Return the shades of a colour such as "#1971c2" on a page that is nearly white or black."""
    chosen, ground = _rgb(color), _rgb(page)
    tint = _mix(ground, chosen, _TINT)
    return Shades(
        mark=_hex(_readable(chosen, [ground, tint], MARK_CONTRAST)),
        tint=_hex(tint),
        ink=_hex(_readable(chosen, [ground, tint], TEXT_CONTRAST)),
    )


def page_shades(colors: Iterable[str]) -> list[tuple[Shades, Shades]]:
    """Return the shades of each colour on a light page and on a dark one."""
    return [(shades(color, LIGHT), shades(color, DARK)) for color in colors]


def contrast(first: str, second: str) -> float:
    """Return the contrast, from 1 (the same) to 21 (black on white)."""
    return _contrast(_rgb(first), _rgb(second))


def _readable(color: Rgb, grounds: list[Rgb], least: float) -> Rgb:
    """Return the colour, moved towards black or white as little as it needs to be readable."""
    target: Rgb = (0, 0, 0) if _luminance(grounds[0]) > 0.18 else (255, 255, 255)
    steps = (_mix(color, target, step / _STEPS) for step in range(_STEPS))
    return next((c for c in steps if all(_contrast(c, g) >= least for g in grounds)), target)


def _contrast(first: Rgb, second: Rgb) -> float:
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Rgb) -> float:
    """Return the relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    red, green, blue = (
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mix(color: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue


def _rgb(color: str) -> Rgb:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _hex(color: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)
