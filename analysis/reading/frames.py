"""A table of answers and a plan become a data set, or a list of every way in which they do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.comparison.references import data_problems
from analysis.dataset import FIRST_CODE, MISSING_CODES, SKIPPED, VALID, Dataset, Grouping, assemble
from analysis.plan import AnalysisPlan, ChoicesItem, NumberItem, ScaleItem
from analysis.reading.cells import Cells, as_number, cells_of
from analysis.reading.encoding import Encoded, Findings, code_numbers, make_columns, stratum_problems
from analysis.reading.files import LINE
from analysis.reading.layout import Layout
from questionnaires.problems import Problem
from questionnaires.strict_yaml import suggest

if TYPE_CHECKING:
    import pandas as pd

_FIRST_LINE = 2
_SEPARATOR = ";"


def read_frame(frame: pd.DataFrame, plan: AnalysisPlan, file: str) -> Dataset | tuple[Problem, ...]:
    """Return the data set of a table of answers, or every way in which table and plan do not fit.

    One row a respondent. An empty cell of an item was skipped; other reasons are codes that the plan names. Numbers are
    written with a point or a comma. Problems count lines as in the file; in other tables the head is line 1.
    """
    of_file = frame.index.name == LINE
    lines = [int(line) for line in frame.index] if of_file else range(_FIRST_LINE, _FIRST_LINE + len(frame))
    problems = tuple(_absent_columns(frame, plan, file))
    if problems or not len(frame):
        empty = Problem(file, 1, "", "A10", "Er staan geen antwoorden in.", "Geef een bestand met rijen.")
        return problems or (empty,)
    findings = Findings(file, lines)
    layout = Layout(frame, plan, findings)
    encoded = {name: _encode(cells_of(frame, name), name, item, findings) for name, item in plan.items.items()}
    columns = make_columns(
        plan,
        encoded,
        [_grouping(frame, name) for name in plan.subgroups if name not in plan.items],
        auxiliaries=[_grouping(frame, name) for name in _auxiliaries(plan)],
    )
    strata, stratum = layout.strata()
    stages = layout.stages(stratum)
    weights = layout.weights(stages)
    counts = {it.name: int(n) for it, n in zip(strata, np.bincount(stratum, minlength=len(strata)), strict=True)}
    first_lines = [lines[int(np.argmax(stratum == number))] for number in range(len(strata))]
    waves = next((it.levels for it in columns.groupings if it.breakdown == plan.design.wave), ())
    unknown = data_problems(plan.references, sorted({it.unit for it in strata} - {""}), waves, file)
    problems = tuple(sorted((*findings.problems(), *stratum_problems(strata, counts, file, first_lines), *unknown)))
    return problems or assemble(columns, strata, stratum, weights, stages=stages)


def _auxiliaries(plan: AnalysisPlan) -> list[str]:
    """Return the columns of the weighting scheme that are no breakdown."""
    if plan.weighting is None:
        return []
    named = [*plan.weighting.cells, *(name for margin in plan.weighting.margins for name in margin)]
    of_design = {plan.design.strata, plan.design.unit}
    return [name for name in dict.fromkeys(named) if name not in {*plan.subgroups, *of_design}]


def _absent_columns(frame: pd.DataFrame, plan: AnalysisPlan, file: str) -> Iterator[Problem]:
    design = plan.design
    of_design = (("strata", design.strata), ("unit", design.unit), ("population", design.population))
    named = [(f"design.{key}", column) for key, column in (*of_design, ("weights", design.weights)) if column]
    for place, stage in enumerate(design.stages):
        named += [(f"design.stages.{place}", column) for column in (stage.cluster, stage.population) if column]
    named += [("items", name) for name in plan.items]
    named += [("subgroups", name) for name in plan.subgroups if name not in plan.items]
    named += [("weighting", name) for name in _auxiliaries(plan)]
    present = [str(column) for column in frame.columns]
    for where, column in named:
        if column not in present:
            yield Problem(file, 1, where, "A22", f"De kolom {column} staat niet in de kop.", suggest(column, present))
        elif present.count(column) > 1:
            cause = f"De kolom {column} staat er {present.count(column)} keer."
            yield Problem(file, 1, where, "A23", cause, "Geef elke kolom een eigen naam.")


def _encode(cells: Cells, name: str, item: ScaleItem | ChoicesItem | NumberItem, findings: Findings) -> Encoded:
    if isinstance(item, NumberItem):
        return _encode_numbers(cells, name, item, findings)
    if isinstance(item, ChoicesItem):
        return _encode_choices(cells, name, item, findings)
    numbers = {"": SKIPPED} | code_numbers(item)
    for value in cells.different:
        if value not in numbers:
            _unknown(cells.rows(value), name, value, item, findings)
    codes = np.array([numbers.get(value, SKIPPED) for value in cells.different], dtype=np.int8)
    return Encoded(codes=codes[cells.place][None, :])


def _unknown(rows: NDArray[np.int64], name: str, cell: str, item: ScaleItem | ChoicesItem, findings: Findings) -> None:
    cure = suggest(cell, [*item.codes, *item.missing])
    findings.add(rows, name, "A24", f"Het antwoord {cell} staat niet in het plan.", cure)


def _encode_choices(cells: Cells, name: str, item: ChoicesItem, findings: Findings) -> Encoded:
    places = {code: place for place, code in enumerate(item.codes)}
    reasons = {"": SKIPPED} | {code: number for code, number in code_numbers(item).items() if code in item.missing}
    codes = np.full((len(places), len(cells.different)), FIRST_CODE, dtype=np.int8)
    for column, cell in enumerate(cells.different):
        if cell in reasons:
            codes[:, column] = reasons[cell]
            continue
        for chosen in (part.strip() for part in cell.split(_SEPARATOR)):
            if chosen in places:
                codes[places[chosen], column] = FIRST_CODE + 1
            else:
                _unknown(cells.rows(cell), name, chosen, item, findings)
    return Encoded(codes=codes[:, cells.place])


def _encode_numbers(cells: Cells, name: str, item: NumberItem, findings: Findings) -> Encoded:
    reasons = {"": SKIPPED} | {code: MISSING_CODES[reason] for code, reason in item.missing.items()}
    low = -np.inf if item.minimum is None else item.minimum
    high = np.inf if item.maximum is None else item.maximum
    values, status = np.zeros(len(cells.different)), np.full(len(cells.different), VALID, dtype=np.int8)
    for place, cell in enumerate(cells.different):
        if cell in reasons:
            status[place] = reasons[cell]
            continue
        number = as_number(cell)
        if number is None or not low <= number <= high:
            cause = f"De waarde {cell} is geen getal van {low:g} tot {high:g}."
            findings.add(cells.rows(cell), name, "A25", cause, "Verbeter de waarde, of noem de code bij missing.")
            continue
        values[place] = number
    return Encoded(values=values[cells.place], status=status[cells.place])


def _grouping(frame: pd.DataFrame, name: str) -> Grouping:
    """Return the levels that occur in a column, in the order of their text; an empty cell is in no level."""
    cells = cells_of(frame, name)
    levels = sorted(set(cells.different) - {""})
    places = {level: place for place, level in enumerate(levels)} | {"": -1}
    member = np.array([places[value] for value in cells.different], dtype=np.int16)
    return Grouping(name, tuple(levels), member[cells.place])
