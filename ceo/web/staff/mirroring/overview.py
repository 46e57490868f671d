"""Where a municipality lies beside all together: the newest edition of each core questionnaire, and all indicators of one."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.mirroring.requiring import Opened, newest_edition, opened
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.mirroring.reading import newest_by_core, own_editions
from ceo.workflows.rights import Right


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
    drawing = str(values["score_drawing"]).replace("scores-", f"scores-{number}-")
    named = Markup(drawing)  # noqa: S704 - written by exports.svg, which escapes every text
    return {name: value for name, value in values.items() if name != "place"} | {"score_drawing": named}


ROUTES: Final = (show_mirrors, show_core)
