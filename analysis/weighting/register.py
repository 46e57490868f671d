"""The register: how many people the population has, by unit, stratum and the variables that weights are fitted to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Grouping
from analysis.design import Stratum
from analysis.reading.cells import Cells, as_number, cells_of
from analysis.reading.encoding import Findings
from analysis.reading.files import LINE
from analysis.rows.sample import numbered
from questionnaires.problems import Problem
from questionnaires.strict_yaml import suggest

if TYPE_CHECKING:
    import pandas as pd

# The column with the number of people.
POPULATION: Final = "population"
_FIRST_LINE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """Counts of people: one row a combination of stratum and levels of the `variables`.

    `stratum` is the number in `strata` of every row. `strata_column` is the name under which a margin asks for the strata
    themselves; `file` is where it was read, for problems.
    """

    file: str
    strata_column: str
    strata: tuple[Stratum, ...]
    stratum: NDArray[np.int64]
    variables: tuple[Grouping, ...]
    counts: NDArray[np.float64]


def read_register(
    frame: pd.DataFrame, file: str, *, strata: str | None = None, unit: str | None = None
) -> Register | tuple[Problem, ...]:
    """Return the register of a table, or everything that is wrong with it.

    The columns `strata` and `unit` are named as in the data (None: one stratum, one unit), `population` counts people; all
    other columns are variables. An empty cell of a variable: unknown.

    >>> import pandas as pd
    >>> read_register(pd.DataFrame({"sex": ["m", "v"], "population": [40, 60]}), "register.csv").counts
    array([40., 60.])
    """
    design = [column for column in (strata, unit) if column]
    problems = tuple(_wrong_columns(frame, [*design, POPULATION], file))
    if problems or not len(frame):
        empty = Problem(file, 1, "", "A66", "Er staan geen aantallen in.", "Geef een register met rijen.")
        return problems or (empty,)
    findings = Findings(file, _lines(frame))
    of_design = [_filled(frame, column, findings) for column in design]
    variables = [str(column) for column in frame.columns if column not in {*design, POPULATION}]
    columns = {name: cells_of(frame, name) for name in variables}
    counts = _counts(frame, findings)
    _check_doubles([*of_design, *columns.values()], findings)
    stratum = numbered([cells.place for cells in of_design]) if design else np.zeros(len(frame), dtype=np.int64)
    sizes = np.bincount(stratum, weights=counts)
    first = np.unique(stratum, return_index=True)[1]
    named = [[cells.different[cells.place[row]] for cells in of_design] for row in first]
    found = tuple(_stratum(texts, strata, unit, float(size)) for texts, size in zip(named, sizes, strict=True))
    groupings = tuple(_grouping(name, cells) for name, cells in columns.items())
    return findings.problems() or Register(file, strata or "", found, stratum, groupings, counts)


def _wrong_columns(frame: pd.DataFrame, needed: Sequence[str], file: str) -> Iterator[Problem]:
    present = [str(column) for column in frame.columns]
    for column in needed:
        if column not in present:
            cause = f"De kolom {column} staat niet in het register."
            yield Problem(file, 1, column, "A65", cause, suggest(column, present))
    for column in dict.fromkeys(present):
        if present.count(column) > 1:
            cause = f"De kolom {column} staat er {present.count(column)} keer."
            yield Problem(file, 1, column, "A65", cause, "Geef elke kolom een eigen naam.")


def _lines(frame: pd.DataFrame) -> Sequence[int]:
    of_file = frame.index.name == LINE
    return [int(line) for line in frame.index] if of_file else range(_FIRST_LINE, _FIRST_LINE + len(frame))


def _filled(frame: pd.DataFrame, column: str, findings: Findings) -> Cells:
    cells = cells_of(frame, column)
    if "" in cells.different:
        cause = f"De kolom {column} is hier leeg."
        findings.add(cells.rows(""), column, "A67", cause, "Vul in waar deze mensen bij horen.")
    return cells


def _counts(frame: pd.DataFrame, findings: Findings) -> NDArray[np.float64]:
    cells = cells_of(frame, POPULATION)
    numbers = [as_number(cell) for cell in cells.different]
    for cell, number in zip(cells.different, numbers, strict=True):
        if number is None or number < 0:
            cause = "Een aantal mensen ontbreekt, is geen getal of is kleiner dan 0."
            findings.add(cells.rows(cell), POPULATION, "A68", cause, "Vul een aantal van 0 of meer in.")
    return np.array([number or 0.0 for number in numbers])[cells.place]


def _check_doubles(columns: Sequence[Cells], findings: Findings) -> None:
    if not columns:
        return
    code = numbered([cells.place for cells in columns])
    first = np.unique(code, return_index=True)[1]
    again = np.setdiff1d(np.arange(code.size), first)
    if again.size:
        cause = "Deze combinatie staat er al."
        findings.add(again, "", "A69", cause, "Tel de aantallen op in een regel.")


def _stratum(texts: Sequence[str], strata: str | None, unit: str | None, population: float) -> Stratum:
    return Stratum(texts[0] if strata else "", texts[-1] if unit else "", population)


def _grouping(name: str, cells: Cells) -> Grouping:
    levels = tuple(sorted(set(cells.different) - {""}))
    place = {level: number for number, level in enumerate(levels)} | {"": -1}
    return Grouping(name, levels, np.array([place[cell] for cell in cells.different], dtype=np.int16)[cells.place])
