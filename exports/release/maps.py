"""Maps of municipalities in classes of one colour from light to dark: as SVG for a page, and as a drawing for a PDF.

A map shows a pattern over the country and no ranks. It says nothing that its table twin does not say: who cannot see it misses nothing.
Classes differ in lightness, so that they do for who sees no colour too. Municipalities without a figure are hatched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor
from typing import Any, Final, TypeAlias

from exports.marks import Marks
from exports.palette import INK, WHITE
from exports.release.map_classes import MOST_CLASSES, NO_FIGURE
from exports.svg import FONT_FAMILY
from exports.typeface import printable, wrap_text

# The rings of a municipality: corners, x to the right and y down.
Outlines: TypeAlias = Mapping[str, Sequence[Sequence[tuple[float, float]]]]

# From light to dark: at least 3:1 against the white border (WCAG 2.2, 1.4.11), and each half as much again from the one before.
FILLS: Final = ("#4f9ac9", "#2878ae", "#0b5a8c", "#0d3d63", "#061b2e")
# With fewer classes those lie further apart.
_CHOSEN: Final = {0: (), 1: (2,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 2, 4), 5: (0, 1, 2, 3, 4)}
_NO_FIGURE_GROUND: Final = "#ececec"
_NO_FIGURE_LINES: Final = "#757575"
_BORDER: Final = 0.6
# Between the lines of the hatching, and how wide they are.
_HATCH: Final = 4.0
_HATCH_WIDTH: Final = 0.8

_WIDTH: Final = 360.0
_SIZE: Final = 13.0  # of letters
_ROW: Final = 20.0
_BOX: Final = 14.0
# Corners are written in tenths, as they are kept.
_FINENESS: Final = 10


@dataclass(frozen=True, slots=True)
class MunicipalityMap:
    """What a map shows. `classes` are the words of the classes from low to high, `placed` the class (from 0) of each municipality.

    `description` says in words what the map shows, for who does not see it. Municipalities that are not in `placed` have no figure.
    """

    title: str
    description: str
    classes: tuple[str, ...]
    placed: Mapping[str, int]

    def __post_init__(self) -> None:
        """Refuse what could not be told apart."""
        assert len(self.classes) <= MOST_CLASSES, "more cannot be told apart"
        assert all(0 <= place < len(self.classes) for place in self.placed.values()), "every class has words"

    def fill(self, code: str) -> str | None:
        """Return the colour of a municipality; None where there is no figure."""
        return self.fills[self.placed[code]] if code in self.placed else None

    @property
    def fills(self) -> tuple[str, ...]:
        """Return the colours of the classes, from low to high."""
        return tuple(FILLS[place] for place in _CHOSEN[len(self.classes)])


def municipality_map(shown: MunicipalityMap, outlines: Outlines, name: str = "kaart") -> str:
    """Return a map as SVG: named and described, with its legend as text below it, without inline style. The same map gives the same text.

    `name` makes the ids unique on the page. The map scales with its width.
    """
    grid = _Grid.of(outlines)
    legend = _legend(shown, outlines)
    top = grid.height + _ROW
    height = top + len(legend) * _ROW
    paths = "".join(
        f'<path fill="{shown.fill(code) or f"url(#{name}-geen)"}" d="{"".join(map(grid.path, outlines[code]))}"/>'
        for code in _from_large_to_small(outlines)
    )
    return (
        f'<svg class="chart map" role="img" aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {_number(_WIDTH)} {_number(height)}" font-family="{FONT_FAMILY}">'
        f'<title id="{name}-title">{escape(shown.title)}</title><desc id="{name}-desc">{escape(shown.description)}</desc>'
        f"{_pattern(name, grid.scale)}"
        f'<g aria-hidden="true"><g transform="scale({grid.scale / _FINENESS:.5f})" stroke="{WHITE}" stroke-linejoin="round" '
        f'stroke-width="{_number(_BORDER * _FINENESS / grid.scale)}">{paths}</g>'
        f"{''.join(_legend_svg(row, top + place * _ROW, name, grid) for place, row in enumerate(legend))}</g></svg>"
    )


def municipality_drawing(shown: MunicipalityMap, outlines: Outlines) -> Any:
    """Return a map as a drawing (`reportlab.graphics.shapes.Drawing`), for a PDF."""
    grid, legend, marks = _Grid.of(outlines), _legend(shown, outlines), Marks()
    top = grid.height + _ROW
    height = top + len(legend) * _ROW
    for place, row in enumerate(legend):
        left = 0.0 if row.fill == "" else _BOX + 8
        marks.text(left, top + place * _ROW + _BOX * 0.8, row.words, _SIZE, colour=INK)
    drawing = marks.drawing(_WIDTH, height)
    for code in _from_large_to_small(outlines):
        rings = [[(x, height - y) for x, y in grid.points(ring)] for ring in outlines[code]]
        _draw(drawing, rings, shown.fill(code))
    for place, row in enumerate(legend):
        if row.fill != "":
            low, high = height - top - place * _ROW - _BOX, height - top - place * _ROW
            _draw(drawing, [[(0, low), (_BOX, low), (_BOX, high), (0, high)]], row.fill)
    return drawing


def _draw(drawing: Any, rings: Sequence[Sequence[tuple[float, float]]], fill: str | None) -> None:
    """Draw an area with a white border; hatched where there is no figure."""
    from reportlab.graphics.shapes import Path
    from reportlab.lib.colors import HexColor

    area = Path(fillColor=HexColor(fill or _NO_FIGURE_GROUND), strokeColor=HexColor(WHITE), strokeWidth=_BORDER)
    for (x, y), *others in rings:
        area.moveTo(x, y)
        for corner_x, corner_y in others:
            area.lineTo(corner_x, corner_y)
        area.closePath()
    drawing.add(area)
    if fill is None:
        lines = Path(fillColor=None, strokeColor=HexColor(_NO_FIGURE_LINES), strokeWidth=_HATCH_WIDTH)
        for (x1, y1), (x2, y2) in _hatching(rings):
            lines.moveTo(x1, y1)
            lines.lineTo(x2, y2)
        drawing.add(lines)


def _hatching(rings: Sequence[Sequence[tuple[float, float]]]) -> Iterator[tuple[tuple[float, float], ...]]:
    """Yield the parts within an area of lines that rise to the right: between an odd and an even crossing of its border."""
    edges = [edge for ring in rings for edge in zip(ring, (*ring[1:], ring[0]), strict=True)]
    rises = [y - x for ring in rings for x, y in ring]
    for number in range(ceil(min(rises) / _HATCH), floor(max(rises) / _HATCH) + 1):
        line = number * _HATCH + 1e-6  # not through a corner
        crossings = []
        for (x1, y1), (x2, y2) in edges:
            before, after = y1 - x1 - line, y2 - x2 - line
            if (before > 0) != (after > 0):
                part = before / (before - after)
                crossings.append((x1 + part * (x2 - x1), y1 + part * (y2 - y1)))
        crossings.sort()
        yield from zip(crossings[::2], crossings[1::2], strict=True)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the legend. `fill` is None where there is no figure, and "" for a remark."""

    fill: str | None
    words: str


