"""Signing for the own figures in an edition, or not taking part: each on a page that says what it means."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_words
from ceo.web.staff.releases.figures import summary_of
from ceo.web.staff.releases.requiring import (
    LONGEST_REASON,
    decided_by,
    edition_address,
    first,
    looked_at,
    not_decided,
    reason_in,
    release_page,
    require_standing,
)
from ceo.web.staff.releases.words import DECIDED
from ceo.workflows.releases.deciding import ReleaseDecided, refuse_round, sign_round
from ceo.workflows.releases.standing import Standing
from ceo.workflows.rights import Right, Staff


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
    if decided is ReleaseDecided.DONE:
        return go_to(edition_address(request, standing), done="getekend")
    return not_decided(request, standing, decided)


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
    return _refusing(request, standing, "")


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
        told = staff_words(request, DECIDED[decided], most=LONGEST_REASON)
        return _refusing(request, standing, first(form, "reden"), faults={"reden": told})
    if decided is ReleaseDecided.DONE:
        return go_to(edition_address(request, standing), done="niet-mee")
    return not_decided(request, standing, decided)


def can_refuse(standing: Standing) -> bool:
    """Return whether a municipality can leave an edition that somebody else proposed, as it is now."""
    known = standing.own is not None and not standing.has_refused
    return known and not standing.is_ours and not standing.is_public and not standing.is_busy


async def _require_taking_part(
    request: Request[Any, Any, Any], installation: Installation, release: str, edition: int
) -> Standing:
    """Return an edition in which the own round is. Who left it is not in it: there is nothing to sign for."""
    standing = await require_standing(request, installation, release, edition)
    if standing.own is None or standing.has_refused:
        raise NotFoundException
    return standing


def _refusing(
    request: Request[Any, Any, Any], standing: Standing, typed: str, *, faults: dict[str, str] | None = None
) -> Response[Any]:
    status = HTTP_422_UNPROCESSABLE_ENTITY if faults else 200
    return release_page(
        request, "staff/releases/refuse.html", standing, status=status, typed=typed, faults=faults or {}
    )


ROUTES: Final = (show_signing, sign, show_refusing, refuse)
