"""The pages of e-mail to clients: what can be sent, how far it is, what is uncertain, and mails that came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY
from markupsafe import Markup

from ceo.clock import now
from ceo.storage.letters import LetterKind
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import takes_answers
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork import reminder_form
from ceo.web.staff.fieldwork.job_words import is_busy
from ceo.web.staff.fieldwork.mail_words import LINE_FAULTS, RETURNS, STATES
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.inviting.bounces import Returned, take_in_reports
from ceo.workflows.inviting.mail_deciding import (
    Deciding,
    Ordered,
    leave_as_sent,
    order_mails,
    send_anyway,
    send_rest,
    stop_mails,
)
from ceo.workflows.inviting.mail_page import as_markup, as_text
from ceo.workflows.inviting.mail_writing import mail_paragraphs, message_id, write_mail
from ceo.workflows.inviting.mailing_overview import (
    SPECIMEN,
    read_mailing,
    read_specimen_words,
    to_be_invited,
    to_be_reminded,
)
from ceo.workflows.inviting.reminding import read_reminders
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.listing import jobs_of_round
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview

_UPLOAD: Final = "teruggekomen"
_NO_ONE: Final = N_("Er zijn nu andere mensen te mailen dan u zag. Kijk het aantal hieronder na, en verstuur opnieuw.")
_BUSY: Final = N_("Deze mails worden al verstuurd. Wacht tot dat klaar is.")
_NOT_OPEN: Final = N_("De meting is niet open. De code in de mail zou niet werken.")
_NO_SERVER: Final = N_("Er is geen mailserver. Er kan nog geen mail uit.")
_NOTHING_CHOSEN: Final = N_("Kies eerst om welke mails het gaat.")
_NO_FILE: Final = N_("Kies eerst een of meer bestanden.")


@get("/veldwerk/{round_id:int}/mail", **needs(Right.SEE_FIELDWORK))
async def show_mailing(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show who can be mailed, and how far the mails are. In the address may stand which reminder it is, and after how many days."""
    overview = await require_round(installation, municipality, round_id)
    asked = {name: text.strip() for name, text in request.query_params.items() if name in reminder_form.FIELDS}
    return await _page(request, installation, overview, {}, asked=asked)


