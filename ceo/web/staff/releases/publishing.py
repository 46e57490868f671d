"""Publishing an edition and withdrawing it, for who proposed it. The same pages serve municipalities and the whole country."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_422_UNPROCESSABLE_ENTITY,
)

from ceo.storage.releases import ReleaseState
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_words
from ceo.web.staff.releases.requiring import (
    LONGEST_REASON,
    decided_by,
    edition_address,
    first,
    looked_at,
    not_decided,
    reason_in,
    release_page,
    require_ours,
)
from ceo.web.staff.releases.words import DECIDED
from ceo.workflows.releases.deciding import ReleaseDecided, publish_release, withdraw_release
from ceo.workflows.releases.standing import Standing, find_earlier
from ceo.workflows.rights import Right, Staff

_WITHDRAWABLE: Final = frozenset({ReleaseState.PUBLISHED.value, ReleaseState.CORRECTED.value})


@get("/uitgaven/{release:str}/{edition:int}/publiceren", **needs(Right.PROPOSE_RELEASES))
async def show_publishing(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what publishing does, and that it stays."""
    standing = await require_ours(request, installation, release, edition)
    if not standing.can_be_published:
        return go_to(edition_address(request, standing))
    earlier = await find_earlier(installation.database, standing.row)
    return release_page(request, "staff/releases/publish.html", standing, earlier=earlier)


@post(
    "/uitgaven/{release:str}/{edition:int}/publiceren", status_code=HTTP_303_SEE_OTHER, **needs(Right.PROPOSE_RELEASES)
)
async def publish(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Publish what was looked at."""
    standing = await require_ours(request, installation, release, edition)
    looked = looked_at(standing, await read_form(request))
    decided = await publish_release(installation.database, looked, decided_by(request, staff))
    if decided is ReleaseDecided.DONE:
        return go_to(edition_address(request, standing), done="gepubliceerd")
    return not_decided(request, standing, decided)


@get("/uitgaven/{release:str}/{edition:int}/intrekken", **needs(Right.PROPOSE_RELEASES))
async def show_withdrawing(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what withdrawing says to readers, and ask why."""
    standing = await require_ours(request, installation, release, edition)
    if standing.row.state not in _WITHDRAWABLE:
        return go_to(edition_address(request, standing))
    return _withdrawing(request, standing, "", {})


@post(
    "/uitgaven/{release:str}/{edition:int}/intrekken", status_code=HTTP_303_SEE_OTHER, **needs(Right.PROPOSE_RELEASES)
)
async def withdraw(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Say of a published edition that it should not be used any more."""
    standing = await require_ours(request, installation, release, edition)
    form = await read_form(request)
    looked, by = looked_at(standing, form), decided_by(request, staff)
    decided = await withdraw_release(installation.database, looked, by, reason=reason_in(form))
    if decided is ReleaseDecided.NO_REASON:
        told = staff_words(request, DECIDED[decided], most=LONGEST_REASON)
        return _withdrawing(request, standing, first(form, "reden"), {"reden": told})
    if decided is ReleaseDecided.DONE:
        return go_to(edition_address(request, standing), done="ingetrokken")
    return not_decided(request, standing, decided)


def _withdrawing(
    request: Request[Any, Any, Any], standing: Standing, typed: str, faults: dict[str, str]
) -> Response[Any]:
    status = HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK
    return release_page(request, "staff/releases/withdraw.html", standing, status=status, typed=typed, faults=faults)


ROUTES: Final = (show_publishing, publish, show_withdrawing, withdraw)
