"""A release as a workbook for people in OpenDocument (ODS).

The library odfpy keeps every cell as objects of 1.4 KB, and a national release has some 20 million cells, so content.xml is written here as
a stream; odfpy reads it back in the tests. Source: OASIS Open Document Format 1.3, part 2 (packages) and part 3 (schema).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BufferedWriter
from tempfile import TemporaryFile
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from exports.release.cube import SealedCube
from exports.release.open_document import (
    CONTENT_BEGINS,
    CONTENT_ENDS,
    MANIFEST,
    STYLES,
    meta_of,
    settings_of,
)
from exports.release.open_sheet import filters_of, sheet_parts
from exports.release.sheet import Sheet
from exports.release.sheets_for_people import sheets_of
from exports.release.workbook import PART

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_BUFFER: Final = 1 << 20  # bytes
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # what a ZIP knows


def write_ods(release: SealedCube) -> Iterator[bytes]:
    """Yield the workbook in parts. Numbers are numbers to the last digit, and the same release gives the same bytes."""
    with TemporaryFile() as file:
        _write(release, file)
        file.seek(0)
        while part := file.read(PART):
            yield part


def _write(release: SealedCube, file: IO[bytes]) -> None:
    with ZipFile(file, "w") as archive:
        # First and not compressed, so that programs know the file by its first bytes.
        _put(archive, "mimetype", MEDIA_TYPE, ZIP_STORED)
        written = _write_sheets(archive, sheets_of(release))
        _put(archive, "settings.xml", settings_of(written))
        _put(archive, "styles.xml", STYLES)
        _put(archive, "meta.xml", meta_of(release))
        _put(archive, "META-INF/manifest.xml", MANIFEST)


def _write_sheets(archive: ZipFile, sheets: Iterable[Sheet]) -> list[Sheet]:
    """Write content.xml, and return the sheets without their lines, which were read."""
    written = []
    with BufferedWriter(archive.open(_entry("content.xml"), "w", force_zip64=True), _BUFFER) as content:
        content.write(CONTENT_BEGINS.encode())
        for sheet in sheets:
            content.writelines(part.encode() for part in sheet_parts(sheet))
            written.append(sheet)
        content.write(f"{filters_of(written)}{CONTENT_ENDS}".encode())
    return written


def _put(archive: ZipFile, name: str, text: str, compression: int = ZIP_DEFLATED) -> None:
    archive.writestr(_entry(name, compression), text)


def _entry(name: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, _EARLIEST)
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    return entry
