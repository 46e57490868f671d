"""Whether a file that somebody uploads holds messages, told from how it begins."""

from __future__ import annotations

import re
from typing import Final

from ceo.workflows.frames.messages.unzipping import HEAD, MAGIC

# How many of the first bytes suffice.
ENOUGH: Final = 512

_XML: Final = re.compile(r"\s*<(\?xml\s|([\w-]{1,40}:)?Bericht[\s>])")
# What a workbook or a text document begins with: each is a zip as well.
_OFFICE: Final = re.compile(
    r"mimetype$|\[Content_Types\]\.xml$|_rels/|docProps/|xl/|word/|META-INF/|content\.xml$|styles\.xml$"
)


def looks_like_message(first_bytes: bytes) -> bool:
    """Return whether a file is XML or a zip that is no workbook, by its first bytes (`ENOUGH` of them).

    >>> looks_like_message(b'<?xml version="1.0"?><wmo301:Bericht'), looks_like_message(b"clientnummer;wet")
    (True, False)
    """
    if first_bytes.startswith(MAGIC):
        return _OFFICE.match(_first_name(first_bytes)) is None
    if first_bytes.startswith((b"\xff\xfe", b"<\0")):
        begin = first_bytes.decode("utf-16-le", errors="ignore")
    elif first_bytes.startswith((b"\xfe\xff", b"\0<")):
        begin = first_bytes.decode("utf-16-be", errors="ignore")
    else:
        begin = first_bytes.decode("utf-8", errors="ignore")
    return _XML.match(begin.removeprefix("\ufeff")) is not None


def _first_name(first_bytes: bytes) -> str:
    """Return the name of the first file in a zip."""
    if len(first_bytes) < HEAD.size:
        return ""
    size = HEAD.unpack_from(first_bytes)[-2]
    return first_bytes[HEAD.size : HEAD.size + size].decode("utf-8", errors="replace")
