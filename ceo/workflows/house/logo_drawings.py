"""A drawing (SVG) written anew from what is known to be harmless: shapes, their colours, and references within the drawing.

What could do more is a mistake that is told: script, events, style sheets, pictures, text in a font, links, animation, entities. What only
editors keep for themselves is left out in silence. A `style` attribute becomes attributes of their own, so that no style is left at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final
from xml.sax.handler import ContentHandler, feature_namespaces

from questionnaires.problems import Problem

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_SHAPES: Final = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_GRADIENTS: Final = frozenset({"linearGradient", "radialGradient"})
_ELEMENTS: Final = frozenset({"svg", "g", "defs", "clipPath", "stop", *_SHAPES, *_GRADIENTS})
_LEFT_OUT: Final = frozenset({"title", "desc", "metadata"})
_GEOMETRY: Final = frozenset(
    "d points x y x1 y1 x2 y2 cx cy r rx ry fx fy width height transform pathLength offset"  # noqa: SIM905 - a list of words reads as words
    " gradientUnits gradientTransform spreadMethod clipPathUnits".split()
)
_LOOKS: Final = frozenset(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit"  # noqa: SIM905
    " stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity clip-path clip-rule display visibility".split()
)
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]{0,63}", re.ASCII)
_PLAIN: Final = re.compile(r"[A-Za-z0-9\s.,#%()+-]*")
_LOCAL: Final = re.compile(r"""url\(\s*["']?#([A-Za-z_][\w.-]{0,63})["']?\s*\)""", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s,]+")
# Looks that may name a part of the drawing. Not within a clip path: those that clip each other take a browser ever longer.
_REFERRING: Final = frozenset({"fill", "stroke", "clip-path"})
_OTHERWISE: Final = "Sla het logo op als gewone SVG zonder dit onderdeel, of als PNG."
_CURES: Final[Mapping[str, str]] = {
    "style": "Sla het logo op met de kleuren bij elk onderdeel (in tekenprogramma's: presentation attributes), of als PNG.",
    "text": "Zet tekst om in lijnen (in tekenprogramma's: object naar pad), of sla het logo op als PNG.",
}


def read_drawing(content: bytes, file_name: str) -> str | list[Problem]:
    """Return a drawing as SVG on one line, or every mistake in it."""
    from xml.sax import SAXException

    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    drawing = _Drawing(file_name)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(drawing)
    try:
        parser.parse(BytesIO(content))
    except DefusedXmlException:
        cause = "In dit bestand staat een DOCTYPE of een entiteit."
        return [Problem(file_name, drawing.line, "", "L05", cause, "Haal de regels met <!DOCTYPE en <!ENTITY weg.")]
    except (SAXException, ValueError, LookupError):
        cause = "Dit bestand is geen PNG of SVG die wij kunnen lezen."
        return [Problem(file_name, drawing.line, "", "L02", cause, "Sla het logo opnieuw op, als PNG of als SVG.")]
    return sorted(drawing.problems) or "".join(drawing.written)


class _Drawing(ContentHandler):
    """Writes what it knows of the drawing that is read, and keeps what is wrong with the rest."""

    def __init__(self, file_name: str) -> None:
        super().__init__()
        self.written: list[str] = []
        self.problems: list[Problem] = []
        self._file_name = file_name
        self._open: list[tuple[str, int]] = []  # elements that are written, each with the place of its start
        self._skipped = 0  # how deep the reader is in an element that is left out
        self._locator: Any = None

    @property
    def line(self) -> int:
        """Return the line that is being read, counted from 1."""
        return max(1, self._locator.getLineNumber() or 1)

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the reader calls it so
        """Remember who knows the line."""
        self._locator = locator

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: ARG002, N802 - as above
        """Write the start of an element, or begin to leave it out."""
        if not self._open and name != (_SVG, "svg"):
            raise ValueError("the root is no drawing")
        if self._skipped or not self._takes(*name):
            self._skipped += 1
            return
        element = name[1]
        kept = self._kept(element, attrs)
        attributes = kept if self._open else {"xmlns": _SVG, "viewBox": _view_box(attrs), **kept}
        self._open.append((element, len(self.written)))
        self.written.append(f"<{element}" + "".join(f" {name}='{value}'" for name, value in attributes.items()) + ">")

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: ARG002, N802 - as above
        """Write the end of an element; one that holds nothing ends where it starts."""
        if self._skipped:
            self._skipped -= 1
            return
        element, start = self._open.pop()
        if start == len(self.written) - 1:
            self.written[start] = self.written[start].removesuffix(">") + "/>"
        else:
            self.written.append(f"</{element}>")

    def _takes(self, space: str | None, element: str) -> bool:
        """Tell whether an element is written. One that could do harm is a mistake; one of an editor is left out."""
        if space != _SVG or element in _LEFT_OUT:
            return False
        if element not in _ELEMENTS or (element == "svg" and self._open):
            self._refuse(f"<{element}>", _CURES.get(element, _OTHERWISE))
            return False
        return True

    def _kept(self, element: str, attrs: Any) -> dict[str, str]:
        """Return the attributes of an element that are written, with plain values."""
        kept: dict[str, str] = {}
        for (space, name), value in attrs.items():
            if name == "href" and space in {None, _XLINK}:
                kept |= self._reference(element, value.strip())
            elif space is None and name.lower().startswith("on"):
                self._refuse(name, "Haal dit weg: een logo kan niets doen.")
            elif space is None and name == "style":
                kept |= self._looks(value)
            elif space is None and name == "id" and _NAME.fullmatch(value):
                kept["id"] = value
            elif space is None and name in (_LOOKS if element == "svg" else _LOOKS | _GEOMETRY):
                kept |= self._plain(name, value)
        return kept

    def _reference(self, element: str, value: str) -> dict[str, str]:
        """Return how a gradient follows another one; no other reference is needed, and none outside the drawing."""
        if element in _GRADIENTS and value.startswith("#") and _NAME.fullmatch(value[1:]):
            return {"href": value}
        self._refuse("href", _OTHERWISE)
        return {}

    def _looks(self, style: str) -> dict[str, str]:
        import tinycss2

        kept: dict[str, str] = {}
        for part in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
            if part.type == "declaration":
                value = tinycss2.serialize(part.value).strip()
                if part.lower_name in _LOOKS:
                    kept |= self._plain(part.lower_name, value)
                elif "url" in value.lower():
                    self._refuse(part.name, _OTHERWISE)
        return kept

    def _plain(self, name: str, value: str) -> dict[str, str]:
        """Return an attribute with words, numbers and signs of paths, or with a reference to a part of the drawing."""
        local = _LOCAL.fullmatch(value.strip())
        if local and name in _REFERRING and not self._is_within("clipPath"):
            return {name: f"url(#{local[1]})"}
        if "url" in value.lower() or not _PLAIN.fullmatch(value):
            self._refuse(name, _OTHERWISE)
            return {}
        return {name: " ".join(value.split())}

    def _is_within(self, element: str) -> bool:
        return any(opened == element for opened, _ in self._open)

    def _refuse(self, what: str, cure: str) -> None:
        self.problems.append(Problem(self._file_name, self.line, what, "L05", "Dit mag niet in een logo.", cure))


def _view_box(attrs: Any) -> str:
    """Return which part of the plane the drawing shows; of a drawing that does not say so, its own size."""
    written = attrs.get((None, "viewBox")) or f"0 0 {attrs.get((None, 'width'), '')} {attrs.get((None, 'height'), '')}"
    numbers = [float(part.removesuffix("px")) for part in _BETWEEN.split(written.strip())]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or min(numbers[2:]) <= 0:  # noqa: PLR2004 - x, y, width, height
        raise ValueError("the drawing has no size")
    return " ".join(f"{number:g}" for number in numbers)
