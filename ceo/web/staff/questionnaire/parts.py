"""What is chosen about a questionnaire as a whole: its title, the version of its core, modules, local words, languages and breakdowns."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.staff.questionnaire.desk import (
    EDIT,
    EDIT_PAGE,
    Desk,
    Faults,
    OpenedDesk,
    desk_page,
    faults_of,
    keep,
    lead_to,
    refuse,
)
from ceo.web.staff.questionnaire.fields import Form, first
from questionnaires.configuring.changes import (
    Change,
    ChooseCore,
    FillParam,
    OfferLanguages,
    SetBreakdowns,
    SetTitle,
    TurnOffModule,
    TurnOnModule,
)
from questionnaires.configuring.remarks import Remark

TITLE, CORE, WORD, BREAKDOWN = "titel", "kern", "woord", "uitsplitsing"


@get("/gegevens", **EDIT_PAGE)
async def show_facts(desk: OpenedDesk) -> Response[str]:
    """Show the title, the version of the core, the local words, and by what results are broken down."""
    return _facts(desk)


@post("/titel", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def change_title(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Give the questionnaire another title."""
    form = await read_form(request)
    return await _keep_fact(desk, form, SetTitle(first(form, TITLE)), TITLE)


@post("/kern", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def change_core(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Choose another version of the core."""
    form = await read_form(request)
    return await _keep_fact(desk, form, ChooseCore(first(form, CORE)), CORE)


@post("/woorden/{name:str}", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def fill_word(request: Request[Any, Any, Any], desk: OpenedDesk, name: FromPath[str]) -> Response[Any]:
    """Fill a local word into the texts of the core; with nothing the word of the core stands there again."""
    form = await read_form(request)
    field = f"{WORD}-{name}"
    return await _keep_fact(desk, form, FillParam(name, first(form, field) or None), field)


@post("/uitsplitsingen", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def choose_breakdowns(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Choose by which own questions results are broken down."""
    form = await read_form(request)
    return await _keep_fact(desk, form, SetBreakdowns(tuple(form.get(BREAKDOWN, ()))), BREAKDOWN)


@get("/modules", **EDIT_PAGE)
async def show_modules(desk: OpenedDesk) -> Response[str]:
    """Show the optional modules of each slot, with what they ask and how long that takes."""
    return desk_page(desk, "modules.html")


@post("/modules", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def turn_module(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Take up one optional module, or leave it out again."""
    form = await read_form(request)
    slot, module = first(form, "gleuf"), first(form, "module")
    turned_on = first(form, "doe") == "aan"
    change: Change = TurnOnModule(slot, module) if turned_on else TurnOffModule(slot, module)
    then = lead_to(desk, "/modules", done="module-aan" if turned_on else "module-uit")
    return await keep(desk, form, change, then=then, otherwise=lambda remarks: refuse(desk, remarks, place="/modules"))


@post("/talen", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def choose_languages(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[Any]:
    """Choose the languages in which residents can fill in; Dutch is always there."""
    form = await read_form(request)
    chosen = ("nl", *(language for language in form.get("taal", ()) if language != "nl"))
    then = lead_to(desk, "/vertalingen", done="talen")
    return await keep(
        desk, form, OfferLanguages(chosen), then=then, otherwise=lambda found: refuse(desk, found, place="/vertalingen")
    )


async def _keep_fact(desk: Desk, form: Form, change: Change, field: str) -> Response[Any]:
    """Keep one of the facts; when it cannot be kept its own field says why, with what was typed in it."""

    def otherwise(remarks: tuple[Remark, ...]) -> Response[str]:
        typed = {name: first(form, name) for name in form}
        return _facts(desk, faults={field: " ".join(faults_of(remarks, {}).values())}, typed=typed)

    return await keep(
        desk, form, change, then=lead_to(desk, "/gegevens", done="gegevens", at=field), otherwise=otherwise
    )


def _facts(desk: Desk, *, faults: Faults | None = None, typed: dict[str, str] | None = None) -> Response[str]:
    status = HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK
    cores = [(core.reference, f"{core.title} ({core.reference})") for core in desk.overview.cores]
    return desk_page(
        desk,
        "facts.html",
        status=status,
        core_choices=cores,
        faults=faults or {},
        typed=typed or {},
    )


HANDLERS: Final = (
    show_facts,
    change_title,
    change_core,
    fill_word,
    choose_breakdowns,
    show_modules,
    turn_module,
    choose_languages,
)
