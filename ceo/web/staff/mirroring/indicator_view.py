"""The values of the page of one indicator, from the cube of an edition and the groups that were put together of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from litestar.exceptions import NotFoundException
from markupsafe import Markup

from analysis.results import Measure
from ceo.web.figures.areas import ShownArea, ordered
from ceo.web.figures.catalogue_index import plain
from ceo.web.figures.defining import definition_of
from ceo.web.figures.edition_view import Place, places_of, shared_values
from ceo.web.figures.indicator_charts import dot_plot, funnel
from ceo.web.figures.indicator_view import Chosen, Kind, Reading, answers_of
from ceo.web.figures.reading import Figure, figures_of, measure_words
from ceo.web.staff.mirroring.beside_view import apart_as_usual, lines_drawing, lines_of, place_among_all, sentences_of
from ceo.web.staff.mirroring.distribution import distribution_of
from ceo.web.staff.mirroring.levels_view import levels_of
from ceo.web.staff.mirroring.mirrored import Mirrored, View
from ceo.workflows.areas.mirror_groups import ALIKE, MirrorGroup
from ceo.workflows.mirroring.beside import NotBeside
from ceo.workflows.mirroring.reading import leading_measure
from exports.release.facts import NATION, Indicator
from exports.release.selecting import Selection

EVERYBODY: Final = "alle"


def indicator_page(mirrored: Mirrored, view: View) -> dict[str, Any]:
    """Return the values of the page. What was asked for and is not there is not found."""
    release, indicator, code = mirrored.release, mirrored.indicator, mirrored.municipality
    facts = release.facts
    reading = Reading(release, indicator, Chosen(municipality=code), mirrored.municipalities)
    measure = leading_measure(indicator)
    places = places_of(facts, mirrored.municipalities)
    names = (reading.labels.area(code), reading.labels.area(NATION))
    values = shared_values(release) | {
        "indicator": indicator,
        "definition": definition_of(facts, indicator),
        "own_name": names[0],
        "distribution": distribution_of(
            indicator.label, tuple(answers_of(reading)), mirrored.codebook, indicator.indicator, names
        ),
        "impossible": tuple(one for one in mirrored.beside if isinstance(one, NotBeside)),
        "breakdowns": facts.breakdowns,
    }
    if measure is None:
        return values | _nothing()
    kind = Kind(measure, "", measure_words(measure))
    figures = {one.area: one for one in figures_of(release, _everyone(indicator, measure))}
    own, nation = figures.get(code), figures.get(NATION)
    lines = tuple(lines_of(mirrored, names, own, nation, measure))
    twin = tuple((one, figures[one.code]) for one in places if one.code in figures)
    shown = _shown(mirrored, view, places)
    rows = tuple((area, figures[area.code]) for area in shown if area.code in figures)
    return values | {
        "kind": kind,
        "own": own,
        "nation": nation,
        "band": place_among_all(own),
        "apart_as_usual": apart_as_usual(own),
        "sentences": tuple(sentences_of(mirrored, own, measure)),
        "lines": lines,
        "lines_drawing": lines_drawing(mirrored, lines, own, nation, measure),
        "choices": _choices(mirrored.groups),
        "shown": view.shown or _first(mirrored.groups),
        "rows": rows,
        "dot_plot": dot_plot(reading, kind, rows, nation) if nation is not None else Markup(),
        "funnel": funnel(reading, kind, twin),
        "without": _without(figures[one.code] for one in places if one.code in figures and one.code != code),
        **levels_of(mirrored, view, measure),
    }


def _nothing() -> dict[str, Any]:
    """Return what the page of an indicator without one figure has: shares of answers only."""
    empty: dict[str, Any] = {
        "kind": None,
        "own": None,
        "nation": None,
        "band": "",
        "sentences": (),
        "lines": (),
        "lines_drawing": "",
    }
    return empty | {
        "choices": (),
        "shown": "",
        "rows": (),
        "dot_plot": "",
        "funnel": "",
        "without": (),
        "division": None,
        "levels": (),
    }


def _everyone(indicator: Indicator, measure: Measure) -> Selection:
    return Selection(indicator=(indicator.indicator,), measure=(measure.value,), category=("",), breakdown=("",))


def _choices(groups: Sequence[MirrorGroup]) -> tuple[tuple[str, str], ...]:
    """Return which municipalities can be drawn: those of each group, and everybody."""
    return (*((_slug(one.name), one.name) for one in groups), (EVERYBODY, "Alle gemeenten"))


def _first(groups: Sequence[MirrorGroup]) -> str:
    """Return what is drawn unless somebody chooses: the most alike, and otherwise everybody."""
    return _slug(ALIKE) if any(one.name == ALIKE for one in groups) else EVERYBODY


def _slug(name: str) -> str:
    return plain(name).replace(" ", "-")


def _shown(mirrored: Mirrored, view: View, places: Sequence[Place]) -> tuple[ShownArea, ...]:
    which = view.shown or _first(mirrored.groups)
    members = {_slug(one.name): {*one.members, mirrored.municipality} for one in mirrored.groups}
    if which == EVERYBODY:
        return ordered(places, view.order)
    if which not in members:
        raise NotFoundException
    return ordered([one for one in places if one.code in members[which]], view.order)


def _without(figures: Iterator[Figure]) -> tuple[tuple[str, int], ...]:
    """Return why there is no figure of other municipalities, and of how many."""
    return tuple(Counter(one.reason for one in figures if one.reason).most_common())
