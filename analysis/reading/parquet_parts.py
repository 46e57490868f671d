"""A Parquet file in parts of whole units, for files that are larger than memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.dataset import Dataset
from analysis.plan import AnalysisPlan
from analysis.reading.frames import read_frame
from questionnaires.problems import Problem

# As many rows as a part of a country: small enough for any machine, large enough that starting costs nothing.
ROWS_OF_PART = 250_000


@dataclass(frozen=True, slots=True)
class ParquetPart:
    """The rows of some units in a Parquet file; called, it reads them. It can be sent to another process."""

    path: str
    units: tuple[str, ...]
    plan: AnalysisPlan

    def __call__(self) -> Dataset | tuple[Problem, ...]:
        """Return the data set of these units, or what is wrong with their rows."""
        import pandas as pd

        unit = self.plan.design.unit
        assert unit is not None
        frame = pd.read_parquet(self.path, filters=[(unit, "in", list(self.units))])
        return read_frame(frame.reset_index(drop=True), self.plan, Path(self.path).name)


def parquet_parts(path: Path, plan: AnalysisPlan) -> tuple[ParquetPart, ...]:
    """Return the parts of a file, each with about `ROWS_OF_PART` rows; none when it has no column of text for units."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    column = plan.design.unit
    if column is None or column not in pq.read_schema(path).names:
        return ()
    counted = pc.value_counts(pq.read_table(path, columns=[column])[column]).to_pylist()
    counts = sorted((it["values"], it["counts"]) for it in counted if isinstance(it["values"], str) and it["values"])
    if len(counts) < len(counted):
        return ()  # units without a name are told when the file is read as a whole
    parts: list[list[str]] = []
    filled = ROWS_OF_PART
    for unit, count in counts:
        if filled >= ROWS_OF_PART:
            parts.append([])
            filled = 0
        parts[-1].append(unit)
        filled += count
    return tuple(ParquetPart(str(path), tuple(units), plan) for units in parts)
