"""Reading a cube back as protected results of one municipality: what its report is composed of, with the figures that were released."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.policy import DisclosurePolicy, shipped_policy
from analysis.results import (
    TOTAL,
    Cell,
    Comparison,
    Estimate,
    Flag,
    Inference,
    Interval,
    Mark,
    Measure,
    Method,
    NotEstimable,
    Pair,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Suppressed,
)
from analysis.units.banding import Band, NotBanded
from exports.release.cube import Cube
from exports.release.facts import NATION, AreaType
from exports.release.reading_words import is_hidden
from exports.release.selecting import Selection, select_figures


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The results of a release as one municipality reads them: its own, those of all together, and the scores of the others."""

    results: ProtectedResults
    bands: Mapping[Cell, Band | NotBanded | NotEstimable]


def read_back(cube: Cube, municipality: str, *, marks: tuple[Mark, ...] = ()) -> ReadBack:
    """Return what a report of one municipality is composed of. Figures are those of the cube, to the last bit.

    `marks` are those of the questionnaires that were pooled; the cube holds them in words for readers only.
    """
    rows = list(_rows(cube, municipality))
    sources = {one.municipality: one for one in cube.facts.sources}
    comparisons = {Pair(_cell(row), TOTAL): _comparison(row) for row in rows if row["reference"]}
    bands = {_cell(row): _band(row["band"]) for row in rows if row["band"]}
    results = ProtectedResults(
        figures={_cell(row): _figure(row) for row in rows},
        comparisons=comparisons,
        respondents={
            code: Suppressed("complement") if one.submissions is None else one.submissions
            for code, one in sources.items()
        },
        populations={code: float(one.clients) for code, one in sources.items() if one.clients is not None},
        policy=_policy(cube),
        marks=marks,
    )
    return ReadBack(results, bands)


def _rows(cube: Cube, municipality: str) -> Iterator[dict[str, Any]]:
    themes = tuple(one.indicator for one in cube.facts.indicators if one.items)
    others = Selection(area_type=(AreaType.MUNICIPALITY.value,), indicator=themes, breakdown=("",))
    yield from select_figures(cube, Selection(area=(municipality, NATION))).table.to_pylist()
    for row in select_figures(cube, others).table.to_pylist() if themes else ():
        if row["area"] != municipality:
            yield row


def _cell(row: Mapping[str, Any]) -> Cell:
    unit = "" if row["area"] == NATION else row["area"]
    return Cell(Measure(row["measure"]), row["indicator"], row["category"], unit, row["breakdown"], row["level"])


def _figure(row: Mapping[str, Any]) -> ProtectedFigure:
    if row["suppression"]:
        return _missing(row["suppression"])
    known = {flag.value for flag in Flag}
    return Estimate(
        value=row["value"],
        se=row["se"],
        interval=Interval(row["lower"], row["upper"]),
        respondents=row["n"],
        effective_n=row["effective_n"],
        population=row["population_size"],
        df=row["df"],
        deff=None,
        method=Method(row["method"]),
        inference=Inference(row["inference"]),
        flags=frozenset(Flag(name) for name in row["flags"].split() if name in known),
    )


def _comparison(row: Mapping[str, Any]) -> ProtectedComparison:
    if row["difference_note"]:
        return _missing(row["difference_note"])
    return Comparison(
        difference=row["difference"],
        se=0.0,  # the interval is what was released
        interval=Interval(row["difference_lower"], row["difference_upper"]),
        df=0.0,
        p_value=row["p_adjusted"],
        p_adjusted=row["p_adjusted"],
        family="",
        relevant=row["relevant"] == "yes",
        respondents=row["n"] or 0,
        reference_respondents=0,
        inference=Inference.PROCESS,
    )


def _missing(reason: str) -> Suppressed | NotEstimable:
    return Suppressed(reason) if is_hidden(reason) else NotEstimable(reason, 0)


def _band(text: str) -> Band | NotBanded | NotEstimable:
    if text.upper() in Band.__members__:
        return Band[text.upper()]
    return NotBanded(text) if text in set(NotBanded) else NotEstimable(text, 0)


def _policy(cube: Cube) -> DisclosurePolicy:
    return shipped_policy("municipality").with_floor(cube.facts.floor)
