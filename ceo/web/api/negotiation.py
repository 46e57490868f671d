"""In which form something is sent, and whether it has to be sent at all (RFC 9110, sections 12.5.1 and 13)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from litestar import Request, Response
from litestar.status_codes import HTTP_304_NOT_MODIFIED, HTTP_406_NOT_ACCEPTABLE

from ceo.clock import DUTCH_TIME
from ceo.web.api.refusing import Refusal

JSON: Final = "application/json"
CSV: Final = "text/csv"
PARQUET: Final = "application/vnd.apache.parquet"
# What is published changes only when it is corrected or withdrawn, and that must be seen soon.
PUBLIC: Final = "public, max-age=60, must-revalidate"
PRIVATE: Final = "private, no-store"


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a program can ask later whether something changed: `etag` with its quotes, and the moment of the last change."""

    etag: str
    last_modified: datetime | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that tell it."""
        changed = (
            {} if self.last_modified is None else {"last-modified": format_datetime(self.last_modified, usegmt=True)}
        )
        return {"etag": self.etag, **changed}


def choose_type(accept: str, offered: Sequence[str]) -> str:
    """Return the offered media type that is wanted most, the first one of equals. Raises `Refusal` when none is wanted.

    >>> choose_type("text/csv;q=0.5, application/*", ["application/json", "text/csv"])
    'application/json'
    >>> choose_type("", ["application/json"]), choose_type("text/*, */*;q=0", ["application/json", "text/csv"])
    ('application/json', 'text/csv')
    """
    wanted = _read_accept(accept) or {"*/*": 1.0}
    best = max(offered, key=lambda media_type: _quality(media_type, wanted))
    if _quality(best, wanted) > 0:
        return best
    raise Refusal(
        HTTP_406_NOT_ACCEPTABLE,
        "In de vorm die u vraagt is dit er niet.",
        f"Vraag in Accept om: {', '.join(offered)}.",
    )


def validators_of(parts: Sequence[object], days: Sequence[date | None], *, today: date) -> Validators:
    """Return the validators of what follows from `parts` and this version of the software, and changed last on one of these days.

    A day is told only when it is over: what is published in the morning can be withdrawn in the afternoon.
    """
    told = json.dumps([_software(), *parts], default=str, ensure_ascii=False)
    etag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
    last = max((day for day in days if day is not None), default=None)
    if last is None or last >= today:
        return Validators(etag)
    return Validators(etag, datetime.combine(last + timedelta(days=1), time(), DUTCH_TIME).astimezone(UTC))


def unchanged(
    request: Request[Any, Any, Any], validators: Validators, headers: Mapping[str, str] | None = None
) -> Response[None] | None:
    """Return the answer that nothing changed; None when it did, or when nothing was asked about that."""
    known = request.headers.get("if-none-match")
    if known is not None:
        # "*" asks whether there is anything, which is not known yet.
        same = validators.etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
    else:
        same = _is_since(request.headers.get("if-modified-since"), validators.last_modified)
    if not same:
        return None
    return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers={**(headers or {}), **validators.headers})


def _is_since(given: str | None, changed: datetime | None) -> bool:
    if given is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(given) >= changed
    except (TypeError, ValueError):  # no date, or one without a zone: as if nothing was asked
        return False


def _read_accept(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        given = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            quality = min(max(float(given), 0.0), 1.0)
        except ValueError:
            quality = 0.0
        if "/" in media_range:
            found[media_range] = quality
    return found


def _quality(media_type: str, wanted: Mapping[str, float]) -> float:
    """Return how much a media type is wanted: what is said of it most exactly counts."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((wanted[one] for one in ranges if one in wanted), 0.0)


@cache
def _software() -> str:
    return version("ceo-survey")
