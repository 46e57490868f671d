"""The pages of a dialogue: to read and print, to write in, to close and to open again."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_303_SEE_OTHER,
)

from ceo.storage.dialogues import Dialogue
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.learning.dialogue_form import Typed, field_of, free_texts, read_dialogue, read_typed, typed_of
from ceo.web.staff.learning.holding_back import held_back
from ceo.web.staff.learning.requiring import by, home_of, require
from ceo.web.staff.learning.shown import told_result
from ceo.web.staff.learning.telling import Told, different
from ceo.web.staff.learning.typed import version
from ceo.web.staff.learning.words import (
    ACTION_STATES,
    BECAUSE,
    DIALOGUE_STATES,
    QUESTIONS,
    TAKING_PART,
    VIEWS,
)
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.learning.actions import actions_on
from ceo.workflows.learning.dialogues import (
    DialogueState,
    about_of,
    close_dialogue,
    find_dialogue,
    keep_dialogue,
    reopen_dialogue,
)
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff


@get("/leren/gesprek/{dialogue_id:str}", **needs(Right.SEE_CYCLE))
async def show_dialogue(
    request: Request[Any, Any, Any],
    dialogue_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show a record to read and to print, with the actions that came from it."""
    row = await require(find_dialogue, installation, municipality, dialogue_id)
    return staff_page(
        request,
        "staff/learning/dialogue.html",
        actions=await actions_on(installation.database, municipality.code, dialogue_id=row.id),
        action_states=ACTION_STATES,
        **await _around(request, row),
    )


@get("/leren/gesprek/{dialogue_id:str}/schrijven", **needs(Right.EDIT_CYCLE))
async def show_writing(
    request: Request[Any, Any, Any],
    dialogue_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show a record as a form; a closed one has to be opened first."""
    row = await require(find_dialogue, installation, municipality, dialogue_id)
    if row.state == DialogueState.CLOSED:
        return go_to(_address(municipality, row.id), done="dicht")
    return await _form_page(request, row, typed_of(row), Told())


@post("/leren/gesprek/{dialogue_id:str}/schrijven", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def write_dialogue(
    request: Request[Any, Any, Any],
    dialogue_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep what was written, tell what is wrong or seems to be of a person, or show what somebody else wrote meanwhile."""
    row = await require(find_dialogue, installation, municipality, dialogue_id)
    form = await read_form(request)
    typed = read_typed(form)
    text, faults = read_dialogue(typed, installation.today)
    if text is None:
        return await _form_page(request, row, typed, Told(faults, seen=version(form)))
    found = await held_back(installation, municipality, form, free_texts(typed))
    if found:
        return await _form_page(request, row, typed, Told(found=found, seen=version(form)))
    kept = await keep_dialogue(installation.database, dialogue_id, text, by(municipality, staff), seen=version(form))
    if kept is Kept.CHANGED:
        now_there = await require(find_dialogue, installation, municipality, dialogue_id)
        return await _form_page(request, now_there, typed, Told(others=_others(typed, typed_of(now_there))))
    return _back(municipality, row.id, kept, "bewaard")


@post("/leren/gesprek/{dialogue_id:str}/sluiten", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def close(
    request: Request[Any, Any, Any],
    dialogue_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Close a record, when it says on which day people spoke."""
    row = await require(find_dialogue, installation, municipality, dialogue_id)
    if row.held_on is None:
        return go_to(_address(municipality, row.id), done="geen-dag")
    seen = version(await read_form(request))
    kept = await close_dialogue(
        installation.database, row.id, by(municipality, staff), seen=seen, today=installation.today
    )
    return _back(municipality, row.id, kept, "gesloten")


@post("/leren/gesprek/{dialogue_id:str}/heropenen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def reopen(
    request: Request[Any, Any, Any],
    dialogue_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Open a closed record again."""
    row = await require(find_dialogue, installation, municipality, dialogue_id)
    seen = version(await read_form(request))
    kept = await reopen_dialogue(installation.database, row.id, by(municipality, staff), seen=seen)
    return _back(municipality, row.id, kept, "heropend")


def _address(municipality: Municipality, dialogue_id: str) -> str:
    return f"{home_of(municipality)}/gesprek/{dialogue_id}"


def _back(municipality: Municipality, dialogue_id: str, kept: Kept, done: str) -> Response[Any]:
    if kept is Kept.UNKNOWN:
        raise NotFoundException
    return go_to(_address(municipality, dialogue_id), done=done if kept is Kept.DONE else "anders")


def _others(typed: Typed, there: Typed) -> dict[str, str]:
    """Return what somebody else kept where that is not what was typed, by field; roles as their codes."""
    roles = {"rollen": " ".join(there.roles)} if set(there.roles) != set(typed.roles) else {}
    return different(typed.texts, there.texts) | roles


async def _around(request: Request[Any, Any, Any], row: Dialogue) -> dict[str, Any]:
    about = about_of(row)
    return {
        "row": row,
        "result": await told_result(request, about),
        "about": about,
        "because": BECAUSE[row.opened_because],
        "states": DIALOGUE_STATES,
        "questions": QUESTIONS,
        "views": VIEWS,
        "roles": TAKING_PART,
    }


async def _form_page(request: Request[Any, Any, Any], row: Dialogue, typed: Typed, told: Told) -> Response[str]:
    return staff_page(
        request,
        "staff/learning/dialogue_form.html",
        status=told.status,
        typed=typed,
        field_of=field_of,
        **told.values(request, row.row_version),
        **await _around(request, row),
    )


ROUTES: Final = (show_dialogue, show_writing, write_dialogue, close, reopen)
