"""Around every request: its id, a line in the log, its place among the measures, and whether the pages are open at all.

The outermost layer of the application, so that it also sees addresses that belong to no page. A line names the template of the address
and never the address: that can hold a code.
"""

from __future__ import annotations

import re
import secrets
from time import perf_counter
from typing import Any, Final

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ceo.logs import REQUEST_ID
from ceo.settings import Settings
from ceo.web.maintenance import Closing, closed_page
from ceo.web.measures import count_request
from ceo.web.networks import is_within

_HEADER: Final = b"x-request-id"
_GIVEN_ID: Final = re.compile("[A-Za-z0-9-]{1,64}")


def observe(app: Litestar) -> None:
    """Put this layer around an application."""
    app.asgi_handler = _around(app, app.asgi_handler)


def _around(app: Litestar, inner: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await inner(scope, receive, send)
            return
        settings: Settings = app.state.settings
        began, status = perf_counter(), 0
        request_id = _given_id(scope, settings) or secrets.token_hex(8)
        REQUEST_ID.set(request_id)
        header = (_HEADER, request_id.encode())

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            await send(message)

        try:
            await (_closed(scope) or inner)(scope, receive, watch)
        finally:
            _tell(_log() if settings.logs_from == "info" else None, scope, status, perf_counter() - began)

    return answer


def _tell(log: Any, scope: Scope, status: int, seconds: float) -> None:
    method, route = str(scope.get("method")), str(scope.get("path_template", ""))
    count_request(method, route, status, seconds)
    if log is not None:
        log.info("request", method=method, route=route, status=status, ms=round(1000 * seconds, 2))


def _closed(scope: Scope) -> ASGIApp | None:
    """Return what answers instead of the pages while they are closed."""
    closing: Closing = Litestar.from_scope(scope).state.closing
    if closing.work is None or not closing.keeps_out(scope["path"]):
        return None
    request: Request[Any, Any, Any] = Request(scope)
    return closed_page(request, closing.work).to_asgi_response(None, request)


def _given_id(scope: Scope, settings: Settings) -> str:
    """Return the id that a trusted proxy gave to a request; "" without one."""
    if not is_within(scope["client"], settings.trusted_proxies):
        return ""
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == _HEADER), "")
    return given if _GIVEN_ID.fullmatch(given) else ""


def _log() -> Any:
    import structlog

    return structlog.get_logger()
