"""The page of a round that goes on: who came in, whose turn comes when, the months that were sealed, and the keys of other systems."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.api.inflow import PATH
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.web.staff.rounds.typed import read_day
from ceo.workflows.ending.months import list_months
from ceo.workflows.ending.tails import FEWEST
from ceo.workflows.frames.drawn import read_sample
from ceo.workflows.frames.inflow import FIELDS, MOST_PEOPLE
from ceo.workflows.frames.inflow_keys import LONGEST_LABEL, LONGEST_LIFE, list_keys, make_key, withdraw_key
from ceo.workflows.inviting.due import read_due
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview

_USUAL_LIFE: Final = timedelta(days=180)
_LABEL: Final = "naam"
_LAST_DAY: Final = "tot"
# The newest; nobody reads more on a page.
_MOST_INFLOWS: Final = 60


@get("/veldwerk/{round_id:int}/instroom", **needs(Right.SEE_FIELDWORK))
async def show_inflow(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show who came in and whose turn comes when; of other rounds, why there is nothing here."""
    overview = await require_round(installation, municipality, round_id)
    return await _page(request, installation, overview)


@post("/veldwerk/{round_id:int}/instroom/sleutel", status_code=HTTP_200_OK, **needs(Right.RUN_FIELDWORK))
async def make_inflow_key(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Make a key, and show it this once."""
    overview = await require_round(installation, municipality, round_id)
    typed = {name: next(iter(values), "").strip() for name, values in (await read_form(request)).items()}
    faults: dict[str, str] = {}
    label, last_day, today = typed.get(_LABEL, ""), read_day(typed.get(_LAST_DAY, "")), installation.today
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        wrong = N_("Vul in welk systeem de sleutel krijgt, in hoogstens %(most)s tekens.")
        faults[_LABEL] = staff_words(request, wrong, most=LONGEST_LABEL)
    if last_day is None or not today <= last_day <= today + LONGEST_LIFE:
        faults[_LAST_DAY] = staff_words(request, N_("Vul een dag in van vandaag tot hoogstens een jaar verder."))
    if not overview.goes_on:
        faults[_LABEL] = staff_words(
            request, N_("In deze meting komen geen nieuwe mensen. Een sleutel heeft geen zin.")
        )
    if faults or last_day is None:
        return await _page(request, installation, overview, typed=typed, faults=faults)
    made = await make_key(
        installation.database,
        municipality.code,
        round_id,
        label=label,
        expires_on=last_day,
        actor=staff.id,
        today=today,
        now=now(),
    )
    return await _page(request, installation, overview, new_key=made.key)


@post("/veldwerk/{round_id:int}/instroom/intrekken", status_code=HTTP_303_SEE_OTHER, **needs(Right.RUN_FIELDWORK))
async def withdraw_inflow_key(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a key work no more."""
    await require_round(installation, municipality, round_id)
    key_id = next(iter((await read_form(request)).get("sleutel", ())), "")
    gone = await withdraw_key(installation.database, municipality.code, round_id, key_id, actor=staff.id, now=now())
    page = f"/werk/{municipality.code}/veldwerk/{round_id}/instroom"
    return go_to(page, done="ingetrokken" if gone else "was-weg")


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    overview: RoundOverview,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    new_key: str = "",
) -> Response[str]:
    row, database, today = overview.round, installation.database, installation.today
    assert row.id is not None
    drawn = await read_sample(database, row.municipality, row.id)
    inflows = drawn.sample.design.get("inflows", ()) if drawn.sample is not None else ()
    return staff_page(
        request,
        "staff/fieldwork/inflow.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        drawn=drawn,
        inflows=[_shown(one) for one in reversed(inflows)][:_MOST_INFLOWS],
        due=await read_due(database, row.municipality, row.id, today=today),
        months=await list_months(database, row.municipality, row.id),
        keys=await list_keys(database, row.municipality, row.id),
        fewest=FEWEST,
        most=MOST_PEOPLE,
        fields=list(FIELDS),
        address=installation.settings.base_url + PATH,
        new_key=new_key,
        today=today,
        typed={_LABEL: "", _LAST_DAY: (today + _USUAL_LIFE).isoformat(), **(typed or {})},
        faults=faults or {},
    )


def _shown(inflow: dict[str, Any]) -> dict[str, Any]:
    """Return one inflow as numbers for a row of the table."""
    return {
        "on": date.fromisoformat(inflow["on"]),
        "way": inflow["way"],
        "added": sum(inflow["added"].values()),
        "drawn": sum(inflow["drawn"].values()),
        "excluded": inflow["excluded"],
        "known": inflow["known"],
    }


ROUTES: Final = (show_inflow, make_inflow_key, withdraw_inflow_key)
