"""The drawing of a funnel: figures by number of respondents, on a scale that gives small and large units equal room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import log
from typing import Any, Final

from exports.chart_layouts import Layout
from exports.chart_legend import Entry, draw_legend
from exports.marks import Ink
from exports.palette import ACCENT, MARK, MUTED
from exports.plot import Plot
from exports.report import FunnelChart, FunnelPoint
from exports.typeface import printable, text_width
from exports.wording import number_words

WIDE_HEIGHT: Final = 0.42  # of the plot, in widths
NARROW_HEIGHT: Final = 0.8
# Of figures that differ by chance alone. Where units differ as well, limits follow the most of them: about 90 of 100 lie within, and 989
# of 1,000, as the variance between units is that of winsorised figures.
_LINE_WORDS: Final = {True: "Bij toeval: 95 van de 100 erbinnen", False: "Bij toeval: 998 van de 1.000 erbinnen"}


class FunnelDrawing(Plot):
    """Points between limits. Respondents run along the foot, by their logarithm; figures up the side."""

    def __init__(self, chart: FunnelChart, layout: Layout) -> None:
        super().__init__(chart.minimum, chart.maximum, layout, NARROW_HEIGHT if layout.stacked else WIDE_HEIGHT)
        self.chart = chart
        self.right = layout.width - layout.size
        sizes = [point.respondents for point in chart.points]
        # A little room beside the smallest and the largest; more where all are alike.
        self.fewest, self.most = min(sizes) / 1.1, max(sizes) * 1.1

    def draw(self) -> Any:
        """Return the drawing: a legend, the plot, and the numbers at its foot."""
        size = self.layout.size
        self.top = draw_legend(self.marks, self._legend(), self.layout, 0) + size * 0.8
        self.draw_side()
        self._limits()
        self._points()
        self._foot()
        return self.marks.drawing(self.layout.width, self.top + self.height + size * 3.2)

    def _legend(self) -> Iterator[Entry]:
        yield from (Entry(point.label, self._diamond, bold=True) for point in self.chart.points if point.own)
        if any(not point.own for point in self.chart.points):
            others = "Andere gemeenten" if any(point.own for point in self.chart.points) else "Gemeenten"
            yield Entry(others, lambda x, y: self._dot(x + self.layout.size * 0.8, y))
        yield Entry(self.chart.target_label, lambda x, y: self._sample(x, y, self._target_ink))
        for dashed, words in _LINE_WORDS.items():
            yield Entry(words, lambda x, y, dashed=dashed: self._sample(x, y, self._limit_ink(dashed=dashed)))  # type: ignore[misc]  # bound at once

    def _x(self, respondents: float) -> float:
        share = log(respondents / self.fewest) / log(self.most / self.fewest)
        return self.left + share * (self.right - self.left)

    def _limits(self) -> None:
        target = self.y(self.chart.target)
        self.marks.line(self.left, target, self.right, target, self._target_ink, behind=True)
        for dashed in (True, False):
            ink = self._limit_ink(dashed=dashed)
            for side in ("low", "high") if dashed else ("wide_low", "wide_high"):
                corners = [(limit.respondents, getattr(limit, side)) for limit in self.chart.limits]
                for (before, first), (after, last) in pairwise(corners):
                    # What lies outside the plot is not drawn, rather than drawn along its edge.
                    if all(self.chart.minimum <= value <= self.chart.maximum for value in (first, last)):
                        self.marks.line(self._x(before), self.y(first), self._x(after), self.y(last), ink)

    def _points(self) -> None:
        for point in _own_last(self.chart.points):
            x, y = self._x(point.respondents), self.y(point.value)
            if point.own:
                self._diamond(x - self.layout.size * 0.8, y)
            else:
                self._dot(x, y)

    def _foot(self) -> None:
        size, foot = self.layout.size, self.top + self.height
        free = 0.0
        for tick in _round_numbers(self.fewest, self.most):
            x, text = self._x(tick), number_words(tick)
            half = text_width(text, size) / 2
            if x - half >= free and x + half <= self.layout.width:
                self.marks.line(x, foot, x, foot + size * 0.3, Ink(MUTED, size * 0.06))
                self.marks.text(x, foot + size * 1.5, text, size, colour=MUTED, anchor="middle")
                free = x + half + size
        words = printable("Aantal antwoorden")
        self.marks.text((self.left + self.right) / 2, foot + size * 2.9, words, size, colour=MUTED, anchor="middle")

    @property
    def _target_ink(self) -> Ink:
        return Ink(MUTED, self.layout.size * 0.1)

    def _limit_ink(self, *, dashed: bool) -> Ink:
        size = self.layout.size
        return Ink(MUTED, size * 0.1, dash=(size * 0.35, size * 0.25)) if dashed else Ink(MUTED, size * 0.06)

    def _sample(self, x: float, y: float, ink: Ink) -> None:
        self.marks.line(x, y, x + self.layout.size * 1.6, y, ink)

    def _dot(self, x: float, y: float) -> None:
        self.marks.line(x, y, x, y, Ink(MARK, self.layout.size * 0.4, cap="round"))

    def _diamond(self, x: float, y: float) -> None:
        half = self.layout.size * 0.5
        x += self.layout.size * 0.8
        self.marks.polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)], ACCENT)


def _own_last(points: Iterable[FunnelPoint]) -> list[FunnelPoint]:
    return sorted(points, key=lambda point: point.own)


def _round_numbers(fewest: float, most: float) -> Iterator[int]:
    """Yield 1, 2, 5, 10, 20, 50 ... as far as they lie between the ends."""
    power = 1
    while power <= most:
        yield from (step * power for step in (1, 2, 5) if fewest <= step * power <= most)
        power *= 10
