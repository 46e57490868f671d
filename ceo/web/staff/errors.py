"""What staff read when something cannot be done: the cause and the cure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response
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

from ceo.web.errors import tell_log_of_fault
from ceo.web.security import READING_METHODS
from ceo.web.staff.access import SecondFactorFirstError, SignInFirstError
from ceo.web.staff.pages import staff_page
from ceo.workflows.releases.files import DamagedEditionError

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


HANDLERS: Final[Mapping[Any, Any]] = {
    HTTPException: _refused,
    SignInFirstError: _sign_in_first,
    SecondFactorFirstError: _second_factor_first,
    DamagedEditionError: _damaged,
    Exception: _failed,
}
