"""The own figure beside those of others, in words and drawn: rows of a table, points of a chart, and what may be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from analysis.results import Measure, NotEstimable
from analysis.series.released_changes import ReleasedChange
from ceo.web.figures.catalogue_index import plain
from ceo.web.figures.indicator_charts import NO_TABLE, axis_of, drawn
from ceo.web.figures.reading import Difference, Figure, band_of, comparison_of
from ceo.web.staff.mirroring.mirrored import Mirrored
from ceo.web.staff.mirroring.words import group_difference, group_words, released_difference
from ceo.workflows.areas.mirror_groups import ALIKE
from ceo.workflows.mirroring.beside import BesideGroup
from ceo.workflows.mirroring.reading import apart_of_row, polarity_of
from exports.release.facts import Indicator
from exports.report import IntervalChart, Point, Range
from exports.wording import claims_difference

if TYPE_CHECKING:
    from exports.cycle.indicators import Indicator as ToldIndicator


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody beside whom the own figure stands, with the difference in words; None where there is none to tell."""

    name: str
    value: str
    interval: str
    reason: str
    respondents: str
    difference: Difference | None
    explanation: str = ""
    members: tuple[str, ...] = ()


def lines_of(
    mirrored: Mirrored, names: tuple[str, str], own: Figure | None, nation: Figure | None, measure: Measure
) -> Iterator[Line]:
    """Yield the own figure, that of all together, and that of each group."""
    if own is not None:
        yield Line(names[0], own.value, own.interval, own.reason, own.respondents, None)
    if nation is not None and len(mirrored.release.facts.sources) > 1:
        apart = released_difference(own)
        yield Line(names[1], nation.value, nation.interval, nation.reason, nation.respondents, apart)
    for one in mirrored.beside:
        if isinstance(one, BesideGroup):
            figure = group_words(one.figure, measure)
            yield Line(
                one.name,
                figure.value,
                figure.interval,
                "",
                figure.respondents,
                _apart(_told(mirrored.indicator, measure), one.difference),
                one.explanation,
                tuple(sorted(_names(mirrored, one.members), key=plain)),
            )


def sentences_of(mirrored: Mirrored, own: Figure | None, measure: Measure) -> Iterator[str]:
    """Yield what may be said of the own figure beside that of all together, and of the most alike."""
    from exports.cycle.sentences import BESIDE_WORDS, Beside, beside_sentence, untold_sentence

    told = _told(mirrored.indicator, measure)
    apart = apart_of_row(own.row) if own is not None else None
    if own is not None and apart is not None:
        # The release's own difference: what a dialogue about this figure keeps and tells.
        yield beside_sentence(told, apart.compared(own.row["n"]), BESIDE_WORDS[Beside.NATION])
    for one in mirrored.beside:
        if isinstance(one, BesideGroup) and one.name == ALIKE:
            whom = BESIDE_WORDS[Beside.ALIKE]
            if isinstance(one.difference, NotEstimable):
                yield untold_sentence(told, whom, one.difference.reason)
            else:
                yield beside_sentence(told, one.difference, whom)


def _apart(told: ToldIndicator, difference: ReleasedChange | NotEstimable) -> Difference:
    from exports.cycle.sentences import UNTOLD

    if isinstance(difference, NotEstimable):
        return Difference(f"niet te zeggen: {UNTOLD[difference.reason]}", "")
    return group_difference(told, difference)


def _told(indicator: Indicator, measure: Measure) -> ToldIndicator:
    from exports.cycle.indicators import Indicator as About

    return About(indicator.label, measure, polarity_of(indicator))


def place_among_all(own: Figure | None) -> str:
    """Return where the own score lies among all municipalities, in words; "" where that cannot be said."""
    from analysis.units.banding import Band

    return band_of(own.row) if own is not None and own.row["band"].upper() in Band.__members__ else ""


def apart_as_usual(own: Figure | None) -> bool:
    """Return whether the own score is clearly apart from all together, and yet as expected: to be explained, for it sounds like two."""
    from analysis.units.banding import Band

    if own is None or own.row["band"].upper() != Band.AS_EXPECTED.name or own.row["difference"] is None:
        return False
    return claims_difference(comparison_of(own.row))


def lines_drawing(
    mirrored: Mirrored, lines: Sequence[Line], own: Figure | None, nation: Figure | None, measure: Measure
) -> Markup:
    """Return the own figure and those beside it as points with intervals; empty where there is nothing beside it."""
    if own is None or own.shown is None or len(lines) < 2:  # noqa: PLR2004 - the own figure and one other
        return Markup()
    groups = [one for one in mirrored.beside if isinstance(one, BesideGroup)]
    shown = [own, *([nation] if len(lines) > len(groups) + 1 and nation is not None else [])]
    shown += [group_words(one.figure, measure) for one in groups]
    points = tuple(_point(line, figure, own=figure is own) for line, figure in zip(lines, shown, strict=True))
    low, high = axis_of(mirrored.indicator, measure)
    chart = IntervalChart(
        title=f"{mirrored.indicator.label}: {lines[0].name} naast anderen",
        description=" ".join(f"{point.label}: {point.text}." for point in points),
        points=points,
        minimum=low,
        maximum=high,
        reference=own.shown[0],
        reference_label=f"{lines[0].name}: {own.value}",
        table=NO_TABLE,
    )
    return drawn(chart, "beside")


def _point(line: Line, figure: Figure, *, own: bool) -> Point:
    if figure.shown is None:
        return Point(label=line.name, text=figure.reason, own=own)
    value, low, high = figure.shown
    return Point(label=line.name, text=figure.value, range=Range(value=value, low=low, high=high), own=own)


def _names(mirrored: Mirrored, codes: Sequence[str]) -> Iterator[str]:
    known = mirrored.municipalities
    return (known[code].name if code in known else code for code in codes)
