"""The editor of a house style: colours with what becomes of their contrast, an example, and the version in use."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.house_style_form import (
    COLOURS,
    CONTACT,
    FONTS_TO_CHOOSE,
    ROUNDINGS,
    StyleForm,
    form_of,
    read_style_form,
    rules_of_preview,
)
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.house.contrast import is_dark_on_light, verdicts, written_ratio
from ceo.workflows.house.style import Style, StyleChangedError, changes, keep_style, previous_style, style_of
from ceo.workflows.house.themes import FONTS, RADIUS, stored_theme
from ceo.workflows.rights import Right, Staff

# The places where two colours meet, as `ceo.workflows.house.contrast` names them.
MEETING: Final = (
    N_("Tekst op de pagina"),
    N_("Uitleg op de pagina"),
    N_("Link op de pagina"),
    N_("Foutmelding op de pagina"),
    N_("Tekst op een knop"),
    N_("Tekst op een knop onder de muis"),
    N_("Knop op de pagina"),
    N_("Knop onder de muis op de pagina"),
    N_("Rand van een invoerveld"),
    N_("Tekst in een gekozen antwoord"),
    N_("Rand van een gekozen antwoord"),
    N_("Tekst op een mededeling"),
    N_("Streep bij een mededeling"),
    N_("Rand om waar u bent (focus)"),
    N_("Tekst waar u bent (focus)"),
)


@get("/huisstijl", **needs(Right.EDIT_HOUSE_STYLE))
async def show_house_style(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the house style in use, as a form."""
    current = await style_of(installation.database, municipality.code)
    return _page(request, current, form_of(current))


@post("/huisstijl", **needs(Right.EDIT_HOUSE_STYLE))
async def change_house_style(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Show what a style would look like, or use it when people can read it."""
    current = await style_of(installation.database, municipality.code)
    form = await read_form(request)
    filled = await read_style_form(request, current)
    seen = next(iter(form.get("versie", ())), "")
    if seen != str(current.number):
        changed = N_(
            "Iemand anders veranderde de huisstijl net. Hieronder staat wat u invulde. Bekijk het voorbeeld nog eens."
        )
        faults = {**filled.faults, "voorbeeld": staff_words(request, changed)}
        return _page(request, current, StyleForm(filled.style, filled.typed, faults))
    if next(iter(form.get("wat", ())), "") != "gebruik" or filled.faults:
        return _page(request, current, filled)
    if not all(verdict.passes for verdict in verdicts(filled.style.theme.values)) or not is_dark_on_light(
        filled.style.theme.values
    ):
        hard = N_("Zo kunnen mensen de pagina's niet goed lezen. Bij de contrasten staat welke kleuren u kunt kiezen.")
        faults = {"contrast": staff_words(request, hard)}
        return _page(request, current, StyleForm(filled.style, filled.typed, faults))
    return await _use(installation, municipality.code, filled.style, current, staff)


@post("/huisstijl/terug", **needs(Right.EDIT_HOUSE_STYLE))
async def undo_house_style(
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Go back to the version before the one in use."""
    current = await style_of(installation.database, municipality.code)
    previous = await previous_style(installation.database, municipality.code)
    return await _use(installation, municipality.code, previous, current, staff)


@get("/huisstijl/voorbeeld.css", **needs(Right.EDIT_HOUSE_STYLE))
async def send_preview_style(request: Request[Any, Any, Any]) -> Response[str]:
    """Send the style of the example. The address holds colours, and only plain values come out."""
    theme = stored_theme(dict(request.query_params.items()))
    return Response(rules_of_preview(theme), media_type="text/css")


async def _use(installation: Installation, code: str, style: Style, current: Style, staff: Staff) -> Response[Any]:
    try:
        await keep_style(installation.database, code, style, after=current.number, actor=staff.id, now=now())
    except StyleChangedError:
        return go_to(f"/werk/{code}/huisstijl", done="anders")
    await installation.houses.look()
    return go_to(f"/werk/{code}/huisstijl", done="gebruikt")


def _page(request: Request[Any, Any, Any], current: Style, form: StyleForm) -> Response[str]:
    style = form.style
    return staff_page(
        request,
        "staff/house_style.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if form.faults else HTTP_200_OK,
        form=form,
        style=style,
        current=current,
        changed=bool(changes(current, style)),
        example=urlencode(style.theme.tokens),
        verdicts=verdicts(style.theme.values),
        ratio=written_ratio,
        colours=COLOURS,
        roundings={**ROUNDINGS, **_other(style.theme.values[RADIUS], ROUNDINGS)},
        fonts={**FONTS_TO_CHOOSE, **_other(style.theme.values[FONTS], FONTS_TO_CHOOSE)},
        names=(RADIUS, FONTS),
        contact=CONTACT,
    )


def _other(value: str, known: dict[str, str]) -> dict[str, str]:
    """Return a value that came from a file, so that it stays among the choices."""
    return {} if value in known else {value: value}
