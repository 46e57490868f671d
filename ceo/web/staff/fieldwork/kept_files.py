"""Fetching and removing files of a round: what the pages with such files have in common."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.response import Stream

from ceo.clock import now
from ceo.web.installation import Installation
from ceo.web.staff.pages import go_to
from ceo.workflows.kept_files.handing_out import RoundFiles, hand_out, held_files, take_away
from ceo.workflows.kept_files.keeping import read_file
from ceo.workflows.rights import Staff

# Longer is no id of ours.
_LONGEST_ID: Final = 32


async def send_file(
    installation: Installation, files: RoundFiles, file_id: str, staff: Staff, *, address: str
) -> Response[Any]:
    """Send a file part by part. The record says who fetched it before the first part leaves.

    What was there once, and is empty now, leads back to the page at `address`, which tells so.
    """
    row = await hand_out(installation.database, files, known_file(file_id), actor=staff.id, now=now())
    if row is None:
        return await _gone(installation, files, file_id, address)
    parts = read_file(installation.database, installation.settings.encryption_keys, files.municipality, row.id)
    headers = {"content-disposition": f'attachment; filename="{row.name}"', "content-length": str(row.size)}
    return Stream(parts, media_type=row.media_type, headers=headers, status_code=200)


async def remove_file(
    installation: Installation, files: RoundFiles, file_id: str, staff: Staff, *, address: str
) -> Response[Any]:
    """Remove what a file holds, and go back to the page at `address`, which tells that it was done."""
    if not await take_away(installation.database, files, known_file(file_id), actor=staff.id, now=now()):
        return await _gone(installation, files, file_id, address)
    return go_to(address, done="verwijderd")


def known_file(file_id: str) -> str:
    """Return what may be the id of a file. A database refuses some signs."""
    if not (file_id.isascii() and file_id.isalnum() and len(file_id) <= _LONGEST_ID):
        raise NotFoundException
    return file_id


async def _gone(installation: Installation, files: RoundFiles, file_id: str, address: str) -> Response[Any]:
    """Go back to the page, when the file once was among its files; there is no such page otherwise."""
    held = next((one for one in await held_files(installation.database, files) if one.file.id == file_id), None)
    if held is None:
        raise NotFoundException
    return go_to(address, done="" if held.there else "leeg")
