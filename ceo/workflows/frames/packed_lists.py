"""What lists of Excel and LibreOffice have in common: XML in a packed file. Read in pieces, with a limit to everything.

A small file can hold endless XML, and XML can name other files or grow by itself (entities): none of that is followed.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, Protocol
from xml.parsers import expat  # with what is dangerous refused below, as `defusedxml` does

from ceo.workflows.frames.rows import LONGEST_CELL, Row, UnreadableListError

# Packed; it is held in memory, because the table of contents stands at the end.
LARGEST_PACKED: Final = 50_000_000
# The rows themselves, unpacked: they pass by in pieces.
_LARGEST_ROWS: Final = 600_000_000
# Everything else, unpacked.
_LARGEST_PART: Final = 8_000_000
_MOST_PARTS: Final = 2_000
_PIECE: Final = 128 * 1024
_DEEPEST: Final = 64
# What a file that is cut off or was made by hand leads to: in the packing, the XML, or a number or place in it.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    expat.ExpatError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class XmlReader(Protocol):
    """What is told of XML as it passes by. Names are without their namespace."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take some text."""


class RowReader(XmlReader, Protocol):
    """Makes rows of it."""

    rows: deque[Row]
    finished: bool


def open_packed(content: BinaryIO) -> zipfile.ZipFile:
    """Return a packed file that may be read. Raises `UnreadableListError`."""
    try:
        archive = zipfile.ZipFile(content)
    except (zipfile.BadZipFile, ValueError, OSError):
        raise UnreadableListError("broken-file") from None
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > 2 * _LARGEST_ROWS:
        raise UnreadableListError("unpacks-too-large")
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableListError("locked")
    return archive


def read_part(archive: zipfile.ZipFile, name: str, reader: XmlReader, *, largest: int = _LARGEST_PART) -> None:
    """Let a whole part of a packed file pass by. Raises `UnreadableListError`."""
    for _ in _passing(archive, name, reader, largest):
        pass


def read_rows(archive: zipfile.ZipFile, name: str, reader: RowReader) -> Iterator[Row]:
    """Yield rows as soon as they have passed by. Raises `UnreadableListError`."""
    for _ in _passing(archive, name, reader, _LARGEST_ROWS):
        while reader.rows:
            yield reader.rows.popleft()
        if reader.finished:
            return


class CellText:
    """The text of one cell, which is never longer than a cell can be."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0

    def add(self, text: str) -> None:
        """Add some text; what is too long keeps enough for the fault to be found."""
        if self._length <= LONGEST_CELL:
            self._parts.append(text[: LONGEST_CELL + 1])
            self._length += len(text)

    def take(self) -> str:
        """Return the text, and begin anew."""
        text = "".join(self._parts)
        self._parts, self._length = [], 0
        return text


def _passing(archive: zipfile.ZipFile, name: str, reader: XmlReader, largest: int) -> Iterator[None]:
    parser = _parser(reader)
    if any(part.filename == name and part.file_size > largest for part in archive.infolist()):
        raise UnreadableListError("unpacks-too-large")
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                parser.Parse(piece)
                yield
        parser.Parse(b"", True)
        yield
    except _BROKEN:
        raise UnreadableListError("broken-file") from None


def _parser(reader: XmlReader) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def refuse(*_: object) -> None:
        raise UnreadableListError("entities")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise UnreadableListError("broken-file")
        reader.start(name.rpartition(" ")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        reader.end(name.rpartition(" ")[2])

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = reader.text
    return parser
