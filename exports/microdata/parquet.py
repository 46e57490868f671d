"""Microdata as Parquet: the same numbers as in the other files, and in its metadata what they mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from analysis.microdata.records import MicrodataVariable
from exports.microdata.handing_out import ForPractice, Handout, file_label_of, notes_of, records_of
from exports.microdata.table import measure_of
from exports.release.facts import citation_of

_ROWS_OF_A_GROUP: Final = 65_536
_PART: Final = 1 << 20


def write_parquet(handout: Handout) -> Iterator[bytes]:
    """Yield a Parquet file, a row group at a time.

    The metadata of the file hold `title`, `citation`, `notes` and, as JSON, `agreement` and `variables`: their labels, the words of every
    number, and which numbers are no answer.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    records = records_of(handout)
    schema = pa.schema(
        [
            pa.field(
                one.name,
                pa.from_numpy_dtype(records.columns[one.name].dtype),
                nullable=False,
                metadata={"label": one.label},
            )
            for one in records.variables
        ],
        metadata=_metadata(handout),
    )
    columns = [pa.array(records.columns[one.name]) for one in records.variables]
    table = pa.Table.from_arrays(columns, schema=schema)
    written = BytesIO()
    with pq.ParquetWriter(written, schema, compression="zstd") as writer:
        for start in range(0, max(1, table.num_rows), _ROWS_OF_A_GROUP):
            writer.write_table(table.slice(start, _ROWS_OF_A_GROUP))
    whole = written.getbuffer()
    yield from (bytes(whole[start : start + _PART]) for start in range(0, len(whole), _PART))


def _metadata(handout: Handout) -> dict[str, str]:
    told = {
        "title": file_label_of(handout),
        "citation": citation_of(handout.facts, handout.seal),
        "digest": handout.seal.digest,
        "notes": "\n".join(notes_of(handout)),
        "variables": json.dumps([_described(one) for one in records_of(handout).variables], ensure_ascii=False),
    }
    if isinstance(handout, ForPractice):
        return told | {"license": f"{handout.facts.licence} {handout.facts.licence_address}"}
    return told | {"agreement": handout.agreement.model_dump_json()}


def _described(variable: MicrodataVariable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "label": variable.label,
        "question": variable.question,
        "universe": variable.universe,
        "role": variable.role.value,
        "measure": measure_of(variable),
        "values": {str(number): label for number, label in variable.value_labels.items()},
        "missing": list(variable.reasons),
    }
