"""Releasing a draft, after a page that says what it means for whom."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.languages import N_
from ceo.web.national.desk import HOME, Desk, desk_page, first, number_in
from ceo.web.national.words import CHANGES, STATEMENTS, STATES
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_words
from ceo.web.staff.question_bank import bank_of
from ceo.workflows.library.consequences import StandsOn, Step, look_ahead
from ceo.workflows.library.releasing import Released, VersionTaken, release
from ceo.workflows.rights import Right

_NOT_READ: Final = N_("Zet een vinkje als u de gevolgen heeft gelezen.")
_TAKEN: Final = N_("%(reference)s is hier al vastgesteld met een andere inhoud. Geef uw versie een hoger nummer.")
_MOVED: Final = N_(
    "Het concept of de bibliotheek is veranderd nadat u deze pagina opende. Er is niets uitgegeven. Lees wat er nu staat."
)


@get("/uitgeven", **needs(Right.EDIT_LIBRARY))
async def show_consequences(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Show what a release would mean, and what stands in its way."""
    return await _page(request, desk, {}, HTTP_200_OK)


@post("/uitgeven", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def release_draft(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Release what was looked at."""
    form = await read_form(request)
    if first(form, "gelezen") != "ja":
        return await _page(request, desk, {"gelezen": staff_words(request, _NOT_READ)}, HTTP_422_UNPROCESSABLE_ENTITY)
    number = number_in(form, "bibliotheek")
    library = -1 if number is None else number
    outcome = await release(desk.installation.database, desk.editing(form), library=library)
    if isinstance(outcome, Released):
        return go_to(HOME, done="uitgegeven")
    told = staff_words(request, _MOVED)
    if isinstance(outcome, VersionTaken):
        told = staff_words(request, _TAKEN, reference=outcome.reference)
    return await _page(request, desk, {"inhoud": told}, HTTP_409_CONFLICT)


async def _page(request: Request[Any, Any, Any], desk: Desk, faults: dict[str, str], status: int) -> Response[str]:
    bank = await bank_of(request).look()
    today = desk.installation.today
    outlook = await look_ahead(desk.installation.database, bank, desk.reviewed.draft.id, today=today)
    if outlook is None:
        raise NotFoundException
    return desk_page(
        desk,
        "release.html",
        status=status,
        outlook=outlook,
        faults=faults,
        change_words=CHANGES,
        statement_words=STATEMENTS,
        state_words=STATES,
        municipalities=desk.installation.municipalities,
        standing_by_name=lambda step: _by_name(desk, step),
    )


def _by_name(desk: Desk, step: Step) -> list[StandsOn]:
    names = {code: municipality.name for code, municipality in desk.installation.municipalities.items()}
    return sorted(step.standing, key=lambda one: (names.get(one.municipality, ""), one.questionnaire))


HANDLERS: Final = (show_consequences, release_draft)
