"""The outlines of shapes: the commands of SVG paths as moves, lines and curves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import acos, cos, hypot, pi, radians, sin, sqrt, tan
from typing import Any, Final

_TOKEN: Final = re.compile(r"[MmLlHhVvCcSsQqTtAaZz]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# The two flags of an arc may stand against each other and against what follows.
_ARC: Final = re.compile(
    r"\s*,?\s*".join(
        [r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"] * 3
        + [r"([01])"] * 2
        + [r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"] * 2
    )
)
_PART: Final = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)")
_TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}

Point = tuple[float, float]


def shape_path(kind: str, attributes: Mapping[str, str]) -> str:
    """Return the outline of a shape as the data of a path.

    >>> shape_path("polygon", {"points": "0,0 4,0 4,3"})
    'M0.0,0.0L4.0,0.0L4.0,3.0Z'
    """
    if kind == "path":
        return attributes.get("d", "")
    value = {name: _size(text) for name, text in attributes.items() if name in _SIZES}
    if kind in {"polyline", "polygon"}:
        flat = [float(text) for text in _TOKEN.findall(attributes.get("points", ""))]
        points = "L".join(f"{x},{y}" for x, y in zip(flat[::2], flat[1::2], strict=False))
        return f"M{points}{'Z' if kind == 'polygon' else ''}" if points else ""
    if kind == "line":
        return f"M{value.get('x1', 0)},{value.get('y1', 0)}L{value.get('x2', 0)},{value.get('y2', 0)}"
    if kind in {"circle", "ellipse"}:
        across, down = value.get("rx", value.get("r", 0)), value.get("ry", value.get("r", 0))
        x, y = value.get("cx", 0), value.get("cy", 0)
        half = f"A{across} {down} 0 1 1"
        return f"M{x - across},{y}{half} {x + across},{y}{half} {x - across},{y}Z" if across and down else ""
    return _rectangle(value) if kind == "rect" else ""


def draw_path(path: Any, data: str) -> None:
    """Add the outline of path data to a path of reportlab. What cannot be read ends the path, as in browsers."""
    for command, *numbers in _absolute(data):
        match command:
            case "M":
                path.moveTo(*numbers)
            case "L":
                path.lineTo(*numbers)
            case "C":
                path.curveTo(*numbers)
            case _:
                path.close()


_SIZES: Final = frozenset({"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height"})


def _size(text: str) -> float:
    found = _TOKEN.match(text.strip())
    return float(found[0]) if found is not None and not found[0].isalpha() else 0.0


def _rectangle(value: Mapping[str, float]) -> str:
    x, y, width, height = (value.get(name, 0) for name in ("x", "y", "width", "height"))
    across = min(value.get("rx", value.get("ry", 0)), width / 2)
    down = min(value.get("ry", value.get("rx", 0)), height / 2)
    if width <= 0 or height <= 0:
        return ""
    if not across or not down:
        return f"M{x},{y}h{width}v{height}h{-width}Z"
    arc = f"a{across} {down} 0 0 1"
    return (
        f"M{x + across},{y}h{width - 2 * across}{arc} {across},{down}v{height - 2 * down}{arc} {-across},{down}"
        f"h{2 * across - width}{arc} {-across},{-down}v{2 * down - height}{arc} {across},{-down}Z"
    )


def _absolute(data: str) -> Iterator[tuple[Any, ...]]:
    """Yield M, L, C and Z with absolute points."""
    # Longer than a function may be: one table, of what each command does.
    here: Point = (0.0, 0.0)
    start, control, last = here, here, ""
    for letter, given in _commands(data):
        kind, relative = letter.upper(), letter.islower()
        from_ = here if relative else (0.0, 0.0)
        numbers = [number + from_[place % 2] for place, number in enumerate(given)] if kind not in "HVA" else given
        match kind:
            case "M" | "L":
                here = (numbers[0], numbers[1])
                yield kind, *here
                start = here if kind == "M" else start
            case "H":
                here = (numbers[0] + from_[0], here[1])
                yield "L", *here
            case "V":
                here = (here[0], numbers[0] + from_[1])
                yield "L", *here
            case "C" | "S":
                first = (numbers[0], numbers[1]) if kind == "C" else _mirrored(control, here, last in "CS")
                *_, x2, y2, x, y = numbers
                yield "C", *first, x2, y2, x, y
                control, here = (x2, y2), (x, y)
            case "Q" | "T":
                bend = (numbers[0], numbers[1]) if kind == "Q" else _mirrored(control, here, last in "QT")
                end = (numbers[-2], numbers[-1])
                yield "C", *_towards(here, bend), *_towards(end, bend), *end
                control, here = bend, end
            case "A":
                end = (given[5] + from_[0], given[6] + from_[1])
                yield from _arc(here, given, end)
                here = end
            case _:
                yield ("Z",)
                here = start
        last = kind


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its numbers; numbers without a letter repeat the one before."""
    for letter, text in _PART.findall(data):
        if letter in "Aa":
            for found in _ARC.finditer(text):
                yield letter, [float(number) for number in found.groups()]
            continue
        numbers = [float(number) for number in _TOKEN.findall(text)]
        takes = _TAKES[letter.upper()]
        if not takes:
            yield letter, []
        for begin in range(0, len(numbers) - takes + 1, max(takes, 1)):
            again = {"M": "L", "m": "l"}.get(letter, letter) if begin else letter
            yield again, numbers[begin : begin + takes]


