"""From an exception to a page that names the cause and the cure. The one place where that is done."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_403_FORBIDDEN,
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from ceo.storage.commit_group import ClosedError, DatabaseAwayError, QueueFullError
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
        HTTP_500_INTERNAL_SERVER_ERROR,
        HTTP_503_SERVICE_UNAVAILABLE,
    }
)


def refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Tell why a request was refused. The library's own words are for programmers, so they are not shown."""
    status = error.status_code if error.status_code in _TOLD else HTTP_400_BAD_REQUEST
    return _told(request, status)


def busy(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    """Ask to try again in a moment: the answer was not saved, and the browser still has it."""
    status = HTTP_503_SERVICE_UNAVAILABLE
    return _told(request, status, headers={"retry-after": "5"})


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Admit a fault of ours. The log names the route and not the address: an address can hold a code."""
    _LOG.error("fault at %s %s", request.method, request.scope.get("path_template"), exc_info=error)
    return _told(request, HTTP_500_INTERNAL_SERVER_ERROR)


def _told(request: Request[Any, Any, Any], status: int, headers: dict[str, str] | None = None) -> Response[Any]:
    language = reader_of(request, None).language
    return page("error.html", language=language, status=status, headers=headers, code=status)


HANDLERS: Final[Mapping[Any, Any]] = {
    HTTPException: refused,
    QueueFullError: busy,
    ClosedError: busy,
    DatabaseAwayError: busy,
    Exception: failed,
}
