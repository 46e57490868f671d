"""What the page of a municipality shows: its figures by theme beside those of all municipalities together, with the difference in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar.exceptions import NotFoundException

from analysis.results import Measure
from ceo.storage.municipalities import Municipality
from ceo.web.figures.citing import page_citation
from ceo.web.figures.edition_view import Place, places_of, shared_values, themes_of
from ceo.web.figures.indicator_charts import NO_TABLE, drawn, point_of
from ceo.web.figures.reading import (
    HEADLINES,
    Difference,
    Figure,
    band_of,
    comparison_of,
    difference_of,
    figures_of,
    measure_words,
)
from exports.release.facts import NATION, Indicator
from exports.release.labels import Labels
from exports.release.selecting import Selection
from exports.report import IntervalChart

if TYPE_CHECKING:
    from markupsafe import Markup

    from exports.release.cube import SealedCube

_TOGETHER = "Alle gemeenten samen"
# (indicator, measure, category, area) -> figure
Figures = Mapping[tuple[str, str, str, str], Figure]


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator of a municipality: one figure beside that of all together, or the shares of all answers."""

    indicator: Indicator
    measure: str
    own: Figure | None
    nation: Figure | None
    difference: Difference | None
    band: str
    answers: tuple[tuple[str, Figure, Figure | None], ...]


@dataclass(frozen=True, slots=True)
class ThemeLines:
    """The indicators of a theme: those with one figure, and those with a share for each answer."""

    name: str
    figures: tuple[Line, ...]
    answers: tuple[Line, ...]


def municipality_values(release: SealedCube, code: str, municipalities: Mapping[str, Municipality]) -> dict[str, Any]:
    """Return the values of the page of a municipality. One that is not in the release is not found."""
    facts = release.facts
    place = next((one for one in places_of(facts, municipalities) if one.code == code), None)
    if place is None:
        raise NotFoundException
    found = figures_by_place(release, (code, NATION))
    themes = tuple(_theme(theme.name, theme.indicators, found, code) for theme in themes_of(facts))
    scores = [line for theme in themes for line in theme.figures if line.indicator.items and line.own]
    return shared_values(release) | {
        "place": place,
        "source": next((one for one in facts.sources if one.municipality == code), None),
        "themes": themes,
        "has_scores": bool(scores),
        "summary": _summary(scores),
        "score_drawing": _score_drawing(scores, place) if scores else "",
        "nation_name": Labels(facts).area(NATION),
        "citation": page_citation(facts, release.seal, place.name, f"/gemeente/{code}"),
    }


def figures_by_place(release: SealedCube, areas: tuple[str, ...], indicators: tuple[str, ...] = ()) -> Figures:
    """Return the figures of areas about everyone, by indicator, measure, category and area."""
    selection = Selection(area=areas, indicator=indicators, breakdown=("",))
    return {
        (one.indicator, one.row["measure"], one.row["category"], one.area): one
        for one in figures_of(release, selection)
    }


def headline_of(indicator: Indicator) -> Measure | None:
    """Return the measure that stands for an indicator; None for one that has answers only."""
    return next((measure for measure in HEADLINES if measure in indicator.measures), None)


def _theme(name: str, indicators: tuple[Indicator, ...], found: Figures, code: str) -> ThemeLines:
    lines = [_line(one, found, code) for one in indicators]
    return ThemeLines(
        name,
        tuple(line for line in lines if line.own is not None),
        tuple(line for line in lines if line.answers),
    )


def _line(indicator: Indicator, found: Figures, code: str) -> Line:
    measure = headline_of(indicator)
    if measure is None:
        return Line(indicator, "", None, None, None, "", tuple(_answers(indicator, found, code)))
    name = indicator.indicator
    own, nation = found.get((name, measure, "", code)), found.get((name, measure, "", NATION))
    # Only a score has a band, whatever the measure that stands for its indicator.
    scored = found.get((name, Measure.SCORE, "", code))
    return Line(
        indicator,
        measure_words(measure),
        own,
        nation,
        difference_of(own) if own else None,
        band_of(scored.row) if scored else "",
        (),
    )


def _answers(indicator: Indicator, found: Figures, code: str) -> Iterator[tuple[str, Figure, Figure | None]]:
    for option in indicator.options:
        measure = Measure.MISSING if option.reason else Measure.CATEGORY
        own = found.get((indicator.indicator, measure, option.code, code))
        if own is not None:
            yield option.label, own, found.get((indicator.indicator, measure, option.code, NATION))


def _summary(scores: list[Line]) -> str:
    """Return in one sentence how the theme scores lie beside all together; "" where the release does not compare them."""
    from exports.claim_wording import comparisons_sentence

    compared = {
        line.indicator.label: comparison_of(line.own.row)
        for line in scores
        if line.own is not None and line.own.value and line.own.row["difference"] is not None
    }
    return comparisons_sentence(compared, "alle gemeenten samen", all_asked=len(compared) == len(scores))


def _score_drawing(scores: list[Line], place: Place) -> Markup:
    points = []
    for line in scores:
        assert line.own is not None
        points.append(point_of(place.name, line.own, own=True, group=line.indicator.label))
        if line.nation is not None:
            points.append(point_of(_TOGETHER, line.nation, group=line.indicator.label))
    chart = IntervalChart(
        title=f"Scores per thema: {place.name} naast alle gemeenten samen",
        description=" ".join(f"{point.group}, {point.label}: {point.text}." for point in points),
        points=tuple(points),
        minimum=0,
        maximum=100,
        table=NO_TABLE,
    )
    return drawn(chart, "scores")
