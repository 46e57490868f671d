"""Fetching files of letters, letting them go, and taking back the codes of a file that was lost."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork.kept_files import known_file, remove_file, send_file
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.inviting.batch_lists import withdraw_batch
from ceo.workflows.inviting.letter_desk import LetterFile, find_letter_file, letter_files
from ceo.workflows.rights import Right, Staff

_ADDRESS: Final = "/veldwerk/{round_id:int}/brieven/bestand/{file_id:str}"


@post(f"{_ADDRESS}/ophalen", **needs(Right.RUN_FIELDWORK))
async def fetch_letters(
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Send a file, part by part."""
    await require_round(installation, municipality, round_id)
    files = letter_files(municipality.code, round_id)
    return await send_file(installation, files, file_id, staff, address=_letters(municipality, round_id))


@post(f"{_ADDRESS}/weghalen", **needs(Right.RUN_FIELDWORK))
async def remove_letters(
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove what a file holds that was fetched."""
    await require_round(installation, municipality, round_id)
    files = letter_files(municipality.code, round_id)
    return await remove_file(installation, files, file_id, staff, address=_letters(municipality, round_id))


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
    await require_round(installation, municipality, round_id)
    found = await _require_file(installation, municipality, round_id, file_id)
    keys = installation.settings.encryption_keys
    await withdraw_batch(installation.database, keys, found.file, actor=staff.id, now=now())
    return go_to(_letters(municipality, round_id), done="ingetrokken")


async def _require_file(
    installation: Installation, municipality: Municipality, round_id: int, file_id: str
) -> LetterFile:
    found = await find_letter_file(installation.database, municipality.code, round_id, known_file(file_id))
    if found is None:
        raise NotFoundException
    return found


def _letters(municipality: Municipality, round_id: int) -> str:
    return f"/werk/{municipality.code}/veldwerk/{round_id}/brieven"


ROUTES: Final = (fetch_letters, remove_letters, ask_to_withdraw, withdraw_letters)
