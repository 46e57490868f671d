"""Drawing the logo of a house: a picture (PNG) or a plain drawing (SVG), as a `data:` URI."""

from __future__ import annotations

from base64 import b64decode
from functools import lru_cache
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote

from exports.letters.drawings import draw_svg

_PNG: Final = "data:image/png;base64,"
_SVG: Final = "data:image/svg+xml,"


def draw_logo(canvas: Any, logo: str, box: tuple[float, float, float, float]) -> None:
    """Draw a logo as large as fits at the upper left corner of a box: left, bottom, width and height in points."""
    if logo.startswith(_PNG):
        left, bottom, width, height = box
        picture = _picture(logo)
        across, down = picture.getSize()
        scale = min(width / across, height / down)
        size = (across * scale, down * scale)
        canvas.drawImage(picture, left, bottom + height - size[1], *size, mask="auto")
    else:
        assert logo.startswith(_SVG), "a logo is a PNG or an SVG"
        draw_svg(canvas, unquote(logo.removeprefix(_SVG)), box)


@lru_cache(maxsize=8)
def _picture(logo: str) -> Any:
    from reportlab.lib.utils import ImageReader

    return ImageReader(BytesIO(b64decode(logo.removeprefix(_PNG))))
