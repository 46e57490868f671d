"""The logo of a municipality: a small picture that can do nothing but be seen, as a `data:` URI within the style sheet.

A PNG is drawn anew, without what came along in the file. An SVG is written anew from the elements and attributes that are known.
Codes: L.. of a logo.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from ceo.workflows.house.logo_drawings import read_drawing
from questionnaires.problems import Problem

if TYPE_CHECKING:
    from PIL.Image import Image

# Bytes of the file that is given, and signs of what is kept: page, style and script together stay within 20 kB.
LARGEST_FILE: Final = 1_000_000
LARGEST_LOGO: Final = 8_000
# Pixels of the file that is given, and of what is kept: enough for a header of 48 by 240 on a sharp screen.
_MOST_PIXELS: Final = 25_000_000
_KEPT_SIZE: Final = (480, 96)
# Width for a height of 1: from a narrow coat of arms to a long name in a row.
_NARROWEST: Final = 0.25
_WIDEST: Final = 6.0
# Tried one after the other when a picture with all its colours is too large.
_PALETTES: Final = (256, 64, 16)
_PNG: Final = "data:image/png;base64,"
_SVG: Final = "data:image/svg+xml,"
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEPT: Final = re.compile(r"data:image/(?:png;base64,[A-Za-z0-9+/]+=*|svg\+xml,[A-Za-z0-9%/:=,;'. ~_-]+)")
_VIEW_BOX: Final = re.compile(r" viewBox='\S+ \S+ (\S+) (\S+)'")


def read_logo(content: bytes, file_name: str) -> str | list[Problem]:
    """Return a logo (PNG or SVG) as a `data:` URI, or every reason why it cannot be used."""
    if len(content) > LARGEST_FILE:
        cause = f"Het logo is te groot: {len(content)} bytes, en hoogstens {LARGEST_FILE} mag."
        return [Problem(file_name, 1, "", "L01", cause, "Maak het bestand kleiner.")]
    if content.startswith(_PNG_SIGNATURE):
        return _read_png(content, file_name)
    drawing = read_drawing(content, file_name)
    return drawing if isinstance(drawing, list) else _checked(_SVG + quote(drawing, safe=" /:=,;'"), file_name)


def is_logo(text: str) -> bool:
    """Tell whether a text is a logo in the form in which they are kept, and so can stand in a style sheet.

    >>> is_logo("data:image/svg+xml,%3Csvg/%3E"), is_logo('data:image/png;base64,"); body { display: none } (')
    (True, False)
    """
    return _KEPT.fullmatch(text) is not None


def aspect_of(logo: str) -> float:
    """Return the width of a logo that was kept, for a height of 1.

    >>> aspect_of("data:image/svg+xml,%3Csvg viewBox='0 0 30 10'/%3E")
    3.0
    """
    if logo.startswith(_PNG):
        width, height = _pixels(b64decode(logo.removeprefix(_PNG)[:32]))
        return width / height
    size = _VIEW_BOX.search(unquote(logo))
    assert size is not None, "a drawing that is kept has a viewBox"
    return float(size[1]) / float(size[2])


def _read_png(content: bytes, file_name: str) -> str | list[Problem]:
    from PIL import Image, UnidentifiedImageError

    width, height = _pixels(content)
    if width * height > _MOST_PIXELS:
        cause = f"Het logo heeft te veel beeldpunten: {width} bij {height}."
        return [Problem(file_name, 1, "", "L01", cause, "Maak het logo kleiner, zoals 480 bij 96 beeldpunten.")]
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as opened:
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        cause = "Dit bestand is geen PNG die wij kunnen lezen."
        return [Problem(file_name, 1, "", "L02", cause, "Sla het logo opnieuw op, als PNG of als SVG.")]
    picture.thumbnail(_KEPT_SIZE, Image.Resampling.LANCZOS)
    written = [_PNG + b64encode(png).decode() for png in _drawn(picture)]
    return _checked(next((one for one in written if len(one) <= LARGEST_LOGO), written[-1]), file_name)


def _pixels(png: bytes) -> tuple[int, int]:
    """Return width and height: in a PNG they follow on 8 bytes of signature and 8 that open the first part."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def _drawn(picture: Image) -> Iterator[bytes]:
    """Yield a picture as PNG with all its colours, and with fewer and fewer."""
    from PIL import Image

    for one in (picture, *(picture.quantize(colors, method=Image.Quantize.FASTOCTREE) for colors in _PALETTES)):
        stream = BytesIO()
        one.save(stream, "PNG", optimize=True)
        yield stream.getvalue()


def _checked(logo: str, file_name: str) -> str | list[Problem]:
    """Return a logo that has a shape and a size that fit in a header."""
    assert is_logo(logo)
    problems = []
    if not _NARROWEST <= aspect_of(logo) <= _WIDEST:
        cure = "Kies een logo dat hoogstens 6 keer zo breed als hoog is, en hoogstens 4 keer zo hoog als breed."
        problems.append(Problem(file_name, 1, "", "L03", "Het logo is te breed of te hoog.", cure))
    if len(logo) > LARGEST_LOGO:
        cause = f"Het logo wordt te groot voor een snelle pagina: {len(logo)} tekens, en hoogstens {LARGEST_LOGO} mag."
        problems.append(
            Problem(file_name, 1, "", "L04", cause, "Kies een eenvoudiger logo, met minder punten of kleuren.")
        )
    return problems or logo
