"""Where staff write what residents may read of an action: in Dutch at least, and in every language in which residents are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.dialogues import Action
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.web.readers import offered_languages
from ceo.web.resident.entrance import asked_in
from ceo.web.staff.access import needs
from ceo.web.staff.learning.doubts import doubts_of_words
from ceo.web.staff.learning.holding_back import held_back
from ceo.web.staff.learning.requiring import by, home_of, require
from ceo.web.staff.learning.telling import Told, different
from ceo.web.staff.learning.typed import LONGEST_TEXT, TOO_LONG, line, lines, version
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.answering.arriving import newest_round
from ceo.workflows.learning.actions import find_action
from ceo.workflows.learning.rows import Kept
from ceo.workflows.rights import Right, Staff
from ceo.workflows.told.telling import DUTCH, EASY_DUTCH, actions_to_tell, keep_telling

NO_DUTCH: Final = N_("Schrijf de tekst in het Nederlands. Die lezen inwoners als er geen andere is.")
_FIELD: Final = "tekst-"
_MAY_READ: Final = "vertellen"
_YES: Final = "ja"


@get("/leren/vertellen", **needs(Right.SEE_CYCLE))
async def show_actions_to_tell(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the actions, and which of them residents may read."""
    actions = await actions_to_tell(installation.database, municipality.code)
    return staff_page(request, "staff/told/actions.html", actions=actions, public=_public(municipality))


@get("/leren/vertellen/{action_id:str}", **needs(Right.EDIT_CYCLE))
async def show_telling(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the words for residents as a form."""
    row = await require(find_action, installation, municipality, action_id)
    keys = await _keys(installation, municipality, row)
    return _form_page(request, municipality, row, _typed_of(row, keys), Told())


@post("/leren/vertellen/{action_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def tell(
    request: Request[Any, Any, Any],
    action_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep the words and whether residents may read them, tell what is wrong, or show what somebody else kept meanwhile."""
    row = await require(find_action, installation, municipality, action_id)
    keys = await _keys(installation, municipality, row)
    form = await read_form(request)
    typed = {_FIELD + key: lines(form, _FIELD + key) for key in keys}
    told = line(form, _MAY_READ) == _YES
    faults = {name: TOO_LONG for name, text in typed.items() if len(text) > LONGEST_TEXT}
    if told and not typed[_FIELD + DUTCH]:
        faults[_FIELD + DUTCH] = NO_DUTCH
    # A text that waits for later is warned about as well: it is published with one tick.
    claims = doubts_of_words({name: typed[name] for name in (_FIELD + DUTCH, _FIELD + EASY_DUTCH)})
    found = await held_back(installation, municipality, form, typed, claims) if not faults else ()
    typed[_MAY_READ] = _YES if told else ""
    if faults or found:
        return _form_page(request, municipality, row, typed, Told(faults, found, seen=version(form)))
    kept = await keep_telling(
        installation.database,
        row.id,
        by(municipality, staff),
        told=told,
        texts={key: typed[_FIELD + key] for key in keys},
        seen=version(form),
    )
    if kept is Kept.DONE:
        return go_to(f"{home_of(municipality)}/vertellen", done="verteld" if told else "niet-verteld")
    there = await require(find_action, installation, municipality, action_id)
    return _form_page(request, municipality, there, typed, Told(others=different(typed, _typed_of(there, keys))))


async def _keys(installation: Installation, municipality: Municipality, row: Action) -> tuple[str, ...]:
    """Return the languages to write in: Dutch, easy Dutch, those in which residents are asked now, and those that are there already."""
    questionnaire = await asked_in(installation, await newest_round(installation.database, municipality.code))
    offered = {*offered_languages(questionnaire), *row.told_text}
    return (DUTCH, EASY_DUTCH, *(language for language in LANGUAGE_NAMES if language in offered and language != DUTCH))


def _typed_of(row: Action, keys: tuple[str, ...]) -> dict[str, str]:
    """Return the fields of the form as they stand in an action."""
    return {_FIELD + key: row.told_text.get(key, "") for key in keys} | {_MAY_READ: _YES if row.told else ""}


def _form_page(
    request: Request[Any, Any, Any], municipality: Municipality, row: Action, typed: Mapping[str, str], told: Told
) -> Response[str]:
    fields = {name: name.removeprefix(_FIELD) for name in typed if name != _MAY_READ}
    return staff_page(
        request,
        "staff/told/telling.html",
        status=told.status,
        row=row,
        typed=typed,
        fields=fields,
        names=LANGUAGE_NAMES,
        easy=EASY_DUTCH,
        public=_public(municipality),
        **told.values(request, row.row_version),
    )


def _public(municipality: Municipality) -> str:
    return f"/{municipality.code}/wat-wij-deden"


ROUTES_FOR_STAFF: Final = (show_actions_to_tell, show_telling, tell)
