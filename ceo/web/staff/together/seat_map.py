"""The map of seats: the country, with a sign where organisations have their seat. The list below it says the same in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from ceo.storage.areas import Rings, shipped_outlines
from ceo.workflows.together.organisations import Kind

_WIDTH: Final = 360.0
_MARGIN: Final = 6.0
_SIZE: Final = 15.0  # of letters
_ROW: Final = 24.0
_HALF: Final = 5.0  # of a sign
_LAND: Final = "#e4e6ea"
_BORDER: Final = "#ffffff"
_LINE: Final = "#ffffff"
_INK: Final = "#1a1a1a"
# A form and a colour for each kind, so that either is enough; each at least 3:1 on the land (WCAG 2.2, 1.4.11).
_SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    Kind.NETWORK.value: ("M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", "#0b5a8c"),
    Kind.WORKPLACE.value: ("M-4.5 -4.5h9v9h-9z", "#8f3a00"),
    Kind.INSTITUTE.value: ("M0 -5.8l5.8 10.4h-11.6z", "#4a2a6b"),
}


@dataclass(frozen=True, slots=True)
class _Ground:
    """The drawn country: its path, the height of the sheet, and the middle of each municipality on it."""

    path: str
    height: float
    middles: Mapping[str, tuple[float, float]]


def draw_seats(seats: Sequence[tuple[str, str]], kinds: Mapping[str, str]) -> Markup:
    """Return the map as SVG, of the kind and the municipality of each seat; empty when none has a seat on it.

    `kinds` are the words of each kind. Signs at one seat stand beside each other; a number says how many share a sign.
    """
    ground = _ground()
    counted = Counter((seat, kind) for kind, seat in seats if seat in ground.middles)
    if not counted:
        return Markup()
    by_seat: dict[str, list[str]] = {}
    for seat, kind in sorted(counted):
        by_seat.setdefault(seat, []).append(kind)
    signs = [
        _sign(kind, ground.middles[seat], place - (len(there) - 1) / 2, counted[seat, kind])
        for seat, there in by_seat.items()
        for place, kind in enumerate(there)
    ]
    shown = [kind for kind in _SIGNS if any(kind == one for _, one in counted)]
    legend = [_legend(kinds[kind], kind, ground.height + (place + 0.7) * _ROW) for place, kind in enumerate(shown)]
    height = ground.height + len(shown) * _ROW
    return Markup(
        '<svg class="chart map" aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}">'
        '<path d="{}" fill="{}" stroke="{}" stroke-width="0.5" stroke-linejoin="round"/>{}{}</svg>'
    ).format(
        _number(_WIDTH),
        _number(height),
        ground.path,
        _LAND,
        _BORDER,
        Markup().join(signs),
        Markup().join(legend),
    )


def _sign(kind: str, middle: tuple[float, float], place: float, number: int) -> Markup:
    """Return a sign at a seat; `place` counts from the middle of the signs that share it."""
    path, colour = _SIGNS[kind]
    x, y = middle[0] + place * 2 * (_HALF + 1), middle[1]
    drawn = Markup('<path transform="translate({} {})" d="{}" fill="{}" stroke="{}" stroke-width="1"/>').format(
        _number(x), _number(y), path, colour, _LINE
    )
    if number == 1:
        return drawn
    return drawn + Markup('<text x="{}" y="{}" font-size="11" fill="{}">{}</text>').format(
        _number(x + _HALF + 2), _number(y + 4), _INK, number
    )


def _legend(words: str, kind: str, y: float) -> Markup:
    path, colour = _SIGNS[kind]
    return Markup(
        '<path transform="translate({} {})" d="{}" fill="{}"/><text x="{}" y="{}" font-size="{}" fill="{}">{}</text>'
    ).format(
        _number(_MARGIN + _HALF),
        _number(y - 4),
        path,
        colour,
        _number(_MARGIN + 4 * _HALF),
        _number(y),
        _number(_SIZE),
        _INK,
        escape(words),
    )


@cache
def _ground() -> _Ground:
    """Return the country as it is drawn, the same for every page."""
    outlines = shipped_outlines()
    corners = [corner for rings in outlines.values() for ring in rings for corner in ring]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    scale = (_WIDTH - 2 * _MARGIN) / (max(x for x, _ in corners) - left)

    def placed(corner: Sequence[float]) -> tuple[float, float]:
        return (corner[0] - left) * scale + _MARGIN, (corner[1] - top) * scale + _MARGIN

    path = "".join(_path([placed(corner) for corner in ring]) for rings in outlines.values() for ring in rings)
    height = (max(y for _, y in corners) - top) * scale + 2 * _MARGIN
    return _Ground(path, height, {code: placed(_middle(rings)) for code, rings in outlines.items()})


def _path(ring: Sequence[tuple[float, float]]) -> str:
    """Return a ring as steps in tenths."""
    corners = [(round(x * 10), round(y * 10)) for x, y in ring]
    moves = (f"{_tenth(b[0] - a[0])} {_tenth(b[1] - a[1])}" for a, b in pairwise(corners) if a != b)
    return f"M{_tenth(corners[0][0])} {_tenth(corners[0][1])}l{' '.join(moves)}z".replace(" -", "-")


def _middle(rings: Rings) -> tuple[float, float]:
    """Return the centre of gravity of the largest ring; of islands in an arc it may lie in the water between them.

    x = Σ(xᵢ + xᵢ₊₁)·cᵢ / 3Σcᵢ with cᵢ = xᵢ·yᵢ₊₁ - xᵢ₊₁·yᵢ, and y likewise.

    >>> _middle([[(0, 0), (4, 0), (4, 2), (0, 2)]])
    (2.0, 1.0)
    """
    found = []
    for ring in rings:
        edges = list(zip(ring, (*ring[1:], ring[0]), strict=True))
        crossed = [a[0] * b[1] - b[0] * a[1] for a, b in edges]
        surface = sum(crossed)
        if surface:
            x = sum((a[0] + b[0]) * c for (a, b), c in zip(edges, crossed, strict=True)) / (3 * surface)
            y = sum((a[1] + b[1]) * c for (a, b), c in zip(edges, crossed, strict=True)) / (3 * surface)
            found.append((abs(surface), x, y))
    _, x, y = max(found)
    return x, y


def _tenth(number: int) -> str:
    return _number(number / 10)


def _number(value: float) -> str:
    """Return a number as short as SVG reads it.

    >>> _number(0.5), _number(-0.5), _number(12.0)
    ('.5', '-.5', '12')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
