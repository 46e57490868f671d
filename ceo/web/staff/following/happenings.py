"""What happened on a day: a list beside the series, with adding, taking away and putting back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.following.requiring import require_id, require_titles
from ceo.web.staff.learning.holding_back import held_back
from ceo.web.staff.learning.typed import Found, digest_of
from ceo.web.staff.learning.words import TRACES
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.following.annotating import (
    LONGEST_TEXT,
    Fault,
    Typed,
    all_annotations,
    annotate,
    put_back,
    take_away,
)
from ceo.workflows.following.series import Series
from ceo.workflows.rights import Right, Staff

_FAULTS: Final[Mapping[Fault, str]] = {
    Fault.NO_DAY: N_("Vul de dag in, zoals 2026-03-01."),
    Fault.OTHER_CENTURY: N_("Kies een dag vanaf 2000 en voor 2100."),
    Fault.NO_TEXT: N_("Schrijf in een paar woorden wat er gebeurde."),
    Fault.LONG_TEXT: N_("Schrijf het korter: hoogstens %(most)s tekens."),
}


@get("/volgen/{series_core:str}/gebeurtenissen", **needs(Right.SEE_CYCLE))
async def show_annotations(
    request: Request[Any, Any, Any],
    series_core: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what happened on which day, with a form for one more."""
    series = await require_titles(installation, municipality.code, series_core)
    return await _page(request, installation, municipality.code, series, Typed())


@post("/volgen/{series_core:str}/gebeurtenissen", **needs(Right.EDIT_CYCLE))
async def add_annotation(
    request: Request[Any, Any, Any],
    series_core: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep what happened on a day, or tell everything that is wrong with it, or that it seems to be about a person."""
    series = await require_titles(installation, municipality.code, series_core)
    form = await read_form(request)
    typed = Typed(_first(form, "day"), _first(form, "text"), _first(form, "everywhere") == "ja")
    found = () if typed.faults() else await held_back(installation, municipality, form, {"text": typed.text})
    if found:
        return await _page(request, installation, municipality.code, series, typed, found=found)
    faults = await annotate(installation.database, municipality.code, series_core, typed, actor=staff.id, now=now())
    if faults:
        return await _page(request, installation, municipality.code, series, typed, faults=faults)
    return go_to(f"/werk/{municipality.code}/volgen/{series_core}/gebeurtenissen", done="bewaard")


@post("/volgen/{series_core:str}/gebeurtenissen/{annotation_id:str}/weg", **needs(Right.EDIT_CYCLE))
async def take_annotation_away(
    series_core: FromPath[str],
    annotation_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take it away; it stays in the list of what was taken away, and can be put back."""
    await require_titles(installation, municipality.code, series_core)
    known = require_id(annotation_id)
    if not await take_away(installation.database, municipality.code, known, actor=staff.id, now=now()):
        raise NotFoundException
    return go_to(f"/werk/{municipality.code}/volgen/{series_core}/gebeurtenissen", done="weg")


@post("/volgen/{series_core:str}/gebeurtenissen/{annotation_id:str}/terug", **needs(Right.EDIT_CYCLE))
async def put_annotation_back(
    series_core: FromPath[str],
    annotation_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Put back what was taken away."""
    await require_titles(installation, municipality.code, series_core)
    known = require_id(annotation_id)
    if not await put_back(installation.database, municipality.code, known, actor=staff.id, now=now()):
        raise NotFoundException
    return go_to(f"/werk/{municipality.code}/volgen/{series_core}/gebeurtenissen", done="terug")


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: str,
    series: Series,
    typed: Typed,
    *,
    faults: Mapping[str, Fault] | None = None,
    found: Sequence[Found] = (),
) -> Response[str]:
    rows = await all_annotations(installation.database, municipality, series.core)
    return staff_page(
        request,
        "staff/following/annotations.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults or found else HTTP_200_OK,
        series=series,
        kept=[row for row in rows if row.removed_on is None],
        removed=[row for row in rows if row.removed_on is not None],
        typed=typed,
        found=found,
        keep_anyway=digest_of(found),
        traces=TRACES,
        faults={
            name: staff_words(request, _FAULTS[fault], most=LONGEST_TEXT) for name, fault in (faults or {}).items()
        },
    )


def _first(form: Mapping[str, list[str]], name: str) -> str:
    """Return a field as text that a database can hold."""
    typed = next(iter(form.get(name, ())), "")
    return "".join(character if character.isprintable() else " " for character in typed)


ROUTES: Final = (show_annotations, add_annotation, take_annotation_away, put_annotation_back)
