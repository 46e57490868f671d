"""Proposing a release, a later edition of it, and having it made anew. The same pages serve municipalities and the whole country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_422_UNPROCESSABLE_ENTITY,
)
from pydantic import ValidationError

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.releases.deciding import LONGEST_REASON, ask_why, not_decided, reason_in
from ceo.web.staff.releases.requiring import edition_address, first, home_of, require_ours
from ceo.web.staff.releases.words import PROPOSED, UNFIT
from ceo.workflows.releases.deciding import ReleaseDecided
from ceo.workflows.releases.proposal import DivisionName, Proposal
from ceo.workflows.releases.proposing import Proposed, ask_to_make, propose, propose_again
from ceo.workflows.releases.standing import list_measurements
from ceo.workflows.rights import Right, Staff

_AGAIN: Final = "staff/releases/again.html"
_FIELDS: Final = {
    "name": "naam",
    "measurement": "meting",
    "title": "titel",
    "population": "over-wie",
    "publisher": "uitgever",
}


@get("/uitgaven/nieuw", **needs(Right.PROPOSE_RELEASES))
async def show_proposing(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Ask which measurement a release is made of, and what readers read above it."""
    municipality = installation.municipalities.get(place_of(request))
    publisher = f"Gemeente {municipality.name}" if municipality is not None else ""
    return await _page(request, installation, {"uitgever": [publisher]}, {})


@post("/uitgaven/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.PROPOSE_RELEASES))
async def keep_proposal(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Propose the first edition of a release, or tell everything that does not fit."""
    form, place = await read_form(request), place_of(request)
    proposal = _proposal(form, place)
    if not isinstance(proposal, Proposal):
        return await _page(request, installation, form, _told(request, {name: UNFIT[name] for name in proposal}))
    proposed = await propose(installation.database, proposal, place=place, actor=staff.id, now=now())
    if not isinstance(proposed, Proposed):
        return await _page(request, installation, form, _told(request, {proposed: PROPOSED[proposed]}))
    return go_to(f"{home_of(request)}/{proposed.release}/{proposed.edition}", done="voorgesteld")


@get("/uitgaven/{release:str}/{edition:int}/nieuwe-editie", **needs(Right.PROPOSE_RELEASES))
async def show_proposing_again(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Tell what a later edition does with this one, and ask why there is to be one."""
    standing = await require_ours(request, installation, release, edition)
    if not standing.is_public:
        return go_to(edition_address(request, standing))
    return ask_why(request, _AGAIN, standing)


@post(
    "/uitgaven/{release:str}/{edition:int}/nieuwe-editie",
    status_code=HTTP_303_SEE_OTHER,
    **needs(Right.PROPOSE_RELEASES),
)
async def keep_proposal_again(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Propose a later edition."""
    standing = await require_ours(request, installation, release, edition)
    form = await read_form(request)
    by: dict[str, Any] = {"place": place_of(request), "actor": staff.id, "now": now()}
    proposed = await propose_again(installation.database, release, reason=reason_in(form), **by)
    if not isinstance(proposed, Proposed):
        return ask_why(request, _AGAIN, standing, form, told=PROPOSED[proposed][1])
    return go_to(f"{home_of(request)}/{proposed.release}/{proposed.edition}", done="voorgesteld")


@post(
    "/uitgaven/{release:str}/{edition:int}/opnieuw-maken",
    status_code=HTTP_303_SEE_OTHER,
    **needs(Right.PROPOSE_RELEASES),
)
async def make_again(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[int],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a worker make an edition anew."""
    standing = await require_ours(request, installation, release, edition)
    by: dict[str, Any] = {"place": place_of(request), "actor": staff.id, "now": now()}
    if await ask_to_make(installation.database, release, edition, **by):
        return go_to(edition_address(request, standing), done="gevraagd")
    return not_decided(request, standing, ReleaseDecided.TOO_LATE)


def _proposal(form: Mapping[str, Sequence[str]], place: str) -> Proposal | set[str]:
    """Return what was typed as a proposal, or the names of the values that do not fit."""
    typed: dict[str, Any] = {name: first(form, field) for name, field in _FIELDS.items()}
    national = place == NATIONAL
    # What one municipality releases is about itself alone, and about its own questions too.
    rules: dict[str, Any] = {
        "profile": "national" if national else "public",
        "with_local": not national,
        "divisions": tuple(DivisionName) if national else (),
    }
    missing = set() if typed["measurement"] else {"measurement"}
    try:
        proposal = Proposal(**typed, **rules)
    except ValidationError as error:
        return missing | {str(one["loc"][0]) for one in error.errors()}
    return missing or proposal


def _told(request: Request[Any, Any, Any], faults: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {field: staff_words(request, sentence, most=LONGEST_REASON) for field, sentence in faults.values()}


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    typed: Mapping[str, Sequence[str]],
    faults: dict[str, str],
) -> Response[str]:
    return staff_page(
        request,
        "staff/releases/propose.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        measurements=await list_measurements(installation.database, place_of(request)),
        typed={field: first(typed, field) for field in _FIELDS.values()},
        faults=dict(sorted(faults.items(), key=lambda one: [*_FIELDS.values()].index(one[0]))),
        national=place_of(request) == NATIONAL,
        home=home_of(request),
    )


ROUTES: Final = (show_proposing, keep_proposal, show_proposing_again, keep_proposal_again, make_again)
