"""What the page of an indicator shows: what it means, the figure of all municipalities together, and those of each, never in a rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from litestar.exceptions import NotFoundException

from analysis.results import Measure
from ceo.storage.municipalities import Municipality
from ceo.web.figures.areas import Order, asked_areas
from ceo.web.figures.citing import page_citation
from ceo.web.figures.defining import definition_of
from ceo.web.figures.edition_view import places_of, provinces_of, shared_values
from ceo.web.figures.indicator_charts import breakdown_drawing, country_map, dot_plot, funnel
from ceo.web.figures.reading import HEADLINES, Figure, figures_of, measure_words
from exports.release.facts import NATION, AreaType, Breakdown, Indicator, Option
from exports.release.labels import Labels
from exports.release.selecting import Selection

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

EVERYONE: Final = ("",)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader chose, as it stands in the address; "" where nothing was chosen."""

    measure: str = ""
    municipality: str = ""
    areas: str = ""
    order: str = ""
    breakdown: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of figure of an indicator that can be chosen: a measure, and the answer that it is about."""

    measure: str
    category: str
    label: str

    @property
    def code(self) -> str:
        """Return how it stands in an address."""
        return f"{self.measure}:{self.category}" if self.category else self.measure


@dataclass(frozen=True, slots=True)
class Answer:
    """The shares of one answer, of all municipalities together and of one that was chosen."""

    label: str
    shares: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True)
class Reading:
    """A release as it is read for one indicator."""

    release: SealedCube
    indicator: Indicator
    chosen: Chosen
    municipalities: Mapping[str, Municipality]
    labels: Labels = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", Labels(self.release.facts))


def indicator_values(
    release: SealedCube, name: str, chosen: Chosen, municipalities: Mapping[str, Municipality]
) -> dict[str, Any]:
    """Return the values of the page of an indicator. What is not in the release is not found."""
    indicator = next((one for one in release.facts.indicators if one.indicator == name), None)
    if indicator is None:
        raise NotFoundException
    reading = Reading(release, indicator, chosen, municipalities)
    kinds = kinds_of(indicator, reading.labels)
    kind = _chosen(kinds, chosen.measure)
    places = places_of(release.facts, municipalities)
    own = next((one for one in places if one.code == chosen.municipality), None)
    if chosen.municipality and own is None:
        raise NotFoundException
    figures = {one.area: one for one in figures_of(release, _selection(indicator, kind))}
    twin = tuple((one, figures[one.code]) for one in places if one.code in figures)
    shown = asked_areas(release.facts, places, chosen.areas, chosen.order, own)
    rows = tuple((area, figures[area.code]) for area in shown.areas if area.code in figures)
    return shared_values(release) | {
        "indicator": indicator,
        "definition": definition_of(release.facts, indicator),
        "kind": kind,
        "kinds": kinds,
        "chosen": chosen,
        "own": own,
        "own_figure": figures.get(own.code) if own else None,
        "nation": figures[NATION],
        "nation_name": reading.labels.area(NATION),
        "answers": tuple(answers_of(reading)),
        "missing": tuple(answers_of(reading, missing=True)),
        "places": places,
        "provinces": provinces_of(places),
        "shown": shown,
        "orders": tuple(Order),
        "has_groups": any(one.kind not in (AreaType.NATION, AreaType.MUNICIPALITY) for one in release.facts.areas),
        "rows": rows,
        "dot_plot": dot_plot(reading, kind, rows, figures[NATION]),
        "country_map": country_map(reading, kind, twin),
        "funnel": funnel(reading, kind, twin),
        "twin": twin,
        **_breakdown(reading, kind),
        "citation": page_citation(release.facts, release.seal, indicator.label, f"/{indicator.indicator}"),
    }


def kinds_of(indicator: Indicator, labels: Labels) -> tuple[Kind, ...]:
    """Return the kinds of figure of an indicator: its measures, and then the share of each answer."""
    found = [Kind(measure, "", measure_words(measure)) for measure in HEADLINES if measure in indicator.measures]
    if Measure.CATEGORY in indicator.measures:
        for option in _answers(indicator):
            label = labels.category(indicator.indicator, Measure.CATEGORY, option.code)
            found.append(Kind(Measure.CATEGORY, option.code, f"Antwoord: {label}"))
    return tuple(found)


def answers_of(reading: Reading, *, missing: bool = False) -> Iterator[Answer]:
    """Yield the share of each answer, or of each reason for having none, in the order of the questionnaire."""
    measure = Measure.MISSING if missing else Measure.CATEGORY
    indicator = reading.indicator
    areas = (NATION, *filter(None, [reading.chosen.municipality]))
    selection = Selection(area=areas, indicator=(indicator.indicator,), breakdown=EVERYONE)
    found: dict[str, dict[str, Figure]] = {}
    for figure in figures_of(reading.release, selection):
        if figure.row["measure"] == measure:
            found.setdefault(figure.row["category"], {})[figure.area] = figure
    for option in indicator.options:
        if option.code in found:
            of_area = found[option.code]
            yield Answer(
                option.label, tuple((reading.labels.area(area), of_area[area]) for area in areas if area in of_area)
            )


def _answers(indicator: Indicator) -> tuple[Option, ...]:
    return tuple(option for option in indicator.options if not option.reason)


def _chosen(kinds: tuple[Kind, ...], code: str) -> Kind:
    found = next((kind for kind in kinds if code in ("", kind.code)), None)
    if found is None:
        raise NotFoundException
    return found


def _selection(indicator: Indicator, kind: Kind) -> Selection:
    return Selection(
        indicator=(indicator.indicator,),
        measure=(kind.measure,),
        category=(kind.category,),
        breakdown=EVERYONE,
    )


def _breakdown(reading: Reading, kind: Kind) -> dict[str, Any]:
    """Return the division that was chosen, with the figures of its groups in all municipalities together."""
    facts, name = reading.release.facts, reading.chosen.breakdown
    division = next((one for one in facts.breakdowns if one.breakdown == name), None)
    if name and division is None:
        raise NotFoundException
    rows = tuple(_levels(reading, kind, division)) if division else ()
    return {
        "breakdowns": facts.breakdowns,
        "division": division,
        "levels": rows,
        "level_drawing": breakdown_drawing(reading, kind, division, rows) if division and rows else "",
    }


def _levels(reading: Reading, kind: Kind, division: Breakdown) -> Iterator[tuple[str, Figure]]:
    selection = Selection(
        area=(NATION,),
        indicator=(reading.indicator.indicator,),
        measure=(kind.measure,),
        category=(kind.category,),
    )
    figures = figures_of(reading.release, selection)
    found = {one.row["level"]: one for one in figures if one.row["breakdown"] == division.breakdown}
    yield from ((level.label, found[level.code]) for level in division.levels if level.code in found)
