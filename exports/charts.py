"""Charts as drawings: one drawing for the web page and the PDF, marks of one kind in one path.

A drawing is laid out from the top down, for a width and a letter size; its height follows. Nothing is told by colour
alone: rows carry their names, bars their order and numbers, the own municipality another shape and bold letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil
from typing import Any, TypeAlias

from exports.chart_layouts import GAP, LABEL_SHARE, LINE, Layout
from exports.funnel_drawing import FunnelDrawing
from exports.marks import Ink, Marks
from exports.palette import ACCENT, GRID, INK, MARK, MUTED, OTHER_PAINTS, PAINTS, WHITE, Paint
from exports.report import Bar, Chart, DistributionChart, DistributionRow, FunnelChart, IntervalChart, Point
from exports.trend_drawing import TrendDrawing
from exports.typeface import printable, text_width, wrap_text
from exports.wording import number_words

_ChartOfRows: TypeAlias = DistributionChart | IntervalChart


def draw_chart(chart: Chart, layout: Layout) -> Any:
    """Return the drawing of a chart (`reportlab.graphics.shapes.Drawing`)."""
    match chart:
        case DistributionChart():
            return _DistributionDrawing(chart, layout).draw()
        case IntervalChart():
            return _IntervalDrawing(chart, layout).draw()
        case FunnelChart():
            return FunnelDrawing(chart, layout).draw()
        case _:
            return TrendDrawing(chart, layout).draw()


def chart_parts(chart: Chart, layout: Layout, tallest: float) -> list[tuple[Chart, Any]]:
    """Return a chart with its drawing; one of rows that is taller than a page allows, as numbered parts that each fit."""
    if isinstance(chart, DistributionChart | IntervalChart):
        return [*_parts_of_rows(chart, layout, tallest)]
    return [(chart, draw_chart(chart, layout))]


def _parts_of_rows(chart: _ChartOfRows, layout: Layout, tallest: float) -> list[tuple[_ChartOfRows, Any]]:
    drawing = draw_chart(chart, layout)
    rows = len(chart.rows if isinstance(chart, DistributionChart) else chart.points)
    count = ceil(drawing.height / tallest)
    if count == 1 or rows == 1:
        return [(chart, drawing)]
    while True:
        parts = _split(chart, ceil(rows / count))
        drawings = [draw_chart(part, layout) for part in parts]
        if count >= rows or all(it.height <= tallest for it in drawings):
            return list(zip(parts, drawings, strict=True))
        count += 1


def _split(chart: _ChartOfRows, size: int) -> list[_ChartOfRows]:
    field = "rows" if isinstance(chart, DistributionChart) else "points"
    rows = getattr(chart, field)
    chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
    total = len(chunks)
    return [
        chart.model_copy(update={field: chunk, "title": f"{chart.title} (deel {number} van {total})"})
        for number, chunk in enumerate(chunks, 1)
    ]


class _IntervalDrawing:
    """Points with intervals, one a row, on one axis."""

    def __init__(self, chart: IntervalChart, layout: Layout) -> None:
        self.chart = chart
        self.layout = layout
        self.marks = Marks()
        size = layout.size
        values = [text_width(point.text, size, bold=point.own) for point in chart.points if point.range]
        self.value_width = max(values, default=0.0) + GAP * size
        labels = max(text_width(point.label, size, bold=point.own) for point in chart.points)
        self.label_width = layout.width if layout.stacked else min(labels + size, LABEL_SHARE * layout.width)
        margin = size * 0.9  # half a tick label, which stands centred under the ends of the axis
        self.left = margin if layout.stacked else self.label_width + margin
        self.right = layout.width - (margin if layout.stacked else self.value_width + margin)

    def draw(self) -> Any:
        top = self._reference_label(0)
        y = top
        for group, points in groupby(self.chart.points, key=lambda point: point.group):
            if group:
                y = self._heading(group, y)
            for point in points:
                y = self._row(point, y)
        self._axis(top, y)
        return self.marks.drawing(self.layout.width, y + self.layout.size * 1.6)

    def _x(self, value: float) -> float:
        share = (value - self.chart.minimum) / (self.chart.maximum - self.chart.minimum)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def _reference_label(self, y: float) -> float:
        if self.chart.reference is None:
            return y
        size = self.layout.size
        text = printable(self.chart.reference_label)
        half = text_width(text, size) / 2
        x = min(max(self._x(self.chart.reference), half), self.layout.width - half)
        self.marks.text(x, y + size, text, size, colour=MUTED, anchor="middle")
        return y + size * LINE

    def _heading(self, text: str, y: float) -> float:
        size = self.layout.size
        for line in wrap_text(printable(text), self.layout.width, size, bold=True):
            y += size * LINE
            self.marks.text(0, y, line, size, bold=True)
        return y + size * 0.2

    def _row(self, point: Point, y: float) -> float:
        return self._stacked_row(point, y) if self.layout.stacked else self._wide_row(point, y)

    def _wide_row(self, point: Point, y: float) -> float:
        size = self.layout.size
        labels = wrap_text(printable(point.label), self.label_width, size, bold=point.own)
        reasons = [] if point.range else wrap_text(printable(point.text), self.layout.width - self.left, size)
        height = max(len(labels), len(reasons), 1) * size * LINE + size * 0.5
        self._lines(labels, 0, y, bold=point.own)
        if point.range:
            middle = y + size * (LINE / 2 + 0.25)
            self.marks.text(self.layout.width, y + size * 1.2, point.text, size, bold=point.own, anchor="end")
            self._mark(point, middle)
        if reasons:
            # The lines of the axis would run through the words.
            widest = max(text_width(line, size) for line in reasons)
            self.marks.rectangle(self.left, y, widest, len(reasons) * size * LINE, WHITE)
        self._lines(reasons, self.left, y, colour=MUTED)
        return y + height

    def _stacked_row(self, point: Point, y: float) -> float:
        size = self.layout.size
        free = self.layout.width - (self.value_width if point.range else 0)
        labels = wrap_text(printable(point.label), free, size, bold=point.own)
        self._lines(labels, 0, y, bold=point.own)
        if point.range:
            self.marks.text(self.layout.width, y + size * 1.2, point.text, size, bold=point.own, anchor="end")
        y += len(labels) * size * LINE
        if point.range:
            self._mark(point, y + size * 0.75)
            return y + size * 1.5
        reasons = wrap_text(printable(point.text), self.layout.width, size)
        self._lines(reasons, 0, y, colour=MUTED)
        return y + len(reasons) * size * LINE + size * 0.5

    def _lines(self, lines: Sequence[str], x: float, y: float, *, bold: bool = False, colour: str = INK) -> None:
        size = self.layout.size
        for index, line in enumerate(lines):
            self.marks.text(x, y + size * 1.2 + index * size * LINE, line, size, bold=bold, colour=colour)

    def _mark(self, point: Point, y: float) -> None:
        assert point.range is not None
        size = self.layout.size
        colour = ACCENT if point.own else MARK
        self.marks.line(self._x(point.range.low), y, self._x(point.range.high), y, Ink(colour, size * 0.16))
        x = self._x(point.range.value)
        if point.own:
            half = size * 0.42
            self.marks.polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)], colour)
        else:
            self.marks.line(x, y, x, y, Ink(colour, size * 0.6, cap="round"))

    def _axis(self, top: float, bottom: float) -> None:
        size, chart = self.layout.size, self.chart
        step = (chart.maximum - chart.minimum) / self.layout.ticks
        decimals = 0 if step == int(step) and chart.minimum == int(chart.minimum) else 1
        for index in range(self.layout.ticks + 1):
            value = chart.minimum + index * step
            x = self._x(value)
            self.marks.line(x, top, x, bottom, Ink(GRID, size * 0.06), behind=True)
            text = number_words(value, decimals=decimals)
            self.marks.text(x, bottom + size * 1.2, text, size, colour=MUTED, anchor="middle")
        if chart.reference is not None:
            x = self._x(chart.reference)
            self.marks.line(x, top, x, bottom, Ink(MUTED, size * 0.1, dash=(size * 0.35, size * 0.25)), behind=True)


class _DistributionDrawing:
    """Stacked bars, one a question, under a legend in the order of the scale."""

    def __init__(self, chart: DistributionChart, layout: Layout) -> None:
        self.chart = chart
        self.layout = layout
        self.marks = Marks()
        self.label_width = layout.width if layout.stacked else LABEL_SHARE * layout.width
        self.left = 0.0 if layout.stacked else self.label_width + GAP * layout.size

    def draw(self) -> Any:
        y = self._legend(0)
        for row in self.chart.rows:
            y = self._row(row, y)
        return self.marks.drawing(self.layout.width, y)

    def _legend(self, y: float) -> float:
        bars = next((row.bars for row in self.chart.rows if row.bars), ())
        size, x = self.layout.size, 0.0
        for bar, paint in zip(bars, paints(bars), strict=True):
            text = printable(bar.label)
            width = size * 1.4 + text_width(text, size)
            if x and x + width > self.layout.width:
                x, y = 0.0, y + size * 1.6
            self.marks.rectangle(x, y + size * 0.25, size, size, paint.fill)
            self.marks.text(x + size * 1.4, y + size * 1.15, text, size)
            x += width + size * 1.2
        return y + size * 2.0 if bars else y

    def _row(self, row: DistributionRow, y: float) -> float:
        size = self.layout.size
        labels = wrap_text(printable(row.label), self.label_width, size)
        self._lines(labels, 0, y, INK)
        below = y + len(labels) * size * LINE
        start = below + size * 0.2 if self.layout.stacked else y
        end = start + size * 1.6
        if row.bars:
            self._bars(row.bars, start + size * 0.1, size * 1.5)
        else:
            reasons = wrap_text(printable(row.reason), self.layout.width - self.left, size)
            self._lines(reasons, self.left, start, MUTED)
            end = start + len(reasons) * size * LINE
        return max(below, end) + size * 0.7

    def _lines(self, lines: Sequence[str], x: float, y: float, colour: str) -> None:
        size = self.layout.size
        for index, line in enumerate(lines):
            self.marks.text(x, y + size * 1.1 + index * size * LINE, line, size, colour=colour)

    def _bars(self, bars: Sequence[Bar], y: float, height: float) -> None:
        size, x = self.layout.size, self.left
        total = sum(bar.share for bar in bars) or 1.0
        for bar, paint in zip(bars, paints(bars), strict=True):
            width = bar.share / total * (self.layout.width - self.left)
            # A white line between the parts: neighbours need not differ in tone.
            self.marks.rectangle(x, y, max(width - size * 0.12, 0.0), height, paint.fill)
            if width > text_width(bar.text, size) + size * 0.5:
                self.marks.text(x + width / 2, y + height * 0.72, bar.text, size, colour=paint.text, anchor="middle")
            x += width


def paints(bars: Sequence[Bar]) -> list[Paint]:
    """Return the colours of the parts of a bar, in order."""
    others = iter(range(len(bars)))
    return [
        OTHER_PAINTS[next(others) % len(OTHER_PAINTS)] if bar.stance == "other" else PAINTS[bar.stance, bar.strong]
        for bar in bars
    ]
