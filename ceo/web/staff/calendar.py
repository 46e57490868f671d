"""The calendar of a place at a secret address, for programs that staff read their days with. No cookie and no signing in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_304_NOT_MODIFIED, HTTP_404_NOT_FOUND

from ceo.web.installation import Installation
from ceo.web.languages import N_, staff_translations
from ceo.workflows.notices.calendars import SUFFIX, Calendar, DayKind, read_feed
from ceo.workflows.notices.icalendar import CalendarEvent, write_calendar

_MEDIA_TYPE: Final = "text/calendar"
# It may be kept by who reads it, who asks each time whether it changed; nobody in between keeps it.
_CACHE: Final = "private, no-cache"
_NEVER: Final = "no-store"
_WORDS: Final[Mapping[DayKind, str]] = {
    DayKind.OPENS: N_("Meting opent: %(title)s"),
    DayKind.CLOSES: N_("Laatste dag van meting: %(title)s"),
    DayKind.ERASED: N_("Namen en codes worden gewist: %(title)s"),
    DayKind.SIGN: N_("Uitgave wacht op handtekening: %(title)s"),
    DayKind.ACTION: N_("Actie klaar: %(title)s"),
    DayKind.STEP: N_("Planning: %(title)s"),
}


@get("/agenda/{calendar_file:str}")
async def send_calendar(
    request: Request[Any, Any, Any], calendar_file: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Send the calendar of a secret address. Who lost the right to see it gets the same answer as who made an address up."""
    secret = calendar_file.removesuffix(SUFFIX)
    known = calendar_file.endswith(SUFFIX)
    found = await read_feed(installation.database, secret, today=installation.today) if known else None
    if found is None:
        return Response("", status_code=HTTP_404_NOT_FOUND, media_type="text/plain", headers={"cache-control": _NEVER})
    content = _written(found, installation)
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": _CACHE}
    asked = request.headers.get("if-none-match", "")
    if etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")}:
        return Response("", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(content, media_type=_MEDIA_TYPE, headers=headers)


def _written(found: Calendar, installation: Installation) -> str:
    words = staff_translations(found.language).gettext
    base = installation.settings.base_url
    host = urlsplit(base).hostname or "ceo"
    events = [
        CalendarEvent(
            uid=f"{one.kind}-{one.name}-{found.place.lower()}@{host}",
            day=one.day,
            title=words(_WORDS[one.kind]) % {"title": one.title},
            address=f"{base}/werk/{found.place}{one.path}",
        )
        for one in found.days
    ]
    return write_calendar(f"CEO: {installation.municipalities[found.place].name}", events, stamp=installation.today)
