"""Publishing an edition, withdrawing it and dropping a draft, for who proposed it: a municipality, or the whole country."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.releases import ReleaseState
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to
from ceo.web.staff.releases.deciding import (
    answer_to,
    ask_why,
    decided_by,
    looked_at,
    reason_in,
)
from ceo.web.staff.releases.requiring import edition_address, release_page, require_ours
from ceo.web.staff.releases.words import DECIDED
from ceo.workflows.releases.deciding import ReleaseDecided, drop_release, publish_release, withdraw_release
from ceo.workflows.releases.overtaking import list_overtaken
from ceo.workflows.releases.standing import find_earlier
from ceo.workflows.rights import Right, Staff

_WITHDRAWING: Final = "staff/releases/withdraw.html"
_DROPPING: Final = "staff/releases/drop.html"
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
    overtaken = await list_overtaken(installation.database, standing.row)
    return release_page(request, "staff/releases/publish.html", standing, earlier=earlier, overtaken=overtaken)


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
    return answer_to(request, standing, decided, done="gepubliceerd")


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
    return ask_why(request, _WITHDRAWING, standing)


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
        return ask_why(request, _WITHDRAWING, standing, form, told=DECIDED[decided])
    return answer_to(request, standing, decided, done="ingetrokken")


@get("/uitgaven/{release:str}/{edition:int}/vervallen", **needs(Right.PROPOSE_RELEASES))
async def show_dropping(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what is lost with a draft, and ask why it is given up."""
    standing = await require_ours(request, installation, release, edition)
    if not standing.can_be_dropped:
        return go_to(edition_address(request, standing))
    return ask_why(request, _DROPPING, standing)


@post(
    "/uitgaven/{release:str}/{edition:int}/vervallen", status_code=HTTP_303_SEE_OTHER, **needs(Right.PROPOSE_RELEASES)
)
async def drop(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Give up a draft."""
    standing = await require_ours(request, installation, release, edition)
    form = await read_form(request)
    looked, by = looked_at(standing, form), decided_by(request, staff)
    decided = await drop_release(installation.database, looked, by, reason=reason_in(form))
    if decided is ReleaseDecided.NO_REASON:
        return ask_why(request, _DROPPING, standing, form, told=DECIDED[decided])
    return answer_to(request, standing, decided, done="vervallen")


ROUTES: Final = (show_publishing, publish, show_withdrawing, withdraw, show_dropping, drop)
