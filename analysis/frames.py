"""Reading outside data: a CSV and an analysis plan become a data set, or a list of what is wrong with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, MISSING_CODES, SKIPPED, VALID, Dataset, Grouping, assemble
from analysis.design import Stratum
from analysis.encoding import Encoded, Findings, code_numbers, make_columns, stratum_problems
from analysis.plan import AnalysisPlan, ChoicesItem, NumberItem, ScaleItem
from questionnaires.problems import Problem
from questionnaires.strict_yaml import suggest

if TYPE_CHECKING:
    import pandas as pd

# The name of an index that holds line numbers; without it the head is line 1.
_LINE = "line"
_FIRST_LINE = 2
_EVERYONE = ""
_SEPARATOR = ";"


def read_csv(content: bytes, file: str) -> pd.DataFrame | tuple[Problem, ...]:
    """Return the cells of a CSV as text, with the line of every row as index.

    The separator is a comma or a semicolon, whichever the head has more of. Empty lines are passed over.
    """
    import pandas as pd

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (Problem(file, line, "", "A20", "Het bestand is geen UTF-8.", "Sla het op als CSV UTF-8."),)
    found = _read_rows(text, file)
    if isinstance(found, Problem):
        return (found,)
    (_, head), *rows = found or [(1, [])]
    wrong = tuple(_wrong_rows(head, rows, file))
    index = pd.Index([line for line, _ in rows], name=_LINE)
    return wrong or pd.DataFrame([cells for _, cells in rows], columns=head, index=index, dtype=str)


def _read_rows(text: str, file: str) -> list[tuple[int, list[str]]] | Problem:
    """Return the rows of a text with their last line; an unfinished quotation is a problem."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;", key=head.count), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        cause = f"Het bestand is hier geen goede CSV ({error})."
        return Problem(file, reader.line_num, "", "A21", cause, "Kijk of elk aanhalingsteken ook weer sluit.")


def _wrong_rows(head: Sequence[str], rows: Sequence[tuple[int, list[str]]], file: str) -> Iterator[Problem]:
    if not head:
        yield Problem(file, 1, "", "A21", "Het bestand is leeg.", "Geef een bestand met een kop en rijen.")
    findings = Findings(file, [line for line, _ in rows])
    for row, (_, cells) in enumerate(rows):
        if len(cells) != len(head):
            cause = f"Deze regel heeft {len(cells)} cellen en de kop {len(head)}."
            findings.add(row, "", "A21", cause, "Geef elke regel evenveel cellen als de kop.")
    yield from findings.problems()


def read_frame(frame: pd.DataFrame, plan: AnalysisPlan, file: str) -> Dataset | tuple[Problem, ...]:
    """Return the data set of a table of answers, or every way in which table and plan do not fit.

    One row a respondent. An empty cell of an item was skipped; other reasons are codes that the plan names. Numbers are
    written with a point or a comma. Problems count lines as in the file; in other tables the head is line 1.
    """
    of_file = frame.index.name == _LINE
    lines = [int(line) for line in frame.index] if of_file else range(_FIRST_LINE, _FIRST_LINE + len(frame))
    cells = frame.reset_index(drop=True)
    problems = tuple(_absent_columns(cells, plan, file))
    if problems or not len(cells):
        empty = Problem(file, 1, "", "A10", "Er staan geen antwoorden in.", "Geef een bestand met rijen.")
        return problems or (empty,)
    findings = Findings(file, lines)
    layout = _Layout(cells, plan, findings)
    encoded = {name: _encode(cells, name, item, findings) for name, item in plan.items.items()}
    groupings = [_grouping(cells, name) for name in plan.subgroups if name not in plan.items]
    strata, stratum = layout.strata()
    weights = layout.weights()
    counts = {it.name: int(n) for it, n in zip(strata, np.bincount(stratum, minlength=len(strata)), strict=True)}
    first_lines = [lines[int(np.argmax(stratum == number))] for number in range(len(strata))]
    problems = tuple(sorted((*findings.problems(), *stratum_problems(strata, counts, file, first_lines))))
    return problems or assemble(make_columns(plan, encoded, groupings), strata, stratum, weights)


