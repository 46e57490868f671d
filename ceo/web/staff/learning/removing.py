"""Removing something of the cycle for good: a page that says what goes, and then the deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from ceo.storage.dialogues import Action, Dialogue, PlannedStep, Term
from ceo.storage.goals import Goal
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.learning.requiring import by, home_of, require
from ceo.web.staff.learning.typed import version
from ceo.web.staff.learning.words import CHANGED_MEANWHILE, IN_USE
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.learning.actions import find_action
from ceo.workflows.learning.dialogues import find_dialogue
from ceo.workflows.learning.goals import find_goal
from ceo.workflows.learning.planner import find_step, find_term
from ceo.workflows.learning.rows import Kept, Row, remove_row
from ceo.workflows.rights import Right, Staff


@dataclass(frozen=True, slots=True)
class _Removable:
    """What can be removed: how it is found, where its page and what is left lie, and what goes with it."""

    table: Any
    finder: Any
    page: str
    after: str
    goes: str


_REMOVABLE: Final[Mapping[type[Row], _Removable]] = {
    Dialogue: _Removable(
        Dialogue,
        find_dialogue,
        "/gesprek/{id}",
        "",
        N_("Het verslag gaat weg, met alles wat erin is geschreven. Dat is niet terug te halen."),
    ),
    Action: _Removable(
        Action,
        find_action,
        "/actie/{id}",
        "",
        N_("De actie gaat weg, ook uit wat inwoners en de raad lezen. Dat is niet terug te halen. Stoppen kan ook."),
    ),
    Goal: _Removable(
        Goal,
        find_goal,
        "/doel/{id}",
        "",
        N_("Het doel gaat weg, met zijn pad. Dat is niet terug te halen. Beëindigen kan ook."),
    ),
    Term: _Removable(
        Term,
        find_term,
        "/planning",
        "/planning",
        N_("De raadsperiode gaat weg, met alle stappen die erin gepland zijn. Dat is niet terug te halen."),
    ),
    PlannedStep: _Removable(
        PlannedStep,
        find_step,
        "/planning",
        "/planning",
        N_("De stap gaat weg, en niemand krijgt er nog een herinnering voor."),
    ),
}


def _routes(table: type[Row], path: str, parameter: str) -> tuple[Any, Any]:
    """Return the page that asks, and the deed, for one sort of rows."""
    of = _REMOVABLE[table]

    @get(path, **needs(Right.EDIT_CYCLE))
    async def ask(
        request: Request[Any, Any, Any],
        municipality: NamedDependency[Municipality],
        installation: NamedDependency[Installation],
    ) -> Response[str]:
        """Tell what goes."""
        row = await require(of.finder, installation, municipality, request.path_params[parameter])
        return _page(request, row, of, "")

    @post(path, status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
    async def remove(
        request: Request[Any, Any, Any],
        municipality: NamedDependency[Municipality],
        installation: NamedDependency[Installation],
        staff: NamedDependency[Staff],
    ) -> Response[Any]:
        """Remove it, or tell why it stays."""
        row = await require(of.finder, installation, municipality, request.path_params[parameter])
        seen = version(await read_form(request))
        kept = await remove_row(installation.database, of.table, row.id, by(municipality, staff), seen=seen)
        if kept is Kept.UNKNOWN:
            raise NotFoundException
        if kept is not Kept.DONE:
            there = await require(of.finder, installation, municipality, row.id)
            return _page(request, there, of, IN_USE if kept is Kept.IN_USE else CHANGED_MEANWHILE)
        return go_to(home_of(municipality) + of.after, done="weg")

    return ask, remove


def _page(request: Request[Any, Any, Any], row: Any, of: _Removable, refused: str) -> Response[str]:
    return staff_page(
        request,
        "staff/learning/remove.html",
        status=HTTP_409_CONFLICT if refused else HTTP_200_OK,
        row=row,
        goes=of.goes,
        refused=refused,
        page=of.page.format(id=row.id),
    )


ROUTES: Final = (
    *_routes(Dialogue, "/leren/gesprek/{dialogue_id:str}/weghalen", "dialogue_id"),
    *_routes(Action, "/leren/actie/{action_id:str}/weghalen", "action_id"),
    *_routes(Goal, "/leren/doel/{goal_id:str}/weghalen", "goal_id"),
    *_routes(Term, "/leren/planning/periode/{term_id:str}/weghalen", "term_id"),
    *_routes(PlannedStep, "/leren/planning/stap/{step_id:str}/weghalen", "step_id"),
)
