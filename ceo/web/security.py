"""What every answer of the server carries, and which requests are refused before a handler sees them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Litestar, Request
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import PermissionDeniedException
from litestar.types import Message, Scope

# No script at all, and nothing from elsewhere: what is injected cannot run.
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_security_headers(message: Message, scope: Scope) -> None:
    """Add the headers to the start of every answer, errors included. Pages hold answers: nobody may cache them."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _HEADERS.items():
        headers[name] = value
    if Litestar.from_scope(scope).state.get("secure"):
        headers["strict-transport-security"] = "max-age=31536000"
    if "cache-control" not in headers:
        headers["cache-control"] = "no-store"


async def refuse_foreign_origin(request: Request[Any, Any, Any]) -> None:
    """Refuse a form that was sent from another site.

    Cookies are `SameSite=Lax` already; this is the second wall. Old browsers send no `Origin`; for them the first wall must do.
    """
    origin = request.headers.get("origin")
    if request.method in _READING or not origin:
        return
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise PermissionDeniedException
