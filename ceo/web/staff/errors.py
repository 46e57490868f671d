"""What staff read when something cannot be done: the cause and the cure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_303_SEE_OTHER,
    HTTP_400_BAD_REQUEST,
    HTTP_401_UNAUTHORIZED,
    HTTP_403_FORBIDDEN,
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_409_CONFLICT,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_429_TOO_MANY_REQUESTS,
    HTTP_503_SERVICE_UNAVAILABLE,
)
from litestar.types import Scope

from ceo.storage.at_hand import is_away
from ceo.web.errors import tell_log_of_fault
from ceo.web.installation import Installation
from ceo.web.security import READING_METHODS
from ceo.web.staff.access import COOKIE, COOKIE_PATH, SecondFactorFirstError, SignInFirstError
from ceo.web.staff.pages import staff_page
from ceo.workflows.releases.files import DamagedEditionError
from ceo.workflows.staff.signed_in import find_signed_in

_TOLD: Final = frozenset(
    {
        HTTP_400_BAD_REQUEST,
        HTTP_403_FORBIDDEN,
        HTTP_404_NOT_FOUND,
        HTTP_405_METHOD_NOT_ALLOWED,
        HTTP_409_CONFLICT,
        HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        HTTP_429_TOO_MANY_REQUESTS,
    }
)


def _refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = error.status_code if error.status_code in _TOLD else HTTP_400_BAD_REQUEST
    wait = {name: value for name, value in (error.headers or {}).items() if name.lower() == "retry-after"}
    return staff_page(request, "staff/error.html", status=status, headers=wait, code=status)


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Admit a fault of ours, or that the database is away. The log names the route and not the address."""
    status = tell_log_of_fault(request, error)
    return staff_page(request, "staff/error.html", status=status, code=status)


def _sign_in_first(request: Request[Any, Any, Any], _: SignInFirstError) -> Response[Any]:
    """Lead to signing in, and from there back. What was being sent is not taken: nobody knows yet who sends it."""
    if request.method not in READING_METHODS:
        return staff_page(request, "staff/error.html", status=HTTP_401_UNAUTHORIZED, code=HTTP_401_UNAUTHORIZED)
    return Redirect(f"/werk/aanmelden?verder={quote(request.scope['path'])}", status_code=HTTP_303_SEE_OTHER)


def _second_factor_first(_: Request[Any, Any, Any], __: SecondFactorFirstError) -> Response[Any]:
    return Redirect("/werk/account/tweede-stap", status_code=HTTP_303_SEE_OTHER)


def _damaged(request: Request[Any, Any, Any], _: DamagedEditionError) -> Response[Any]:
    """Tell that figures of a release are others than were published. The log has told which."""
    return staff_page(request, "staff/error.html", status=HTTP_503_SERVICE_UNAVAILABLE, code="damaged")


def told_below_work(
    elsewhere: Callable[[Request[Any, Any, Any], HTTPException], Response[Any]],
) -> Callable[[Request[Any, Any, Any], HTTPException], Response[Any]]:
    """Return a handler of refusals that speaks to staff below /werk, also at addresses of no page. `elsewhere`: of all others."""

    def tell(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        return _refused(request, error) if _is_of_work(request.scope["path"]) else elsewhere(request, error)

    return tell


async def look_who_reads(_: Exception, scope: Scope) -> None:
    """Look who is signed in at an address below /werk that belongs to no page: no guard did, and the page that tells so has doors too."""
    if not _is_of_work(scope["path"]) or scope.get("route_handler") is not None:
        return
    connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
    secret = connection.cookies.get(COOKIE, "")
    if not secret:
        return
    installation: Installation = connection.app.state.installation
    code = scope["path"].removeprefix(f"{COOKIE_PATH}/").partition("/")[0]
    if code in installation.municipalities:
        scope["path_params"]["municipality_code"] = code
    try:
        connection.state.signed_in = await find_signed_in(installation.database, secret, now=datetime.now(UTC))
    except Exception as error:
        if not is_away(error):
            raise  # without a database the page tells it to anybody


def _is_of_work(path: str) -> bool:
    return path == COOKIE_PATH or path.startswith(f"{COOKIE_PATH}/")


HANDLERS: Final[Mapping[Any, Any]] = {
    HTTPException: _refused,
    SignInFirstError: _sign_in_first,
    SecondFactorFirstError: _second_factor_first,
    DamagedEditionError: _damaged,
    Exception: _failed,
}
