"""Signing for the own figures in an edition, not taking part, or coming back: each on a page that says what it means."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to
from ceo.web.staff.releases.deciding import (
    answer_to,
    ask_why,
    decided_by,
    looked_at,
    not_decided,
    reason_in,
)
from ceo.web.staff.releases.figures import summary_of
from ceo.web.staff.releases.requiring import edition_address, release_page, require_standing
from ceo.web.staff.releases.words import DECIDED
from ceo.workflows.releases.deciding import ReleaseDecided, refuse_round, rejoin_round, sign_round
from ceo.workflows.releases.standing import Standing
from ceo.workflows.rights import Right, Staff

_REFUSING: Final = "staff/releases/refuse.html"


@get("/uitgaven/{release:str}/{edition:int}/tekenen", **needs(Right.SIGN_RELEASES))
async def show_signing(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what is signed for: the digest, and that what is published stays."""
    standing = await require_standing(request, installation, release, edition)
    if not standing.waits_for_signature:
        return go_to(edition_address(request, standing))
    summary = await summary_of(installation, standing.row, municipality.code)
    return release_page(request, "staff/releases/sign.html", standing, summary=summary)


@post("/uitgaven/{release:str}/{edition:int}/tekenen", status_code=HTTP_303_SEE_OTHER, **needs(Right.SIGN_RELEASES))
async def sign(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Sign for what was looked at."""
    standing = await _require_taking_part(request, installation, release, edition)
    looked = looked_at(standing, await read_form(request))
    decided = await sign_round(installation.database, looked, decided_by(request, staff))
    return answer_to(request, standing, decided, done="getekend")


@get("/uitgaven/{release:str}/{edition:int}/niet-meedoen", **needs(Right.SIGN_RELEASES))
async def show_refusing(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what happens when the municipality does not take part, and ask why."""
    standing = await require_standing(request, installation, release, edition)
    if not can_refuse(standing):
        return go_to(edition_address(request, standing))
    return ask_why(request, _REFUSING, standing)


@post(
    "/uitgaven/{release:str}/{edition:int}/niet-meedoen", status_code=HTTP_303_SEE_OTHER, **needs(Right.SIGN_RELEASES)
)
async def refuse(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take the own figures out of an edition."""
    standing = await _require_taking_part(request, installation, release, edition)
    if standing.is_ours:  # nothing would be left of it
        return go_to(edition_address(request, standing))
    if standing.is_busy:  # what is being made holds the figures already: first look at that
        return not_decided(request, standing, ReleaseDecided.OTHER_CONTENT)
    form = await read_form(request)
    looked, reason = looked_at(standing, form), reason_in(form)
    decided = await refuse_round(installation.database, looked, decided_by(request, staff), reason=reason)
    if decided is ReleaseDecided.NO_REASON:
        return ask_why(request, _REFUSING, standing, form, told=DECIDED[decided])
    return answer_to(request, standing, decided, done="niet-mee")


@get("/uitgaven/{release:str}/{edition:int}/toch-meedoen", **needs(Right.SIGN_RELEASES))
async def show_rejoining(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show what happens when the municipality takes part after all."""
    standing = await require_standing(request, installation, release, edition)
    if not standing.can_be_rejoined:
        return go_to(edition_address(request, standing))
    return release_page(request, "staff/releases/rejoin.html", standing)


@post(
    "/uitgaven/{release:str}/{edition:int}/toch-meedoen", status_code=HTTP_303_SEE_OTHER, **needs(Right.SIGN_RELEASES)
)
async def rejoin(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take the own figures into an edition again."""
    standing = await require_standing(request, installation, release, edition)
    looked = looked_at(standing, await read_form(request))
    decided = await rejoin_round(installation.database, looked, decided_by(request, staff))
    return answer_to(request, standing, decided, done="toch-mee")


def can_refuse(standing: Standing) -> bool:
    """Return whether a municipality can leave an edition that somebody else proposed, as it is now."""
    known = standing.own is not None and not standing.has_refused
    return known and not standing.is_ours and standing.is_draft and not standing.is_busy


async def _require_taking_part(
    request: Request[Any, Any, Any], installation: Installation, release: str, edition: int
) -> Standing:
    """Return an edition in which the own round is. Who left it is not in it: there is nothing to sign for."""
    standing = await require_standing(request, installation, release, edition)
    if standing.own is None or standing.has_refused:
        raise NotFoundException
    return standing


ROUTES: Final = (show_signing, sign, show_refusing, refuse, show_rejoining, rejoin)
