"""Texts in the XML of a spreadsheet: signs that it cannot hold are escaped as `_x0001_`, and come back as they were."""

from __future__ import annotations

import re
from typing import Final

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# Xlsxwriter escapes control characters itself; these are not among them, and no XML may hold them.
_NO_CHARACTERS: Final = re.compile("[\ufffe\uffff]")


def escape_text(text: str) -> str:
    """Return a text in the form in which xlsxwriter may write it.

    A text that looks like an escape is escaped, also where the reader (openpyxl) would take half of it away; xlsxwriter
    would take `<r>` at the beginning for XML of our own.

    >>> escape_text("_x0041_"), escape_text("<r>vet</r>")
    ('_x005f_x0041_', '_x003c_r>vet</r>')
    """
    found = _LOOKS_ESCAPED.sub("_x005f_", text).replace("x005F_", "_x0078_005F_")
    found = _NO_CHARACTERS.sub(lambda sign: f"_x{ord(sign.group()):04x}_", found)
    return f"_x003c_{found[1:]}" if found.startswith("<r>") else found


def unescape_text(text: str) -> str:
    """Return a text as it was before it was escaped.

    >>> unescape_text("_x005f_x0041_"), unescape_text("_x0041_")
    ('_x0041_', 'A')
    """
    return _ESCAPED.sub(lambda escape: chr(int(escape.group(1), 16)), text)
