"""The drawing of a figure through time: a line joins measurements that may be compared, and none goes over a break."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import Any, Final

from exports.chart_layouts import LINE, Layout
from exports.chart_legend import Entry, draw_legend
from exports.marks import Ink
from exports.palette import ACCENT, INK, MUTED
from exports.plot import Plot
from exports.report import TrendChart, TrendPoint
from exports.typeface import printable, text_width, wrap_text

WIDE_HEIGHT: Final = 0.28  # of the plot, in widths
NARROW_HEIGHT: Final = 0.6
_NOTHING: Final = "-"


class TrendDrawing(Plot):
    """A column for each measurement, in the order of time; figures up the side."""

    def __init__(self, chart: TrendChart, layout: Layout) -> None:
        super().__init__(chart.minimum, chart.maximum, layout, NARROW_HEIGHT if layout.stacked else WIDE_HEIGHT)
        self.chart = chart
        self.column = (layout.width - self.left) / len(chart.points)

    def draw(self) -> Any:
        """Return the drawing: a legend where there are breaks, the plot, and the measurements at its foot."""
        size = self.layout.size
        self.top = size * 1.6
        if any(point.after_break for point in self.chart.points):
            self.top += draw_legend(self.marks, self._legend(), self.layout, 0)
        self.draw_side()
        self._lines()
        for number, point in enumerate(self.chart.points):
            self._point(number, point)
        foot = self._foot()
        return self.marks.drawing(self.layout.width, foot + size * 0.6)

    def _legend(self) -> Iterator[Entry]:
        size = self.layout.size
        words = "Hier begint een nieuwe reeks: cijfers voor en na deze streep zijn niet te vergelijken"
        yield Entry(words, lambda x, y: self._break(x + size * 0.8, y - size * 0.7, y + size * 0.7))

    def _x(self, number: int) -> float:
        return self.left + (number + 0.5) * self.column

    def _lines(self) -> None:
        size = self.layout.size
        for number, (before, after) in enumerate(pairwise(self.chart.points)):
            if after.after_break:
                x = (self._x(number) + self._x(number + 1)) / 2
                self._break(x, self.top, self.top + self.height)
            elif before.range and after.range:
                first, last = (self.y(point.range.value) for point in (before, after) if point.range)
                self.marks.line(self._x(number), first, self._x(number + 1), last, Ink(ACCENT, size * 0.1))

    def _break(self, x: float, top: float, bottom: float) -> None:
        size = self.layout.size
        self.marks.line(x, top, x, bottom, Ink(INK, size * 0.12, dash=(size * 0.5, size * 0.25)))

    def _point(self, number: int, point: TrendPoint) -> None:
        size, x = self.layout.size, self._x(number)
        if point.range is None:
            self.marks.text(x, self.top + self.height - size * 0.4, _NOTHING, size, colour=MUTED, anchor="middle")
            return
        low, high = self.y(point.range.low), self.y(point.range.high)
        self.marks.line(x, low, x, high, Ink(ACCENT, size * 0.16))
        y = self.y(point.range.value)
        self.marks.line(x, y, x, y, Ink(ACCENT, size * 0.7, cap="round"))
        if self._is_named(number, max(text_width(it.text, size) for it in self.chart.points if it.range)):
            self.marks.text(self._inside(x, point.text), high - size * 0.4, point.text, size, anchor="middle")

    def _foot(self) -> float:
        """Write the names of the measurements; where they do not all fit, of every second or third, the last one always."""
        size, foot = self.layout.size, self.top + self.height
        labels = [printable(point.label) for point in self.chart.points]
        widest = max(text_width(word, size) for label in labels for word in label.split() or [""])
        lowest = foot
        for number, label in enumerate(labels):
            if self._is_named(number, widest):
                lines = wrap_text(label, self.column * self._every(widest) - size * 0.5, size)
                for place, line in enumerate(lines):
                    y = foot + size * (1.4 + place * LINE)
                    self.marks.text(self._inside(self._x(number), line), y, line, size, colour=MUTED, anchor="middle")
                    lowest = max(lowest, y)
        return lowest

    def _every(self, width: float) -> int:
        return min(ceil((width + self.layout.size * 0.5) / self.column), len(self.chart.points))

    def _is_named(self, number: int, width: float) -> bool:
        return (len(self.chart.points) - 1 - number) % self._every(width) == 0

    def _inside(self, x: float, text: str) -> float:
        """Return where the middle of a text stands so that it stays on the sheet."""
        half = text_width(text, self.layout.size) / 2
        return min(max(x, half), self.layout.width - half)
