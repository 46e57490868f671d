"""The first page of one's own account: name, language, and the way to everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import ACCOUNT, needs
from ceo.web.staff.pages import LANGUAGES, go_to, staff_page, staff_words
from ceo.workflows.rights import Staff
from ceo.workflows.staff.own_account import NameFault, keep_name

_WORDS: Final[Mapping[NameFault, str]] = {
    NameFault.EMPTY: N_("Vul uw naam in. Collega’s herkennen u eraan."),
    NameFault.TOO_LONG: N_("Deze naam is te lang: neem niet meer dan 100 tekens."),
}


@get("/account", **needs(ACCOUNT))
async def show_account(request: Request[Any, Any, Any], staff: NamedDependency[Staff]) -> Response[str]:
    """Show the own account."""
    return _page(request, staff.name, staff.language)


@post("/account", **needs(ACCOUNT))
async def keep_account(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Keep the name and the language."""
    form = await read_form(request)
    name, chosen = (next(iter(form.get(field, ())), "") for field in ("name", "language"))
    language = chosen if chosen in LANGUAGES else staff.language
    fault = await keep_name(installation.database, staff.id, name=name, language=language)
    if fault is not None:
        return _page(request, name, language, faults={"name": staff_words(request, _WORDS[fault])})
    return go_to("/werk/account", done="bewaard")


def _page(
    request: Request[Any, Any, Any], name: str, language: str, *, faults: dict[str, str] | None = None
) -> Response[str]:
    return staff_page(
        request,
        "staff/account/overview.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        name=name,
        chosen=language,
        languages=tuple(LANGUAGES.items()),
        faults=faults or {},
    )
