"""The page of product codes: what the codes in messages of iWmo and iJw are called in this municipality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.frames.product_codes import (
    CodeFault,
    Imported,
    NamedCode,
    import_codes,
    name_code,
    public_categories,
    read_codes,
    remove_code,
)
from ceo.workflows.rights import Right, Staff

# As many faults of a list are shown; the number of all is told.
_MOST_SHOWN: Final = 20
# By field and code of a `CodeFault`; "" is any field.
_WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("category", "category"): N_("De categorie is twee cijfers, zoals 02."),
    ("code", "code"): N_("Een code is ten hoogste vijf cijfers en letters, zoals 02A03."),
    ("code", "twice"): N_("Deze code staat er twee keer, met een andere naam."),
    ("product", "required"): N_("Vul in hoe het product heet."),
    ("product", "too-long"): N_("De naam is te lang: ten hoogste 100 tekens."),
    ("product", "formula"): N_("De naam begint met = en is een formule. Vul gewone tekst in."),
    ("product", "control-sign"): N_("In de naam staat een teken dat niet kan."),
    ("category", "no-column"): N_("De kolom ‘categorie’ ontbreekt in de eerste rij."),
    ("code", "no-column"): N_("De kolom ‘code’ ontbreekt in de eerste rij."),
    ("product", "no-column"): N_("De kolom ‘product’ ontbreekt in de eerste rij."),
    ("", "no-list"): N_("Dit is geen csv-bestand. Sla de lijst op als csv en kies het bestand opnieuw."),
    ("", "empty"): N_("Er staan geen codes in het bestand."),
    ("", "too-many"): N_("Er staan meer dan 3.000 codes in het bestand."),
}


@get("/veldwerk/producten", **needs(Right.SEE_FIELDWORK))
async def show_product_codes(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the codes with their names, and those that have none. The address may say which code to fill in."""
    wanted = {field: request.query_params.get(name, "") for field, name in _FIELDS.items()}
    return await _page(request, installation, municipality, typed=wanted)


@post("/veldwerk/producten", **needs(Right.RUN_FIELDWORK))
async def name_product_code(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Give a code a name, or another one."""
    typed = await _typed(request)
    wrong = await name_code(installation.database, municipality.code, NamedCode(**typed), actor=staff.id, now=now())
    if wrong:
        faults = {_FIELDS[fault.field]: staff_words(request, _WORDS[fault.field, fault.code]) for fault in wrong}
        return await _page(request, installation, municipality, typed=typed, faults=faults)
    return go_to(_address(municipality), done="bewaard")


@post("/veldwerk/producten/weg", **needs(Right.RUN_FIELDWORK))
async def remove_product_code(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take the own name of a code away."""
    typed = await _typed(request)
    category, code = typed["category"], typed["code"]
    gone = await remove_code(installation.database, municipality.code, category, code, actor=staff.id, now=now())
    return go_to(_address(municipality), done="weg" if gone else "was-weg")


@post("/veldwerk/producten/bestand", **needs(Right.RUN_FIELDWORK))
async def import_product_codes(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take over the names of a list, or tell everything that is wrong with it."""
    file = (await request.form()).get("bestand")
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if not content:
        faults = {"bestand": staff_words(request, N_("Kies een bestand."))}
        return await _page(request, installation, municipality, faults=faults)
    found = await import_codes(installation.database, municipality.code, [content], actor=staff.id, now=now())
    if isinstance(found, Imported):
        return await _page(request, installation, municipality, imported=found)
    faults = {"bestand": staff_words(request, N_("Het bestand is niet ingelezen. Verbeter wat hieronder staat."))}
    return await _page(request, installation, municipality, faults=faults, list_faults=found)


# The fields of a code, and what they are called in forms and addresses.
_FIELDS: Final[Mapping[str, str]] = {"category": "categorie", "code": "code", "product": "product"}


async def _typed(request: Request[Any, Any, Any]) -> dict[str, str]:
    form = await read_form(request)
    return {field: next(iter(form.get(name, ())), "").strip() for field, name in _FIELDS.items()}


def _address(municipality: Municipality) -> str:
    return f"/werk/{municipality.code}/veldwerk/producten"


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    list_faults: Sequence[CodeFault] = (),
    imported: Imported | None = None,
) -> Response[str]:
    named, unnamed = await read_codes(installation.database, municipality.code)
    return staff_page(
        request,
        "staff/fieldwork/product_codes.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        named=named,
        unnamed=unnamed,
        categories=public_categories(),
        category_names={category.code: category.name for category in public_categories()},
        typed=typed or dict.fromkeys(_FIELDS, ""),
        faults=faults or {},
        list_faults=[(fault.line, staff_words(request, _WORDS[fault.field, fault.code])) for fault in list_faults][
            :_MOST_SHOWN
        ],
        faults_in_all=len(list_faults),
        imported=imported,
    )


ROUTES: Final = (show_product_codes, name_product_code, remove_product_code, import_product_codes)
