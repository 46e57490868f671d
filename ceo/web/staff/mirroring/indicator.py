"""One indicator of a municipality beside everything that it can fairly stand beside, and what it cannot, with the reason."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.mirroring.requiring import Opened, ledgers_of, newest_edition
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.areas.mirror_groups import MirrorGroup, Mirroring, NoMirrorGroup, mirroring_of
from ceo.workflows.following.reading import list_series
from ceo.workflows.mirroring.beside import (
    BesideGroup,
    NotBeside,
    bounds_of,
    clients_of,
    groups_of,
    likeness_of,
    stand_beside,
)
from ceo.workflows.mirroring.reading import OwnEdition, is_in_series, leading_measure, rows_of
from ceo.workflows.releases.adjusting import own_adjusted
from ceo.workflows.rights import Right
from exports.release.facts import NATION, Indicator
from questionnaires.codebook import build_codebook

# What is followed in a series may not be in a release.
NOT_IN_IT: Final = "niet-in-uitgave"
Groups = tuple[MirrorGroup | NoMirrorGroup, ...]


@get("/spiegelen/{mirror_core:str}/{mirror_indicator:str}", **needs(Right.SEE_CYCLE))
async def show_indicator(
    request: Request[Any, Any, Any],
    mirror_core: FromPath[str],
    mirror_indicator: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show the own figure beside all together, groups, most alike and own lists, with differences, spread and groups of clients."""
    from ceo.web.staff.mirroring.adjusted_view import adjusted_values
    from ceo.web.staff.mirroring.indicator_view import indicator_page
    from ceo.web.staff.mirroring.mirrored import MIRROR_ORDERS, Mirrored, view_of

    found = await newest_edition(installation, municipality.code, mirror_core)
    if found is None:
        return go_to(f"/werk/{municipality.code}/spiegelen")
    known = next((one for one in found.cube.facts.indicators if one.indicator == mirror_indicator), None)
    if known is None:
        return go_to(f"/werk/{municipality.code}/spiegelen/{found.edition.core}", done=NOT_IN_IT)
    given = await mirroring_of(
        installation.database,
        municipality.code,
        day=found.cube.facts.period_end,
        clients=clients_of(found.cube),
    )
    groups = await asyncio.to_thread(groups_of, given, municipality.code)
    beside = await _beside(request, found, given, groups, municipality.code, known)
    published = await installation.versions.open(found.edition.questionnaire)
    codebook = await asyncio.to_thread(build_codebook, published)
    mirrored = Mirrored(
        release=found.cube,
        indicator=known,
        municipality=municipality.code,
        municipalities=installation.municipalities,
        codebook=codebook,
        groups=tuple(one for one in groups if isinstance(one, MirrorGroup)),
        beside=beside,
    )
    asked = request.query_params
    view = view_of(asked.get("toon", ""), asked.get("volgorde", ""), asked.get("uitsplitsing", ""))
    values = await asyncio.to_thread(indicator_page, mirrored, view)
    adjusted = await own_adjusted(installation.database, found.row, municipality.code)
    return staff_page(
        request,
        "staff/mirroring/indicator.html",
        own_edition=found.edition,
        view=view,
        orders=MIRROR_ORDERS,
        alike_bounds=await asyncio.to_thread(bounds_of, given, municipality.code),
        likeness=await asyncio.to_thread(likeness_of, given, municipality.code),
        dialogue=_dialogue(found, known) if leading_measure(known) else "",
        **await _followed(installation, municipality.code, found.edition),
        **values,
        **await asyncio.to_thread(adjusted_values, adjusted, known, values.get("own")),
    )


async def _beside(
    request: Request[Any, Any, Any],
    found: Opened,
    given: Mirroring,
    groups: Groups,
    code: str,
    indicator: Indicator,
) -> tuple[BesideGroup | NotBeside, ...]:
    """Return the groups beside the own figure; none where there is no own figure, or nobody else in the release."""
    measure = leading_measure(indicator)
    if measure is None or found.edition.alone:
        return ()
    own = rows_of(found.cube, (code,), indicator.indicator, measure).get(code)
    if own is None or own["value"] is None:
        return ()
    database = request.app.state.installation.database
    return await stand_beside(
        database,
        ledgers_of(request),
        (found.row, found.cube),
        given,
        groups,
        about=(indicator.indicator, measure),
        own=own,
    )


async def _followed(installation: Installation, code: str, edition: OwnEdition) -> dict[str, Any]:
    """Return where the series of a core questionnaire stands, in its finest grain (the list of all where there is none).

    And whether its newest figures are of another measurement than the edition.
    """
    heads = await list_series(installation.database, code)
    head = next((one for one in heads if one.core == edition.core), None)
    if head is None:
        return {"followed": "/volgen", "other_measurement": False}
    other = not await is_in_series(installation.database, code, edition, head)
    return {"followed": f"/volgen/{head.core}/{head.grain.value}", "other_measurement": other}


def _dialogue(found: Opened, indicator: Indicator) -> str:
    """Return the query of the page that opens a dialogue about this figure."""
    about = {
        "bron": "uitgave",
        "naam": found.edition.name,
        "kern": found.edition.core,
        "indicator": indicator.indicator,
        "spiegel": NATION,
    }
    return urlencode(about)


ROUTES: Final = (show_indicator,)
