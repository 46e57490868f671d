"""The page about the keys of a place: which programs have one, making one, replacing one and taking one away. A key is shown once.

The same page serves municipalities and the whole country.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.web.api.editions import START
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.typed import read_day
from ceo.workflows.api_keys.finding import list_keys
from ceo.workflows.api_keys.making import (
    LONGEST_LABEL,
    MOST_KEYS,
    KeyFault,
    MadeKey,
    Scope,
    WantedKey,
    make_key,
    revoke_key,
    rotate_key,
    works,
)
from ceo.workflows.rights import Right, Staff

_USUAL_LIFE: Final = timedelta(days=180)
_LABEL: Final = "naam"
_LAST_DAY: Final = "tot"
_SCOPES: Final = "waarvoor"
_KEY: Final = "sleutel"
SCOPE_WORDS: Final[Mapping[str, str]] = {
    Scope.DRAFTS: N_("Concepten van uitgaven lezen"),
    Scope.MICRODATA: N_("Beschermde microdata ophalen, met een overeenkomst"),
}
# The field that a fault is about, and its words.
_FAULTS: Final[Mapping[KeyFault, tuple[str, str]]] = {
    KeyFault.LABEL: (_LABEL, N_("Vul in welk programma de sleutel krijgt, in hoogstens %(longest)s tekens.")),
    KeyFault.SCOPES: (_SCOPES, N_("Kies minstens één ding dat het programma mag.")),
    KeyFault.EXPIRES: (_LAST_DAY, N_("Vul een dag in van vandaag tot hoogstens een jaar verder.")),
    KeyFault.TOO_MANY: (
        _LABEL,
        N_("Er werken al %(most)s sleutels. Trek eerst een sleutel in die niet meer nodig is."),
    ),
}


@get("/sleutels", **needs(Right.MANAGE_KEYS))
async def show_keys(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the keys of a place, and the form for a new one."""
    return await _page(request, installation)


@post("/sleutels", status_code=HTTP_200_OK, **needs(Right.MANAGE_KEYS))
async def make_new_key(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[str]:
    """Make a key, and show it this once."""
    form = await read_form(request)
    label, last_day = _first(form, _LABEL), read_day(_first(form, _LAST_DAY))
    scopes = tuple(form.get(_SCOPES, ()))
    # A day that cannot be read is wrong in the same way as one that has passed.
    wanted = WantedKey(label, scopes, last_day or date.min)
    made = await make_key(installation.database, place_of(request), wanted, actor=staff.id, now=now())
    if isinstance(made, MadeKey):
        return await _page(request, installation, made=made)
    typed = {_LABEL: label, _LAST_DAY: _first(form, _LAST_DAY), _SCOPES: scopes}
    return await _page(request, installation, typed=typed, faults=made)


@post("/sleutels/vervangen", status_code=HTTP_200_OK, **needs(Right.MANAGE_KEYS))
async def replace_key(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Make a key in the place of another, and show it this once. The earlier one works until its last day."""
    key_id = _first(await read_form(request), _KEY)
    made = await rotate_key(
        installation.database,
        place_of(request),
        key_id,
        expires_on=installation.today + _USUAL_LIFE,
        actor=staff.id,
        now=now(),
    )
    if made is None:
        return go_to(_address(request), done="was-weg")
    if isinstance(made, MadeKey):
        return await _page(request, installation, made=made, replaced=True)
    return await _page(request, installation, faults=made)


@post("/sleutels/intrekken", status_code=HTTP_303_SEE_OTHER, **needs(Right.MANAGE_KEYS))
async def take_key_away(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Let a key work no more."""
    key_id = _first(await read_form(request), _KEY)
    gone = await revoke_key(installation.database, place_of(request), key_id, actor=staff.id, now=now())
    return go_to(_address(request), done="ingetrokken" if gone else "was-weg")


# The same page for municipalities and for the country.
ROUTES: Final = (show_keys, make_new_key, replace_key, take_key_away)


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    *,
    made: MadeKey | None = None,
    replaced: bool = False,
    typed: Mapping[str, Any] | None = None,
    faults: Sequence[KeyFault] = (),
) -> Response[str]:
    today = installation.today
    proposed = {_LABEL: "", _LAST_DAY: (today + _USUAL_LIFE).isoformat(), _SCOPES: ()}
    keys = await list_keys(installation.database, place_of(request))
    return staff_page(
        request,
        "staff/api_keys.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        working=[key for key in keys if works(key, today)],
        ended=[key for key in keys if not works(key, today)],
        made=made,
        replaced=replaced,
        typed={**proposed, **(typed or {})},
        faults=_told(request, faults),
        scopes=SCOPE_WORDS,
        offered={Scope.DRAFTS: SCOPE_WORDS[Scope.DRAFTS]},
        address=installation.settings.base_url + START,
        national=place_of(request) == NATIONAL,
    )


def _told(request: Request[Any, Any, Any], faults: Sequence[KeyFault]) -> dict[str, str]:
    values = {"longest": LONGEST_LABEL, "most": MOST_KEYS}
    return {_FAULTS[fault][0]: staff_words(request, _FAULTS[fault][1], **values) for fault in faults}


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()


def _address(request: Request[Any, Any, Any]) -> str:
    place = place_of(request)
    return f"/werk/{'landelijk' if place == NATIONAL else place}/sleutels"
