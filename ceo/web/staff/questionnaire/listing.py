"""The questionnaires of a municipality: in the making and published; and beginning a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.questionnaire.desk import TOP, Faults, home_of
from ceo.web.staff.questionnaire.fields import Form, first
from ceo.workflows import configuring
from ceo.workflows.configuring import ConfigurationLine, FromConfiguration, FromPublished, OnCore
from ceo.workflows.library.current import ChoosableModule, choosable_modules
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import list_rounds

_EDIT: Final = needs(Right.EDIT_QUESTIONNAIRES)
ACTS: Final = {
    "wmo": N_("Wmo: hulp en ondersteuning"),
    "jeugdwet": N_("Jeugdwet: hulp aan jongeren en ouders"),
    "participatiewet": N_("Participatiewet: hulp bij werk en inkomen"),
    "": N_("Andere onderwerpen"),
}
_CHOOSE: Final = N_("Kies waarmee u begint.")
# What a choice begins with: a core, a version that was published, or a questionnaire in the making.
_CORE, _PUBLISHED, _CONFIGURATION = "kern:", "versie:", "concept:"


@get("/", **needs(Right.SEE_QUESTIONNAIRES))
async def show_list(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the questionnaires in the making, and the published ones with the rounds that use them."""
    database = installation.database
    lines = await configuring.list_configurations(database, municipality.code)
    newest = await list_rounds(database, municipality.code, today=installation.today)
    return staff_page(
        request,
        "staff/questionnaire/list.html",
        home=home_of(municipality),
        making=_in_the_making(lines),
        removed=await configuring.list_configurations(database, municipality.code, removed=True),
        published=await configuring.list_published(database, municipality.code),
        made_as={line.published_hash: line.id for line in lines},
        rounds=[overview.round for overview in newest.rounds],
        more_rounds=not newest.is_last,
    )


@get("/nieuw", **_EDIT)
async def show_beginning(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what a new questionnaire can begin with."""
    chosen = request.query_params.get("met", "")
    return await _beginning_page(request, municipality, installation, {"begin": [chosen]} if chosen else {})


@post("/nieuw", status_code=HTTP_303_SEE_OTHER, **_EDIT)
async def begin(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Begin a questionnaire, and open it."""
    form = await read_form(request)
    beginning = _read_beginning(form, await _cores(installation))
    if isinstance(beginning, dict):
        faults = {name: staff_words(request, sentence) for name, sentence in beginning.items()}
        return await _beginning_page(request, municipality, installation, form, faults=faults)
    begun = await configuring.begin(installation.database, municipality.code, beginning, actor=staff.id, now=now())
    if isinstance(begun, tuple):
        faults = {TOP: " ".join(f"{remark.cause} {remark.cure}" for remark in begun)}
        return await _beginning_page(request, municipality, installation, form, faults=faults)
    return go_to(f"{home_of(municipality)}/{begun.id}", done="begonnen")


def _in_the_making(lines: Sequence[ConfigurationLine]) -> list[ConfigurationLine]:
    return [line for line in lines if line.published_hash is None]


async def _cores(installation: Installation) -> list[ChoosableModule]:
    """Return the cores that a questionnaire can begin on."""
    modules = await choosable_modules(installation.database)
    return [one for one in modules if one.role == "core" and not one.withdrawn]


def _read_beginning(
    form: Form, cores: Sequence[ChoosableModule]
) -> OnCore | FromPublished | FromConfiguration | dict[str, str]:
    chosen, title = first(form, "begin"), first(form, "titel")
    if chosen.startswith(_PUBLISHED):
        return FromPublished(chosen.removeprefix(_PUBLISHED))
    if chosen.startswith(_CONFIGURATION):
        return FromConfiguration(chosen.removeprefix(_CONFIGURATION))
    if not chosen.startswith(_CORE):
        return {"begin": _CHOOSE}
    core = chosen.removeprefix(_CORE)
    usual = next((one.title for one in cores if one.reference == core), "")
    return OnCore(core, title or usual)


async def _beginning_page(
    request: Request[Any, Any, Any],
    municipality: Municipality,
    installation: Installation,
    form: Form,
    *,
    faults: Faults | None = None,
) -> Response[str]:
    database = installation.database
    return staff_page(
        request,
        "staff/questionnaire/begin.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        home=home_of(municipality),
        acts=ACTS,
        cores=await _cores(installation),
        published=await configuring.list_published(database, municipality.code),
        making=_in_the_making(await configuring.list_configurations(database, municipality.code)),
        chosen=first(form, "begin"),
        title=first(form, "titel"),
        faults=faults or {},
    )


HANDLERS: Final = (show_list, show_beginning, begin)
