"""The pages of the municipality's own codes for stories."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.story_room.requiring import first, require_id
from ceo.web.staff.story_room.words import CODE_FAULTS, CODE_VALUES
from ceo.workflows.rights import Right, Staff
from ceo.workflows.stories.codes import FIELD_OF, Code, CodeFault, end_code, keep_code, list_codes


@get("/verhalen/codes", **needs(Right.READ_STORIES))
async def show_codes(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the codes, with a form for one more."""
    codes = await list_codes(installation.database, municipality.code)
    return _list_page(request, codes, "", "", {})


@post("/verhalen/codes", **needs(Right.READ_STORIES))
async def add_code(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Add a code."""
    form = await read_form(request)
    name, meaning = first(form, "naam"), first(form, "betekenis")
    faults = await keep_code(installation.database, municipality.code, "", name, meaning, actor=staff.id, now=now())
    if faults:
        codes = await list_codes(installation.database, municipality.code)
        return _list_page(request, codes, name, meaning, _told(request, faults))
    return go_to(_address(municipality), done="toegevoegd")


@get("/verhalen/codes/{story_code_id:str}", **needs(Right.READ_STORIES))
async def show_code(
    request: Request[Any, Any, Any],
    story_code_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a code as a form."""
    code = await _require(installation, municipality, story_code_id)
    return _code_page(request, code, code.name, code.meaning, {})


@post("/verhalen/codes/{story_code_id:str}", **needs(Right.READ_STORIES))
async def change_code(
    request: Request[Any, Any, Any],
    story_code_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change the name and the meaning of a code, or let it end or begin again: what stories have it stays."""
    form = await read_form(request)
    code = await _require(installation, municipality, story_code_id)
    name, meaning, what = first(form, "naam"), first(form, "betekenis"), first(form, "wat")
    if what in {"stop", "weer"}:
        ended = await end_code(
            installation.database, municipality.code, code.id, ended=what == "stop", actor=staff.id, now=now()
        )
        if isinstance(ended, CodeFault):
            return _code_page(request, code, code.name, code.meaning, _told(request, (ended,)))
        return go_to(_address(municipality), done=what)
    faults = await keep_code(
        installation.database, municipality.code, code.id, name, meaning, actor=staff.id, now=now()
    )
    if faults:
        return _code_page(request, code, name, meaning, _told(request, faults))
    return go_to(_address(municipality), done="gewijzigd")


async def _require(installation: Installation, municipality: Municipality, code_id: str) -> Code:
    """Return a code, or tell that there is no such page."""
    codes = await list_codes(installation.database, municipality.code)
    code = next((one for one in codes if one.id == require_id(code_id)), None)
    if code is None:
        raise NotFoundException
    return code


def _address(municipality: Municipality) -> str:
    return f"/werk/{municipality.code}/verhalen/codes"


def _told(request: Request[Any, Any, Any], faults: tuple[CodeFault, ...]) -> dict[str, str]:
    return {FIELD_OF[fault]: staff_words(request, CODE_FAULTS[fault], **CODE_VALUES) for fault in reversed(faults)}


def _list_page(
    request: Request[Any, Any, Any], codes: tuple[Code, ...], name: str, meaning: str, faults: dict[str, str]
) -> Response[str]:
    status = HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK
    return staff_page(
        request, "staff/story_room/codes.html", status=status, codes=codes, name=name, meaning=meaning, faults=faults
    )


def _code_page(
    request: Request[Any, Any, Any], code: Code, name: str, meaning: str, faults: dict[str, str]
) -> Response[str]:
    status = HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK
    return staff_page(
        request, "staff/story_room/code.html", status=status, code=code, name=name, meaning=meaning, faults=faults
    )


ROUTES: Final = (show_codes, add_code, show_code, change_code)
