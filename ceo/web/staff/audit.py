"""The pages of the record of what staff did: the newest first, chosen by action, person and day, and all of it as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from ceo.web.installation import Installation
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.audit_actions import ACTIONS
from ceo.web.staff.audit_differences import day_of, short_id, shown_differences
from ceo.web.staff.audit_words import OBJECTS
from ceo.web.staff.pages import staff_page, staff_words
from ceo.workflows.audit.reading import Chosen, Recorded, read_record, whole_record
from ceo.workflows.rights import Right

_LONGEST_CHOICE: Final = 64
_LARGEST_NUMBER: Final = 2**31 - 1
_HEAD: Final = (
    "number",
    "at",
    "actor",
    "actor_name",
    "action",
    "action_in_words",
    "object_kind",
    "object_id",
    "object_name",
    "before",
    "after",
    "digest",
)
# A spreadsheet takes a text that begins with one of these for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@get("/logboek", **needs(Right.SEE_AUDIT))
async def show_record(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show what was done, the newest first, from a number on."""
    chosen = _chosen(request)
    older_than = _number(request.query_params.get("voor", ""))
    page = await read_record(installation.database, place_of(request), chosen, older_than=older_than)
    query = {"actie": chosen.action, "persoon": chosen.actor, "dag": chosen.day.isoformat() if chosen.day else ""}
    query = {name: value for name, value in query.items() if value}
    return staff_page(
        request,
        "staff/audit/record.html",
        page=page,
        chosen=chosen,
        query=urlencode(query),
        older=urlencode({**query, "voor": page.older}) if page.older is not None else "",
        newest=older_than is None,
        shown_differences=lambda row: shown_differences(request, row),
        actions=ACTIONS,
        objects=OBJECTS,
        short_id=short_id,
    )


@get("/logboek/csv", **needs(Right.SEE_AUDIT))
async def download_record(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Stream:
    """Send what was chosen as a file, the oldest first, while it is read."""
    place = place_of(request)
    rows = whole_record(installation.database, place, _chosen(request))
    named = {"content-disposition": f'attachment; filename="logboek-{place.lower()}.csv"'}
    return Stream(_lines(request, rows), media_type="text/csv", headers=named)


async def _lines(request: Request[Any, Any, Any], rows: AsyncIterator[Recorded]) -> AsyncIterator[str]:
    yield "\N{BYTE ORDER MARK}" + _line(_HEAD)
    async for row in rows:
        words = staff_words(request, ACTIONS[row.action]) if row.action in ACTIONS else row.action
        documents = (_document(row.before), _document(row.after))
        yield _line(
            (
                str(row.number),
                row.at.isoformat(),
                row.actor,
                row.actor_name,
                row.action,
                words,
                row.object_kind,
                row.object_id,
                row.object_name,
                *documents,
                row.digest,
            )
        )


def _line(cells: tuple[str, ...]) -> str:
    written = StringIO()
    csv.writer(written).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return written.getvalue()


def _document(document: dict[str, Any] | None) -> str:
    return "" if document is None else json.dumps(document, ensure_ascii=False, sort_keys=True)


def _chosen(request: Request[Any, Any, Any]) -> Chosen:
    """Return what the address asks for. What cannot be is left out, so that the page shows more rather than nothing."""
    action, actor = (_plain(request.query_params.get(name, "")) for name in ("actie", "persoon"))
    return Chosen(action, actor, day_of(request.query_params.get("dag", "")))


def _plain(given: str) -> str:
    return given if len(given) <= _LONGEST_CHOICE and given.isprintable() else ""


def _number(given: str) -> int | None:
    is_number = given.isascii() and given.isdecimal() and len(given) <= len(str(_LARGEST_NUMBER))
    return min(int(given), _LARGEST_NUMBER) if is_number else None


ROUTES: Final = (show_record, download_record)
