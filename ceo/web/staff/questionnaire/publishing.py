"""Publishing: first a page that says in plain words what follows from it, then the publication itself."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_words
from ceo.web.staff.questionnaire.desk import EDIT_PAGE, Desk, Faults, OpenedDesk, conclude, desk_page, lead_to
from ceo.web.staff.questionnaire.fields import first
from ceo.web.staff.questionnaire.places import place_of_remark
from ceo.workflows import configuring
from ceo.workflows.configuring import Consequences, NotSeen, Published
from ceo.workflows.rights import Right
from questionnaires.configuring.remarks import Remark

_PUBLISH: Final = needs(Right.PUBLISH_QUESTIONNAIRES)
_PUBLISH_PAGE: Final[dict[str, Any]] = {**_PUBLISH, "dependencies": EDIT_PAGE["dependencies"]}
_UNDERSTOOD: Final = "begrepen"
_NOT_UNDERSTOOD: Final = N_("Zet een vinkje. U weet dan dat de vragenlijst daarna niet meer verandert.")


@get("/vaststellen", **_PUBLISH_PAGE)
async def show_consequences(desk: OpenedDesk) -> Response[str]:
    """Show what becomes incomparable, which rounds it touches, and in which languages it can be filled in."""
    return await _consequences_page(desk)


@post("/vaststellen", status_code=HTTP_303_SEE_OTHER, **_PUBLISH)
async def publish(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Publish what was seen on the page before; when something changed since, show the page again."""
    form = await read_form(request)
    if not first(form, _UNDERSTOOD):
        return await _consequences_page(desk, faults={_UNDERSTOOD: staff_words(request, _NOT_UNDERSTOOD)})
    outcome = await configuring.publish(
        desk.installation.database, desk.editing(form), seen=first(form, "gezien"), today=desk.installation.today
    )
    if isinstance(outcome, NotSeen):
        return _page(desk, outcome.consequences, newer=True, status=HTTP_409_CONFLICT)
    if isinstance(outcome, Published):
        return lead_to(desk, done="vastgesteld-zonder" if outcome.left_out else "vastgesteld")
    return await conclude(desk, form, outcome, then=lead_to(desk), otherwise=lambda remarks: _not_yet(desk, remarks))


async def _consequences_page(desk: Desk, *, faults: Faults | None = None) -> Response[str]:
    found = await configuring.look_ahead(
        desk.installation.database, desk.municipality.code, desk.opened.id, today=desk.installation.today
    )
    if found is None:
        raise NotFoundException
    if isinstance(found, tuple):
        return _not_yet(desk, found)
    return _page(desk, found, faults=faults)


def _not_yet(desk: Desk, remarks: tuple[Remark, ...]) -> Response[str]:
    """Show what must be done first."""
    return desk_page(desk, "not_yet.html", remarks=remarks, place_of=lambda remark: place_of_remark(desk.home, remark))


def _page(
    desk: Desk,
    consequences: Consequences,
    *,
    faults: Faults | None = None,
    newer: bool = False,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return desk_page(
        desk,
        "publish.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else status,
        consequences=consequences,
        names=LANGUAGE_NAMES,
        newer=newer,
        faults=faults or {},
    )


HANDLERS: Final = (show_consequences, publish)
