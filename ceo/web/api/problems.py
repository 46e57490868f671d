"""What went wrong, for programs and their logs: Problem Details (RFC 9457). Nothing that was sent is repeated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from ceo.web.errors import tell_log_of_fault

MEDIA_TYPE: Final = "application/problem+json"
_TITLES: Final = {
    HTTP_413_REQUEST_ENTITY_TOO_LARGE: "Het bericht is te groot.",
    HTTP_500_INTERNAL_SERVER_ERROR: "Er ging iets mis bij CEO.",
    HTTP_503_SERVICE_UNAVAILABLE: "CEO is even niet bereikbaar.",
}
_REFUSED: Final = "Dit verzoek is geweigerd."


def problem(
    status: int,
    title: str,
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[Mapping[str, Any]] = (),
) -> Response[bytes]:
    """Return an answer that names the cause, and the cure in `detail`. `faults` stand under "fouten"."""
    document: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        document["detail"] = detail
    if faults:
        document["fouten"] = list(faults)
    content = json.dumps(document, ensure_ascii=False).encode()
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def refused(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Tell that a request was refused. The library's own words are for programmers, so they are not shown."""
    status = max(error.status_code, HTTP_400_BAD_REQUEST)
    return problem(status, _TITLES.get(status, _REFUSED))


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Admit a fault of ours; it can be tried again later."""
    status = tell_log_of_fault(request, error)
    again = "Probeer het later opnieuw. Wie er al is, komt er geen tweede keer bij."
    return problem(status, _TITLES.get(status, _REFUSED), again, headers={"retry-after": "60"})


HANDLERS: Final[Mapping[Any, Any]] = {HTTPException: refused, Exception: failed}
