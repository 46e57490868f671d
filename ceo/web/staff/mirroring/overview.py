"""Where a municipality lies beside all together: the newest edition of each core questionnaire, and all indicators of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.mirroring.requiring import Opened, newest_edition, opened
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.mirroring.reading import leading_measure, newest_by_core, own_editions
from ceo.workflows.rights import Right
from exports.release.facts import NATION

if TYPE_CHECKING:
    from ceo.web.figures.municipality_view import Line
    from exports.release.cube import SealedCube


@get("/spiegelen", **needs(Right.SEE_CYCLE))
async def show_mirrors(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the theme scores of each core questionnaire beside those of all municipalities together."""
    newest = newest_by_core(await own_editions(installation.database, municipality.code))
    found = [await opened(installation, edition) for edition in newest.values()]
    mirrors = [
        (one.edition, await _values(installation, one, municipality.code, number=number))
        for number, one in enumerate(found, start=1)
    ]
    return staff_page(request, "staff/mirroring/home.html", mirrors=mirrors)


@get("/spiegelen/{mirror_core:str}", **needs(Right.SEE_CYCLE))
async def show_core(
    request: Request[Any, Any, Any],
    mirror_core: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show all indicators of a core questionnaire, by theme, beside all municipalities together."""
    found = await newest_edition(installation, municipality.code, mirror_core)
    if found is None:
        return go_to(f"/werk/{municipality.code}/spiegelen")
    values = await _values(installation, found, municipality.code)
    return staff_page(request, "staff/mirroring/core.html", own_edition=found.edition, **values)


async def _values(installation: Installation, found: Opened, code: str, *, number: int = 1) -> dict[str, Any]:
    """Return what the public page of a municipality shows; `number` keeps the ids of several drawings on a page apart."""
    from ceo.web.figures.municipality_view import municipality_values

    values = await asyncio.to_thread(municipality_values, found.cube, code, installation.municipalities)
    lines = [line for theme in values["themes"] for line in theme.figures]
    leading = await asyncio.to_thread(_leading, found.cube, code, lines)
    themes = [
        replace(theme, figures=tuple(_told(leading[line.indicator.indicator]) for line in theme.figures))
        for theme in values["themes"]
    ]
    drawing = str(values["score_drawing"]).replace("scores-", f"scores-{number}-")
    named = Markup(drawing)  # noqa: S704 - written by exports.svg, which escapes every text
    return {name: value for name, value in values.items() if name != "place"} | {
        "score_drawing": named,
        "themes": themes,
    }


def _leading(cube: SealedCube, code: str, lines: Sequence[Line]) -> dict[str, Line]:
    """Return lines of the public page by indicator, in the measure that stands for it in the cycle.

    There a grade is a mean; here it is a score, as in the series and on its own page: 6.6 beside 63.7 would look like a change.
    """
    from ceo.web.figures.municipality_view import figures_by_place, headline_of
    from ceo.web.figures.reading import measure_words

    found = {line.indicator.indicator: line for line in lines}
    other = {
        name: measure
        for name, line in found.items()
        if (measure := leading_measure(line.indicator)) is not None and measure is not headline_of(line.indicator)
    }
    figures = figures_by_place(cube, (code, NATION), tuple(other)) if other else {}
    for name, measure in other.items():
        own, nation = (figures.get((name, measure, "", area)) for area in (code, NATION))
        found[name] = replace(found[name], measure=measure_words(measure), own=own, nation=nation)
    return found


def _told(line: Line) -> Line:
    """Return a line with its difference in the words of these pages."""
    from ceo.web.staff.mirroring.words import released_difference

    return replace(line, difference=released_difference(line.own))


ROUTES: Final = (show_mirrors, show_core)
