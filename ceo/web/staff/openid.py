"""Signing in at the identity provider of a municipality: choosing one, leaving for it, and coming back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_303_SEE_OTHER,
    HTTP_400_BAD_REQUEST,
    HTTP_403_FORBIDDEN,
    HTTP_404_NOT_FOUND,
    HTTP_502_BAD_GATEWAY,
)

from ceo.clock import now
from ceo.web.installation import Installation
from ceo.web.staff.access import ANYONE, needs, signed_in_of
from ceo.web.staff.browsers import browser_of, onward
from ceo.web.staff.openid_words import NOT_SIGNED_IN_WORDS
from ceo.web.staff.pages import keep_signed_in, staff_page, staff_words
from ceo.workflows.openid.documents import KnownProviders
from ceo.workflows.openid.exchange import RelyingParty
from ceo.workflows.openid.people import NotAdmitted
from ceo.workflows.openid.providers import buttons_of_place, places_with_providers
from ceo.workflows.openid.signing_in import REMEMBERED, Leaving, NotSignedIn, Return, come_back, leave

_COOKIE: Final = "ceo_heen"
_COOKIE_PATH: Final = "/werk/aanmelden"
_STATUS: Final[Mapping[NotSignedIn | NotAdmitted, int]] = {
    NotSignedIn.UNKNOWN: HTTP_404_NOT_FOUND,
    NotSignedIn.AWAY: HTTP_502_BAD_GATEWAY,
    NotSignedIn.REFUSED: HTTP_502_BAD_GATEWAY,
    NotSignedIn.NOT_VALID: HTTP_502_BAD_GATEWAY,
    NotSignedIn.FORGOTTEN: HTTP_400_BAD_REQUEST,
}


@get("/aanmelden/gemeente", **needs(ANYONE))
async def choose_municipality(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[str]:
    """Ask for the municipality, and show where its people can sign in."""
    places = await places_with_providers(installation.database)
    names = {code: installation.municipalities[code].name for code in places if code in installation.municipalities}
    chosen = request.query_params.get("gemeente", "")
    buttons = await buttons_of_place(installation.database, chosen) if chosen in names else ()
    return staff_page(
        request,
        "staff/identity_providers/municipality.html",
        names=sorted(names.items(), key=lambda pair: pair[1]),
        chosen=chosen,
        buttons=buttons,
        onward=_onward(request),
    )


@get("/aanmelden/bij/{provider_id:str}", **needs(ANYONE))
async def go_to_provider(
    request: Request[Any, Any, Any], provider_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Lead somebody to a provider to sign in there."""
    leaving = await leave(relying_party(request, installation), provider_id, onward=_onward(request), now=now())
    if not isinstance(leaving, Leaving):
        return _refused(request, leaving)
    answer = Redirect(leaving.address, status_code=HTTP_303_SEE_OTHER)
    answer.set_cookie(_cookie(request, leaving.cookie, max_age=int(REMEMBERED.total_seconds())))
    return answer


@get("/aanmelden/bij/{provider_id:str}/terug", **needs(ANYONE))
async def come_back_from_provider(
    request: Request[Any, Any, Any], provider_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Sign somebody in who comes back from a provider. What the browser remembered of leaving counts once, whatever comes of it."""
    held = signed_in_of(request)
    back = Return(
        {name: request.query_params.getall(name) for name in request.query_params},
        request.cookies.get(_COOKIE, ""),
        browser_of(request),
        instead_of=held.id_hash if held is not None else "",
    )
    found = await come_back(relying_party(request, installation), provider_id, back, now=now())
    if isinstance(found, (NotSignedIn, NotAdmitted)):
        answer: Response[Any] = _refused(request, found)
    else:
        answer = Redirect(found.onward, status_code=HTTP_303_SEE_OTHER)
        keep_signed_in(request, answer, found.secret)
    answer.set_cookie(_cookie(request, "", max_age=0))
    return answer


def relying_party(request: Request[Any, Any, Any], installation: Installation) -> RelyingParty:
    """Return what this installation is for providers. A process remembers what they published."""
    state, settings = request.app.state, installation.settings
    if "known_providers" not in state:
        state["known_providers"] = KnownProviders(allow_local=not settings.secure)
    return RelyingParty(installation.database, settings.encryption_keys, settings.base_url, state["known_providers"])


def _onward(request: Request[Any, Any, Any]) -> str:
    return onward(request.query_params.get("verder", ""))


def _refused(request: Request[Any, Any, Any], why: NotSignedIn | NotAdmitted) -> Response[str]:
    cause, cure = NOT_SIGNED_IN_WORDS[why]
    return staff_page(
        request,
        "staff/identity_providers/not_signed_in.html",
        status=_STATUS.get(why, HTTP_403_FORBIDDEN),
        cause=staff_words(request, cause),
        cure=staff_words(request, cure),
    )


def _cookie(request: Request[Any, Any, Any], value: str, *, max_age: int) -> Cookie:
    secure = bool(request.app.state.secure)
    # Lax, because the way back begins on another site.
    return Cookie(
        key=_COOKIE, value=value, path=_COOKIE_PATH, httponly=True, samesite="lax", secure=secure, max_age=max_age
    )


# Of everybody, signed in or not.
ROUTES: Final = (choose_municipality, go_to_provider, come_back_from_provider)