def _mirrored(control: Point, here: Point, follows: object) -> Point:
    return (2 * here[0] - control[0], 2 * here[1] - control[1]) if follows else here


def _towards(end: Point, bend: Point) -> Point:
    """Return the control of a cubic curve that equals a quadratic one."""
    return (end[0] + 2 / 3 * (bend[0] - end[0]), end[1] + 2 / 3 * (bend[1] - end[1]))


def _arc(begin: Point, given: list[float], end: Point) -> Iterator[tuple[Any, ...]]:
    """Yield curves of at most a quarter turn along an elliptical arc (SVG 1.1, F.6.5 and F.6.6)."""
    # Longer than a function may be: one formula, in the order of its source.
    across, down, turn = abs(given[0]), abs(given[1]), radians(given[2])
    if begin == end:
        return
    if not across or not down:
        yield "L", *end
        return
    half = ((begin[0] - end[0]) / 2, (begin[1] - end[1]) / 2)
    x = cos(turn) * half[0] + sin(turn) * half[1]
    y = -sin(turn) * half[0] + cos(turn) * half[1]
    stretch = max(1.0, sqrt((x / across) ** 2 + (y / down) ** 2))
    across, down = across * stretch, down * stretch
    left = (across * down) ** 2 - (across * y) ** 2 - (down * x) ** 2
    factor = sqrt(max(0.0, left / ((across * y) ** 2 + (down * x) ** 2))) * (-1 if given[3] == given[4] else 1)
    centre_x, centre_y = factor * across * y / down, -factor * down * x / across
    middle = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
    first = _angle((x - centre_x) / across, (y - centre_y) / down)
    sweep = (_angle((-x - centre_x) / across, (-y - centre_y) / down) - first) % (2 * pi)
    sweep -= 0 if given[4] else 2 * pi
    pieces = max(1, int(abs(sweep) / (pi / 2) + 0.999))

    def placed(u: float, v: float) -> Point:
        wide, high = across * u + centre_x, down * v + centre_y
        return (cos(turn) * wide - sin(turn) * high + middle[0], sin(turn) * wide + cos(turn) * high + middle[1])

    step = sweep / pieces
    bow = 4 / 3 * tan(step / 4)
    for number in range(pieces):
        one, other = first + number * step, first + (number + 1) * step
        yield (
            "C",
            *placed(cos(one) - bow * sin(one), sin(one) + bow * cos(one)),
            *placed(cos(other) + bow * sin(other), sin(other) - bow * cos(other)),
            *placed(cos(other), sin(other)),
        )


def _angle(x: float, y: float) -> float:
    angle = acos(max(-1.0, min(1.0, x / (hypot(x, y) or 1.0))))
    return angle if y >= 0 else -angle
