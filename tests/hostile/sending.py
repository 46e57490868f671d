"""A client without manners: it sends an application whatever bytes it likes, and keeps exactly what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

from litestar import Litestar

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Wire:
    """A request as it comes over the wire. `path` may hold any escapes; `body` can be several pieces, drawn only when asked for."""

    method: str
    path: str
    headers: tuple[tuple[str, bytes], ...] = ()
    body: Iterable[bytes] = ()
    client: str = "192.0.2.1"


@dataclass
class Reply:
    """What came back, and how many bytes of the request the application took in before it answered."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    bytes_read: int = 0

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def header(self, name: str) -> str:
        """Return a header, "" when it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that are set; "" for one that is taken back."""
        found = {}
        for name, value in self.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                found[key] = rest.partition(";")[0].strip('"')
        return found


def form(
    path: str,
    fields: Iterable[tuple[str, str]],
    *,
    cookies: Mapping[str, str] | None = None,
    headers: Iterable[tuple[str, bytes]] = (),
    client: str = "192.0.2.1",
) -> Wire:
    """Return a posted form. Texts that are no Unicode (lone surrogates) go as the bytes that a careless program makes of them."""
    body = urlencode(list(fields), errors="surrogatepass").encode()
    own = (("content-type", FORM.encode()), ("content-length", str(len(body)).encode()))
    return Wire("POST", path, (*own, *cookie_header(cookies), *headers), (body,), client)


def cookie_header(cookies: Mapping[str, str] | None) -> tuple[tuple[str, bytes], ...]:
    """Return cookies as a browser sends them."""
    if not cookies:
        return ()
    line = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return (("cookie", line.encode("utf-8", "surrogatepass")),)


async def send(app: Litestar, wire: Wire) -> Reply:
    """Send a request; an exception that leaves the application is not caught."""
    path, _, query = wire.path.partition("?")
    raw = unquote_to_bytes(path.encode("utf-8", "surrogatepass"))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": wire.method,
        "scheme": "http",
        # As uvicorn does it: bytes that are no text become replacement signs.
        "path": raw.decode("utf-8", "replace"),
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": query.encode("utf-8", "surrogatepass"),
        "root_path": "",
        "headers": [(b"host", b"testserver.local"), *((name.encode(), value) for name, value in wire.headers)],
        "client": (wire.client, 40_000),
        "server": ("testserver.local", 80),
        "state": {},
    }
    reply = Reply()
    pieces = chain(wire.body, (b"",))
    ended = False

    async def receive() -> dict[str, Any]:
        nonlocal ended
        if ended:
            return {"type": "http.disconnect"}
        piece = next(pieces)
        ended = piece == b""
        reply.bytes_read += len(piece)
        return {"type": "http.request", "body": piece, "more_body": not ended}

    async def take(message: Any) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            reply.body += message.get("body", b"")

    await app(scope, receive, take)  # type: ignore[arg-type]
    return reply
