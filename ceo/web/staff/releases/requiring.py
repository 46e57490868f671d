"""The edition that an address names, for the place that it names: a municipality, or the whole country."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK

from ceo.storage.people import NATIONAL
from ceo.web.installation import Installation
from ceo.web.staff.access import place_of
from ceo.web.staff.pages import staff_page
from ceo.web.staff.releases.words import decision_words, state_words
from ceo.web.staff.rounds.requiring import LARGEST_ID
from ceo.workflows.releases.proposal import NAME
from ceo.workflows.releases.reading import release_address
from ceo.workflows.releases.standing import Standing, find_standing

# No text of a database holds these.
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")


async def require_standing(
    request: Request[Any, Any, Any], installation: Installation, release: str, edition: int
) -> Standing:
    """Return an edition that the place of the address has to do with, or tell that there is no such page."""
    if not re.fullmatch(NAME, release) or not 0 < edition <= LARGEST_ID:
        raise NotFoundException
    standing = await find_standing(installation.database, place_of(request), release, edition)
    if standing is None:
        raise NotFoundException
    return standing


async def require_ours(
    request: Request[Any, Any, Any], installation: Installation, release: str, edition: int
) -> Standing:
    """Return an edition that this place proposed, or tell that there is no such page."""
    standing = await require_standing(request, installation, release, edition)
    if not standing.is_ours:
        raise NotFoundException
    return standing


def release_page(
    request: Request[Any, Any, Any],
    template: str,
    standing: Standing,
    *,
    status: int = HTTP_200_OK,
    **values: Any,
) -> Response[str]:
    """Answer with a page about an edition."""
    installation: Installation = request.app.state.installation
    row = standing.row
    return staff_page(
        request,
        template,
        status=status,
        standing=standing,
        row=row,
        home=home_of(request),
        own=edition_address(request, standing),
        public_address=release_address("", row.name, row.edition),
        citable_address=release_address(installation.settings.base_url, row.name, row.edition),
        state_words=state_words,
        decision_words=decision_words,
        **{"faults": {}, **values},
    )


def home_of(request: Request[Any, Any, Any]) -> str:
    """Return the address of the list of releases of a place."""
    place = place_of(request)
    return f"/werk/{'landelijk' if place == NATIONAL else place}/uitgaven"


def edition_address(request: Request[Any, Any, Any], standing: Standing) -> str:
    """Return the address of an edition in the workplace."""
    return f"{home_of(request)}/{standing.row.name}/{standing.row.edition}"


def first(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the first value of a field, without space around it; "" when it is not there."""
    return _UNFIT.sub("", next(iter(form.get(name, ())), "")).strip()
