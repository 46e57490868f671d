"""A release as tidy CSV, and the metadata beside it that says what the columns mean (CSV on the Web, W3C).

Sources: RFC 4180; W3C Recommendations of 17 December 2015, Model for Tabular Data and Metadata on the Web, and Metadata Vocabulary for
Tabular Data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from exports.release.column_words import DUTCH, KEY, PROPERTIES, TITLES, always_filled, datatype_of
from exports.release.cube import COLUMNS, COUNTS, SealedCube
from exports.release.facts import citation_of
from exports.release.introducing import address_of, dated, method_of, notices_of
from exports.release.row_text import RowText, rows_as_text

LINE_END: Final = "\r\n"
_QUOTED: Final = re.compile(r'[",\r\n]')


def write_csv(release: SealedCube) -> Iterator[bytes]:
    """Yield UTF-8 text with a head and a line a figure; empty where there is nothing, numbers in their shortest exact form with a dot.

    Texts stand as they are in the cube, also one that a spreadsheet could take for a formula: this file is for programs, and it has to be
    exactly what the digest is of. For people there are workbooks.
    """
    yield f"{','.join(COLUMNS)}{LINE_END}".encode()
    for rows in rows_as_text(release.cube.table, RowText(_field, no_number="", ends=LINE_END)):
        yield "".join(rows).encode()


def write_metadata(release: SealedCube) -> Iterator[bytes]:
    """Yield what the CSV means, for programs that know CSV on the Web, and for people who read JSON. It stands beside the CSV."""
    yield json.dumps(_table(release), ensure_ascii=False, indent=2).encode() + b"\n"


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _table(release: SealedCube) -> dict[str, Any]:
    facts, seal = release.facts, release.seal
    address = address_of(seal, "csv")
    # Only its last part: the two files stay together wherever they are taken.
    url = address.rpartition("/")[2]
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": url,
        "dc:title": _text(facts.title, "nl"),
        "dc:publisher": facts.publisher,
        "dc:license": {"@id": facts.licence_address},
        "dc:bibliographicCitation": citation_of(facts, seal),
        "dc:identifier": seal.digest,
        "dc:isVersionOf": facts.release,
        "dc:source": {"@id": seal.address},
        "dc:temporal": facts.period,
        "dc:date": {"@value": dated(release).isoformat(), "@type": "xsd:date"},
        "dc:description": _text(" ".join((*notices_of(release), f"{facts.population}.")), "nl"),
        "notes": [{"type": "Annotation", "target": url, "body": note} for note in _notes(release)],
        "dialect": {"encoding": "utf-8", "lineTerminators": [LINE_END, "\n"], "header": True},
        "tableSchema": {
            "columns": [_column(name) for name in COLUMNS],
            "primaryKey": list(KEY),
            "aboutUrl": "#row={_row}",
        },
    }


def _text(text: str, language: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _notes(release: SealedCube) -> list[str]:
    return [*notices_of(release), *filter(None, (method_of(release.facts), release.facts.reason))]


def _column(name: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": name,
        # With the name itself, by which a reader knows the head of the file.
        "titles": {"nl": TITLES[name]["nl"], "en": [name, TITLES[name]["en"]]},
        "dc:description": [_text(DUTCH[name], "nl"), _text(COLUMNS[name], "en")],
        "datatype": _datatype(name),
        "null": "",
    }
    if always_filled(name):
        described["required"] = True
    if name in PROPERTIES:
        described["propertyUrl"] = PROPERTIES[name]
    return described


def _datatype(name: str) -> str | dict[str, Any]:
    kind = datatype_of(name)
    if name == "p_adjusted":
        return {"base": kind, "minimum": "0", "maximum": "1"}
    return {"base": kind, "minimum": "0"} if name in COUNTS else kind
