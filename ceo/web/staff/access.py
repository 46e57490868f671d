"""Who may come to a page of staff. Every route says what it needs; a route that says nothing lets nobody in.

What somebody may do stands in `ceo.workflows.rights`. Whoever has nothing to do with a municipality is told that the page does not exist.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from ceo.storage.people import NATIONAL
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.security import READING_METHODS, refuse_foreign_origin
from ceo.workflows.rights import Right, Staff
from ceo.workflows.staff.signed_in import SignedIn, find_signed_in, form_seal

COOKIE: Final = "ceo_werk"
# Of a browser in which nobody is signed in yet, so that its forms have a seal too.
VISITOR_COOKIE: Final = "ceo_formulier"
COOKIE_PATH: Final = "/werk"
SEAL_FIELD: Final = "zegel"
_NEEDS: Final = "needs"
_STREAMED: Final = "streamed"
# Longer is no cookie of ours.
_LONGEST_SECRET: Final = 100


class ANYONE:
    """A page for everybody, signed in or not."""


class ACCOUNT:
    """A page about oneself, for everybody who is signed in."""


class SignInFirstError(Exception):
    """Nobody is signed in, or not any more."""


class SecondFactorFirstError(Exception):
    """Somebody has to set up a second factor before going on."""


def needs(right: Right | type[ANYONE | ACCOUNT]) -> dict[str, Any]:
    """Return the options of a route that needs a right in its place; see `require_right`."""
    return {"opt": {_NEEDS: right, "scripted": True}}


def needs_for_upload(right: Right, *, largest: int) -> dict[str, Any]:
    """Return the options of a route that takes a form with a file of so many bytes as a stream.

    Its handler calls `require_seal` before it keeps a byte.
    """
    return {"opt": {**needs(right)["opt"], _STREAMED: True}, "request_max_body_size": largest}


def needed(handler: BaseRouteHandler) -> Right | type[ANYONE | ACCOUNT] | None:
    """Return what a route needs; None when it does not say."""
    right: Right | type[ANYONE | ACCOUNT] | None = handler.opt.get(_NEEDS)
    return right


async def require_right(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a request through when who sent it has the right that the route needs, in the place that its address names."""
    right = needed(handler)
    if right is None and connection.scope.get("method") == "OPTIONS":
        return  # the library's own answer, which names the methods of the route
    assert right is not None, f"{handler} does not say what it needs"
    signed_in = await _find(connection)
    connection.state.signed_in = signed_in
    if right is ANYONE:
        return
    if signed_in is None or not signed_in.complete:
        raise SignInFirstError
    if not isinstance(right, Right):
        return
    place = place_of(connection)
    if place not in signed_in.staff.roles:
        raise NotFoundException
    if not signed_in.staff.may(right, place):
        raise PermissionDeniedException
    if signed_in.staff.must_set_up_second_factor:
        raise SecondFactorFirstError


async def refuse_unsealed(request: Request[Any, Any, Any]) -> None:
    """Refuse a form that did not come from a page that this browser got from us."""
    await refuse_foreign_origin(request)
    if request.method in READING_METHODS:
        return
    if request.route_handler.opt.get(_STREAMED):
        # Only our own form has a file; anything else would be read into memory.
        if request.content_type[0] != RequestEncodingType.MULTI_PART:
            raise PermissionDeniedException
        return
    require_seal(request, next(iter((await read_form(request)).get(SEAL_FIELD, ())), ""))


def require_seal(request: Request[Any, Any, Any], given: str) -> None:
    """Refuse a form without the seal of this browser."""
    secret = _secret_of_forms(request)
    if not secret or not hmac.compare_digest(given.encode(), form_seal(secret).encode()):
        raise PermissionDeniedException


def place_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the place that an address names: a municipality, or the whole country."""
    code: str = connection.path_params.get("municipality_code", NATIONAL)
    return code


def signed_in_of(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
    """Return who is signed in, also when the second factor is missing yet."""
    signed_in: SignedIn | None = connection.state.get("signed_in")
    return signed_in


def staff_of_request(request: Request[Any, Any, Any]) -> Staff:
    """Return who is signed in, on a page that needs somebody."""
    signed_in = signed_in_of(request)
    assert signed_in is not None, "the guard of the route lets only signed-in people through"
    return signed_in.staff


def seal_of(request: Request[Any, Any, Any]) -> str:
    """Return the seal of the forms of this browser; "" when it has no cookie yet."""
    secret = _secret_of_forms(request)
    return form_seal(secret) if secret else ""


def _secret_of_forms(request: Request[Any, Any, Any]) -> str:
    own = request.cookies.get(COOKIE, "") if signed_in_of(request) is not None else ""
    return own or request.cookies.get(VISITOR_COOKIE, "")[:_LONGEST_SECRET]


async def _find(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
    secret = connection.cookies.get(COOKIE, "")
    if not secret or len(secret) > _LONGEST_SECRET:
        return None
    installation: Installation = connection.app.state.installation
    return await find_signed_in(installation.database, secret, now=datetime.now(UTC))
