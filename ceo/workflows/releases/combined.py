"""The figures of municipalities together, from the cube of an edition: what is combined, and which members have nothing to combine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.policy import Rounding
    from exports.release.cube import Cube


@dataclass(frozen=True, slots=True)
class CombinedFigure:
    """A figure of several municipalities together, under the names of the columns of a cube. `flags` are those of any of them."""

    measure: str
    category: str
    value: float
    lower: float
    upper: float
    n: int
    effective_n: float
    population_size: float
    inference: str
    flags: str


def members_without_figure(cube: Cube, indicator: str, areas: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the municipalities of which figures about an indicator are hidden, or that have none, each with its published reason."""
    found: dict[str, list[str]] = {}
    for row in _rows(cube, indicator, areas):
        found.setdefault(row["area"], []).append(row["suppression"])
    reasons = ((area, _reason(found.get(area, ["no_figure"]))) for area in areas)
    return tuple((area, reason) for area, reason in reasons if reason)


def combined_figures(
    cube: Cube,
    indicator: str,
    areas: Sequence[str],
    *,
    named: tuple[tuple[str, ...], tuple[str, ...]],
    rounding: Rounding | None,
) -> tuple[CombinedFigure, ...]:
    """Return the figures of areas together, one for each measure and category that can be combined, in the order of the cube.

    `named`: the measures and the categories that are asked for; none named: all of them.
    """
    from analysis.release.combining import LIMITS
    from analysis.results import Measure

    measures, categories = named
    together: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _rows(cube, indicator, areas):
        wanted = (not measures or row["measure"] in measures) and (not categories or row["category"] in categories)
        if wanted and not row["suppression"] and Measure(row["measure"]) in LIMITS:
            together.setdefault((row["measure"], row["category"]), []).append(row)
    complete = {place: rows for place, rows in together.items() if len(rows) == len(set(areas))}
    found = (_combined(place, rows, rounding) for place, rows in complete.items())
    return tuple(figure for figure in found if figure is not None)


def _reason(suppressed: Sequence[str]) -> str:
    """Return why a place is hidden, or has nothing at all; "" where only some of its figures cannot be estimated."""
    from exports.release.reading_words import is_hidden

    hidden = next((reason for reason in suppressed if is_hidden(reason)), "")
    return hidden or ("" if "" in suppressed else suppressed[0])


def _rows(cube: Cube, indicator: str, areas: Sequence[str]) -> list[dict[str, Any]]:
    from exports.release.selecting import Selection, select_figures

    wanted = Selection(indicator=(indicator,), area=tuple(areas), area_type=("municipality",), breakdown=("",))
    rows: list[dict[str, Any]] = select_figures(cube, wanted).table.to_pylist()
    return rows


def _combined(place: tuple[str, str], rows: list[dict[str, Any]], rounding: Rounding | None) -> CombinedFigure | None:
    from analysis.release.combining import AreaFigure, combine_areas, round_combined
    from analysis.results import Interval, Measure

    measure = Measure(place[0])
    parts = [
        AreaFigure(
            row["value"], Interval(row["lower"], row["upper"]), row["n"], row["effective_n"], row["population_size"]
        )
        for row in rows
    ]
    found = combine_areas(parts, measure)
    if not isinstance(found, AreaFigure):
        return None
    found = round_combined(found, measure, rounding) if rounding else found
    return CombinedFigure(
        *place,
        value=found.value,
        lower=found.interval.low,
        upper=found.interval.high,
        n=found.respondents,
        effective_n=found.effective_n,
        population_size=found.population,
        inference=rows[0]["inference"],
        flags=" ".join(sorted({flag for row in rows for flag in row["flags"].split()})),
    )
