"""The drawings of an indicator: dots with intervals in an order that readers choose, a funnel, and groups of clients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from analysis.results import SHARES, Measure
from ceo.storage.areas import Rings, shipped_outlines
from ceo.web.figures.areas import ShownArea
from ceo.web.figures.edition_view import Place
from ceo.web.figures.reading import Figure, scale_of
from exports.chart_layouts import score_axis
from exports.release.facts import Breakdown, Indicator
from exports.report import Chart, FunnelChart, FunnelLimit, FunnelPoint, IntervalChart, Point, Range, Table
from exports.wording import number_words

if TYPE_CHECKING:
    from ceo.web.figures.indicator_view import Kind, Reading

FEWEST_UNITS: Final = 10  # with fewer the ordinary spread between municipalities cannot be estimated
_STEPS: Final = 48
_MOST_TOLD: Final = 60
# Charts stand beside tables of the page itself, so theirs stay empty.
NO_TABLE: Final = Table(title="", head=("",), rows=())


def dot_plot(reading: Reading, kind: Kind, rows: Sequence[tuple[ShownArea, Figure]], nation: Figure) -> Markup:
    """Return the figures of areas with their intervals, in the order of `rows`; a line stands for all municipalities together."""
    own = reading.chosen.municipality
    points = tuple(point_of(area.name, figure, own=area.code == own, group=area.group) for area, figure in rows)
    title = f"{reading.indicator.label}: {kind.label.lower()}"
    low, high = axis_of(reading.indicator, kind.measure)
    chart = IntervalChart(
        title=title,
        description=_told(rows),
        points=points,
        minimum=low,
        maximum=high,
        reference=float(nation.row["value"]) * scale_of(nation.row) if nation.value else None,
        reference_label=f"Alle gemeenten samen: {nation.value}" if nation.value else "",
        table=NO_TABLE,
    )
    return drawn(chart, "dots") if any(point.range for point in points) else Markup()


def breakdown_drawing(
    reading: Reading, kind: Kind, division: Breakdown, levels: Sequence[tuple[str, Figure]]
) -> Markup:
    """Return the figures of groups of clients, in the order of the questionnaire."""
    low, high = axis_of(reading.indicator, kind.measure)
    chart = IntervalChart(
        title=f"{reading.indicator.label} naar {division.label.lower()}",
        description=" ".join(f"{label}: {figure.text}." for label, figure in levels),
        points=tuple(point_of(label, figure) for label, figure in levels),
        minimum=low,
        maximum=high,
        table=NO_TABLE,
    )
    return drawn(chart, "levels") if any(point.range for point in chart.points) else Markup()


def funnel(reading: Reading, kind: Kind, figures: Sequence[tuple[Place, Figure]]) -> Markup:
    """Return scores by number of respondents between the limits of chance and ordinary spread; empty where there are too few.

    Everything follows from figures that are shown. Without the finite correction the standard error is se/√(1 - n/N).
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
    """
    known = [(place, one) for place, one in figures if one.value and _variance(one) > 0]
    if kind.measure != Measure.SCORE or len(known) < FEWEST_UNITS:
        return Markup()
    return drawn(_funnel_chart(reading, known), "funnel")


def country_map(reading: Reading, kind: Kind, figures: Sequence[tuple[Place, Figure]]) -> Markup:
    """Return a map of municipalities in at most five classes; empty where no municipality has a figure."""
    from exports.release.map_classes import classify
    from exports.release.maps import MunicipalityMap, municipality_map

    values = {place.code: one.shown[0] for place, one in figures if one.shown is not None}
    if not values:
        return Markup()
    classified = classify(values, unit="%" if kind.measure in SHARES else "")
    counted = Counter(classified.placed.values())
    told = "; ".join(f"{words}: {counted[place]} gemeenten" for place, words in enumerate(classified.classes))
    shown = MunicipalityMap(
        title=f"{reading.indicator.label} op de kaart: {kind.label.lower()}",
        description=f"{told}. De tabel onder de kaart heeft het cijfer van elke gemeente.",
        classes=classified.classes,
        placed=classified.placed,
    )
    return Markup(municipality_map(shown, _outlines()))  # noqa: S704 - written by exports.release.maps, which escapes every text


def axis_of(indicator: Indicator, measure: str) -> tuple[float, float]:
    """Return the ends of an axis: the whole scale, so that small differences look small."""
    if measure != Measure.MEAN:
        return 0, 100
    codes = [float(one.code) for one in indicator.options if not one.reason and _is_number(one.code)]
    return (0, max(codes)) if codes else (0, 10)


def point_of(label: str, figure: Figure, *, own: bool = False, group: str = "") -> Point:
    """Return a row of a chart: a figure with its interval, or the reason why there is none."""
    if figure.shown is None:
        return Point(label=label, text=figure.reason, own=own, group=group)
    value, low, high = figure.shown
    return Point(label=label, text=figure.value, range=Range(value=value, low=low, high=high), own=own, group=group)


def drawn(chart: Chart, name: str) -> Markup:
    """Return a chart as drawings for wide and for narrow screens."""
    from exports.svg import chart_svg

    return Markup(chart_svg(chart, name))  # noqa: S704 - written by exports.svg, which escapes every text


def _funnel_chart(reading: Reading, known: Sequence[tuple[Place, Figure]]) -> FunnelChart:
    import numpy as np

    from analysis.units.banding import Target, overdispersion, target_of
    from analysis.units.funnels import Expected, funnel_of_means

    value = np.array([one.row["value"] for _, one in known], dtype=np.float64)
    n = np.array([one.row["n"] for _, one in known], dtype=np.int64)
    variance = np.array([_variance(one) for _, one in known], dtype=np.float64)
    target = target_of(value, variance, Target.UNIT_AVERAGE)
    spread = float((n * variance * n).sum() / n.sum())
    expected = Expected(target, spread, between=overdispersion(value, variance, target).between)
    limits = tuple(_limit(point) for point in funnel_of_means(np.array(_sizes(n.tolist())), expected))
    middle = [side for one in limits[len(limits) // 4 :] for side in (one.wide_low, one.wide_high)]
    minimum, maximum = score_axis([*value.tolist(), *middle])
    own = reading.chosen.municipality
    return FunnelChart(
        title=f"{reading.indicator.label}: gemeenten naar aantal antwoorden",
        description=f"{len(known)} gemeenten. Hun gemiddelde is {number_words(target, decimals=1)}. De cijfers staan in de tabel.",
        points=tuple(
            FunnelPoint(label=place.name, respondents=one.row["n"], value=one.row["value"], own=place.code == own)
            for place, one in known
        ),
        limits=limits,
        target=target,
        target_label=f"Gemiddelde van gemeenten: {number_words(target, decimals=1)}",
        minimum=minimum,
        maximum=maximum,
        table=NO_TABLE,
    )


@cache
def _outlines() -> Mapping[str, Rings]:
    return shipped_outlines()


def _told(rows: Sequence[tuple[ShownArea, Figure]]) -> str:
    """Return the figures of areas in words; of many only where they stand."""
    if len(rows) > _MOST_TOLD:
        return f"{number_words(len(rows))} gemeenten. Hun cijfers staan in de tabel hieronder."
    return " ".join(f"{area.name}: {figure.text}." for area, figure in rows)


def _variance(figure: Figure) -> float:
    """Return the variance of the service behind a figure: without the correction for a finite population."""
    row = figure.row
    variance = row["se"] ** 2
    if row["inference"] != "finite":
        return float(variance)
    part_left = 1 - row["n"] / row["population_size"]
    return float(variance / part_left) if part_left > 0 else 0.0


def _limit(point: Any) -> FunnelLimit:
    return FunnelLimit(
        respondents=point.n,
        low=point.warning.low,
        high=point.warning.high,
        wide_low=point.alarm.low,
        wide_high=point.alarm.high,
    )


def _sizes(found: list[int]) -> list[int]:
    fewest, most = max(min(found) / 1.1, 1.0), max(found) * 1.1
    return sorted({round(fewest * (most / fewest) ** (step / _STEPS)) for step in range(_STEPS + 1)})


def _is_number(code: str) -> bool:
    return code.replace(".", "", 1).isdecimal()
