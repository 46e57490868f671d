"""Plain drawings (SVG) on paper: shapes with one colour each, groups, transforms and clip paths.

For logos that were read by CEO, which hold nothing else (`ceo.workflows.house.logo_drawings`). A gradient becomes its first colour.
Source: SVG 1.1 (W3C, 2011); arcs as in its appendix F.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element as Node

from exports.letters.paths import draw_path, shape_path

_HIDDEN: Final = frozenset({"defs", "clipPath", "linearGradient", "radialGradient"})
_INHERITED: Final = (
    "fill",
    "stroke",
    "stroke-width",
    "color",
    "fill-rule",
    "fill-opacity",
    "stroke-opacity",
    "visibility",
    "stroke-linecap",
    "stroke-linejoin",
)
_BEGIN: Final[Mapping[str, str]] = {"fill": "black", "stroke": "none", "stroke-width": "1", "color": "black"}
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")
_TRANSFORM: Final = re.compile(r"(\w+)\s*\(([^)]*)\)")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_CAPS: Final = {"butt": 0, "round": 1, "square": 2}
_JOINS: Final = {"miter": 0, "round": 1, "bevel": 2}


def draw_svg(canvas: Any, text: str, box: tuple[float, float, float, float]) -> None:
    """Draw a drawing as large as fits at the upper left corner of a box: left, bottom, width and height in points."""
    from defusedxml.ElementTree import fromstring

    root: Node = fromstring(text, forbid_dtd=True)
    x, y, across, down = numbers(root.get("viewBox", ""))
    left, bottom, width, height = box
    scale = min(width / across, height / down)
    canvas.saveState()
    # SVG counts downwards.
    canvas.transform(scale, 0, 0, -scale, left - x * scale, bottom + height + y * scale)
    known = {node.get("id"): node for node in root.iter() if node.get("id")}
    _draw(canvas, root, dict(_BEGIN), known)
    canvas.restoreState()


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, whatever stands between them.

    >>> numbers("0,0 30.5-2e1")
    [0.0, 0.0, 30.5, -20.0]
    """
    return [float(number) for number in _NUMBER.findall(text)]


def _draw(canvas: Any, node: Node, around: Mapping[str, str], known: Mapping[str | None, Node]) -> None:
    kind = _kind(node)
    look = {**around, **{name: node.attrib[name] for name in _INHERITED if node.get(name, "inherit") != "inherit"}}
    if kind in _HIDDEN or node.get("display") == "none":
        return
    canvas.saveState()
    _place(canvas, node)
    _clip(canvas, node, known)
    opacity = float(node.get("opacity", "1"))
    if opacity < 1:  # of a group of shapes that overlap, this is nearly right
        look["fill-opacity"] = str(float(look.get("fill-opacity", "1")) * opacity)
        look["stroke-opacity"] = str(float(look.get("stroke-opacity", "1")) * opacity)
    if kind in {"svg", "g"}:
        for child in node:
            _draw(canvas, child, look, known)
    elif look.get("visibility", "visible") == "visible":
        _paint(canvas, node, look, known)
    canvas.restoreState()


def _paint(canvas: Any, node: Node, look: Mapping[str, str], known: Mapping[str | None, Node]) -> None:
    fill, stroke = (_colour(look[name], look, known) for name in ("fill", "stroke"))
    if fill is None and stroke is None:
        return
    if fill is not None:
        canvas.setFillColor(fill, alpha=float(look.get("fill-opacity", "1")))
    if stroke is not None:
        canvas.setStrokeColor(stroke, alpha=float(look.get("stroke-opacity", "1")))
        canvas.setLineWidth(next(iter(numbers(look["stroke-width"])), 1))
        canvas.setLineCap(_CAPS.get(look.get("stroke-linecap", ""), 0))
        canvas.setLineJoin(_JOINS.get(look.get("stroke-linejoin", ""), 0))
    path = canvas.beginPath()
    draw_path(path, shape_path(_kind(node), node.attrib))
    rule = 0 if look.get("fill-rule") == "evenodd" else 1
    canvas.drawPath(path, stroke=int(stroke is not None), fill=int(fill is not None), fillMode=rule)


def _place(canvas: Any, node: Node) -> None:
    from math import cos, radians, sin, tan

    for name, inside in _TRANSFORM.findall(node.get("transform", "")):
        given = numbers(inside)
        match name, given:
            case "matrix", [a, b, c, d, e, f]:
                canvas.transform(a, b, c, d, e, f)
            case "translate", [x, *rest]:
                canvas.translate(x, *(rest or [0]))
            case "scale", [x, *rest]:
                canvas.scale(x, *(rest or [x]))
            case "rotate", [angle, *centre]:
                x, y = centre or (0, 0)
                turn = radians(angle)
                canvas.translate(x, y)
                canvas.transform(cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0)
                canvas.translate(-x, -y)
            case "skewX", [angle]:
                canvas.transform(1, 0, tan(radians(angle)), 1, 0, 0)
            case "skewY", [angle]:
                canvas.transform(1, tan(radians(angle)), 0, 1, 0, 0)
            case _:
                pass  # browsers ignore it too


def _clip(canvas: Any, node: Node, known: Mapping[str | None, Node]) -> None:
    referred = _REFERENCE.fullmatch(node.get("clip-path", ""))
    clip = known.get(referred[1]) if referred is not None else None
    if clip is None or _kind(clip) != "clipPath":
        return
    path = canvas.beginPath()
    for child in clip:
        if _kind(child) not in {"g", *_HIDDEN}:
            draw_path(path, shape_path(_kind(child), child.attrib))
    canvas.clipPath(path, stroke=0, fill=0)


def _colour(text: str, look: Mapping[str, str], known: Mapping[str | None, Node], *, deep: int = 0) -> Any:
    """Return a colour of reportlab; None is no colour."""
    from reportlab.lib.colors import Color, HexColor, getAllNamedColors

    text = text.strip().lower() if not text.startswith("url") else text.strip()
    if text in {"none", "transparent"}:
        return None
    if text == "currentcolor":
        return _colour(look["color"], {**look, "color": "black"}, known)
    if referred := _REFERENCE.match(text):
        stop = next(_stops(known.get(referred[1]), known), None)
        return _colour(stop, look, known, deep=deep + 1) if stop is not None and deep < 1 else None
    if text.startswith("#"):
        digits = text[1:] if len(text) > len("#fff") else "".join(2 * digit for digit in text[1:])
        return HexColor(f"#{digits[:6]}")
    if text.startswith("rgb"):
        scale = 100 if "%" in text else 255
        return Color(*(min(1.0, part / scale) for part in numbers(text)[:3]))
    return getAllNamedColors().get(text, Color(0, 0, 0))


def _stops(node: Node | None, known: Mapping[str | None, Node], depth: int = 0) -> Iterator[str]:
    """Yield the colours of a gradient, or of the one that it follows."""
    if node is None or depth > len(known):
        return
    for child in node:
        if _kind(child) == "stop":
            yield child.get("stop-color", "black")
    yield from _stops(known.get(node.get("href", "")[1:]), known, depth + 1)


def _kind(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]
