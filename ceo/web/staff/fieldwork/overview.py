"""The pages of fieldwork: how far each group is, and codes for those who are invited."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.answering.access_codes import show_code
from ceo.workflows.inviting.codes import hand_out_codes, letter_link
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import (
    RoundOverview,
    RoundState,
    StratumProgress,
    current_and_past_rounds,
    read_strata,
)

# More are made in parts: nobody hands out more codes in one go.
_MOST: Final = 5000
# Of the rounds that are over; all of them stand among the rounds.
_MOST_PAST: Final = 12


@get("/veldwerk", **needs(Right.SEE_FIELDWORK))
async def show_fieldwork(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the rounds that are coming or open, and those that were."""
    current, past = await current_and_past_rounds(
        installation.database, municipality.code, today=installation.today, past=_MOST_PAST
    )
    return staff_page(request, "staff/fieldwork.html", current=current, past=past, today=installation.today)


@get("/veldwerk/{round_id:int}", **needs(Right.SEE_FIELDWORK))
async def show_round_fieldwork(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show how far each group of a round is."""
    overview = await require_round(installation, municipality, round_id)
    strata = await read_strata(installation.database, municipality.code, round_id)
    return _page(request, installation, overview, strata)


@post("/veldwerk/{round_id:int}/codes", **needs(Right.RUN_FIELDWORK))
async def make_codes(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Make codes and send them as a file. They are kept nowhere, so this is the only time that they can be had."""
    overview = await require_round(installation, municipality, round_id)
    strata = await read_strata(installation.database, municipality.code, round_id)
    typed = await read_form(request)
    numbers, faults = _read_numbers(request, typed, strata)
    if overview.state not in {RoundState.COMING, RoundState.OPEN}:
        faults["aantal-1"] = staff_words(request, N_("Op dit moment kan niemand invullen. Codes zouden niet werken."))
    if faults:
        return _page(request, installation, overview, strata, typed, faults)
    codes = await hand_out_codes(
        installation.database,
        installation.settings.secret_key,
        municipality=municipality.code,
        round_id=round_id,
        numbers=numbers,
        actor=staff.id,
        now=now(),
    )
    return Response(
        _written(installation, municipality, codes),
        media_type="text/csv",
        status_code=HTTP_200_OK,
        headers={"content-disposition": f'attachment; filename="codes-{overview.round.measurement}.csv"'},
    )


def _read_numbers(
    request: Request[Any, Any, Any], typed: Mapping[str, Sequence[str]], strata: Sequence[StratumProgress]
) -> tuple[dict[str, int], dict[str, str]]:
    """Return how many codes are wanted for each group, and what is wrong by field."""
    numbers: dict[str, int] = {}
    faults: dict[str, str] = {}
    for place, stratum in enumerate(strata, start=1):
        text = next(iter(typed.get(f"aantal-{place}", ())), "").strip()
        if text.isascii() and text.isdecimal() and int(text[:9]) <= _MOST:
            numbers[stratum.name] = int(text)
        elif text:
            wrong = N_("%(name)s: vul een getal van 0 tot en met 5.000 in.")
            faults[f"aantal-{place}"] = staff_words(request, wrong, name=stratum.name)
    room = {stratum.name: stratum.population - stratum.invited - numbers.get(stratum.name, 0) for stratum in strata}
    for place, stratum in enumerate(strata, start=1):
        if room[stratum.name] < 0:
            many = N_("%(name)s: dat zijn meer uitnodigingen dan er cliënten zijn. Er kunnen er nog %(left)s bij.")
            left = stratum.population - stratum.invited
            faults[f"aantal-{place}"] = staff_words(request, many, name=stratum.name, left=max(0, left))
    if not faults and not sum(numbers.values()):
        faults["aantal-1"] = staff_words(request, N_("Vul bij minstens één groep in hoeveel codes u wilt."))
    return {name: number for name, number in numbers.items() if number}, faults


def _written(installation: Installation, municipality: Municipality, codes: Mapping[str, Sequence[str]]) -> bytes:
    """Return the codes as a file for a spreadsheet or a mail merge."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(("groep", "code", "link"))
    for stratum, drawn in codes.items():
        # A name that begins like a formula would be one in a spreadsheet.
        name = f"'{stratum}" if stratum[:1] in "=+-@\t" else stratum
        writer.writerows(
            (name, show_code(code), letter_link(installation.settings, municipality.code, code)) for code in drawn
        )
    return written.getvalue().encode("utf-8-sig")


def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    overview: RoundOverview,
    strata: Sequence[StratumProgress],
    typed: Mapping[str, Sequence[str]] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response[str]:
    numbers = {name: next(iter(values), "") for name, values in (typed or {}).items()}
    return staff_page(
        request,
        "staff/round_fieldwork.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        strata=strata,
        today=installation.today,
        numbers=numbers,
        faults=faults or {},
    )


ROUTES: Final = (show_fieldwork, show_round_fieldwork, make_codes)
