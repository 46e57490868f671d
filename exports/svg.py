"""The drawing of a chart as SVG inside a page: named for people who hear it, scaling with the page, no inline style.

A drawing here holds paths and strings only, so it is written directly: the result is a sixth of what the general
renderer writes and needs no cleaning.
"""

from __future__ import annotations

from html import escape
from typing import Any

from exports.chart_layouts import NARROW, WIDE, Layout
from exports.charts import draw_chart
from exports.report import Chart
from exports.typeface import BOLD

FONT_FAMILY = "Noto Sans, system-ui, sans-serif"
_OPERATORS = (("M", 2), ("L", 2), ("C", 6), ("Z", 0))  # in the order of reportlab's operator numbers


def chart_svg(chart: Chart, name: str) -> str:
    """Return a chart twice: for wide and for narrow screens; the style sheet shows one of them.

    `name` makes the ids unique on the page.
    """
    wide = _svg(chart, WIDE, f"{name}-wide", "chart chart-wide")
    return wide + _svg(chart, NARROW, f"{name}-narrow", "chart chart-narrow")


def _svg(chart: Chart, layout: Layout, name: str, classes: str) -> str:
    drawing = draw_chart(chart, layout)
    shapes = "".join(_shape(shape, drawing.height) for shape in drawing.contents)
    return (
        f'<svg class="{classes}" role="img" aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {_number(drawing.width)} {_number(drawing.height)}" font-family="{FONT_FAMILY}">'
        f'<title id="{name}-title">{escape(chart.title)}</title>'
        f'<desc id="{name}-desc">{escape(chart.description)}</desc>'
        f'<g aria-hidden="true">{shapes}</g></svg>'
    )


def _shape(shape: Any, height: float) -> str:
    return _string(shape, height) if hasattr(shape, "textAnchor") else _path(shape, height)


def _string(string: Any, height: float) -> str:
    anchor = "" if string.textAnchor == "start" else f' text-anchor="{string.textAnchor}"'
    weight = ' font-weight="700"' if string.fontName == BOLD else ""
    place = f'x="{_number(string.x)}" y="{_number(height - string.y)}" font-size="{_number(string.fontSize)}"'
    return f'<text {place} fill="{_colour(string.fillColor)}"{weight}{anchor}>{escape(string.text)}</text>'


def _path(path: Any, height: float) -> str:
    parts, points = [], iter(path.points)
    for operator in path.operators:
        letter, count = _OPERATORS[operator]
        numbers = [next(points) for _ in range(count)]
        flipped = [height - number if index % 2 else number for index, number in enumerate(numbers)]
        parts.append(letter + " ".join(map(_number, flipped)))
    return f'<path d="{"".join(parts)}" {_paint(path)}/>'


def _paint(path: Any) -> str:
    if path.fillColor is not None:
        return f'fill="{_colour(path.fillColor)}"'
    dash = f' stroke-dasharray="{" ".join(map(_number, path.strokeDashArray))}"' if path.strokeDashArray else ""
    cap = ' stroke-linecap="round"' if path.strokeLineCap else ""
    return f'fill="none" stroke="{_colour(path.strokeColor)}" stroke-width="{_number(path.strokeWidth)}"{cap}{dash}'


def _colour(colour: Any) -> str:
    return f"#{colour.hexval()[2:]}"


def _number(value: float) -> str:
    """Return a coordinate in at most one decimal: finer than a screen shows.

    >>> _number(12.04), _number(3.0), _number(-0.04)
    ('12', '3', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
