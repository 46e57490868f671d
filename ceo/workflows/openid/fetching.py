"""Fetching from an identity provider. Whatever comes from there is strange input.

It is fetched within limits of time and size, no redirect is followed, and an answer that cannot be used is a value (`Unusable`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl

HTTP_OK: Final = 200
LONGEST_ADDRESS: Final = 400
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Cause(StrEnum):
    """Why an identity provider cannot be used."""

    AWAY = "away"  # nothing answers at the address
    SLOW = "slow"
    STATUS = "status"  # `about`: the status of HTTP
    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    OTHER_ISSUER = "other-issuer"  # `about`: the issuer that the document names
    ADDRESS = "address"  # `about`: the part of the document without a usable address
    NO_CODE = "no-code"
    NO_PKCE = "no-pkce"
    NO_ALGORITHM = "no-algorithm"
    NO_SECRET = "no-secret"  # noqa: S105 - a cause
    NO_KEYS = "no-keys"


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer of an identity provider, or the lack of one, with which nothing can be done."""

    cause: Cause
    about: str = ""

    def __str__(self) -> str:
        # `about` can be words of a provider: in a log they must stay on their line.
        return f"{self.cause.value} {self.about!r}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one answer may take, in seconds, and how large it may be, in bytes."""

    seconds: float = 8.0
    size: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A document that an identity provider sent, with the status of HTTP."""

    status: int
    document: dict[str, Any]


def is_usable_address(address: object, *, allow_local: bool) -> bool:
    """Return whether something can be an address of a provider: https, or http on this computer when that is allowed.

    >>> [is_usable_address(a, allow_local=False) for a in ("https://id.example/a", "http://id.example", "https://u:p@id.example", 7)]
    [True, False, False, False]
    """
    if not isinstance(address, str) or len(address) > LONGEST_ADDRESS or not address.isascii():
        return False
    if not address.isprintable() or set(address) & set(' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and allow_local and parts.hostname in _LOCAL)
    return secure and bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment


async def fetch(
    address: str, *, limits: Limits, form: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer | Unusable:
    """Return the JSON document at an address, or what comes back when a form is sent there."""
    import httpx

    try:
        async with asyncio.timeout(limits.seconds):
            async with (
                httpx.AsyncClient(verify=_trusted(), timeout=limits.seconds, follow_redirects=False) as client,
                client.stream(
                    "GET" if form is None else "POST",
                    address,
                    content=form,
                    # Unpacked, a small answer could become a large one.
                    headers={"accept": "application/json", "accept-encoding": "identity", **(headers or {})},
                ) as answer,
            ):
                body = await _read_within(answer, limits.size)
    except (TimeoutError, httpx.TimeoutException):
        return Unusable(Cause.SLOW)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError):
        return Unusable(Cause.AWAY)
    return Unusable(Cause.TOO_LARGE) if body is None else _as_document(answer.status_code, body)


async def _read_within(answer: Any, size: int) -> bytes | None:
    body = b""
    async for part in answer.aiter_raw():
        body += part
        if len(body) > size:
            return None
    return body


def _as_document(status: int, body: bytes) -> Answer | Unusable:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict):
        return Answer(status, document)
    return Unusable(Cause.NOT_JSON) if status == HTTP_OK else Unusable(Cause.STATUS, str(status))


@cache
def _trusted() -> ssl.SSLContext:
    """Return the authorities that we trust; reading them takes longer than signing in."""
    import httpx

    return httpx.create_ssl_context()
