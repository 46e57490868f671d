"""The own figures of groups of clients beside those of all municipalities together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar.exceptions import NotFoundException
from markupsafe import Markup

from analysis.results import Measure
from ceo.web.figures.indicator_charts import NO_TABLE, axis_of, drawn, point_of
from ceo.web.figures.reading import Figure, figures_of
from ceo.web.staff.mirroring.mirrored import Mirrored, View
from exports.release.facts import NATION, Breakdown
from exports.release.selecting import Selection
from exports.report import IntervalChart


@dataclass(frozen=True, slots=True)
class Level:
    """A group of clients: the own figure and that of all together."""

    label: str
    own: Figure | None
    nation: Figure | None


def levels_of(mirrored: Mirrored, view: View, measure: Measure) -> dict[str, Any]:
    """Return the chosen division of clients (the first unless one is chosen) with the figures of its groups."""
    facts, indicator = mirrored.release.facts, mirrored.indicator
    wanted = view.breakdown or next((one.breakdown for one in facts.breakdowns), "")
    division = next((one for one in facts.breakdowns if one.breakdown == wanted), None)
    if division is None:
        if wanted:
            raise NotFoundException
        return {"division": None, "levels": (), "level_drawing": ""}
    selection = Selection(
        area=(mirrored.municipality, NATION),
        indicator=(indicator.indicator,),
        measure=(measure.value,),
        category=("",),
        breakdown=(division.breakdown,),
    )
    found = {(one.area, one.row["level"]): one for one in figures_of(mirrored.release, selection)}
    levels = tuple(
        Level(level.label, found.get((mirrored.municipality, level.code)), found.get((NATION, level.code)))
        for level in division.levels
    )
    shown = tuple(level for level in levels if level.own is not None or level.nation is not None)
    return {"division": division, "levels": shown, "level_drawing": _drawing(mirrored, division, shown, measure)}


def _drawing(mirrored: Mirrored, division: Breakdown, levels: Sequence[Level], measure: Measure) -> Markup:
    points = []
    for level in levels:
        if level.own is not None:
            points.append(point_of("Uw gemeente", level.own, own=True, group=level.label))
        if level.nation is not None:
            points.append(point_of("Alle gemeenten samen", level.nation, group=level.label))
    if not any(point.range for point in points):
        return Markup()
    low, high = axis_of(mirrored.indicator, measure)
    chart = IntervalChart(
        title=f"{mirrored.indicator.label} naar {division.label.lower()}",
        description=" ".join(f"{point.group}, {point.label}: {point.text}." for point in points),
        points=tuple(points),
        minimum=low,
        maximum=high,
        table=NO_TABLE,
    )
    return drawn(chart, "levels")
