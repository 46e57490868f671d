"""Deliveries to national portals: an edition and a profile are chosen, what that gives is looked at, and the file goes with its receipt."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.national.agreements.editions import chosen_edition, edition_choices
from ceo.web.national.desk import first, text_in
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page, staff_words
from ceo.workflows.microdata.delivering import (
    DELIVERABLE,
    Delivered,
    DeliveryRefused,
    WantedDelivery,
    list_deliveries,
    look_at_delivery,
    make_delivery,
    shipped_profiles,
)
from ceo.workflows.releases.deciding import By
from ceo.workflows.releases.reading import list_releases
from ceo.workflows.rights import Right, Staff

if TYPE_CHECKING:
    from exports.release.delivery import Delivery

HOME: Final = "/werk/landelijk/leveringen"
# The choice of who brings a profile.
_OWN: Final = "eigen"
_NO_PROFILE: Final = N_("Kies een profiel, of plak uw eigen profiel in het vak.")


@get("/leveringen", **needs(Right.HAND_OUT_DATA))
async def show_deliveries(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[str]:
    """Ask what is to be delivered, and show what was."""
    return await _page(request, installation, {}, DeliveryRefused())


@post("/leveringen", status_code=HTTP_200_OK, **needs(Right.HAND_OUT_DATA))
async def show_delivery(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show what a profile makes of an edition, before anything is delivered."""
    form = await read_form(request)
    wanted = _wanted(form)
    if wanted is None:
        return await _page(
            request, installation, form, DeliveryRefused(of_profile=(staff_words(request, _NO_PROFILE),))
        )
    found = await look_at_delivery(installation.database, installation.settings, wanted)
    if isinstance(found, DeliveryRefused):
        return await _page(request, installation, form, found)
    return _preview(request, wanted, found)


@post("/leveringen/bestand", status_code=HTTP_200_OK, **needs(Right.HAND_OUT_DATA))
async def fetch_delivery(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Send the file and its receipt together, and record it."""
    form = await read_form(request)
    release, edition = chosen_edition(first(form, "uitgave"))
    wanted = WantedDelivery(release, edition, text_in(form, "eigen-profiel"))
    by = By(NATIONAL, staff.id, now())
    made = await make_delivery(installation.database, installation.settings, wanted, by)
    if isinstance(made, DeliveryRefused):
        return await _page(request, installation, {**form, "profiel": [_OWN]}, made)
    name = made.name.removesuffix(".csv")
    headers = {"content-disposition": f'attachment; filename="{name}.zip"', "cache-control": "private, no-store"}
    return Response(_together(made), media_type="application/zip", headers=headers)


def _wanted(form: Mapping[str, Sequence[str]]) -> WantedDelivery | None:
    """Return what was asked; None when there is no profile in it."""
    named, shipped = first(form, "profiel"), shipped_profiles()
    text = shipped.get(named, "") if named != _OWN else text_in(form, "eigen-profiel")
    if not text.strip():
        return None
    return WantedDelivery(*chosen_edition(first(form, "uitgave")), text)


def _together(made: Delivered) -> bytes:
    """Return the file with its receipt beside it, in one."""
    file = BytesIO()
    receipt = f"{made.receipt.model_dump_json(indent=2)}\n"
    day = made.receipt.delivered_on
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in ((made.name, made.content), (f"{made.name}.receipt.json", receipt.encode())):
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            whole.writestr(info, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _preview(request: Request[Any, Any, Any], wanted: WantedDelivery, found: Delivery) -> Response[str]:
    return staff_page(
        request,
        "national/delivery.html",
        home=HOME,
        named=f"{wanted.release}/{wanted.edition}",
        text=wanted.profile,
        profile=found.profile,
        chosen=[(name, values) for name, values in found.profile.select.model_dump().items() if values],
        floor=found.release.facts.floor,
        title=found.release.facts.title,
        rows=found.table.num_rows,
        withheld=found.withheld,
    )


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    form: Mapping[str, Sequence[str]],
    refused: DeliveryRefused,
) -> Response[str]:
    releases = await list_releases(installation.database, public=True)
    faults = {"uitgave": " ".join(refused.of_edition), "profiel": " ".join(refused.of_profile)}
    shipped = shipped_profiles()
    return staff_page(
        request,
        "national/deliveries.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if refused.of_edition or refused.of_profile else HTTP_200_OK,
        home=HOME,
        editions=edition_choices(request, [one for one in releases if one.state in DELIVERABLE]),
        shipped=list(shipped),
        own=_OWN,
        faults={field: told for field, told in faults.items() if told},
        problems=refused.of_profile,
        typed={
            "uitgave": first(form, "uitgave"),
            "profiel": first(form, "profiel") or next(iter(shipped), _OWN),
            "eigen-profiel": text_in(form, "eigen-profiel"),
        },
        deliveries=await list_deliveries(installation.database, NATIONAL),
    )


ROUTES: Final = (show_deliveries, show_delivery, fetch_delivery)
