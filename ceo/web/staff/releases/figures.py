"""The figures of one area in an edition, in the words of the public pages: what people look at before they sign."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from litestar import Request
from litestar.exceptions import NotFoundException

from ceo.storage.releases import Release
from ceo.web.installation import Installation
from ceo.web.staff.pages import page_number
from ceo.workflows.releases.previewing import (
    Beside,
    Changed,
    Counted,
    Wanted,
    area_figures,
    changes_since,
    choose_figures,
    count_figures,
    theme_names,
)
from ceo.workflows.releases.standing import find_earlier

if TYPE_CHECKING:
    from exports.release.cube import Cube, SealedCube
    from exports.release.labels import Labels

# Figures on a page.
PAGE: Final = 100
HIDDEN: Final = "weggelaten"
FLAGGED: Final = "let-op"


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in words. `what`: the answer or measure, with the group; `subject`: the question or score, "" when the line above has it."""

    subject: str
    question: str
    what: str
    own: str
    together: str
    together_shown: bool
    difference: str
    band: str
    respondents: str
    remarks: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A figure of which readers see something else than in an earlier edition."""

    subject: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of figures. `of`: how many are chosen; `has_together`: whether they stand beside those of all municipalities."""

    lines: tuple[Line, ...]
    of: int
    number: int
    is_last: bool
    wanted: Wanted
    themes: tuple[str, ...]
    breakdowns: tuple[tuple[str, str], ...]
    counted: Counted
    has_together: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What an edition holds of an area, in words. `changes`: how many figures differ from those of `earlier`."""

    counted: Counted
    suppressed: tuple[tuple[str, int], ...]
    flags: tuple[tuple[str, str, int], ...]
    municipalities: int
    source: Any
    simulated: bool
    policy: str
    earlier: Release | None
    changes: int


async def summary_of(installation: Installation, row: Release, area: str) -> Summary:
    """Return what an edition that was made holds of an area."""
    release = await installation.cubes.open(installation.database, row)
    earlier = await find_earlier(installation.database, row)
    before = await installation.cubes.open(installation.database, earlier) if earlier is not None else None
    return await asyncio.to_thread(_summary, release, area, earlier, before)


async def shown_figures(request: Request[Any, Any, Any], row: Release, area: str, *, beside: bool) -> Shown:
    """Return the figures of an area that the query of an address asks for; `beside` those of all municipalities together."""
    installation: Installation = request.app.state.installation
    release = await installation.cubes.open(installation.database, row)
    return await asyncio.to_thread(_shown, release.cube, request, area, beside=beside)


async def changed_lines(
    request: Request[Any, Any, Any], row: Release, earlier: Release, area: str
) -> tuple[tuple[ChangedLine, ...], int]:
    """Return a page of the figures of an area that differ from those of an earlier edition, and how many there are."""
    installation: Installation = request.app.state.installation
    release = await installation.cubes.open(installation.database, row)
    before = await installation.cubes.open(installation.database, earlier)
    start = (page_number(request) - 1) * PAGE
    return await asyncio.to_thread(_changed, before.cube, release.cube, area, start)


def _summary(release: SealedCube, area: str, earlier: Release | None, before: SealedCube | None) -> Summary:
    from exports.release.reading_words import FLAG_MEANINGS, FLAGS, reason_of

    figures = area_figures(release.cube, area)
    counted = count_figures(figures)
    changes = changes_since(area_figures(before.cube, area), figures) if before is not None else ()
    return Summary(
        counted=counted,
        suppressed=tuple(
            (reason_of(code, floor=release.facts.floor), number) for code, number in counted.suppressed.items()
        ),
        flags=tuple(
            (FLAGS.get(code, code), FLAG_MEANINGS.get(code, ""), number) for code, number in counted.flags.items()
        ),
        municipalities=len(release.facts.sources),
        source=next((one for one in release.facts.sources if one.municipality == area), None),
        simulated=release.facts.simulated,
        policy=release.facts.policy,
        earlier=earlier,
        changes=len(changes),
    )


def _shown(cube: Cube, request: Request[Any, Any, Any], area: str, *, beside: bool) -> Shown:
    from exports.release.labels import Labels

    themes, asked = theme_names(cube), request.query_params
    present = area_figures(cube, area, beside=beside)
    wanted = Wanted(
        asked.get("thema", themes[0] if themes else ""),
        asked.get("uitsplitsing", ""),
        hidden=asked.get("toon") == HIDDEN,
        flagged=asked.get("toon") == FLAGGED,
    )
    breakdowns = {one.own["breakdown"] for one in present} | {""}
    if (themes and wanted.theme not in themes) or wanted.breakdown not in breakdowns:
        raise NotFoundException
    chosen, number = choose_figures(cube, present, wanted), page_number(request)
    part, names = chosen[(number - 1) * PAGE : number * PAGE], Labels(cube.facts)
    if number > 1 and not part:
        raise NotFoundException
    return Shown(
        lines=_lines(cube, names, part, beside=beside),
        of=len(chosen),
        number=number,
        is_last=number * PAGE >= len(chosen),
        wanted=wanted,
        themes=themes,
        breakdowns=tuple((one.breakdown, one.label) for one in cube.facts.breakdowns if one.breakdown in breakdowns),
        counted=count_figures(present),
        has_together=beside,
    )


def _lines(cube: Cube, names: Labels, figures: tuple[Beside, ...], *, beside: bool) -> tuple[Line, ...]:
    from ceo.web.figures.reading import band_of, difference_of, figure_of

    questions, floor = {one.indicator: one.question for one in cube.facts.indicators}, cube.facts.floor
    lines, last = list[Line](), ""
    for one in figures:
        own, name = figure_of(one.own, floor=floor), one.own["indicator"]
        together = figure_of(one.together, floor=floor) if one.together is not None else None
        difference = difference_of(own) if beside else None
        lines.append(
            Line(
                subject="" if name == last else names.indicator(name),
                question="" if name == last else questions[name],
                what=_what(names, one.own),
                own=own.text,
                together=together.text if together is not None else "",
                together_shown=together is not None and not together.reason,
                difference=": ".join(part for part in (difference.verdict, difference.size) if part)
                if difference
                else "",
                band=band_of(one.own) if beside else "",
                respondents=own.respondents,
                remarks=own.remarks,
                hidden=bool(own.reason),
            )
        )
        last = name
    return tuple(lines)


def _changed(before: Cube, after: Cube, area: str, start: int) -> tuple[tuple[ChangedLine, ...], int]:
    from exports.release.labels import Labels

    found = changes_since(area_figures(before, area), area_figures(after, area))
    names, earlier = Labels(after.facts), Labels(before.facts)
    floors = before.facts.floor, after.facts.floor
    part = found[start : start + PAGE]
    return tuple(_changed_line(names if one.after is not None else earlier, one, floors) for one in part), len(found)


def _changed_line(names: Labels, changed: Changed, floors: tuple[int, int]) -> ChangedLine:
    return ChangedLine(
        names.indicator(changed.row["indicator"]),
        _what(names, changed.row),
        _text(changed.before, floors[0]),
        _text(changed.after, floors[1]),
    )


def _text(row: Mapping[str, Any] | None, floor: int) -> str:
    """Return a figure with how many people it is about and what a reader is told of it; "" where there is none."""
    from ceo.web.figures.reading import figure_of

    if row is None:
        return ""
    figure = figure_of(row, floor=floor)
    parts = (figure.text, figure.respondents and f"n = {figure.respondents}", figure.remarks)
    return "; ".join(part for part in parts if part)


def _what(names: Labels, row: Mapping[str, Any]) -> str:
    """Return what a figure is: its answer or measure, and of which group."""
    from ceo.web.figures.reading import measure_words

    category = names.category(row["indicator"], row["measure"], row["category"]) if row["category"] else ""
    group = (
        f"{names.breakdown(row['breakdown'])}: {names.level(row['breakdown'], row['level'])}" if row["level"] else ""
    )
    return ", ".join(part for part in (category or measure_words(row["measure"]), group) if part)