@get("/veldwerk/{round_id:int}/mail/voorbeeld", **needs(Right.SEE_FIELDWORK))
async def show_specimen(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show the mail to somebody who does not exist, as text and as it looks; or send it as a file for a mail program."""
    overview = await require_round(installation, municipality, round_id)
    kind = _kind(request.query_params.get("soort", ""))
    settings = installation.settings
    words = await read_specimen_words(installation.database, settings, municipality.code, round_id, kind)
    if request.query_params.get("als") == "bestand":
        return Response(
            write_mail(settings, words, SPECIMEN, now=now()),
            media_type="message/rfc822",
            headers={"content-disposition": f'attachment; filename="voorbeeld-{kind.value}.eml"'},
        )
    paragraphs = mail_paragraphs(settings, words, SPECIMEN)
    return staff_page(
        request,
        "staff/fieldwork/mailing_specimen.html",
        overview=overview,
        kind=kind.value,
        words=words,
        text=as_text(paragraphs),
        markup=Markup(as_markup(paragraphs)),  # noqa: S704 - it escapes what others wrote
    )


@post("/veldwerk/{round_id:int}/mail/versturen", **needs(Right.RUN_FIELDWORK))
async def send_mails(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a worker mail the people who were counted on the page, if they are still as many."""
    overview = await require_round(installation, municipality, round_id)
    form = await read_form(request)
    kind, shown = _kind(_first(form, "soort")), _number(_first(form, "aantal"))
    asked = {name: _first(form, name) for name in reminder_form.FIELDS if name in form}
    planned = await read_reminders(installation.database, municipality.code, round_id)
    reminding, faults = reminder_form.read_reminding(planned, asked)
    fault = _reason_not_to(installation, overview)
    if not faults and not fault:
        today, reminds = installation.today, kind is LetterKind.REMINDER
        recipients = (
            to_be_reminded(round_id, reminding, today=today) if reminds else to_be_invited(round_id, today=today)
        )
        deciding = _deciding(municipality, round_id, staff)
        ordered = await order_mails(installation.database, deciding, recipients, shown=shown)
        fault = {Ordered.QUEUED: "", Ordered.BUSY: _BUSY, Ordered.CHANGED: _NO_ONE}[ordered]
    if faults or fault:
        told = {f"versturen-{kind.value}": staff_words(request, fault)} if fault else {}
        return await _page(request, installation, overview, told, asked=asked)
    return go_to(_address(municipality, round_id), done="klaargezet")


@post("/veldwerk/{round_id:int}/mail/doorgaan", **needs(Right.RUN_FIELDWORK))
async def go_on_sending(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a worker send what waits."""
    overview = await require_round(installation, municipality, round_id)
    if fault := _reason_not_to(installation, overview):
        return await _page(request, installation, overview, {"stand": staff_words(request, fault)})
    await send_rest(installation.database, _deciding(municipality, round_id, staff))
    return go_to(_address(municipality, round_id), done="door")


@post("/veldwerk/{round_id:int}/mail/stoppen", **needs(Right.RUN_FIELDWORK))
async def stop_sending(
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take back every mail that waits."""
    await require_round(installation, municipality, round_id)
    await stop_mails(installation.database, _deciding(municipality, round_id, staff))
    return go_to(_address(municipality, round_id), done="gestopt")


@post("/veldwerk/{round_id:int}/mail/onzeker", **needs(Right.RUN_FIELDWORK))
async def decide_uncertain(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Send mails after all of which nobody knows whether they were sent, or leave them."""
    overview = await require_round(installation, municipality, round_id)
    form = await read_form(request)
    chosen, sends = form.get("bericht", []), _first(form, "wat") == "stuur"
    fault = _NOTHING_CHOSEN if not chosen else _reason_not_to(installation, overview) if sends else ""
    if fault:
        return await _page(request, installation, overview, {"bericht": staff_words(request, fault)})
    decide = send_anyway if sends else leave_as_sent
    await decide(installation.database, _deciding(municipality, round_id, staff), chosen)
    return go_to(_address(municipality, round_id), done="toch" if sends else "gelaten")


@post("/veldwerk/{round_id:int}/mail/terug", **needs(Right.RUN_FIELDWORK))
async def take_in_returned(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Read mails that came back, and tell what came of each."""
    overview = await require_round(installation, municipality, round_id)
    form = await request.form()
    sent = [part for part in form.getall(_UPLOAD, []) if isinstance(part, UploadFile) and part.filename]
    if not sent:
        return await _page(request, installation, overview, {_UPLOAD: staff_words(request, _NO_FILE)})
    reports = [await part.read() for part in sent]
    deciding = _deciding(municipality, round_id, staff)
    returned = await take_in_reports(installation.database, deciding, reports)
    return await _page(request, installation, overview, {}, returned=returned)


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    overview: RoundOverview,
    faults: dict[str, str],
    *,
    asked: Mapping[str, str] | None = None,
    returned: Mapping[Returned, int] | None = None,
) -> Response[str]:
    row, today = overview.round, installation.today
    assert row.id is not None
    planned = await read_reminders(installation.database, row.municipality, row.id)
    reminding, wrong = reminder_form.read_reminding(planned, asked or {})
    faults = {**faults, **{name: staff_words(request, text) for name, text in wrong.items()}}
    jobs = await jobs_of_round(installation.database, row.municipality, row.id, [JobKind.SEND_MAIL])
    mail = installation.settings.mail
    return staff_page(
        request,
        "staff/fieldwork/mailing.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        mailing=await read_mailing(installation.database, row.municipality, row.id, reminding, today=today),
        reminding=reminding,
        typed={**reminder_form.begin_with(planned), **(asked or {})},
        busy=[job for job in jobs if is_busy(job)],
        has_server=mail is not None,
        is_open=takes_answers(row, today),
        today=today,
        per_minute=installation.settings.mail_per_minute,
        states=STATES,
        line_faults=LINE_FAULTS,
        returns=RETURNS,
        returned=returned or {},
        name_of=lambda mail_id: message_id(mail_id, mail.sender if mail is not None else ""),
        faults=faults,
    )


def _reason_not_to(installation: Installation, overview: RoundOverview) -> str:
    """Return why no mail can go out now; "" when it can."""
    if installation.settings.mail is None:
        return _NO_SERVER
    return "" if takes_answers(overview.round, installation.today) else _NOT_OPEN


def _deciding(municipality: Municipality, round_id: int, staff: Staff) -> Deciding:
    return Deciding(municipality.code, round_id, staff.id, now())


def _address(municipality: Municipality, round_id: int) -> str:
    return f"/werk/{municipality.code}/veldwerk/{round_id}/mail"


def _kind(text: str) -> LetterKind:
    return LetterKind.REMINDER if text == LetterKind.REMINDER.value else LetterKind.INVITATION


def _number(text: str) -> int:
    return int(text[:9]) if text.isascii() and text[:9].isdecimal() else -1


def _first(form: Mapping[str, list[str]], name: str) -> str:
    return next(iter(form.get(name, ())), "")


ROUTES: Final = (
    show_mailing,
    show_specimen,
    send_mails,
    go_on_sending,
    stop_sending,
    decide_uncertain,
    take_in_returned,
)
