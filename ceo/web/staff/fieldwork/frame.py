"""The page of the client list: uploading it, what is wrong with it, what it is made of, and who does not want to be asked."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs, needs_for_upload
from ceo.web.staff.fieldwork import frame_words, job_words
from ceo.web.staff.fieldwork.frame_uploading import MOST_SENT, receive_upload
from ceo.web.staff.pages import go_to, staff_language, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.frames.frame_state import read_frame_state, remove_frame
from ceo.workflows.frames.opting_out import opt_in, opt_out
from ceo.workflows.frames.receiving import Refused
from ceo.workflows.frames.values import Wrong, read_number
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview

_NUMBER: Final = "nummer"
_FILE: Final = "bestand"


@get("/veldwerk/{round_id:int}/lijst", **needs(Right.SEE_FIELDWORK))
async def show_frame(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show how far the client list of a round is."""
    overview = await require_round(installation, municipality, round_id)
    return await _page(request, installation, overview)


@post(
    "/veldwerk/{round_id:int}/lijst",
    status_code=HTTP_303_SEE_OTHER,
    **needs_for_upload(Right.RUN_FIELDWORK, largest=MOST_SENT),
)
async def upload_list(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep a list, and lead on to its columns."""
    overview = await require_round(installation, municipality, round_id)
    received = await receive_upload(request, installation, municipality, staff, round_id=round_id)
    if isinstance(received, Refused):
        return await _page(request, installation, overview, {_FILE: _sentence(request, received.code)})
    return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/lijst/koppeling")


@get("/veldwerk/{round_id:int}/lijst/fouten.csv", **needs(Right.RUN_FIELDWORK))
async def send_faults(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Send the faults of the list, to go through beside it."""
    await require_round(installation, municipality, round_id)
    state = await read_frame_state(installation.database, municipality.code, round_id)
    if state.faults is None:
        return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/lijst")
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    head = (N_("regel"), N_("kolom"), N_("gegeven"), N_("wat er mis is"), N_("wat u doet"))
    writer.writerow(staff_words(request, word) for word in head)
    for fault in state.faults.told:
        field = frame_words.FIELDS.get(fault.field, "")
        words = [staff_words(request, word) for word in frame_words.fault_words(fault.code)]
        writer.writerow((fault.line or "", fault.column, staff_words(request, field) if field else "", *words))
    return Response(
        written.getvalue().encode("utf-8-sig"),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="fouten.csv"'},
    )


@post("/veldwerk/{round_id:int}/lijst/weg", status_code=HTTP_303_SEE_OTHER, **needs(Right.RUN_FIELDWORK))
async def remove_list(
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove the list of a round and everybody in it, as long as nobody was drawn."""
    await require_round(installation, municipality, round_id)
    removed = await remove_frame(installation.database, municipality.code, round_id, actor=staff.id, now=now())
    done = "weg" if removed else "getrokken"
    return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/lijst", done=done)


@post("/veldwerk/{round_id:int}/lijst/bezwaar", status_code=HTTP_303_SEE_OTHER, **needs(Right.RUN_FIELDWORK))
async def change_opt_out(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Leave a client out of all rounds, or no longer. The number goes into no address: it is somebody's."""
    overview = await require_round(installation, municipality, round_id)
    form = await read_form(request)
    number = read_number(next(iter(form.get(_NUMBER, ())), ""))
    if isinstance(number, Wrong) or not number:
        fault = staff_words(request, N_("Vul het cliëntnummer in dat in uw lijsten staat."))
        return await _page(request, installation, overview, {_NUMBER: fault})
    removing = next(iter(form.get("wat", ())), "") == "weer"
    change = opt_in if removing else opt_out
    changed = await change(
        installation.database,
        installation.settings.secret_key,
        municipality.code,
        number,
        actor=staff.id,
        now=now(),
    )
    done = ("weer-vragen" if changed else "niet-bekend") if removing else ("niet-vragen" if changed else "al-bekend")
    return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/lijst", done=done)


def _sentence(request: Request[Any, Any, Any], code: str) -> str:
    return " ".join(staff_words(request, word) for word in frame_words.fault_words(code))


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    overview: RoundOverview,
    faults: dict[str, str] | None = None,
) -> Response[str]:
    row = overview.round
    assert row.id is not None
    language = staff_language(request)
    return staff_page(
        request,
        "staff/fieldwork/frame.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        state=await read_frame_state(installation.database, row.municipality, row.id),
        words=frame_words,
        job_words=job_words,
        value_words=lambda trait, value: frame_words.value_words(trait, value, language),
        faults=faults or {},
    )


ROUTES: Final = (show_frame, upload_list, send_faults, remove_list, change_opt_out)
