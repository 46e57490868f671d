"""What drawings with figures up the side share: the plot, its height on the sheet, and the numbers beside it."""

from __future__ import annotations

from exports.chart_layouts import GAP, Layout, axis_ticks
from exports.marks import Ink, Marks
from exports.palette import GRID, MUTED
from exports.typeface import text_width
from exports.wording import number_words


class Plot:
    """A plot from the `minimum` at its foot to the `maximum` at its top. `height` is in widths of the sheet.

    It lies between `left` and `right`, and begins below `top`, which is known when what stands above it is drawn.
    """

    def __init__(self, minimum: float, maximum: float, layout: Layout, height: float) -> None:
        self.layout = layout
        self.marks = Marks()
        self._minimum, self._maximum = minimum, maximum
        self._ticks = axis_ticks(minimum, maximum)
        self.left = max(text_width(number_words(tick), layout.size) for tick in self._ticks) + GAP * layout.size
        self.right = layout.width
        self.height = layout.width * height
        self.top = 0.0

    def y(self, value: float) -> float:
        """Return how far down the sheet a figure lies; what lies outside the plot is put at its edge."""
        share = (value - self._minimum) / (self._maximum - self._minimum)
        return self.top + (1 - min(max(share, 0.0), 1.0)) * self.height

    def draw_side(self) -> None:
        """Draw a line for each number of the axis, and the number beside it."""
        size = self.layout.size
        for tick in self._ticks:
            y = self.y(tick)
            self.marks.line(self.left, y, self.right, y, Ink(GRID, size * 0.06), behind=True)
            self.marks.text(
                self.left - GAP * size / 2, y + size * 0.35, number_words(tick), size, colour=MUTED, anchor="end"
            )
