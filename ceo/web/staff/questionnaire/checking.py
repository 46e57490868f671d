"""Everything that is wrong with a questionnaire, with cause, cure and place; and warnings that are accepted with a reason."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_words
from ceo.web.staff.questionnaire.desk import EDIT, Desk, Faults, OpenedDesk, desk_page, faults_of, keep, lead_to, refuse
from ceo.web.staff.questionnaire.fields import Form, first
from ceo.web.staff.questionnaire.places import place_of_remark
from ceo.workflows.rights import Right
from questionnaires.configuring.changes import AcceptWarning, WithdrawAcceptance
from questionnaires.configuring.remarks import Remark

_NO_REASON: Final = N_("Schrijf op waarom u deze waarschuwing aanvaardt.")


@get("/controle", **needs(Right.SEE_QUESTIONNAIRES))
async def show_checks(desk: OpenedDesk) -> Response[str]:
    """Show what is wrong, what is warned about, and what was accepted."""
    return _checks_page(desk)


@post("/controle", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def accept(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Accept a warning with a reason."""
    form = await read_form(request)
    code, about, reason = (first(form, name) for name in ("code", "over", "reden"))
    if not reason:
        return _checks_page(desk, form=form, faults={_field(desk, about): staff_words(request, _NO_REASON)})

    def otherwise(remarks: tuple[Remark, ...]) -> Response[str]:
        said = " ".join(faults_of(remarks, {}).values())
        return _checks_page(desk, form=form, faults={_field(desk, about): said})

    then = lead_to(desk, "/controle", done="aanvaard")
    return await keep(desk, form, AcceptWarning(code, about, reason), then=then, otherwise=otherwise)


@post("/controle/terug", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def withdraw_acceptance(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Take back that a warning was accepted."""
    form = await read_form(request)
    change = WithdrawAcceptance(first(form, "code"), first(form, "over"))
    then = lead_to(desk, "/controle", done="niet-aanvaard")
    return await keep(desk, form, change, then=then, otherwise=lambda remarks: refuse(desk, remarks, place="/controle"))


def _field(desk: Desk, about: str) -> str:
    """Return the control in which the reason for a warning is written: they are numbered as they stand on the page."""
    warnings = desk.seen.open_warnings
    return next((f"reden-{number}" for number, one in enumerate(warnings, start=1) if one.about == about), "inhoud")


def _checks_page(desk: Desk, *, form: Form | None = None, faults: Faults | None = None) -> Response[str]:
    return desk_page(
        desk,
        "checks.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        form=form or {},
        faults=faults or {},
        place_of=lambda remark: place_of_remark(desk.home, remark),
    )


HANDLERS: Final = (show_checks, accept, withdraw_acceptance)
