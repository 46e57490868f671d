"""From answers per item to the columns of a data set: what gathering and reading a CSV have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.composites import composite_scores
from analysis.dataset import FIRST_CODE, MISSING_CODES, NOT_ASKED, VALID, CodedColumn, Columns, Grouping
from analysis.design import Stratum
from analysis.plan import AnalysisPlan, ChoicesItem, NumberItem, ScaleItem
from questionnaires.problems import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Answers to one item: category codes per option (one row for a scale), or numbers with their status."""

    codes: NDArray[np.int8] | None = None
    values: NDArray[np.float64] | None = None
    status: NDArray[np.int8] | None = None


@dataclass(slots=True)
class Findings:
    """Mistakes in records: each kind is told once, at its first line, with how often it occurs.

    `lines` gives the line of every record in the file.
    """

    file: str
    lines: Sequence[int]
    _found: dict[tuple[str, str, str, str], list[int]] = field(default_factory=dict)

    def add(self, rows: int | np.integer | NDArray[np.int64], place: str, code: str, cause: str, cure: str) -> None:
        """Note one mistake in one or more records, counted from 0."""
        found = self._found.setdefault((place, code, cause, cure), [])
        found += [self.lines[row] for row in np.atleast_1d(rows).tolist()]

    def problems(self) -> tuple[Problem, ...]:
        """Return all mistakes, in the order of the file."""
        return tuple(sorted(self._problems()))

    def _problems(self) -> Iterator[Problem]:
        for (place, code, cause, cure), lines in self._found.items():
            often = f" Dit komt {len(lines)} keer voor." if len(lines) > 1 else ""
            yield Problem(self.file, min(lines), place, code, cause + often, cure)


def code_numbers(item: ScaleItem | ChoicesItem) -> dict[str, int]:
    """Return the number of every code of an item in the data: answers from FIRST_CODE on, reasons below.

    >>> from analysis.plan import CodePlan
    >>> code_numbers(ScaleItem(kind="scale", codes={"ja": CodePlan(), "nee": CodePlan()}, missing={"nvt": "skipped"}))
    {'ja': 5, 'nee': 6, 'nvt': 1}
    """
    answers = {code: FIRST_CODE + place for place, code in enumerate(item.codes)}
    return answers | {code: MISSING_CODES[reason] for code, reason in item.missing.items()}


def category_scores(item: ScaleItem) -> tuple[float, ...]:
    """Return the score of every category, NaN where it has none."""
    return tuple(np.nan if code.score is None else code.score for code in item.codes.values())


def category_values(item: ScaleItem) -> tuple[float, ...]:
    """Return the number of every category, NaN where it has none."""
    return tuple(np.nan if code.value is None else code.value for code in item.codes.values())


def make_columns(
    plan: AnalysisPlan,
    encoded: Mapping[str, Encoded],
    groupings: Sequence[Grouping] = (),
    *,
    applies: Mapping[str, NDArray[np.bool_]] | None = None,
    auxiliaries: Sequence[Grouping] = (),
) -> Columns:
    """Return the columns of encoded items, with the composites and the breakdowns of the plan.

    `applies` says by composite for which records it exists; without it, for all. The others were not asked.
    """
    coded: list[CodedColumn] = []
    codes: list[NDArray[np.int8]] = []
    numbers: list[tuple[str, NDArray[np.float64], NDArray[np.int8]]] = []
    for name, item in plan.items.items():
        column = encoded[name]
        if isinstance(item, NumberItem):
            assert column.values is not None
            assert column.status is not None
            numbers.append((name, column.values, column.status))
        else:
            assert column.codes is not None
            coded += _coded_columns(name, item)
            codes += list(column.codes)
    numbers += _composites(plan, encoded, applies)
    rows = len(codes[0]) if codes else len(numbers[0][1])
    return Columns(
        coded=tuple(coded),
        codes=np.array(codes, dtype=np.int8).reshape(len(codes), rows),
        numbers=tuple(name for name, _, _ in numbers),
        values=np.array([values for _, values, _ in numbers]).reshape(len(numbers), rows),
        status=np.array([status for _, _, status in numbers], dtype=np.int8).reshape(len(numbers), rows),
        groupings=(*groupings, *_groupings(plan, encoded)),
        auxiliaries=tuple(auxiliaries),
    )


def _coded_columns(name: str, item: ScaleItem | ChoicesItem) -> list[CodedColumn]:
    if isinstance(item, ScaleItem):
        return [CodedColumn(name, tuple(item.codes))]
    return [CodedColumn(name, ("", code), option=code) for code in item.codes]


def _composites(
    plan: AnalysisPlan, encoded: Mapping[str, Encoded], applies: Mapping[str, NDArray[np.bool_]] | None
) -> Iterator[tuple[str, NDArray[np.float64], NDArray[np.int8]]]:
    for name in plan.composites:
        values, status = _composite(plan, name, encoded)
        exists = True if applies is None else applies[name]
        yield name, np.where(exists, values, 0.0), np.where(exists, status, NOT_ASKED).astype(np.int8)


def _composite(
    plan: AnalysisPlan, name: str, encoded: Mapping[str, Encoded]
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    composite = plan.composites[name]
    rows, scores = [], []
    for item in composite.items:
        scale, column = plan.items[item], encoded[item].codes
        assert isinstance(scale, ScaleItem)
        assert column is not None
        rows.append(column[0])
        scores.append(category_scores(scale))
    values, status = composite_scores(np.array(rows, dtype=np.int8), scores, composite.minimum_valid)
    return values if composite.higher_is_better else np.where(status == VALID, 100 - values, 0.0), status


def _groupings(plan: AnalysisPlan, encoded: Mapping[str, Encoded]) -> Iterator[Grouping]:
    for name in plan.subgroups:
        item = plan.items.get(name)
        if item is None or isinstance(item, NumberItem):
            continue  # a column that is no item has a grouping of its own
        codes = encoded[name].codes
        assert codes is not None
        if isinstance(item, ScaleItem):
            yield Grouping(name, tuple(item.codes), np.maximum(codes[0].astype(np.int16) - FIRST_CODE, -1))
            continue
        for option, row in zip(item.codes, codes, strict=True):
            yield Grouping(name, (option,), np.where(row == FIRST_CODE + 1, 0, -1).astype(np.int16))


def stratum_problems(
    strata: Sequence[Stratum], respondents: Mapping[str, int], file: str, lines: Sequence[int]
) -> Iterator[Problem]:
    """Return what is wrong with strata: doubles, and populations smaller than their respondents."""
    seen: set[str] = set()
    for line, stratum in zip(lines, strata, strict=True):
        place = f"stratum {stratum.name}"
        if stratum.name in seen:
            yield Problem(file, line, place, "A12", "Dit stratum staat er twee keer.", "Haal er een weg.")
        seen.add(stratum.name)
        count = respondents.get(stratum.name, 0)
        if not stratum.population >= count or stratum.population < 0:
            cause = f"De populatie is {stratum.population:g}, maar er deden {count} mensen mee."
            yield Problem(file, line, place, "A13", cause, "Controleer de populatie van dit stratum.")
