"""Opening the record of a dialogue: about one figure, which the server reads itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.learning.once import TWICE, draw_key, key_in, row_id_of
from ceo.web.staff.learning.requiring import by, home_of
from ceo.web.staff.learning.shown import shown_result, told_result
from ceo.web.staff.learning.typed import line
from ceo.web.staff.learning.words import BECAUSE
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.following.reading import read_newest_points
from ceo.workflows.following.series import Grain
from ceo.workflows.learning.dialogues import Because, DialogueState, about_of, find_dialogue, open_dialogue
from ceo.workflows.learning.figures import grain_of, measured_indicators, newest_result, read_point
from ceo.workflows.learning.reading import read_cycle
from ceo.workflows.learning.results import Result, Source
from ceo.workflows.mirroring.reading import read_result
from ceo.workflows.rights import Right, Staff
from exports.release.facts import NATION

# What an address names of a result, in its own words.
_FIELDS: Final = ("bron", "kern", "korrel", "indicator", "periode", "naam", "spiegel", "reden")
_LONGEST: Final = 200
_CHANGE: Final = "verandering"
_SERIES: Final = "reeks"
_RELEASE: Final = "uitgave"


@get("/leren/gesprek/nieuw", **needs(Right.EDIT_CYCLE))
async def show_beginning(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the figure that a dialogue would be about, or the figures to choose from."""
    asked = _asked({name: [request.query_params.get(name, "")] for name in _FIELDS})
    return await _page(request, installation, municipality, asked)


@post("/leren/gesprek/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_CYCLE))
async def begin_dialogue(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Open a record about a figure; when it is not shown any more, tell so."""
    form = await read_form(request)
    asked, row_id = _asked(form), row_id_of(municipality.code, "dialogue", key_in(form))
    if await find_dialogue(installation.database, municipality.code, row_id) is not None:
        return go_to(f"{home_of(municipality)}/gesprek/{row_id}", done=TWICE)
    found = await _read(installation, municipality, asked)
    if found is None:
        return await _page(request, installation, municipality, asked, status=HTTP_422_UNPROCESSABLE_ENTITY)
    result, because = found
    opened = await open_dialogue(installation.database, result, because, by(municipality, staff), row_id=row_id)
    return go_to(f"{home_of(municipality)}/gesprek/{opened}/schrijven", done="geopend")


def _asked(form: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: line(form, name)[:_LONGEST] for name in _FIELDS}


async def _read(
    installation: Installation, municipality: Municipality, asked: Mapping[str, str]
) -> tuple[Result, Because] | None:
    """Return the figure that is asked for, and what leads to the dialogue; None when no such figure is shown."""
    database, code = installation.database, municipality.code
    result: Result | None = None
    because = Because.FIGURE
    if asked["bron"] == _SERIES and asked["korrel"] in set(Grain):
        grain = Grain(asked["korrel"])
        result = await read_point(database, code, asked["kern"], grain, asked["indicator"], asked["periode"])
        if result is not None and result.signal:
            because = Because.SIGNAL
    elif asked["bron"] == _RELEASE:
        beside = asked["spiegel"].upper() or NATION
        cubes, name = installation.cubes, asked["naam"]
        result = await read_result(database, cubes, code, name, asked["indicator"], beside=beside)
        because = Because.COMPARISON if result is not None and result.beside is not None else because
    if result is None:
        return None
    return result, Because.CHANGE if asked["reden"] == _CHANGE else because


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    asked: Mapping[str, str],
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    found = await _read(installation, municipality, asked)
    if found is None:
        wanted = bool(asked["bron"])
        return await _choosing(request, installation, municipality, wanted=wanted, status=status)
    result, because = found
    cycle = await read_cycle(installation.database, municipality.code)
    about = [
        (row, shown_result(request, about_of(row)).period)
        for row in cycle.dialogues
        if (row.about["core"], row.about["indicator"]) == (result.core, result.indicator)
    ]
    return staff_page(
        request,
        "staff/learning/begin.html",
        status=status,
        asked=asked,
        result=await told_result(request, result),
        because=BECAUSE[because],
        still_open=[(row, period) for row, period in about if row.state == DialogueState.OPEN],
        closed=[
            (row, period)
            for row, period in about
            if row.state != DialogueState.OPEN and row.about["period"] == result.period
        ],
        key=draw_key(),
    )


async def _choosing(
    request: Request[Any, Any, Any],
    installation: Installation,
    municipality: Municipality,
    *,
    wanted: bool,
    status: int,
) -> Response[str]:
    """Show of which figures a dialogue can be, the newest of each indicator."""
    series = await read_newest_points(installation.database, municipality.code)
    choices = [
        (known, shown_result(request, newest), result_address(newest))
        for known in measured_indicators(series)
        if (newest := newest_result(series, known.core, known.indicator)) is not None
    ]
    return staff_page(request, "staff/learning/choose_figure.html", status=status, choices=choices, wanted=wanted)


def result_address(result: Result) -> dict[str, str]:
    """Return what the address of a new dialogue names of a result."""
    if result.source is Source.RELEASE:
        return {"bron": _RELEASE, "naam": result.name, "kern": result.core, "indicator": result.indicator}
    return {
        "bron": _SERIES,
        "kern": result.core,
        "korrel": grain_of(result).value,
        "indicator": result.indicator,
        "periode": result.period,
    }


def change_address(results: Sequence[Result]) -> dict[str, str] | None:
    """Return what the address of a new dialogue about the newest of later figures names; None when nothing came later."""
    return {**result_address(results[-1]), "reden": _CHANGE} if results else None


ROUTES: Final = (show_beginning, begin_dialogue)