@dataclass(frozen=True, slots=True)
class _Grid:
    """How outlines are put on the sheet: moved to its corner, and scaled to its width."""

    left: float
    top: float
    scale: float
    height: float

    @classmethod
    def of(cls, outlines: Outlines) -> _Grid:
        corners = [corner for rings in outlines.values() for ring in rings for corner in ring]
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        scale = (_WIDTH - 2 * _BORDER) / (max(x for x, _ in corners) - left)
        return cls(left - _BORDER, top - _BORDER, scale, (max(y for _, y in corners) - top + 2 * _BORDER) * scale)

    def path(self, ring: Sequence[tuple[float, float]]) -> str:
        """Return a ring as steps in tenths, of which neighbours share their corners exactly."""
        corners = [(round((x - self.left) * _FINENESS), round((y - self.top) * _FINENESS)) for x, y in ring]
        moves = (f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(corners))
        return f"M{corners[0][0]} {corners[0][1]}l{' '.join(moves)}z".replace(" -", "-")

    def points(self, ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [((x - self.left) * self.scale, (y - self.top) * self.scale) for x, y in ring]


def _from_large_to_small(outlines: Outlines) -> list[str]:
    """Return municipalities in the order of drawing: one that lies within another one comes after it."""

    def extent(code: str) -> float:
        return sum(abs(_surface(ring)) for ring in outlines[code])

    return sorted(outlines, key=lambda code: (-extent(code), code))


def _surface(ring: Sequence[tuple[float, float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2


def _legend(shown: MunicipalityMap, outlines: Outlines) -> list[_Row]:
    """Return the lines below the map: each class with how many are in it, who has no figure, and who is not on this map."""
    on_map = [place for code, place in shown.placed.items() if code in outlines]
    rows = [
        _Row(fill, _counted(words, on_map.count(place)))
        for place, (fill, words) in enumerate(zip(shown.fills, shown.classes, strict=True))
    ]
    if without := len(outlines) - len(on_map):
        rows.append(_Row(None, _counted(NO_FIGURE, without)))
    if missing := len(shown.placed) - len(on_map):
        rows.append(_Row("", _counted("Niet op deze kaart, die van een ander jaar is", missing)))
    return [line for row in rows for line in _lines(row)]


def _lines(row: _Row) -> Iterator[_Row]:
    """Yield a line of the legend in parts that fit."""
    first, *others = wrap_text(printable(row.words), _WIDTH - _BOX - 8, _SIZE)
    yield _Row(row.fill, first)
    yield from (_Row("", line) for line in others)


def _counted(words: str, number: int) -> str:
    return f"{words} ({number} {'gemeente' if number == 1 else 'gemeenten'})"


def _legend_svg(row: _Row, y: float, name: str, grid: _Grid) -> str:
    x = 0.0 if row.fill == "" else _BOX + 8
    box = ""
    if row.fill != "":
        fill, unit = row.fill or f"url(#{name}-geen)", grid.scale / _FINENESS
        size = _number(_BOX / unit)  # in the units of the map, which the hatching is made in
        box = f'<rect y="{_number(y / unit)}" width="{size}" height="{size}" fill="{fill}" transform="scale({unit:.5f})"/>'
    place = f'x="{_number(x)}" y="{_number(y + _BOX * 0.8)}" font-size="{_number(_SIZE)}"'
    return f'{box}<text {place} fill="{INK}">{escape(row.words)}</text>'


def _pattern(name: str, scale: float) -> str:
    """Return the hatching; it scales with the map, and the legend shows it smaller."""
    size = _number(_HATCH * _FINENESS / scale)
    return (
        f'<defs><pattern id="{name}-geen" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        f'<rect width="{size}" height="{size}" fill="{_NO_FIGURE_GROUND}"/>'
        f'<path d="M0 {size}L{size} 0" stroke="{_NO_FIGURE_LINES}" stroke-width="{_number(_HATCH_WIDTH * _FINENESS / scale)}"/>'
        "</pattern></defs>"
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
