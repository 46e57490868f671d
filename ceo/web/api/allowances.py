"""Around every request of a program that reads: who asks, how much may still be asked, and who may read the answer from another site.

Without a key everybody may read what is public, also pages of other sites (CORS, without credentials). A key comes in the head of the
request; its answers are for who has the key only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.status_codes import HTTP_204_NO_CONTENT, HTTP_401_UNAUTHORIZED, HTTP_429_TOO_MANY_REQUESTS
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ceo.clock import now
from ceo.storage.api_keys import ApiKey
from ceo.web.api.problems import problem
from ceo.web.api.refusing import Refusal
from ceo.web.installation import Installation
from ceo.web.networks import network_of
from ceo.workflows.answering.guessing import source_of
from ceo.workflows.api_allowances import Allowances, Allowed, Limit
from ceo.workflows.api_keys.finding import find_key
from ceo.workflows.api_keys.making import Scope as KeyScope
from ceo.workflows.releases.seen import ANYBODY, Viewer

ALLOW: Final = "GET, HEAD, OPTIONS"
COST: Final = "cost"
_BEARER: Final = "bearer "
_LONGEST_KEY: Final = 200
_VIEWER: Final = "api_viewer"
_KEY: Final = "api_key"
_PURSE: Final = "api_purse"
_READ_ELSEWHERE: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Last-Modified, Link, Retry-After, RateLimit-Limit, RateLimit-Remaining, "
    "RateLimit-Reset, CEO-State, Deprecation, Content-Disposition",
}
_PREFLIGHT: Final = {
    "access-control-allow-methods": ALLOW,
    "access-control-allow-headers": "Accept, If-None-Match, If-Modified-Since",
    "access-control-max-age": "86400",
}


def surround(app: ASGIApp) -> ASGIApp:
    """Return an application of a route with all of this around it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        around = _Around(request, send)
        if scope.get("method") == "OPTIONS":
            headers = {"allow": ALLOW, **_PREFLIGHT}
            await around.reply(Response(None, status_code=HTTP_204_NO_CONTENT, headers=headers))
            return
        refused = await _let_in(request, around)
        if refused is not None:
            await around.reply(refused)
            return
        await app(scope, receive, around.send)

    return answer


def viewer_of(request: Request[Any, Any, Any]) -> Viewer:
    """Return who asks."""
    viewer: Viewer = request.scope["state"].get(_VIEWER, ANYBODY)
    return viewer


def key_of(request: Request[Any, Any, Any]) -> ApiKey | None:
    """Return the key that was brought, which works; None without one."""
    key: ApiKey | None = request.scope["state"].get(_KEY)
    return key


async def charge(request: Request[Any, Any, Any], cost: int) -> None:
    """Take more from what somebody may ask, when only the work tells what a request costs. Raises `Refusal` when there is not enough.

    It is never more than half of a full bucket: who waits gets there.
    """
    if cost <= 0:
        return
    purse: _Purse = request.scope["state"][_PURSE]
    installation: Installation = request.app.state.installation
    purse.around.allowed = allowed = await _allowances(request).take(
        installation.database, purse.source, purse.limit, cost=min(cost, purse.limit.capacity // 2), now=now()
    )
    if allowed.refused:
        words = _too_many_words(allowed)
        raise Refusal(HTTP_429_TOO_MANY_REQUESTS, *words, headers={"retry-after": str(allowed.wait)})


class _Around:
    """What is added to an answer when it starts; of HEAD nothing else is sent."""

    def __init__(self, request: Request[Any, Any, Any], send: Send) -> None:
        self._request = request
        self._send = send
        self.has_key = "authorization" in request.headers
        self.allowed: Allowed | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in self._headers().items():
                headers[name] = value
        elif message["type"] == "http.response.body" and self._request.scope.get("method") == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def reply(self, answer: Response[Any]) -> None:
        asgi = answer.to_asgi_response(app=None, request=self._request)
        await asgi(self._request.scope, self._request.receive, self.send)

    def _headers(self) -> dict[str, str]:
        headers = {"vary": "Accept, Authorization", **({} if self.has_key else _READ_ELSEWHERE)}
        if self.allowed is not None:
            limit, left = self.allowed.limit, self.allowed.left
            headers["ratelimit-limit"] = str(limit.capacity)
            headers["ratelimit-remaining"] = str(max(left, 0))
            headers["ratelimit-reset"] = str(round((limit.capacity - left) / limit.per_second))
        return headers


@dataclass(frozen=True, slots=True)
class _Purse:
    """From whose bucket a request takes, and the answer that tells what is left in it."""

    source: str
    limit: Limit
    around: _Around


async def _let_in(request: Request[Any, Any, Any], around: _Around) -> Response[bytes] | None:
    """Find who asks, and take what the request costs from what they may ask; return why the request is refused."""
    installation: Installation = request.app.state.installation
    allowances, moment, key = _allowances(request), now(), None
    brought = request.headers.get("authorization", "")[:_LONGEST_KEY]
    if brought.lower().startswith(_BEARER):
        key = await find_key(installation.database, brought[len(_BEARER) :].strip(), today=installation.today)
    if key is not None:
        source, limit = f"key {key.id}", allowances.with_key
        request.scope["state"][_KEY] = key
        request.scope["state"][_VIEWER] = Viewer(key.place, drafts=KeyScope.DRAFTS in key.scopes)
    else:
        whence = f"api {network_of(request, installation.settings.trusted_proxies)}"
        source = source_of(installation.settings.secret_key, whence, day=moment.date())
        limit = allowances.without_key
    request.scope["state"][_PURSE] = _Purse(source, limit, around)
    handler: BaseRouteHandler = request.scope["route_handler"]
    around.allowed = await allowances.take(
        installation.database, source, limit, cost=handler.opt.get(COST, 1), now=moment
    )
    if around.allowed.refused:
        return _too_many(around.allowed)
    return _wrong_key() if around.has_key and key is None else None


def _allowances(request: Request[Any, Any, Any]) -> Allowances:
    """Return what this process holds for its readers."""
    state = request.app.state
    if state.get("allowances") is None:
        state.allowances = Allowances()
    allowances: Allowances = state.allowances
    return allowances


def _too_many(allowed: Allowed) -> Response[bytes]:
    return problem(HTTP_429_TOO_MANY_REQUESTS, *_too_many_words(allowed), headers={"retry-after": str(allowed.wait)})


def _too_many_words(allowed: Allowed) -> tuple[str, str]:
    return (
        "U vraagt te veel achter elkaar.",
        f"Wacht {allowed.wait} seconden. Wie veel nodig heeft, haalt beter het hele bestand van een editie op.",
    )


def _wrong_key() -> Response[bytes]:
    return problem(
        HTTP_401_UNAUTHORIZED,
        "Deze sleutel werkt niet.",
        "Stuur de sleutel mee als Authorization: Bearer. Een sleutel kan verlopen of ingetrokken zijn. "
        "Voor wat openbaar is, is geen sleutel nodig.",
        headers={"www-authenticate": 'Bearer realm="ceo"'},
    )
