"""The drawing of an indicator through many periods as SVG inside a page: a line in its band of intervals, cut where the questions broke it.

Written directly as text and without any library: a page draws twenty of these for each reader. Words come from the page, in its language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final, NamedTuple

from exports.chart_layouts import axis_ticks
from exports.palette import ACCENT, GRID, INK, MARK, MUTED

FONT_FAMILY: Final = "Noto Sans, system-ui, sans-serif"
_BAND: Final = "#d6e6f1"  # decoration: the interval stands in the table
_LETTER: Final = 0.56  # of the letter size: the width of a letter, on average
_MOST_DOTS: Final = 40  # with more periods, dots would run into one line


class SeriesPoint(NamedTuple):
    """One period. `label` stands at the foot ("": nothing). Without a `value` nothing is shown of it.

    `level` is a smoothed level or a rolling mean; `limits` are those of the level. `signal`: the level lies beyond them. `piece` counts the
    pieces between breaks. `note` is the number of what happened in this period, as in the list below the drawing.
    """

    piece: int
    label: str = ""
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    level: float | None = None
    limits: tuple[float, float] | None = None
    signal: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """A drawing: its name and description are for people who hear it. Figures run from `minimum` to `maximum`."""

    title: str
    description: str
    minimum: float
    maximum: float
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Measures of a drawing, in its own units: letters of `size`, and the plot from `left` and `top` on."""

    width: float
    height: float
    size: float
    left: float
    top: float
    foot: float

    @property
    def plot_height(self) -> float:
        """The height of the plot."""
        return self.height - self.top - self.foot


_WIDE: Final = _Sheet(720, 300, 14, 34, 18, 28)
_NARROW: Final = _Sheet(320, 260, 14, 34, 18, 28)
_SMALL: Final = _Sheet(320, 120, 13, 30, 8, 22)


def series_svg(chart: SeriesChart, name: str) -> str:
    """Return a drawing twice: for wide and for narrow screens; the style sheet shows one of them. `name` is unique on the page."""
    wide = _svg(chart, _WIDE, f"{name}-wide", "chart chart-wide")
    return wide + _svg(chart, _NARROW, f"{name}-narrow", "chart chart-narrow")


def small_series_svg(chart: SeriesChart, name: str) -> str:
    """Return a small drawing, to stand beside others on the same axis.

    >>> points = (SeriesPoint(0, "2025", 60.0, 50.0, 70.0), SeriesPoint(0, "2026", 64.0, 55.0, 73.0))
    >>> drawn = small_series_svg(SeriesChart("Toegang", "Van 60 naar 64.", 40, 80, points), "a")
    >>> drawn[:29], drawn.count("<path"), drawn.count("<circle")
    ('<svg class="chart" role="img"', 7, 2)
    """
    return _svg(chart, _SMALL, name, "chart")


