"""From an exception to a page that names the cause and the cure. The one place where that is done."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_403_FORBIDDEN,
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_429_TOO_MANY_REQUESTS,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from ceo.storage.at_hand import is_away
from ceo.storage.commit_group import ClosedError, DatabaseAwayError, QueueFullError
from ceo.web.held_keys import held_key
from ceo.web.installation import Installation
from ceo.web.pages import page
from ceo.web.readers import reader_of

_LOG: Final = logging.getLogger(__name__)
# The template has words for these; every other refusal of a request is told as a bad request.
_TOLD: Final = frozenset(
    {
        HTTP_400_BAD_REQUEST,
        HTTP_403_FORBIDDEN,
        HTTP_404_NOT_FOUND,
        HTTP_405_METHOD_NOT_ALLOWED,
        HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        HTTP_429_TOO_MANY_REQUESTS,
        HTTP_500_INTERNAL_SERVER_ERROR,
        HTTP_503_SERVICE_UNAVAILABLE,
    }
)


@dataclass(frozen=True, slots=True)
class _WayOn:
    """Where a visitor can go on: to the municipality of the address, and there with a code that is known already."""

    municipality: str = ""
    name: str = ""
    came_in: bool = False


def refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Tell why a request was refused. The library's own words are for programmers, so they are not shown."""
    status = error.status_code if error.status_code in _TOLD else HTTP_400_BAD_REQUEST
    wait = {name: value for name, value in (error.headers or {}).items() if name.lower() == "retry-after"}
    return _told(request, status, headers=wait)


def busy(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    """Ask to try again in a moment: the answer was not saved, and the browser still has it."""
    status = HTTP_503_SERVICE_UNAVAILABLE
    return _told(request, status, headers={"retry-after": "5"})


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Admit a fault of ours."""
    if tell_log_of_fault(request, error) == HTTP_503_SERVICE_UNAVAILABLE:
        return busy(request, error)
    return _told(request, HTTP_500_INTERNAL_SERVER_ERROR)


def tell_log_of_fault(request: Request[Any, Any, Any], error: Exception) -> int:
    """Return the status of a fault: the database is away, or it is ours.

    The log names the route and not the address: an address can hold a code.
    """
    route = request.scope.get("path_template")
    if is_away(error):
        _LOG.warning("no database at %s %s: %s", request.method, route, type(error).__name__)
        return HTTP_503_SERVICE_UNAVAILABLE
    _LOG.error("fault at %s %s", request.method, route, exc_info=error)
    return HTTP_500_INTERNAL_SERVER_ERROR


def _told(request: Request[Any, Any, Any], status: int, headers: dict[str, str] | None = None) -> Response[Any]:
    return page(
        "error.html",
        language=reader_of(request, None).language,
        status=status,
        headers=headers,
        code=status,
        on=_way_on(request),
    )


def _way_on(request: Request[Any, Any, Any]) -> _WayOn:
    """Return where the visitor of this address can go on. It works also for an address that belongs to no page."""
    installation: Installation | None = request.app.state.get("installation")
    code = request.scope["path"].removeprefix("/").partition("/")[0]
    municipality = installation.municipalities.get(code) if installation is not None else None
    if municipality is None:
        return _WayOn()
    return _WayOn(municipality.code, municipality.name, came_in=held_key(request, municipality) is not None)


HANDLERS: Final[Mapping[Any, Any]] = {
    HTTPException: refused,
    QueueFullError: busy,
    ClosedError: busy,
    DatabaseAwayError: busy,
    Exception: failed,
}
