"""The legend of a chart: signs with their words, side by side as far as the width goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from exports.chart_layouts import LINE, Layout
from exports.marks import Marks
from exports.typeface import printable, text_width, wrap_text

_SIGN: Final = 2.0  # room for a sign, in letter sizes


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign with its words. `draw` gets the left side of the room for the sign, and the height of its middle."""

    text: str
    draw: Callable[[float, float], None]
    bold: bool = False


def draw_legend(marks: Marks, entries: Iterable[Entry], layout: Layout, y: float) -> float:
    """Draw the entries from `y` down; return where they end. Words that are longer than the width go on below."""
    size, x, line = layout.size, 0.0, y
    for entry in entries:
        lines = wrap_text(printable(entry.text), layout.width - _SIGN * size, size, bold=entry.bold)
        width = _SIGN * size + max(text_width(part, size, bold=entry.bold) for part in lines)
        if x and x + width > layout.width:
            x, line = 0.0, y
        entry.draw(x, line + size * 0.85)
        for number, part in enumerate(lines):
            marks.text(x + _SIGN * size, line + size * (1.2 + number * LINE), part, size, bold=entry.bold)
        y = max(y, line + len(lines) * size * LINE)
        x += width + size * 1.2
    return y + size * 0.4
