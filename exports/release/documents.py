"""A release as one JSON document: what must be known to read it first, then the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from exports.release.column_words import TITLES, datatype_of
from exports.release.cube import COLUMNS, SealedCube
from exports.release.facts import citation_of
from exports.release.introducing import method_of, notices_of
from exports.release.row_text import RowText, rows_as_text

FORMAT: Final = "ceo-release/1"
_BETWEEN: Final = ",\n"


def write_json(release: SealedCube) -> Iterator[bytes]:
    """Yield a document with `facts`, `seal`, `citation`, `columns`, and `rows`: arrays in the order of the columns, a row a line.

    Where there is nothing, a text is "" and a number null, as in the cube.
    """
    head = json.dumps(_head(release), ensure_ascii=False, indent=1)
    yield f'{head.removesuffix("}").rstrip()},\n "rows": ['.encode()
    before = "\n"
    for rows in rows_as_text(release.cube.table, RowText(_text, no_number="null", begins="[", ends="]")):
        yield (before + _BETWEEN.join(rows)).encode()
        before = _BETWEEN
    yield b"\n]}\n"


def _head(release: SealedCube) -> dict[str, Any]:
    facts, seal = release.facts, release.seal
    return {
        "format": FORMAT,
        "title": facts.title,
        "citation": citation_of(facts, seal),
        "license": {"name": facts.licence, "address": facts.licence_address},
        "notices": notices_of(release),
        "method": method_of(facts),
        "seal": seal.model_dump(mode="json"),
        "facts": facts.model_dump(mode="json"),
        "columns": [
            {"name": name, "datatype": datatype_of(name), "titles": dict(TITLES[name]), "description": description}
            for name, description in COLUMNS.items()
        ],
    }


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