def _absent_columns(frame: pd.DataFrame, plan: AnalysisPlan, file: str) -> Iterator[Problem]:
    design = plan.design
    of_design = (("strata", design.strata), ("unit", design.unit), ("population", design.population))
    named = [(f"design.{key}", column) for key, column in (*of_design, ("weights", design.weights)) if column]
    named += [("items", name) for name in plan.items]
    named += [("subgroups", name) for name in plan.subgroups if name not in plan.items]
    present = [str(column) for column in frame.columns]
    for place, column in named:
        if column not in present:
            yield Problem(file, 1, place, "A22", f"De kolom {column} staat niet in de kop.", suggest(column, present))
        elif present.count(column) > 1:
            cause = f"De kolom {column} staat er {present.count(column)} keer."
            yield Problem(file, 1, place, "A23", cause, "Geef elke kolom een eigen naam.")


def _text(frame: pd.DataFrame, column: str) -> list[str]:
    """Return the cells of a column as text; whole numbers without a fraction, nothing as an empty text."""
    return [_as_text(value) for value in frame[column].tolist()]


def _as_text(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value).strip()


def _as_number(text: str) -> float | None:
    """Return the number in a cell, or None; a comma may stand for the point.

    >>> _as_number("3,5"), _as_number("1e3"), _as_number("drie")
    (3.5, 1000.0, None)
    """
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _encode(frame: pd.DataFrame, name: str, item: ScaleItem | ChoicesItem | NumberItem, findings: Findings) -> Encoded:
    cells = _text(frame, name)
    if isinstance(item, NumberItem):
        return _encode_numbers(cells, name, item, findings)
    if isinstance(item, ChoicesItem):
        return _encode_choices(cells, name, item, findings)
    numbers = {"": SKIPPED} | code_numbers(item)
    for row, cell in enumerate(cells):
        if cell not in numbers:
            _unknown(row, name, cell, item, findings)
    return Encoded(codes=np.array([[numbers.get(cell, SKIPPED) for cell in cells]], dtype=np.int8))


def _unknown(row: int, name: str, cell: str, item: ScaleItem | ChoicesItem, findings: Findings) -> None:
    cure = suggest(cell, [*item.codes, *item.missing])
    findings.add(row, name, "A24", f"Het antwoord {cell} staat niet in het plan.", cure)


def _encode_choices(cells: Sequence[str], name: str, item: ChoicesItem, findings: Findings) -> Encoded:
    places = {code: place for place, code in enumerate(item.codes)}
    reasons = {"": SKIPPED} | {code: number for code, number in code_numbers(item).items() if code in item.missing}
    codes = np.full((len(places), len(cells)), FIRST_CODE, dtype=np.int8)
    for row, cell in enumerate(cells):
        if cell in reasons:
            codes[:, row] = reasons[cell]
            continue
        for chosen in (part.strip() for part in cell.split(_SEPARATOR)):
            if chosen in places:
                codes[places[chosen], row] = FIRST_CODE + 1
            else:
                _unknown(row, name, chosen, item, findings)
    return Encoded(codes=codes)


def _encode_numbers(cells: Sequence[str], name: str, item: NumberItem, findings: Findings) -> Encoded:
    reasons = {"": SKIPPED} | {code: MISSING_CODES[reason] for code, reason in item.missing.items()}
    low = -np.inf if item.minimum is None else item.minimum
    high = np.inf if item.maximum is None else item.maximum
    values, status = np.zeros(len(cells)), np.full(len(cells), VALID, dtype=np.int8)
    for row, cell in enumerate(cells):
        if cell in reasons:
            status[row] = reasons[cell]
            continue
        number = _as_number(cell)
        if number is None or not low <= number <= high:
            cause = f"De waarde {cell} is geen getal van {low:g} tot {high:g}."
            findings.add(row, name, "A25", cause, "Verbeter de waarde, of noem de code bij missing.")
            continue
        values[row] = number
    return Encoded(values=values, status=status)


