"""Contrast of a house style: which colours stand on which, how far apart they must be, and what would do where they are not.

Limits: WCAG 2.2, success criteria 1.4.3 (text, 4.5) and 1.4.11 (controls, marks and the focus, 3). Colours are written `#rrggbb`.
"""

from __future__ import annotations

from collections.abc import Mapping
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from math import floor
from typing import Final

TEXT: Final = 4.5
MARK: Final = 3.0
# The lightness of a colour is searched in steps of half a percent.
_STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet on a page. `what` is Dutch, for the author; `mended` is the one to change when they are too near."""

    what: str
    front: str
    back: str
    least: float
    mended: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The contrast of a pair. `cure` is the nearest colour for `pair.mended` that would do, "" when it does already."""

    pair: Pair
    ratio: float
    cure: str

    @property
    def passes(self) -> bool:
        """Tell whether the colours are far enough apart."""
        return not self.cure


_PAGE: Final = "--basis-color-default-bg-document"
_WORDS: Final = "--basis-color-default-color-document"
_QUIET: Final = "--basis-color-default-color-subtle"
_EDGE: Final = "--basis-color-default-border-default"
_BUTTON: Final = "--basis-color-action-1-inverse-bg-default"
_BUTTON_HOVER: Final = "--basis-color-action-1-inverse-bg-hover"
_BUTTON_WORDS: Final = "--basis-color-action-1-inverse-color-default"
_CHOSEN: Final = "--basis-color-action-1-bg-subtle"
_LINK: Final = "--basis-color-action-1-color-default"
_ERROR: Final = "--basis-color-negative-color-default"
_NOTICE: Final = "--basis-color-warning-bg-subtle"
_DOUBT: Final = "--basis-color-warning-border-default"
_FOCUS: Final = "--basis-focus-color"
_FOCUS_BACK: Final = "--basis-focus-background-color"

PAIRS: Final = (
    Pair("Tekst op de pagina", _WORDS, _PAGE, TEXT, _WORDS),
    Pair("Uitleg op de pagina", _QUIET, _PAGE, TEXT, _QUIET),
    Pair("Link op de pagina", _LINK, _PAGE, TEXT, _LINK),
    Pair("Foutmelding op de pagina", _ERROR, _PAGE, TEXT, _ERROR),
    Pair("Tekst op een knop", _BUTTON_WORDS, _BUTTON, TEXT, _BUTTON),
    Pair("Tekst op een knop onder de muis", _BUTTON_WORDS, _BUTTON_HOVER, TEXT, _BUTTON_HOVER),
    Pair("Knop op de pagina", _BUTTON, _PAGE, MARK, _BUTTON),
    Pair("Knop onder de muis op de pagina", _BUTTON_HOVER, _PAGE, MARK, _BUTTON_HOVER),
    Pair("Rand van een invoerveld", _EDGE, _PAGE, MARK, _EDGE),
    Pair("Tekst in een gekozen antwoord", _WORDS, _CHOSEN, TEXT, _CHOSEN),
    Pair("Rand van een gekozen antwoord", _BUTTON, _CHOSEN, MARK, _CHOSEN),
    Pair("Tekst op een mededeling", _WORDS, _NOTICE, TEXT, _NOTICE),
    Pair("Streep bij een mededeling", _DOUBT, _PAGE, MARK, _DOUBT),
    Pair("Rand om waar u bent (focus)", _FOCUS, _PAGE, MARK, _FOCUS),
    Pair("Tekst waar u bent (focus)", _FOCUS, _FOCUS_BACK, TEXT, _FOCUS_BACK),
)


def verdicts(colours: Mapping[str, str]) -> tuple[Verdict, ...]:
    """Return what becomes of every pair; `colours` gives each name its colour."""
    return tuple(_verdict(pair, colours) for pair in PAIRS)


def is_dark_on_light(colours: Mapping[str, str]) -> bool:
    """Tell whether words are darker than the page: on paper, and in controls that the browser draws, they always are."""
    return luminance(colours[_WORDS]) < luminance(colours[_PAGE])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 (the same) to 21 (black and white).

    (L₁ + 0.05) / (L₂ + 0.05), with L₁ the luminance of the lighter colour and L₂ that of the darker one.
    Source: WCAG 2.2, definition of contrast ratio.

    >>> round(contrast("#000000", "#ffffff"), 2), round(contrast("#ffffff", "#767676"), 2), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.54, 4.48)
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 (black) to 1 (white).

    0.2126·R + 0.7152·G + 0.0722·B, where each channel c (0-1) counts as c/12.92 up to 0.04045 and as ((c + 0.055)/1.055)^2.4 above.
    Source: WCAG 2.2, definition of relative luminance.

    >>> round(luminance("#808080"), 4), round(luminance("#0000ff"), 4)
    (0.2159, 0.0722)
    """
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def written_ratio(ratio: float) -> str:
    """Return a ratio in two decimals, rounded down: what is too little must not read as enough.

    >>> written_ratio(4.499)
    '4,49'
    """
    return f"{floor(ratio * 100) / 100:.2f}".replace(".", ",")


def nearest_passing(colour: str, other: str, least: float) -> str:
    """Return the colour of the same hue, with the nearest lightness, that has the contrast; `least` is at most 4.5.

    Black or white has a contrast of at least 4.58 with any colour, so there is always one.

    >>> nearest_passing("#808080", "#ffffff", 4.5), nearest_passing("#ffdd00", "#ffffff", 3.0)
    ('#767676', '#ab9400')
    """
    hue, lightness, saturation = rgb_to_hls(*_channels(colour))
    steps = (sign * step / _STEPS for step in range(_STEPS + 1) for sign in (-1, 1))
    tried = (_written(hls_to_rgb(hue, min(1.0, max(0.0, lightness + step)), saturation)) for step in steps)
    return next(found for found in tried if contrast(found, other) >= least)


def _verdict(pair: Pair, colours: Mapping[str, str]) -> Verdict:
    ratio = contrast(colours[pair.front], colours[pair.back])
    if ratio >= pair.least:
        return Verdict(pair, ratio, "")
    fixed = pair.back if pair.mended == pair.front else pair.front
    return Verdict(pair, ratio, nearest_passing(colours[pair.mended], colours[fixed], pair.least))


def _channels(colour: str) -> tuple[float, float, float]:
    assert len(colour) == len("#rrggbb"), f"{colour} is not a colour as it is kept"
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - see the docstring above


def _written(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
