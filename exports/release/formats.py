"""The files that a release leaves as. A writer is loaded when it is used, and yields its file in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Final

from exports.release.cube import SealedCube

Writer = Callable[[SealedCube], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class ReleaseFormat:
    """A kind of file: its extension without a dot, its media type, and `module:function` of what writes it.

    `is_slow`: a national release takes many seconds, of which nothing can be read before the last.
    """

    extension: str
    media_type: str
    writer: str
    is_slow: bool = False

    def write(self, release: SealedCube) -> Iterator[bytes]:
        """Yield the file in parts."""
        module, _, name = self.writer.partition(":")
        writer: Writer = getattr(import_module(module), name)
        return writer(release)


_SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPEN_SHEETS: Final = "application/vnd.oasis.opendocument.spreadsheet"

RELEASE_FORMATS: Final[Mapping[str, ReleaseFormat]] = MappingProxyType(
    {
        one.extension: one
        for one in (
            ReleaseFormat("parquet", "application/vnd.apache.parquet", "exports.release.parquet:write_parquet"),
            ReleaseFormat("csv", "text/csv", "exports.release.tidy:write_csv"),
            ReleaseFormat("csv-metadata.json", "application/csvm+json", "exports.release.tidy:write_metadata"),
            ReleaseFormat("json", "application/json", "exports.release.documents:write_json"),
            ReleaseFormat("xlsx", _SHEETS, "exports.release.workbook:write_xlsx", is_slow=True),
            ReleaseFormat("ods", _OPEN_SHEETS, "exports.release.open_workbook:write_ods", is_slow=True),
            ReleaseFormat(
                "sdmx-structure.json", "application/vnd.sdmx.structure+json", "exports.release.sdmx:write_structure"
            ),
            ReleaseFormat(
                "sdmx-structure.xml", "application/vnd.sdmx.structure+xml", "exports.release.sdmx:write_structure_xml"
            ),
            ReleaseFormat("sdmx.csv", "application/vnd.sdmx.data+csv", "exports.release.sdmx:write_data_csv"),
            ReleaseFormat("sdmx.xml", "application/vnd.sdmx.data+xml", "exports.release.sdmx:write_data_xml"),
            ReleaseFormat("ddi.xml", "application/vnd.ddi+xml", "exports.release.ddi:write_codebook"),
            ReleaseFormat("ttl", "text/turtle", "exports.release.catalogue:write_turtle"),
            ReleaseFormat("jsonld", "application/ld+json", "exports.release.catalogue:write_json_ld"),
        )
    }
)
