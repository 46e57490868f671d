"""Reading practices: one's own, and those that municipalities share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from babel.numbers import format_decimal
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from analysis.results import SHARES
from ceo.storage.people import NATIONAL
from ceo.storage.together import Practice
from ceo.web.installation import Installation
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import staff_language, staff_page
from ceo.web.staff.together.requiring import (
    LONGEST_SEARCH,
    home_of,
    page_in,
    place_name,
    require_id,
    status_of,
    told,
)
from ceo.workflows.learning.results import Result, Source
from ceo.workflows.rights import Right
from ceo.workflows.together.practices import (
    WantedPractices,
    find_practice,
    own_practices,
    results_of,
    search_shared,
)
from ceo.workflows.together.themes import list_themes
from ceo.workflows.together.typed import Wrong

PART: Final = "voorbeelden"


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result in words; `value` "" is a figure that is not shown here."""

    title: str
    period: str
    value: str
    low: str
    high: str
    respondents: int
    is_share: bool
    simulated: bool


def shown_results(request: Request[Any, Any, Any], results: Iterable[Result], *, own: bool) -> list[ShownResult]:
    """Return results in words. Others see the figure only where a published release has it."""
    language, shown = staff_language(request), []
    for one in results:
        scale = 100 if one.measure in SHARES else 1
        value, low, high = (
            format_decimal(round(scale * number, 1), format="#,##0.0", locale=language)
            if own or one.source is Source.RELEASE
            else ""
            for number in (one.figure.value, one.figure.low, one.figure.high)
        )
        respondents, is_share = one.figure.respondents, one.measure in SHARES
        shown.append(ShownResult(one.title, one.period, value, low, high, respondents, is_share, one.simulated))
    return shown


async def practices_page(request: Request[Any, Any, Any], installation: Installation) -> Response[str]:
    """Answer with the practices that an address asks for."""
    given, place = request.query_params, place_of(request)
    wanted = WantedPractices(
        words=given.get("q", "").strip()[:LONGEST_SEARCH],
        theme=given.get("thema", "")[:LONGEST_SEARCH],
        municipality=given.get("gemeente", "")[:LONGEST_SEARCH],
        page=page_in(request),
    )
    themes = await list_themes(installation.database)
    names = sorted((one.name, code) for code, one in installation.municipalities.items())
    query = {"q": wanted.words, "thema": wanted.theme, "gemeente": wanted.municipality}
    return staff_page(
        request,
        "staff/together/practices.html",
        home=home_of(request),
        here_home=home_of(request, PART),
        wanted=wanted,
        found=await search_shared(installation.database, wanted),
        own=await own_practices(installation.database, place) if place != NATIONAL else (),
        theme_pairs=[(one.id, one.name) for one in themes],
        theme_names={one.id: one.name for one in themes},
        municipalities=[(code, name) for name, code in names],
        name_of=lambda code: place_name(installation, code, request),
        page_of=lambda number: (
            "?" + urlencode({**{key: text for key, text in query.items() if text}, "pagina": number})
        ),
    )


async def practice_page(
    request: Request[Any, Any, Any], installation: Installation, practice_id: str, wrong: Sequence[Wrong] = ()
) -> Response[str]:
    """Answer with a practice of one's own, or one that is shared; with why nothing was done with it (`wrong`)."""
    row = await require_practice(request, installation, practice_id)
    themes = {one.id: one.name for one in await list_themes(installation.database)}
    own = row.municipality == place_of(request)
    return staff_page(
        request,
        "staff/together/practice.html",
        status=status_of(wrong),
        home=home_of(request),
        here_home=home_of(request, PART),
        row=row,
        own=own,
        theme=themes[row.theme],
        owner=place_name(installation, row.municipality, request),
        results=shown_results(request, results_of(row), own=own),
        of_series=any(one.source is Source.SERIES for one in results_of(row)),
        faults=told(request, wrong, "nu"),
    )


async def require_practice(request: Request[Any, Any, Any], installation: Installation, practice_id: str) -> Practice:
    """Return a practice that the place may read, or tell that there is no such page."""
    row = await find_practice(installation.database, place_of(request), require_id(practice_id))
    if row is None:
        raise NotFoundException
    return row


@get("/samen/voorbeelden", **needs(Right.SEE_TOGETHER))
async def show_practices(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show one's own practices, and those that municipalities share."""
    return await practices_page(request, installation)


@get("/samen/voorbeelden/{practice_id:str}", **needs(Right.SEE_TOGETHER))
async def show_practice(
    request: Request[Any, Any, Any], practice_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a practice."""
    return await practice_page(request, installation, practice_id)


ROUTES: Final = (show_practices, show_practice)
