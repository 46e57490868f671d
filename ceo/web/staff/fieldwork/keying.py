"""The pages on which forms on paper are keyed: the code, the whole form on one page, a look before sending, and settling two keyings.

Every page after the code is the answer to a form that was sent: the code that leads to the paper stands in no address.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.rounds import RoundStage
from ceo.web.languages import N_
from ceo.web.readers import within
from ceo.web.staff.fieldwork.code_words import CODE_FAULTS
from ceo.web.staff.fieldwork.desk import AT_DESK, Desk, OwnDesk
from ceo.web.staff.fieldwork.keying_drawing import draw_answers, draw_form, printed_pages, readings, words_of
from ceo.web.staff.fieldwork.keying_form import Blanks, ReadKeying, read_keying
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.answering.reader import Reader
from ceo.workflows.inviting.brought_codes import CodeFault
from ceo.workflows.paper.agreement import read_progress
from ceo.workflows.paper.forms import PaperForm, Step, find_form
from ceo.workflows.paper.keyed import Keyed
from ceo.workflows.paper.keying import Outcome, discard_form, key_form, reconcile, send_form

# Buttons.
_CHANGE: Final = "veranderen"
_BLANK: Final = "leeg"
_TAKEN: Final = N_(
    "Een collega heeft deze lijst intussen ook ingevoerd of weggegooid. Wat u net deed, is niet bewaard. Hieronder staat hoe het nu is."
)


@dataclass(frozen=True, slots=True)
class InHand:
    """A form on paper that somebody has in hand, with its code."""

    desk: Desk
    form: PaperForm
    code: str


@get("/veldwerk/{round_id:int}/invoeren", **AT_DESK)
async def show_keying(desk: OwnDesk) -> Response[str]:
    """Ask for the code of a form, and show what waits and how well keyers agree."""
    return await _start(desk)


@post("/veldwerk/{round_id:int}/invoeren", status_code=HTTP_200_OK, **AT_DESK)
async def open_form(desk: OwnDesk) -> Response[Any]:
    """Take a code, and show what has to be done with its form."""
    held = await _in_hand(desk)
    if not isinstance(held, InHand):
        return held
    if desk.said("actie") == _CHANGE and held.form.step in {Step.CHECK, Step.WAIT}:
        return _form_page(held, keyed=held.form.first, version=held.form.version)
    return _page(held)


@post("/veldwerk/{round_id:int}/invoeren/formulier", status_code=HTTP_200_OK, **AT_DESK)
async def key_whole_form(desk: OwnDesk) -> Response[Any]:
    """Keep what was keyed, or say everything that is wrong with it."""
    held = await _in_hand(desk)
    if not isinstance(held, InHand):
        return held
    version = desk.said("versie")
    reading = _read(held)
    if reading.errors:
        return _form_page(held, reading=reading, version=version)
    outcome = await key_form(desk.installation.database, held.form, reading.keyed, desk.keying, version=version)
    return await _after(held, outcome)


@post("/veldwerk/{round_id:int}/invoeren/versturen", status_code=HTTP_200_OK, **AT_DESK)
async def send_keyed_form(desk: OwnDesk) -> Response[Any]:
    """Send a form after a look at it."""
    held = await _in_hand(desk)
    if not isinstance(held, InHand):
        return held
    if held.form.version != desk.said("versie"):
        return _page(held, taken=True)
    return await _after(held, await send_form(desk.installation.database, held.form, today=desk.installation.today))


@post("/veldwerk/{round_id:int}/invoeren/vergelijken", status_code=HTTP_200_OK, **AT_DESK)
async def settle_form(desk: OwnDesk) -> Response[Any]:
    """Send a form of which somebody decided what stands on the paper where two keyings differ."""
    held = await _in_hand(desk)
    if not isinstance(held, InHand):
        return held
    if held.form.step is not Step.RECONCILE:
        return _page(held, taken=True)
    reading = _read(held, only=held.form.compared.differing)
    if reading.errors:
        return _settling_page(held, reading=reading)
    today = desk.installation.today
    return await _after(held, await reconcile(desk.installation.database, held.form, reading.keyed, today=today))


@post("/veldwerk/{round_id:int}/invoeren/weggooien", status_code=HTTP_200_OK, **AT_DESK)
async def throw_away(desk: OwnDesk) -> Response[Any]:
    """Throw away what was keyed of a form that was not sent, to begin anew."""
    held = await _in_hand(desk)
    if not isinstance(held, InHand):
        return held
    await discard_form(desk.installation.database, held.form.key, desk.round_id, actor=desk.staff.id, now=now())
    return go_to(f"{desk.address}/invoeren", done="weg")


async def _in_hand(desk: Desk) -> InHand | Response[str]:
    """Return the form of the code that was typed, or a page that says what is wrong with the code."""
    code = desk.typed_code()
    if isinstance(code, CodeFault):
        return await _start(desk, fault=code)
    installation, key = desk.installation, desk.key_of(code)
    found = await find_form(installation.database, installation.versions, key, desk.round_id, by=desk.staff.id)
    if isinstance(found, PaperForm):
        return InHand(desk, found, code)
    if found is CodeFault.ANSWERED:  # what was keyed of it before is of no use any more
        await discard_form(installation.database, key, desk.round_id, actor=desk.staff.id, now=now())
    return await _start(desk, fault=found)


async def _after(held: InHand, outcome: Outcome | CodeFault) -> Response[Any]:
    """Lead on: to the next form after one was sent, or to what has to be done with this one now."""
    if outcome is Outcome.SENT:
        held.desk.installation.reports.look_at(held.form.round.measurement)
        return go_to(f"{held.desk.address}/invoeren", done="verstuurd")
    newest = await _in_hand(held.desk)
    return _page(newest, taken=outcome is Outcome.TAKEN) if isinstance(newest, InHand) else newest


def _read(held: InHand, *, only: Collection[str] | None = None) -> ReadKeying:
    """Read the form that was sent: every question, or only some of them."""
    desk, form = held.desk, held.form
    pages, _ = printed_pages(form.questionnaire)
    if only is not None:
        kept = [(page, tuple(item for item in page.items if item in only)) for page in pages]
        pages = tuple(page.model_copy(update={"items": items}) for page, items in kept if items)
    return read_keying(
        form.questionnaire,
        pages,
        desk.form,
        reader=within(Reader(desk.said("taal"), desk.said("lezen")), form.questionnaire),
        started_on=form.first.started_on if form.first is not None else desk.installation.today,
        blanks=Blanks.ASKED if only is not None else _blanks(desk),
    )


def _blanks(desk: Desk) -> Blanks:
    return Blanks.TAKEN if desk.said("actie") == _BLANK else Blanks.ASKED_ON_PATH


async def _start(desk: Desk, *, fault: CodeFault | None = None) -> Response[str]:
    installation, its_round = desk.installation, desk.overview.round
    progress = await read_progress(
        installation.database, desk.municipality.code, desk.round_id, by=desk.staff.id, now=now()
    )
    questionnaire = (await installation.versions.open(its_round.questionnaire_hash)).questionnaire
    wording = questionnaire.wording("nl", "standard")
    _, numbers = printed_pages(questionnaire)
    rates = sorted(
        (numbers[item], wording.stem(questionnaire.item(item), {}), rate)
        for item, rate in progress.by_item.items()
        if rate.differed and item in numbers
    )
    return staff_page(
        desk.request,
        "staff/fieldwork/keying.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if fault is not None else HTTP_200_OK,
        overview=desk.overview,
        open=its_round.stage == RoundStage.FIELD,
        faults={"code": staff_words(desk.request, CODE_FAULTS[fault])} if fault is not None else {},
        typed=desk.said("code")[:60] if fault is not None else "",
        progress=progress,
        rates=rates,
    )


def _page(held: InHand, *, taken: bool = False) -> Response[str]:
    """Answer with what has to be done with a form now."""
    if held.form.step in {Step.KEY, Step.KEY_AGAIN}:
        return _form_page(held, taken=taken)
    if held.form.step is Step.RECONCILE:
        return _settling_page(held, taken=taken)
    keyed = held.form.first
    assert keyed is not None, "what is looked over was keyed"
    answers = draw_answers(held.desk.request, held.form, keyed)
    return _answer(held, "staff/fieldwork/keying_check.html", taken=taken, answers=answers)


def _form_page(
    held: InHand,
    *,
    reading: ReadKeying | None = None,
    keyed: Keyed | None = None,
    version: str = "",
    taken: bool = False,
) -> Response[str]:
    desk = held.desk
    shown = reading.keyed.reader if reading is not None else keyed.reader if keyed is not None else Reader()
    languages, registers = readings(desk.request, held.form)
    return _answer(
        held,
        "staff/fieldwork/keying_form.html",
        taken=taken,
        errors=bool(reading),
        questions=draw_form(
            desk.request,
            held.form,
            today=desk.installation.today,
            given=desk.form if reading is not None else None,
            errors=reading.errors if reading is not None else (),
            keyed=keyed,
        ),
        version=version,
        reader=shown,
        languages=languages,
        registers=registers,
    )


def _settling_page(held: InHand, *, reading: ReadKeying | None = None, taken: bool = False) -> Response[str]:
    desk = held.desk
    questions = draw_form(
        desk.request,
        held.form,
        today=desk.installation.today,
        given=desk.form if reading is not None else None,
        errors=reading.errors if reading is not None else (),
        keyed=words_of(held.form),
        only=held.form.compared.differing,
    )
    template = "staff/fieldwork/keying_settle.html"
    return _answer(held, template, taken=taken, errors=bool(reading), questions=questions)


def _answer(held: InHand, template: str, *, taken: bool, errors: bool = False, **values: Any) -> Response[str]:
    status = HTTP_409_CONFLICT if taken else HTTP_422_UNPROCESSABLE_ENTITY if errors else HTTP_200_OK
    return staff_page(
        held.desk.request,
        template,
        status=status,
        overview=held.desk.overview,
        form=held.form,
        code=held.code,
        taken=staff_words(held.desk.request, _TAKEN) if taken else "",
        **values,
    )


ROUTES: Final = (show_keying, open_form, key_whole_form, send_keyed_form, settle_form, throw_away)