def _grouping(frame: pd.DataFrame, name: str) -> Grouping:
    """Return the levels that occur in a column, in the order of their text; an empty cell is in no level."""
    cells = _text(frame, name)
    levels = sorted(set(cells) - {""})
    places = {level: place for place, level in enumerate(levels)} | {"": -1}
    return Grouping(name, tuple(levels), np.array([places[cell] for cell in cells], dtype=np.int16))


class _Layout:
    """The design columns of a table: strata with unit and population, and weights."""

    def __init__(self, frame: pd.DataFrame, plan: AnalysisPlan, findings: Findings) -> None:
        self._frame, self._design, self._findings = frame, plan.design, findings

    def strata(self) -> tuple[list[Stratum], NDArray[np.int32]]:
        """Return the strata in the table and the number of the stratum of each row."""
        names, units = self._column(self._design.strata), self._column(self._design.unit)
        populations = self._populations(names)
        found: dict[str, Stratum] = {}
        for row, (name, unit, population) in enumerate(zip(names, units, populations, strict=True)):
            first = found.setdefault(name, Stratum(name, unit, population))
            self._check_same(row, first, unit, population)
        numbers = {name: number for number, name in enumerate(found)}
        return list(found.values()), np.array([numbers[name] for name in names], dtype=np.int32)

    def weights(self) -> NDArray[np.float64] | None:
        """Return the weights, or None when they follow from population and respondents."""
        column = self._design.weights
        if column is None:
            return None
        numbers = [_as_number(cell) for cell in _text(self._frame, column)]
        for row, number in enumerate(numbers):
            if number is None or number < 0:
                cause = "Een gewicht ontbreekt, is geen getal of is kleiner dan 0."
                self._findings.add(row, column, "A26", cause, "Geef elke rij een gewicht.")
        return np.array([number or 0.0 for number in numbers])

    def _column(self, column: str | None) -> list[str]:
        if column is None:
            return [_EVERYONE] * len(self._frame)
        cells = _text(self._frame, column)
        for row, cell in enumerate(cells):
            if not cell:
                cause = f"De kolom {column} is hier leeg."
                self._findings.add(row, column, "A27", cause, "Vul in waar deze rij bij hoort.")
        return cells

    def _populations(self, names: Sequence[str]) -> list[float]:
        design = self._design
        if design.population is None:
            return [self._listed(row, name) for row, name in enumerate(names)]
        numbers = [_as_number(cell) for cell in _text(self._frame, design.population)]
        for row, number in enumerate(numbers):
            if number is None or number <= 0:
                cause = "De populatie ontbreekt of is geen getal boven 0."
                self._findings.add(row, design.population, "A28", cause, "Vul de populatie in.")
        return [number if number is not None and number > 0 else np.inf for number in numbers]

    def _listed(self, row: int, name: str) -> float:
        listed = self._design.populations
        if not listed:
            return np.inf
        if name not in listed:
            cause = f"Het stratum {name} heeft geen populatie in het plan."
            self._findings.add(row, "design.populations", "A29", cause, suggest(name, listed))
        return listed.get(name, np.inf)

    def _check_same(self, row: int, first: Stratum, unit: str, population: float) -> None:
        place = f"stratum {first.name}"
        if unit != first.unit:
            cause = f"Dit stratum hoort bij {first.unit} en ook bij {unit}."
            self._findings.add(row, place, "A30", cause, "Geef elk stratum een eenheid.")
        if population != first.population and np.isfinite((population, first.population)).all():
            cause = "Dit stratum heeft meer dan een populatie."
            self._findings.add(row, place, "A31", cause, "Geef elke rij van het stratum dezelfde.")
