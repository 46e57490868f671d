"""The page of letters: to whom is still to be written, files to fetch, and reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.jobs import JobState
from ceo.storage.letters import LetterKind
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import RoundStage
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork import job_words, letter_files, letter_texts, reminder_form
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.inviting.batches import CLOSED, NOT_IN_FIELD
from ceo.workflows.inviting.letter_desk import LetterDesk, look_at_letters, order_letters
from ceo.workflows.inviting.letters import DOES_NOT_FIT
from ceo.workflows.inviting.orders import Order
from ceo.workflows.inviting.reminding import MOST_REMINDERS, PlannedReminders, Reminding, read_reminders
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.listing import jobs_of_round
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview

_MOST_DAYS: Final = 99
_FORMS: Final[Mapping[str, JobKind]] = {
    "pdf": JobKind.MAKE_LETTERS,
    "csv": JobKind.MAKE_MAIL_MERGE,
    "xlsx": JobKind.MAKE_MAIL_MERGE,
}
# Why a job could not write letters; the words for the other faults are those of all jobs.
FAULTS: Final[Mapping[str, str]] = {
    NOT_IN_FIELD: N_("Het veldwerk van deze meting was niet begonnen, of al gesloten."),
    CLOSED: N_("De laatste dag van deze meting was voorbij."),
    DOES_NOT_FIT: N_("De tekst paste niet op één bladzijde. Maak de tekst korter en probeer het opnieuw."),
}


@get("/veldwerk/{round_id:int}/brieven", **needs(Right.SEE_FIELDWORK))
async def show_letters(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show how far the letters are."""
    overview = await require_round(installation, municipality, round_id)
    return await _page(request, installation, overview, {})


@post("/veldwerk/{round_id:int}/brieven", **needs(Right.RUN_FIELDWORK))
async def make_letters(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a worker make letters or a list for a printer, of invitations or reminders."""
    overview = await require_round(installation, municipality, round_id)
    typed = {name: next(iter(values), "").strip() for name, values in (await read_form(request)).items()}
    planned = await read_reminders(installation.database, municipality.code, round_id)
    order, faults = _read_order(installation, planned, typed)
    desk = await look_at_letters(installation.database, municipality.code, round_id, order, today=installation.today)
    field = "vorm" if order.kind is LetterKind.INVITATION else "dagen"
    if not faults and not (desk.to_write if order.kind is LetterKind.INVITATION else desk.may_remind):
        faults = {field: N_("Er is nu niemand om aan te schrijven.")}
    if why := _not_now(overview, installation):
        faults = {field: why}
    if faults:
        return await _page(request, installation, overview, typed, faults)
    kind = _FORMS[order.file_format]
    await order_letters(installation.database, municipality.code, round_id, order, kind=kind, actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/brieven", done="gevraagd")


def _read_order(
    installation: Installation, planned: PlannedReminders, typed: Mapping[str, str]
) -> tuple[Order, dict[str, str]]:
    """Return what is asked for, and what is wrong with it by field. What was not typed is as the plan has it."""
    faults: dict[str, str] = {}
    kind = LetterKind.REMINDER if typed.get("soort") == LetterKind.REMINDER.value else LetterKind.INVITATION
    typed = {**_untyped(planned), **typed}
    form, number, days = typed["vorm"], typed["hoeveelste"], typed["dagen"]
    if form not in _FORMS:
        faults["vorm"] = N_("Kies in welke vorm u de brieven wilt.")
    if number not in {str(one) for one in range(1, MOST_REMINDERS + 1)}:
        faults["hoeveelste"] = N_("Kies de hoeveelste herinnering dit is.")
    if not (days.isascii() and days.isdecimal() and int(days[:4]) <= _MOST_DAYS):
        faults["dagen"] = N_("Vul een aantal dagen in van 0 tot en met 99.")
    if faults or kind is LetterKind.INVITATION:
        return Order(kind, file_format=form), faults
    reminding = Reminding(int(number), int(days))
    return Order(kind, reminding.number, reminding.sent_before(installation.today), form), faults


def _not_now(overview: RoundOverview, installation: Installation) -> str:
    """Return why nobody can be written to now; "" when they can."""
    if overview.round.stage != RoundStage.FIELD:
        return N_("Brieven kunt u maken als het veldwerk is begonnen en nog niet is gesloten.")
    if overview.round.closes_on < installation.today:
        return N_("De laatste dag van deze meting is voorbij. Codes zouden niet meer werken.")
    return ""


def _untyped(planned: PlannedReminders) -> dict[str, str]:
    """Return what the form begins with."""
    return {"vorm": "pdf", "soort": "", **reminder_form.begin_with(planned)}


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    overview: RoundOverview,
    typed: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Response[str]:
    its_round = overview.round
    assert its_round.id is not None
    planned = await read_reminders(installation.database, its_round.municipality, its_round.id)
    shown = {**_untyped(planned), **typed}
    reminding, wrong = _read_order(installation, planned, {**shown, "soort": LetterKind.REMINDER.value})
    if wrong:
        reminding, _ = _read_order(installation, planned, {"soort": LetterKind.REMINDER.value})
    desk = await look_at_letters(
        installation.database, its_round.municipality, its_round.id, reminding, today=installation.today
    )
    kinds = (JobKind.MAKE_LETTERS, JobKind.MAKE_MAIL_MERGE)
    jobs = await jobs_of_round(installation.database, its_round.municipality, its_round.id, kinds)
    return staff_page(
        request,
        "staff/fieldwork/letters.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        desk=desk,
        reminding=reminding,
        files=desk.files,
        files_base=f"/werk/{its_round.municipality}/veldwerk/{its_round.id}/brieven/bestand",
        jobs=[job for job in jobs if job_words.is_busy(job)] or _last_failed(jobs),
        why_failed=FAULTS,
        job_words=job_words,
        typed=shown,
        faults={name: staff_words(request, text) for name, text in (faults or {}).items()},
        not_now=_not_now(overview, installation),
        advised=_advised(desk, installation),
        today=installation.today,
    )


def _last_failed(jobs: Sequence[Any]) -> list[Any]:
    """Return the newest job when it failed: a later one that succeeded makes up for it."""
    return [job for job in jobs[:1] if job.state == JobState.FAILED]


def _advised(desk: LetterDesk, installation: Installation) -> str:
    """Return where today is against the days on which a reminder is advised: before, in or after them; "" when there are none."""
    if desk.advised is None:
        return ""
    first, last = desk.advised
    return "early" if installation.today < first else "late" if installation.today > last else "now"


ROUTES: Final = (show_letters, make_letters, *letter_texts.ROUTES, *letter_files.ROUTES)