def _svg(chart: SeriesChart, sheet: _Sheet, name: str, classes: str) -> str:
    drawing = _Drawing(chart, sheet)
    return (
        f'<svg class="{classes}" role="img" aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {_number(sheet.width)} {_number(sheet.height)}" font-family="{FONT_FAMILY}">'
        f'<title id="{name}-title">{escape(chart.title)}</title><desc id="{name}-desc">{escape(chart.description)}</desc>'
        f'<g aria-hidden="true">{"".join(drawing.shapes())}</g></svg>'
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    chart: SeriesChart
    sheet: _Sheet

    def shapes(self) -> Iterator[str]:
        """Yield what is drawn, from behind to the front."""
        points = self.chart.points
        shown = _runs(points, [point.value is not None for point in points])
        yield from self._side()
        for run in shown:
            yield self._band(run)
        yield from self._breaks()
        has_level = any(point.level is not None for point in points)
        for run in shown:
            # Where there is a level, single periods step back.
            yield self._line(run, [points[number].value or 0.0 for number in run], MARK, 0.06 if has_level else 0.14)
        if len(points) <= _MOST_DOTS:
            yield from (
                self._dot(number, point.value, MARK) for number, point in enumerate(points) if point.value is not None
            )
        for run in _runs(points, [point.level is not None for point in points]):
            yield self._line(run, [points[number].level or 0.0 for number in run], INK, 0.18)
        for run in _runs(points, [point.limits is not None for point in points]):
            limits = [points[number].limits or (0.0, 0.0) for number in run]
            for side in (0, 1):
                yield self._line(run, [each[side] for each in limits], ACCENT, 0.1, dash="5 3")
        yield from (
            self._sign(number, point.level)
            for number, point in enumerate(points)
            if point.signal and point.level is not None
        )
        yield from self._notes()
        yield _foot(self.sheet, tuple(point.label for point in points))

    def x(self, number: int) -> float:
        """Return where a period stands."""
        return _places(self.sheet, len(self.chart.points))[number]

    def y(self, value: float) -> float:
        """Return how far down a figure lies; what lies outside the plot is put at its edge."""
        return self.ys([value])[0]

    def ys(self, values: Iterable[float]) -> list[float]:
        """Return how far down figures lie. A page has tens of thousands of them: nothing is looked up or called for each."""
        bottom, span = self.chart.minimum, self.chart.maximum - self.chart.minimum
        top, height = self.sheet.top, self.sheet.plot_height
        shares = [(value - bottom) / span for value in values]
        return [top + (1 - (0.0 if share < 0 else 1.0 if share > 1 else share)) * height for share in shares]

    def _side(self) -> Iterator[str]:
        size = self.sheet.size
        for tick in axis_ticks(self.chart.minimum, self.chart.maximum):
            y = self.y(tick)
            yield f'<path d="M{_number(self.sheet.left)} {_number(y)}H{_number(self.sheet.width)}" stroke="{GRID}"/>'
            yield self._text(self.sheet.left - size * 0.4, y + size * 0.35, f"{tick:.0f}", "end")

    def _band(self, run: Sequence[int]) -> str:
        points = self.chart.points
        upper, lower = self.ys(points[number].high for number in run), self.ys(points[number].low for number in run)
        if len(run) == 1:  # a period by itself has a bar
            x, half = self.x(run[0]), self.sheet.size * 0.2
            corners = ((x - half, upper[0]), (x + half, upper[0]), (x + half, lower[0]), (x - half, lower[0]))
            return f'<path d="{_path(corners)}Z" fill="{_BAND}"/>'
        return f'<path d="{self._course((*run, *reversed(run)), (*upper, *reversed(lower)))}Z" fill="{_BAND}"/>'

    def _course(self, run: Iterable[int], ys: Iterable[float]) -> str:
        xs = _written_places(self.sheet, len(self.chart.points))
        corners = "L".join([f"{xs[number]} {y:.1f}" for number, y in zip(run, ys, strict=True)])
        return "M" + corners.replace(".0L", "L").removesuffix(".0")

    def _line(self, run: Sequence[int], values: Iterable[float], colour: str, width: float, *, dash: str = "") -> str:
        path = self._course(run, self.ys(values))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        stroke = _number(self.sheet.size * width)
        return (
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{stroke}" stroke-linejoin="round"{dashed}/>'
        )

    def _dot(self, number: int, value: float, colour: str) -> str:
        radius = _number(self.sheet.size * 0.17)
        return f'<circle cx="{_number(self.x(number))}" cy="{_number(self.y(value))}" r="{radius}" fill="{colour}"/>'

    def _sign(self, number: int, level: float) -> str:
        """Draw a lozenge: a shape of its own, so that nobody needs its colour."""
        x, y, half = self.x(number), self.y(level), self.sheet.size * 0.42
        corners = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
        return f'<path d="{_path(corners)}Z" fill="#ffffff" stroke="{ACCENT}" stroke-width="2"/>'

    def _breaks(self) -> Iterator[str]:
        for number in range(1, len(self.chart.points)):
            if self.chart.points[number].piece != self.chart.points[number - 1].piece:
                x = (self.x(number - 1) + self.x(number)) / 2
                yield self._upright(x, INK, "7 4")

    def _notes(self) -> Iterator[str]:
        for number, point in enumerate(self.chart.points):
            if point.note:
                yield self._upright(self.x(number), MUTED, "1 3")
                yield self._text(self.x(number), self.sheet.top - self.sheet.size * 0.25, point.note, "middle", INK)

    def _upright(self, x: float, colour: str, dash: str) -> str:
        top, bottom = self.sheet.top, self.sheet.height - self.sheet.foot
        path = f"M{_number(x)} {_number(top)}V{_number(bottom)}"
        return f'<path d="{path}" stroke="{colour}" stroke-width="1.4" stroke-dasharray="{dash}"/>'

    def _text(self, x: float, y: float, text: str, anchor: str, colour: str = MUTED) -> str:
        return _text(self.sheet, (x, y), text, anchor, colour)


# The drawings of a page have the same periods: where they stand and their labels are worked out once.
@lru_cache(maxsize=32)
def _places(sheet: _Sheet, count: int) -> tuple[float, ...]:
    column = (sheet.width - sheet.left) / max(count, 1)
    return tuple(sheet.left + (number + 0.5) * column for number in range(count))


@lru_cache(maxsize=32)
def _written_places(sheet: _Sheet, count: int) -> tuple[str, ...]:
    return tuple(_number(place) for place in _places(sheet, count))


@lru_cache(maxsize=32)
def _foot(sheet: _Sheet, labels: tuple[str, ...]) -> str:
    """Write labels from the last one back, as many as fit beside each other."""
    size, free = sheet.size, sheet.width + 1
    y = sheet.height - sheet.foot + size * 1.3
    written = []
    for place, label in reversed(list(zip(_places(sheet, len(labels)), labels, strict=True))):
        half = len(label) * size * _LETTER / 2
        middle = min(max(place, half), sheet.width - half)
        if label and middle + half <= free:
            written.append(_text(sheet, (middle, y), label, "middle"))
            free = middle - half - size * 0.6
    return "".join(written)


def _text(sheet: _Sheet, at: tuple[float, float], text: str, anchor: str, colour: str = MUTED) -> str:
    place = f'x="{_number(at[0])}" y="{_number(at[1])}" font-size="{_number(sheet.size)}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{escape(text)}</text>'


def _runs(points: Sequence[SeriesPoint], has: Sequence[bool]) -> list[list[int]]:
    """Return the places that stand together in one piece: no line goes over a break, or over a period of which nothing is shown."""
    runs: list[list[int]] = []
    last = None  # the piece of the place before, when something is shown of it
    for number, (point, is_shown) in enumerate(zip(points, has, strict=True)):
        if is_shown and point.piece == last:
            runs[-1].append(number)
        elif is_shown:
            runs.append([number])
        last = point.piece if is_shown else None
    return runs


def _path(corners: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in corners)


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
