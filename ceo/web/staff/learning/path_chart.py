"""The chart of a path: the targets as a line, the room around them as a band, and each figure with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from analysis.results import SHARES, Measure
from ceo.web.languages import format_day
from ceo.web.staff.learning.shown import value_text
from ceo.workflows.learning.goals import Target
from ceo.workflows.learning.progress import Standing

WIDE: Final = 640
NARROW: Final = 310
HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 14, 34
_MOST_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on the chart: its place, and that of the ends of its interval."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Label:
    """A word beside an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class PathChart:
    """What is drawn. `line` and `band` are points as SVG writes them; `band` is empty without room."""

    line: str
    band: str
    marks: tuple[Mark, ...]
    sides: tuple[Label, ...]
    days: tuple[Label, ...]
    width: int
    right: int
    height: int = HEIGHT
    left: int = _LEFT


def draw_path(standing: Standing, tolerance: float, language: str, *, width: int = WIDE) -> PathChart | None:
    """Return the chart of a goal; None without a path, or when the day of its baseline is not known. `width` is in pixels."""
    figures = [one for one in (standing.baseline, *standing.later.results) if one.until is not None]
    if not standing.path or not figures:
        return None
    days = [*(one.day for one in standing.path), *(one.until for one in figures if one.until is not None)]
    ends = [end for one in standing.path for end in (one.value - tolerance, one.value + tolerance)]
    ends += [end for one in figures for end in (one.figure.low, one.figure.high)]
    frame = _Frame(width, min(days), max(days), *_rounded(min(ends), max(ends), standing.baseline.measure))
    upper = [frame.point(Target(one.day, one.value + tolerance)) for one in standing.path]
    lower = [frame.point(Target(one.day, one.value - tolerance)) for one in reversed(standing.path)]
    return PathChart(
        line=" ".join(frame.point(one) for one in standing.path),
        band=" ".join((*upper, *lower)) if tolerance > 0 else "",
        marks=tuple(
            Mark(frame.x(one.until), *(frame.y(end) for end in (one.figure.value, one.figure.low, one.figure.high)))
            for one in figures
            if one.until is not None
        ),
        sides=tuple(
            Label(_LEFT - 8, frame.y(value), value_text(value, standing.baseline.measure, language))
            for value in _values(frame.bottom, frame.top, standing.baseline.measure)
        ),
        days=tuple(frame.ends(language)),
        width=width,
        right=width - _RIGHT,
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    width: int
    first: date
    last: date
    bottom: float
    top: float

    def x(self, day: date) -> float:
        length = max((self.last - self.first).days, 1)
        return round(_LEFT + (self.width - _LEFT - _RIGHT) * (day - self.first).days / length, 1)

    def y(self, value: float) -> float:
        part = (value - self.bottom) / (self.top - self.bottom)
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * part, 1)

    def point(self, target: Target) -> str:
        return f"{self.x(target.day)},{self.y(target.value)}"

    def ends(self, language: str) -> Iterable[Label]:
        yield Label(self.x(self.first), HEIGHT - 10, format_day(self.first, language))
        yield Label(self.x(self.last), HEIGHT - 10, format_day(self.last, language))


def _rounded(low: float, high: float, measure: Measure) -> tuple[float, float]:
    """Return round ends around values: a band of the scale that is not so narrow that a small change looks large.

    >>> _rounded(61.2, 68.4, Measure.SCORE), _rounded(0.31, 0.78, Measure.SHARE)
    ((50.0, 80.0), (0.3, 0.8))
    """
    unit = _unit(measure)
    least = 2 * unit
    bottom, top = low // unit * unit, -(-high // unit) * unit
    while top - bottom < least + unit / 2:
        bottom, top = bottom - unit / 2, top + unit / 2
    if measure is Measure.SCORE or measure in SHARES:  # nothing lies outside their scale
        bottom, top = max(bottom, 0.0), min(top, 1.0 if measure in SHARES else 100.0)
    return round(bottom, 3), round(top, 3)


def _values(bottom: float, top: float, measure: Measure) -> list[float]:
    """Return the values at which a line is drawn, from the lowest to the highest.

    >>> _values(50.0, 80.0, Measure.SCORE), _values(0.0, 1.0, Measure.SHARE)
    ([50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    halves = round((top - bottom) / (_unit(measure) / 2))
    every = max(-(-halves // _MOST_LINES), 1)
    return [round(bottom + number * _unit(measure) / 2, 3) for number in range(0, halves + 1, every)]


def _unit(measure: Measure) -> float:
    return 0.1 if measure in SHARES else 10.0
