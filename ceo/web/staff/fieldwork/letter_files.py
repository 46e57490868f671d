"""Fetching files of letters, letting them go, and taking back the codes of a file that was lost."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.rounds.requiring import LARGEST_ID, require_round
from ceo.workflows.inviting.batch_lists import withdraw_batch
from ceo.workflows.inviting.letter_desk import LetterFile, empty_letter_file, find_letter_file, hand_out_file
from ceo.workflows.kept_files.keeping import read_file
from ceo.workflows.rights import Right, Staff

_ADDRESS: Final = "/veldwerk/{round_id:int}/brieven/bestand/{file_id:str}"
# Longer is no id of ours.
_LONGEST_ID: Final = 32


@post(_ADDRESS, **needs(Right.RUN_FIELDWORK))
async def fetch_letters(
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Send a file, part by part."""
    found = await _require_file(installation, municipality, round_id, file_id)
    if not await hand_out_file(installation.database, found, actor=staff.id, now=now()):
        return go_to(_letters(municipality, round_id), done="weg")
    keys = installation.settings.encryption_keys
    row = found.row
    return Stream(
        read_file(installation.database, keys, municipality.code, row.id),
        media_type=row.media_type,
        status_code=HTTP_200_OK,
        headers={"content-disposition": f'attachment; filename="{row.name}"', "content-length": str(row.size)},
    )


@post(f"{_ADDRESS}/verwijderen", **needs(Right.RUN_FIELDWORK))
async def remove_letters(
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove what a file holds that was fetched."""
    found = await _require_file(installation, municipality, round_id, file_id)
    await empty_letter_file(installation.database, found, actor=staff.id, now=now())
    return go_to(_letters(municipality, round_id), done="verwijderd")


@get(f"{_ADDRESS}/verloren", **needs(Right.RUN_FIELDWORK))
async def ask_to_withdraw(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Ask whether the codes of a file may stop working."""
    overview = await require_round(installation, municipality, round_id)
    found = await _require_file(installation, municipality, round_id, file_id)
    return staff_page(request, "staff/fieldwork/letters_lost.html", overview=overview, one=found)


@post(f"{_ADDRESS}/verloren", **needs(Right.RUN_FIELDWORK))
async def withdraw_letters(
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take back the codes of a file with which nobody began."""
    found = await _require_file(installation, municipality, round_id, file_id)
    keys = installation.settings.encryption_keys
    await withdraw_batch(installation.database, keys, found.row, actor=staff.id, now=now())
    return go_to(_letters(municipality, round_id), done="ingetrokken")


async def _require_file(
    installation: Installation, municipality: Municipality, round_id: int, file_id: str
) -> LetterFile:
    if round_id > LARGEST_ID or len(file_id) > _LONGEST_ID:
        raise NotFoundException
    found = await find_letter_file(installation.database, municipality.code, round_id, file_id)
    if found is None:
        raise NotFoundException
    return found


def _letters(municipality: Municipality, round_id: int) -> str:
    return f"/werk/{municipality.code}/veldwerk/{round_id}/brieven"


ROUTES: Final = (fetch_letters, remove_letters, ask_to_withdraw, withdraw_letters)
