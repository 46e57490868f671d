"""What every answer of the server carries, and which requests are refused before a handler sees them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeAlias

from litestar import Litestar, Request
from litestar.exceptions import PermissionDeniedException
from litestar.types import Message, Scope

_Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

# Nothing from elsewhere, and no script but where a page has one of ours: what is injected cannot run.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPTED: Final = "; script-src 'self'"
_LISTENING: Final = _SCRIPTED + "; media-src 'self'"
_HEADERS: Final = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_NOT_KEPT: Final = (b"cache-control", b"no-store")
READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_security_headers(message: Message, scope: Scope) -> None:
    """Add the headers to the start of every answer, errors included. Pages hold answers: nobody may cache them.

    A route with the option `listened_to` has our own script and recordings, one with the option `scripted` our own script.
    """
    if message["type"] != "http.response.start":
        return
    handler: Any = scope.get("route_handler")  # there is none when no route was found
    option = handler.opt if handler is not None else {}
    allowed = _LISTENING if option.get("listened_to") else _SCRIPTED if option.get("scripted") else ""
    headers = list(message["headers"])
    if not any(name == _NOT_KEPT[0] for name, _ in headers):
        headers.append(_NOT_KEPT)
    headers += _own_headers(allowed, secure=bool(Litestar.from_scope(scope).state.get("secure")))
    message["headers"] = headers


@cache
def _own_headers(allowed: str, *, secure: bool) -> _Headers:
    """Return the headers as they are sent; handlers set none of them."""
    headers = {"content-security-policy": _POLICY + allowed, **_HEADERS}
    if secure:
        headers["strict-transport-security"] = "max-age=31536000"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


async def refuse_foreign_origin(request: Request[Any, Any, Any]) -> None:
    """Refuse a form that was sent from another site.

    Cookies are `SameSite=Lax` already; this is the second wall. Old browsers send no `Origin`; for them the first wall must do.
    """
    if request.method in READING_METHODS:
        return
    origin = request.headers.get("origin")
    if origin and origin.partition("://")[2] != request.headers.get("host"):
        raise PermissionDeniedException
