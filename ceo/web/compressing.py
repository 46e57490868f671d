"""What pages share, packed once and kept in memory: style and scripts.

Pages themselves are sent as they are: packing one costs as much as a whole bare request, and the length of a packed page can tell what
is in it to who can make a browser ask for it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response

_MEDIA_TYPES: Final[Mapping[str, str]] = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Packed:
    """A file as it is and packed with gzip. `version` follows from the content."""

    plain: bytes
    packed: bytes
    version: str
    media_type: str


def pack(content: bytes, media_type: str) -> Packed:
    """Return a file in both forms."""
    return Packed(content, gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest()[:12], media_type)


@cache
def packed_files(*folders: Path) -> dict[str, Packed]:
    """Return the files of folders that browsers may ask for, by name."""
    return {
        file.name: pack(file.read_bytes(), _MEDIA_TYPES[file.suffix])
        for folder in folders
        for file in folder.iterdir()
        if file.suffix in _MEDIA_TYPES
    }


def send_packed(request: Request[Any, Any, Any], file: Packed) -> Response[bytes]:
    """Answer with a file. Only under the address of its own content (`?v=`) may a browser keep it for a year."""
    is_asked_for = request.query_params.get("v") == file.version
    headers = {
        "cache-control": "max-age=31536000, public, immutable" if is_asked_for else "no-cache",
        "vary": "accept-encoding",
    }
    if not _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(file.plain, media_type=file.media_type, headers=headers)
    return Response(file.packed, media_type=file.media_type, headers={**headers, "content-encoding": "gzip"})


def _takes_gzip(accepted: str) -> bool:
    """Tell whether a browser unpacks gzip.

    >>> _takes_gzip("br, gzip;q=0.8"), _takes_gzip("gzip;q=0"), _takes_gzip("")
    (True, False, False)
    """
    parts = (part.replace(" ", "").lower() for part in accepted.split(","))
    return any(re.fullmatch(r"gzip(;q=(0\.\d*[1-9]\d*|1(\.0*)?))?", part) for part in parts)
