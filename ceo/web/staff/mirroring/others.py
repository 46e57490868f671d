"""Who is like this municipality and has a clearly better figure, among those who agreed to be found; and agreeing to that oneself."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from analysis.results import Measure
from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.mirroring.requiring import Opened, opened
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.areas.mirror_groups import mirroring_of
from ceo.workflows.mirroring.beside import clients_of
from ceo.workflows.mirroring.better import BetterOthers, find_better
from ceo.workflows.mirroring.openness import agree_to_be_found, open_since, stop_being_found
from ceo.workflows.mirroring.reading import figure_of_row, leading_measure, newest_by_core, own_editions, rows_of
from ceo.workflows.rights import Right, Staff
from exports.release.facts import Indicator

AGREE: Final = "ja"


@get("/spiegelen/anderen", **needs(Right.SEE_CYCLE))
async def show_others(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show who is alike and has a clearly better figure of an indicator (`kern` and `onderwerp`), and whether one can be found oneself."""
    code, asked = municipality.code, request.query_params
    newest = newest_by_core(await own_editions(installation.database, code))
    core = asked.get("kern", "") or next(iter(newest), "")
    if core and core not in newest:
        raise NotFoundException
    values: dict[str, Any] = {"found": None, "indicator": None, "choices": (), "own_edition": None, "own": None}
    if core:
        release = await opened(installation, newest[core])
        values = await _found(installation, release, code, asked.get("onderwerp", ""))
    return staff_page(
        request,
        "staff/mirroring/others.html",
        since=await open_since(installation.database, code),
        editions=newest,
        **values,
    )


@post("/spiegelen/anderen", **needs(Right.TAKE_PART))
async def change_openness(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let others find this municipality, or no longer."""
    agreed = next(iter((await read_form(request)).get("vindbaar", ())), "") == AGREE
    if agreed:
        await agree_to_be_found(
            installation.database, municipality.code, actor=staff.id, now=now(), today=installation.today
        )
    else:
        await stop_being_found(installation.database, municipality.code, actor=staff.id, now=now())
    address = f"/werk/{municipality.code}/spiegelen/anderen"
    return go_to(address, done="vindbaar" if agreed else "niet-vindbaar")


async def _found(installation: Installation, release: Opened, code: str, wanted: str) -> dict[str, Any]:
    from ceo.web.staff.mirroring.words import group_words

    facts = release.cube.facts
    choices = tuple(one for one in facts.indicators if leading_measure(one) is Measure.SCORE)
    indicator = next((one for one in choices if wanted in ("", one.indicator)), None)
    if indicator is None:
        if wanted:
            raise NotFoundException
        return {"found": None, "indicator": None, "choices": (), "own_edition": release.edition, "own": None}
    clients = clients_of(release.cube)
    given = await mirroring_of(installation.database, code, day=facts.period_end, clients=clients)
    found = await find_better(installation.database, release.cube, given, code, release.edition.core, indicator)
    own = figure_of_row(rows_of(release.cube, (code,), indicator.indicator, Measure.SCORE).get(code))
    return {
        "found": found,
        "rows": _rows(found, indicator),
        "indicator": indicator,
        "choices": tuple((one.indicator, one.label) for one in choices),
        "own_edition": release.edition,
        "own": group_words(own, Measure.SCORE) if own is not None else None,
    }


def _rows(found: BetterOthers, indicator: Indicator) -> tuple[Any, ...]:
    """Return each municipality with its figure and the difference in words."""
    from ceo.web.staff.mirroring.words import group_words, other_difference

    return tuple(
        (one, group_words(one.figure, Measure.SCORE), other_difference(indicator, one.difference))
        for one in found.others
    )


ROUTES: Final = (show_others, change_openness)
