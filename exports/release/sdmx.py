"""A release in SDMX 3.0: its structure as SDMX-ML and SDMX-JSON, its figures as SDMX-CSV 2.0 and structure-specific SDMX-ML.

`pysdmx` writes structures and the frame of data messages. It makes a table of all data first, and a text of all of it, so rows are written
here, batch after batch of the cube. Texts that pysdmx leaves out or writes without escaping (language, source) are put in here as well.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, Final
from xml.sax.saxutils import escape

from exports.release.cube import SealedCube
from exports.release.sdmx_components import (
    COMPONENTS,
    ColumnComponent,
    Content,
    confidentiality_status,
    observation_status,
)
from exports.release.sdmx_names import TOTAL, code_of, time_range_of
from exports.release.sdmx_structure import header_of, schema_of, structures_of
from exports.release.telling import source_line

SOURCE: Final = "SOURCE"  # a column of our own at the end of SDMX-CSV, filled in the first row
_ROWS_AT_A_TIME: Final = 4096
_LANGUAGE: Final = re.compile(r'(<com:\w+ xml:lang=")en(">)')
_MEASURE_RELATIONSHIP: Final = re.compile(r"\s*<str:MeasureRelationship>.*?</str:MeasureRelationship>", re.DOTALL)
_END_OF_DATA: Final = "</mes:DataSet>"
_END_OF_HEADER: Final = "</mes:Header>"
_TOTALS: Final = frozenset({"breakdown", "level"})
_EMPTY_ALLOWED: Final = frozenset({"CATEGORY", "BREAKDOWN", "LEVEL"})


def write_structure(release: SealedCube) -> Iterator[bytes]:
    """Yield the structure as SDMX-JSON 2.0.

    pysdmx writes an empty list of groups, which the schema of SDMX-JSON does not allow, and does not say which language texts are in.
    """
    from pysdmx.io.json.sdmxjson2.writer.v2_0.structure import write

    written = write(structures_of(release), header=header_of(release.facts, release.seal)) or ""
    document = json.loads(written)
    document["meta"]["contentLanguages"] = ["nl"]
    for structure in document["data"]["dataStructures"]:
        components = structure["dataStructureComponents"]
        structure["dataStructureComponents"] = {name: part for name, part in components.items() if part}
    yield json.dumps(document, ensure_ascii=False, indent=1).encode()


def write_structure_xml(release: SealedCube) -> Iterator[bytes]:
    """Yield the structure as SDMX-ML 3.0.

    pysdmx says of every text that it is English, and of every attribute to which measure it belongs. The first is not so here, the second
    goes without saying where there is one measure, and not every program can read it.
    """
    from pysdmx.io.xml.sdmx30.writer.structure import write

    written = write(structures_of(release), header=header_of(release.facts, release.seal)) or ""
    yield _MEASURE_RELATIONSHIP.sub("", _LANGUAGE.sub(r"\1nl\2", written)).encode()


def write_data_csv(release: SealedCube) -> Iterator[bytes]:
    """Yield the figures as SDMX-CSV 2.0, with what the whole file says of itself at the end of the first row."""
    schema = schema_of(release)
    fixed = ["dataflow", f"{schema.agency}:{schema.id}({schema.version})", "I"]
    source = source_line(release.facts, release.seal)
    yield _csv([["STRUCTURE", "STRUCTURE_ID", "ACTION", *(one.id for one in COMPONENTS), SOURCE]])
    for rows in _batches(release, str):
        yield _csv([*fixed, *row, source if at == 0 else ""] for at, row in enumerate(rows))
        source = ""


def write_data_xml(release: SealedCube) -> Iterator[bytes]:
    """Yield the figures as structure-specific SDMX-ML 3.0."""
    before, after = _frame(release)
    names = [one.id for one in COMPONENTS]
    yield before.encode()
    for rows in _batches(release, lambda text: escape(text, {'"': "&quot;"})):
        yield "".join(f"\t\t<Obs{_attributes(names, row)}/>\n" for row in rows).encode()
    yield after.encode()


def _attributes(names: list[str], row: tuple[str, ...]) -> str:
    return "".join(f' {name}="{value}"' for name, value in zip(names, row, strict=True) if value)


def _frame(release: SealedCube) -> tuple[str, str]:
    """Return what stands before and after the observations: the message that pysdmx writes for none, with its source."""
    import pandas as pd
    from pysdmx.io.pd import PandasDataset
    from pysdmx.io.xml.sdmx30.writer.structure_specific import write

    schema = schema_of(release)
    nothing = PandasDataset(structure=schema, data=pd.DataFrame(columns=[one.id for one in COMPONENTS]))
    written = write([nothing], header=header_of(release.facts, release.seal)) or ""
    source = escape(source_line(release.facts, release.seal))
    told = f'\t<mes:Source xml:lang="nl">{source}</mes:Source>\n\t{_END_OF_HEADER}'
    before, end, after = written.replace(_END_OF_HEADER, told).partition(_END_OF_DATA)
    return before.rstrip("\t"), f"\t{end}{after}"


def _csv(rows: Any) -> bytes:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()


def _batches(release: SealedCube, escaped: Callable[[str], str]) -> Iterator[list[tuple[str, ...]]]:
    """Yield the rows of each batch: texts in the order of the components, "" for nothing."""
    for batch in release.cube.table.to_batches(max_chunksize=_ROWS_AT_A_TIME):
        flags, suppressions = batch.column("flags").to_pylist(), batch.column("suppression").to_pylist()
        statuses = {
            "OBS_STATUS": [observation_status(*each) for each in zip(flags, suppressions, strict=True)],
            "CONF_STATUS": [confidentiality_status(each) for each in suppressions],
        }
        columns = [statuses.get(one.id) or _texts(one, batch.column(one.column), escaped) for one in COMPONENTS]
        yield list(zip(*columns, strict=True))


def _texts(one: ColumnComponent, column: Any, escaped: Callable[[str], str]) -> list[str]:
    if one.content in {Content.NUMBER, Content.COUNT}:
        return ["" if value is None else repr(value) for value in column.to_pylist()]
    # Each name is translated once a batch, not once a row.
    names = [escaped(_told(one, name)) for name in column.dictionary.to_pylist()]
    return [names[at] for at in column.indices.to_pylist()]


def _told(one: ColumnComponent, name: str) -> str:
    if one.content is Content.PERIOD:
        return time_range_of(name)
    if one.content is Content.TEXT or not (name or one.id in _EMPTY_ALLOWED):
        return name
    return code_of(name, nothing=TOTAL) if one.column in _TOTALS else code_of(name)
