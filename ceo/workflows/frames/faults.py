"""What is wrong in a list, as a job keeps it: where, and which fault. What stands in the cell is left out: it is somebody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ceo.workflows.frames.listed import ListFault
from ceo.workflows.frames.mapping import Columns
from ceo.workflows.frames.rows import column_letters

# As many stand one by one; all are counted.
MOST_TOLD: Final = 500


@dataclass(frozen=True, slots=True)
class ToldFault:
    """One fault on the page. `field` is what the column holds, a `ListField`; "" when that does not matter."""

    line: int
    column: str
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class ListFaults:
    """The faults of a list: the first of them, how many there are, and how many of each code."""

    told: Sequence[ToldFault]
    total: int
    counts: Mapping[str, int]


class FaultTally:
    """Counts faults, and keeps the first."""

    def __init__(self, columns: Columns | None = None) -> None:
        places = columns.places.items() if columns is not None else ()
        self._fields = {column_letters(place): field.value for field, found in places for place in found}
        self._letters = {field: letters for letters, field in reversed(self._fields.items())}
        self._told: list[list[Any]] = []
        self.counts: Counter[str] = Counter()

    def add(self, fault: ListFault) -> None:
        """Count a fault. Its column is that of the file, or the value of a `ListField`."""
        self.counts[fault.code] += 1
        if len(self._told) < MOST_TOLD:
            column = self._letters.get(fault.column, fault.column)
            self._told.append([fault.line, column, self._fields.get(column, ""), fault.code])

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self.counts)

    def document(self) -> dict[str, Any]:
        """Return them as JSON, in order of the lines."""
        return {
            "faults": sorted(self._told),
            "total": self.counts.total(),
            "counts": dict(sorted(self.counts.items())),
        }


def read_faults(result: Mapping[str, Any] | None) -> ListFaults | None:
    """Return the faults in the result of a job; None when there are none."""
    if not result or not result.get("total"):
        return None
    return ListFaults([ToldFault(*fault) for fault in result["faults"]], result["total"], result["counts"])
