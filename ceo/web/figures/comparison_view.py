"""What the page that compares municipalities shows: their figures side by side, and only such differences as the release tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from litestar.exceptions import NotFoundException

from ceo.storage.municipalities import Municipality
from ceo.web.figures.catalogue_index import plain
from ceo.web.figures.edition_view import Place, places_of, shared_values, themes_of
from ceo.web.figures.indicator_charts import NO_TABLE, axis_of, drawn, point_of
from ceo.web.figures.municipality_view import Figures, figures_by_place, headline_of
from ceo.web.figures.reading import Difference, Figure, difference_of, measure_words
from exports.release.facts import NATION, Indicator, ReleaseFacts
from exports.report import IntervalChart

if TYPE_CHECKING:
    from markupsafe import Markup

    from analysis.results import Measure
    from exports.release.cube import SealedCube

MOST: Final = 5
SCORES: Final = "scores"
_TOGETHER: Final = "Alle gemeenten samen"


@dataclass(frozen=True, slots=True)
class Unknown:
    """What somebody typed that is no municipality of the release, with names that look like it."""

    typed: str
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What can be compared: the scores, or the questions of a theme."""

    code: str
    name: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator with the figure of each municipality and how it lies beside all together, and the figure of all together."""

    indicator: Indicator
    measure: str
    cells: tuple[tuple[Figure | None, Difference | None], ...]
    nation: Figure | None


def comparison_values(
    release: SealedCube, typed: Sequence[str], about: str, municipalities: Mapping[str, Municipality]
) -> dict[str, Any]:
    """Return the values of the page that compares the municipalities that were typed: names or codes, at most five."""
    facts = release.facts
    places = places_of(facts, municipalities)
    known, unknown = _named(typed, places)
    parts = _parts(facts)
    part = next((one for one in parts if about in ("", one.code)), None)
    if part is None:
        raise NotFoundException
    found = figures_by_place(
        release, (*(one.code for one in known), NATION), tuple(one.indicator for one in part.indicators)
    )
    rows = tuple(_row(one, measure, found, known) for one in part.indicators if (measure := headline_of(one)))
    return shared_values(release) | {
        "places": places,
        "known": known,
        "unknown": unknown,
        "fields": [*(one.name for one in known), *(one.typed for one in unknown), *[""] * MOST][:MOST],
        "parts_to_choose": parts,
        "part": part,
        "rows": rows if known else (),
        "drawings": _drawings(rows, known) if known else (),
    }


def _named(typed: Sequence[str], places: Sequence[Place]) -> tuple[tuple[Place, ...], tuple[Unknown, ...]]:
    """Return the municipalities that were typed, each once and in that order, and what is none."""
    by_name = {plain(one.name): one for one in places} | {plain(one.code): one for one in places}
    names = {plain(one.name): one.name for one in places}
    known: dict[str, Place] = {}
    unknown = []
    for text in typed[:MOST]:
        place = by_name.get(plain(" ".join(text.split())))
        if place is not None:
            known[place.code] = place
        elif text.strip():
            alike = get_close_matches(plain(text), names, n=3)
            unknown.append(Unknown(text.strip(), tuple(names[one] for one in alike)))
    return tuple(known.values()), tuple(unknown)


def _parts(facts: ReleaseFacts) -> tuple[Part, ...]:
    scores = tuple(one for one in facts.indicators if one.items)
    found = [Part(SCORES, "", scores)] if scores else []
    for theme in themes_of(facts):
        questions = tuple(one for one in theme.indicators if not one.items and headline_of(one))
        if questions:
            found.append(Part(plain(theme.name).replace(" ", "-"), theme.name, questions))
    return tuple(found)


def _row(indicator: Indicator, measure: Measure, found: Figures, known: Sequence[Place]) -> Row:
    figures = [found.get((indicator.indicator, measure, "", one.code)) for one in known]
    cells = tuple((figure, difference_of(figure) if figure else None) for figure in figures)
    return Row(indicator, measure_words(measure), cells, found.get((indicator.indicator, measure, "", NATION)))


def _drawings(rows: Sequence[Row], known: Sequence[Place]) -> tuple[Markup, ...]:
    """Return a drawing for each kind of figure: grades and scores share no axis."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row.measure, []).append(row)
    return tuple(_drawing(alike, known, f"compared-{number}") for number, alike in enumerate(kinds.values()))


def _drawing(rows: Sequence[Row], known: Sequence[Place], name: str) -> Markup:
    points = []
    for row in rows:
        label = row.indicator.label
        points += [
            point_of(place.name, figure, group=label)
            for place, (figure, _) in zip(known, row.cells, strict=True)
            if figure
        ]
        if row.nation:
            points.append(point_of(_TOGETHER, row.nation, own=True, group=label))
    measure = next(figure.row["measure"] for row in rows for figure in (row.nation,) if figure)
    low, high = axis_of(rows[0].indicator, measure)
    chart = IntervalChart(
        title=f"{rows[0].measure}: de gekozen gemeenten naast elkaar",
        description=" ".join(f"{point.group}, {point.label}: {point.text}." for point in points),
        points=tuple(points),
        minimum=low,
        maximum=high,
        table=NO_TABLE,
    )
    return drawn(chart, name)
