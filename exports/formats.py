"""The files that a report leaves as. A writer is loaded when it is used, so that the web app starts without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from exports.report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its extension without a dot, its media type, and what writes it."""

    extension: str
    media_type: str
    write: Callable[[Report], bytes]


def _write_pdf(report: Report) -> bytes:
    from exports.pdf.writing import write_pdf

    return write_pdf(report)


def _write_xlsx(report: Report) -> bytes:
    from exports.xlsx import write_xlsx

    return write_xlsx(report)


def _write_csv(report: Report) -> bytes:
    from exports.tidy_csv import write_csv

    return write_csv(report)


WRITERS: Mapping[str, Format] = MappingProxyType(
    {
        "pdf": Format("pdf", "application/pdf", _write_pdf),
        "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _write_xlsx),
        "csv": Format("csv", "text/csv", _write_csv),
    }
)
