"""Finding out what kind of file a list is, and reading its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Final

from ceo.workflows.frames.packed_lists import LARGEST_PACKED
from ceo.workflows.frames.reading_csv import read_csv
from ceo.workflows.frames.rows import Row, UnreadableListError


class ListKind(StrEnum):
    """The kinds of files that a list can come in."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    MESSAGES = "messages"  # of iWmo or iJw: XML, or XML in a packed file


# As much as is needed to find out.
_BEGINNING: Final = 4096
_PACKED: Final = b"PK\x03\x04"
_NAME_LENGTH: Final = slice(26, 28)
_NAME_BEGINS: Final = 30
_OF_EXCEL: Final = (b"[Content_Types]", b"_rels/", b"docProps/", b"xl/", b"customXml/")
_OF_LIBREOFFICE: Final = (
    b"mimetype",
    b"content.xml",
    b"META-INF/",
    b"styles.xml",
    b"meta.xml",
    b"settings.xml",
    b"Thumbnails/",
)
# Excel before 2007, and every workbook with a password.
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"<!DOC",
    b"<html",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A file of which the kind is known, with all its bytes: also those that were read to find out."""

    kind: ListKind
    pieces: Iterator[bytes]

    def rows(self) -> Iterator[Row]:
        """Yield the rows, of every kind but messages. Raises `UnreadableListError`."""
        if self.kind is ListKind.CSV:
            return read_csv(self.pieces)
        content = _whole(self.pieces)
        if self.kind is ListKind.XLSX:
            from ceo.workflows.frames.reading_xlsx import read_xlsx

            return read_xlsx(content)
        from ceo.workflows.frames.reading_ods import read_ods

        return read_ods(content)


def open_list(pieces: Iterable[bytes]) -> OpenedList:
    """Return a file with its kind, by how it begins; its name may say anything. Raises `UnreadableListError`."""
    waiting, beginning = iter(pieces), b""
    while len(beginning) < _BEGINNING and (piece := next(waiting, b"")):
        beginning += piece
    return OpenedList(_kind(beginning), _with(beginning, waiting))


def _kind(beginning: bytes) -> ListKind:
    from ceo.workflows.frames.messages.recognising import looks_like_message

    if not beginning.strip():
        raise UnreadableListError("empty")
    if beginning.startswith(_PACKED):
        first = beginning[_NAME_BEGINS : _NAME_BEGINS + int.from_bytes(beginning[_NAME_LENGTH], "little")]
        if first.startswith(_OF_EXCEL):
            return ListKind.XLSX
        return ListKind.ODS if first.startswith(_OF_LIBREOFFICE) else ListKind.MESSAGES
    if beginning.startswith(_OLD_EXCEL):
        raise UnreadableListError("locked")
    if looks_like_message(beginning):
        return ListKind.MESSAGES
    if beginning.startswith(_OTHER):
        raise UnreadableListError("no-list")
    return ListKind.CSV


def _with(beginning: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield beginning
    yield from pieces


def _whole(pieces: Iterable[bytes]) -> BytesIO:
    """Return a packed file in memory: its table of contents stands at the end, and nothing personal is written to disk."""
    content = BytesIO()
    for piece in pieces:
        if content.tell() + len(piece) > LARGEST_PACKED:
            raise UnreadableListError("packed-too-large")
        content.write(piece)
    content.seek(0)
    return content
