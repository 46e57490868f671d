"""The files in a zip, unpacked as the bytes come in: nothing is kept, so it may be of any length.

Read from the front, by the heads that stand before each file; the list of contents at the end is not needed and not believed. A zip that
unpacks to far more than it is, is refused as soon as that shows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"PK\x03\x04"
EMPTY: Final = b"PK\x05\x06"  # what a zip without files begins with
HEAD: Final = struct.Struct("<4s5H3L2H")

_MOST_FILES: Final = 200_000
_MOST_BYTES: Final = 1024**3  # unpacked, all files together
# XML of thousands of messages packs 10 to 40 times; a bomb a thousand times. Counted from a megabyte on.
_MOST_TIMES: Final = 200
_FREE: Final = 1024**2
_PIECE: Final = 64 * 1024
_STORED, _DEFLATED = 0, 8
_SECURED, _SIZES_BEHIND, _UTF8 = 0x1, 0x8, 0x800
_CONTENTS: Final = (b"PK\x01\x02", EMPTY, b"PK\x06\x06")
_BEHIND: Final = b"PK\x07\x08"
_WIDE: Final = 0xFFFFFFFF  # the size stands in the extra field
_WIDE_FIELD: Final = 1


class BrokenZipError(Exception):
    """What was read is no zip that we open; a code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Head:
    flags: int
    method: int
    checksum: int
    packed: int
    name: str


def unzip(chunks: Iterable[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the name and the content of each file in a zip; folders are left out.

    What the caller leaves unread of a file is passed over. Raises `BrokenZipError`, also while a content is read.
    """
    source, tally = _Source(chunks), _Tally()
    for _ in range(_MOST_FILES):
        if source.peek(4) in _CONTENTS:
            return
        head = _read_head(source)
        content = _unpack(source, head, tally)
        if not head.name.endswith("/"):
            yield head.name, content
        for _ in content:
            pass
    raise BrokenZipError("zip-large")


class _Source:
    """Bytes that come in pieces, to be taken in other pieces."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = (chunk[at : at + _PIECE] for chunk in chunks for at in range(0, len(chunk), _PIECE))
        self._waiting = b""
        self.taken = 0

    def peek(self, size: int) -> bytes:
        """Return the next bytes, and fewer at the end."""
        while len(self._waiting) < size and (more := next(self._chunks, b"")):
            self._waiting += more
        return self._waiting[:size]

    def take(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        found = self.peek(size)
        if len(found) < size:
            raise BrokenZipError("zip-cut-off")
        self._waiting = self._waiting[size:]
        self.taken += size
        return found

    def take_some(self, most: int = _PIECE) -> bytes:
        """Return what is there, at least a byte."""
        self.peek(1)
        return self.take(min(len(self._waiting), most) or 1)

    def give_back(self, unused: bytes) -> None:
        self._waiting = unused + self._waiting
        self.taken -= len(unused)


class _Tally:
    """How much was unpacked from a zip so far."""

    def __init__(self) -> None:
        self._bytes = 0

    def add(self, size: int, taken: int) -> None:
        self._bytes += size
        if self._bytes > _MOST_BYTES or self._bytes > _FREE + _MOST_TIMES * taken:
            raise BrokenZipError("zip-large")


def _read_head(source: _Source) -> _Head:
    if source.peek(len(MAGIC)) != MAGIC:
        raise BrokenZipError("zip-broken" if source.peek(1) else "zip-cut-off")
    _, _, flags, method, _, _, checksum, packed, unpacked, name_size, extra_size = HEAD.unpack(source.take(HEAD.size))
    name = source.take(name_size).decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")
    extra = source.take(extra_size)
    if flags & _SECURED:
        raise BrokenZipError("zip-secured")
    if method not in {_STORED, _DEFLATED} or (method == _STORED and flags & _SIZES_BEHIND):
        raise BrokenZipError("zip-broken")
    if packed == _WIDE and not flags & _SIZES_BEHIND:
        packed = _wide_size(extra, skip=unpacked == _WIDE)
    return _Head(flags, method, checksum, packed, name)


def _wide_size(extra: bytes, *, skip: bool) -> int:
    """Return the packed size that stands in the extra field; the unpacked size may stand before it."""
    while len(extra) >= 4:  # noqa: PLR2004 - a kind and a size of two bytes each
        kind, size = struct.unpack_from("<2H", extra)
        sizes = extra[4 : 4 + size]
        if kind == _WIDE_FIELD and len(sizes) >= (16 if skip else 8):
            found: int = struct.unpack_from("<Q", sizes, 8 if skip else 0)[0]
            return found
        extra = extra[4 + size :]
    raise BrokenZipError("zip-broken")


def _unpack(source: _Source, head: _Head, tally: _Tally) -> Iterator[bytes]:
    began, checksum, size = source.taken, 0, 0
    pieces = _inflated(source) if head.method == _DEFLATED else _stored(source, head.packed)
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
        tally.add(len(piece), source.taken)
        yield piece
    if head.flags & _SIZES_BEHIND:
        _check_behind(source, (checksum, source.taken - began, size))
    elif (checksum, source.taken - began) != (head.checksum, head.packed):
        raise BrokenZipError("zip-broken")


def _stored(source: _Source, size: int) -> Iterator[bytes]:
    while size:
        piece = source.take_some(min(size, _PIECE))
        size -= len(piece)
        yield piece


def _inflated(source: _Source) -> Iterator[bytes]:
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    while True:
        packed = inflating.unconsumed_tail or source.take_some()
        try:
            piece = inflating.decompress(packed, _PIECE)
        except zlib.error:
            raise BrokenZipError("zip-broken") from None
        if piece:
            yield piece
        if inflating.eof:
            source.give_back(inflating.unused_data)
            return


def _check_behind(source: _Source, found: tuple[int, int, int]) -> None:
    """Pass over what stands behind a file whose sizes were not known before; it may be written in four ways."""
    checksum, packed, size = found
    for form in ("<2L", "<2Q"):
        numbers = struct.pack("<L", checksum) + struct.pack(form, packed, size)
        for written in (_BEHIND + numbers, numbers):
            if source.peek(len(written)) == written:
                source.take(len(written))
                return
    raise BrokenZipError("zip-broken")
