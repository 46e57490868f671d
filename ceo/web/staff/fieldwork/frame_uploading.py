"""Taking in a list from a form, as a stream: a file of 200 MB never stands in memory, and nothing is kept before the seal was right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from litestar import Request
from litestar.exceptions import ClientException
from multipart import (  # type: ignore[import-untyped]  # comes with Litestar, without types
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from ceo.clock import now
from ceo.storage.kept_files import FilePurpose
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import SEAL_FIELD, require_seal
from ceo.workflows.frames.receiving import Refused, receive_list
from ceo.workflows.kept_files.keeping import FileFacts
from ceo.workflows.rights import Staff

# What is beyond the largest list is read and let go, so that there is an answer instead of a broken connection. Up to here.
MOST_SENT: Final = 1_000_000_000
# Of the fields that stand before the file.
_LONGEST_FIELD: Final = 1000
_MOST_PARTS: Final = 10
_LONGEST_NAME: Final = 80
_PURPOSES: Final = {"clienten": FilePurpose.CLIENT_LIST, "contact": FilePurpose.CONTACT_LIST}

_Events = AsyncIterator[MultipartSegment | bytes | bytearray | None]


async def receive_upload(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    staff: Staff,
    *,
    round_id: int,
) -> str | Refused:
    """Keep the file of a form; return its id, or why it is not taken. Refuses the form when its seal is not right."""
    boundary = request.content_type[1].get("boundary", "")
    try:
        events = _events(request, PushMultipartParser(boundary, max_segment_count=_MOST_PARTS))
        fields, file = await _until_file(events)
        require_seal(request, fields.get(SEAL_FIELD, ""))
        purpose = _PURPOSES.get(fields.get("soort", ""))
        if file is None or not file.filename or purpose is None:
            return Refused("no-file")
        facts = FileFacts(round_id, purpose, _plain(file.filename), "application/octet-stream", staff.id)
        return await receive_list(
            installation.database,
            installation.settings.encryption_keys,
            facts,
            _content(events),
            municipality=municipality.code,
            now=now(),
        )
    except MultipartError as error:
        raise ClientException from error


async def _events(request: Request[Any, Any, Any], parser: PushMultipartParser) -> _Events:
    async for chunk in request.stream():
        for event in parser.parse(chunk):
            yield event
    parser.close()


async def _until_file(events: _Events) -> tuple[dict[str, str], MultipartSegment | None]:
    """Return the fields before the first file, and that file: its content comes next."""
    fields: dict[str, str] = {}
    name, value = "", b""
    async for event in events:
        if isinstance(event, MultipartSegment):
            if event.filename is not None:
                return fields, event
            name, value = event.name or "", b""
        elif event is None:
            fields[name] = value.decode("utf-8", "replace")
        elif len(value) + len(event) > _LONGEST_FIELD:
            raise ClientException
        else:
            value += event
    return fields, None


async def _content(events: _Events) -> AsyncIterator[bytes]:
    """Yield the content of the file that was just begun; what stands behind it is read and let go."""
    within = True
    async for event in events:
        if event is None or isinstance(event, MultipartSegment):
            within = False
        elif within:
            yield bytes(event)


def _plain(name: str) -> str:
    """Return the name of a file as it may stand on a page."""
    return "".join(sign if sign.isprintable() else " " for sign in name)[-_LONGEST_NAME:].strip()
