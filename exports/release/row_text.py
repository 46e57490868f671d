"""Rows of a cube as text, a batch at a time: cells are made and joined by Arrow, so that no row becomes Python objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_A_TIME: Final = 8192


@dataclass(frozen=True, slots=True)
class RowText:
    """How a row is written. `text` writes the cell of a text column; numbers stand in their shortest exact form, with a dot."""

    text: Callable[[str], str]
    no_number: str
    begins: str = ""
    ends: str = ""


def rows_as_text(table: pa.Table, how: RowText) -> Iterator[list[str]]:
    """Yield the rows of a table as texts, some thousands together; cells are joined by a comma."""
    import pyarrow.compute as pc

    for batch in table.to_batches(max_chunksize=ROWS_AT_A_TIME):
        cells = [_cells(column, how) for column in batch.columns]
        rows = pc.binary_join_element_wise(*cells, ",")
        yield pc.binary_join_element_wise(how.begins, rows, how.ends, "").to_pylist()


def _cells(column: Any, how: RowText) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        # Only as many texts are written as there are different ones.
        written = pa.array([how.text(text) for text in column.dictionary.to_pylist()], pa.string())
        return written.take(column.indices)
    return pc.fill_null(pc.cast(column, pa.string()), how.no_number)
