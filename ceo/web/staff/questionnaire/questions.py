"""Local questions: adding, changing, moving and removing them, with what their texts read like while one writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.staff.pages import staff_words
from ceo.web.staff.questionnaire.desk import (
    EDIT,
    EDIT_PAGE,
    Desk,
    Faults,
    OpenedDesk,
    desk_page,
    faults_of,
    keep,
    lead_to,
    refuse,
)
from ceo.web.staff.questionnaire.fields import Form, first
from ceo.web.staff.questionnaire.question_forms import (
    FIELDS,
    controls_of,
    empty_form,
    form_of,
    in_order,
    read_question,
    rows_of,
    sort_of,
    unread,
)
from ceo.web.staff.questionnaire.question_words import LIST_KINDS, PERIODS, REASONS, SORTS, USES, Sort
from questionnaires.configuring.applying import apply
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.changes import AddQuestion, ChangeQuestion, MoveQuestion, RemoveQuestion
from questionnaires.configuring.describing import Overview, PageLine, QuestionLine, ScaleLine, SlotLine
from questionnaires.configuring.examining import Examination, Reading, examine_assembled
from questionnaires.configuring.remarks import Remark, SpotKind

# The button that tells what it reads like, and keeps nothing.
LOOK: Final = "nakijken"
_YES_AND_NO: Final = 2


@dataclass(frozen=True, slots=True)
class Writing:
    """A question that somebody writes: in which slot, of which sort, and its line when it is there already."""

    slot: SlotLine
    sort: Sort
    line: QuestionLine | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What is told about a question: how each text reads, by its control, and what is remarked. `tried`: of what is not kept."""

    readings: Mapping[str, Reading] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    tried: bool = False


_NOTHING: Final = Look()


@get("/gleuf/{slot:str}/nieuw", **EDIT_PAGE)
async def show_new_question(request: Request[Any, Any, Any], desk: OpenedDesk, slot: FromPath[str]) -> Response[str]:
    """Ask which sort of question it will be, and then show its form."""
    overview = desk.overview
    its_slot = _slot(overview, slot)
    sort = _sort(request.query_params.get("soort", ""), its_slot)
    if sort is None:
        choices = [one for one in SORTS if one.kind in its_slot.types]
        return desk_page(desk, "question_sort.html", slot=its_slot, sorts=choices, line=None)
    return _form_page(desk, Writing(its_slot, sort), empty_form(sort))


@post("/gleuf/{slot:str}/nieuw", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def add_question(request: Request[Any, Any, Any], desk: OpenedDesk, slot: FromPath[str]) -> Response[Any]:
    """Add a question at the end of a slot."""
    form = await read_form(request)
    its_slot = _slot(desk.overview, slot)
    sort = _sort(first(form, "soort"), its_slot)
    if sort is None:
        raise NotFoundException
    return await _keep_question(desk, Writing(its_slot, sort), form)


@get("/vraag/{item:str}", **EDIT_PAGE)
async def show_question(request: Request[Any, Any, Any], desk: OpenedDesk, item: FromPath[str]) -> Response[str]:
    """Show the form of a question; on wish, first ask which other sort it will be."""
    overview = desk.overview
    slot, _, line = found_question(overview, item)
    wanted = request.query_params.get("soort", "")
    if wanted == "ander":
        choices = [one for one in SORTS if one.kind in slot.types]
        return desk_page(desk, "question_sort.html", slot=slot, sorts=choices, line=line)
    kept = sort_of(line.question)
    sort = _sort(wanted, slot) or kept
    form = form_of(line.question)
    return _form_page(desk, Writing(slot, sort, line), form if sort is kept else {**empty_form(sort), **form})


@post("/vraag/{item:str}", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def change_question(request: Request[Any, Any, Any], desk: OpenedDesk, item: FromPath[str]) -> Response[Any]:
    """Change a question."""
    form = await read_form(request)
    slot, _, line = found_question(desk.overview, item)
    sort = _sort(first(form, "soort"), slot) or sort_of(line.question)
    return await _keep_question(desk, Writing(slot, sort, line), form)


@post("/vraag/{item:str}/verplaatsen", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def move_question(request: Request[Any, Any, Any], desk: OpenedDesk, item: FromPath[str]) -> Response[Any]:
    """Move a question one place up or down."""
    form = await read_form(request)
    slot, page, _ = found_question(desk.overview, item)
    step = {"omhoog": -1, "omlaag": 1}.get(first(form, "doe"), 0)
    position = min(max(page.position + step, 0), len(slot.pages) - 1)
    then = lead_to(desk, done="verplaatst", at=f"vraag-{item}")
    change = MoveQuestion(item, slot.name, position)
    return await keep(desk, form, change, then=then, otherwise=lambda remarks: refuse(desk, remarks))


@post("/vraag/{item:str}/weg", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def remove_question(request: Request[Any, Any, Any], desk: OpenedDesk, item: FromPath[str]) -> Response[Any]:
    """Do not ask a question any more; undo brings it back."""
    form = await read_form(request)
    slot, _, _ = found_question(desk.overview, item)
    then = lead_to(desk, done="vraag-weg", at=f"gleuf-{slot.name}")
    return await keep(desk, form, RemoveQuestion(item), then=then, otherwise=lambda remarks: refuse(desk, remarks))


def found_question(overview: Overview, item: str) -> tuple[SlotLine, PageLine, QuestionLine]:
    """Return where an own question stands; one that is not there has no page."""
    for slot in overview.slots:
        for page in slot.pages:
            for line in page.questions:
                if line.item == item:
                    return slot, page, line
    raise NotFoundException


async def _keep_question(desk: Desk, writing: Writing, form: Form) -> Response[Any]:
    """Keep what was written and lead back to its place, or show the form again with everything that is wrong."""
    faults = {name: staff_words(desk.request, text) for name, text in unread(form, writing.sort).items()}
    question = read_question(form, writing.sort)
    if question is None:
        return _form_page(desk, writing, form, faults=faults)
    line = writing.line
    change = ChangeQuestion(line.item, question) if line is not None else AddQuestion(writing.slot.name, question)
    if faults or first(form, "actie") == LOOK:
        tried = apply(desk.opened.document, change, desk.opened.foundation)
        if faults or isinstance(tried, tuple):
            found = faults_of(tried, controls_of(writing.sort)) if isinstance(tried, tuple) else {}
            return _form_page(desk, writing, form, faults=in_order({**found, **faults}))
        # Nothing is kept.
        item = line.item if line is not None else str(tried.details.get("item", ""))
        examined = examine_assembled(Assembled(tried.document, desk.opened.foundation))
        look = _look(examined, item, tried=True)
        return _form_page(desk, writing, form, look=look)
    place = f"vraag-{line.item}" if line is not None else f"gleuf-{writing.slot.name}"
    then = lead_to(desk, done="vraag", at=place)
    return await keep(
        desk,
        form,
        change,
        then=then,
        otherwise=lambda remarks: _form_page(desk, writing, form, faults=faults_of(remarks, controls_of(writing.sort))),
    )


def _look(seen: Examination, item: str, *, tried: bool = False) -> Look:
    readings = {FIELDS.get(one.field, ""): one for one in seen.reading if one.item == item}
    return Look(readings, seen.at(SpotKind.QUESTION, item), tried=tried)


def _form_page(
    desk: Desk, writing: Writing, form: Form, *, faults: Faults | None = None, look: Look | None = None
) -> Response[str]:
    if look is None and writing.line is not None:
        look = _look(desk.seen, writing.line.item)
    return desk_page(
        desk,
        "question.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        scales=_sorted_scales(desk.overview),
        writing=writing,
        form=form,
        value=lambda name: first(form, name),
        rows=rows_of(form),
        faults=faults or {},
        look=look or _NOTHING,
        sort_words=next(one for one in SORTS if one.sort is writing.sort),
        periods=_translated(desk, PERIODS),
        list_kinds=_translated(desk, LIST_KINDS),
        reasons=REASONS,
        uses=_translated(desk, USES),
    )


def _sorted_scales(overview: Overview) -> tuple[list[ScaleLine], list[ScaleLine]]:
    """Return the scales that suit any question, and those that were made for one: lists of kinds of help, and the like."""
    usual = [one for one in overview.scales if one.own or one.kind == "ordinal" or len(one.options) == _YES_AND_NO]
    usual.sort(key=lambda one: (not one.own, one.kind != "ordinal"))
    return usual, [one for one in overview.scales if one not in usual]


def _translated(desk: Desk, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return choices in the language of who asks."""
    return [(value, staff_words(desk.request, sentence)) for value, sentence in words.items()]


def _slot(overview: Overview, name: str) -> SlotLine:
    """Return a slot in which own questions may stand."""
    slot = next((one for one in overview.slots if one.name == name and one.types), None)
    if slot is None:
        raise NotFoundException
    return slot


def _sort(text: str, slot: SlotLine) -> Sort | None:
    """Return a sort of question by its name, when the slot takes it."""
    return next((one.sort for one in SORTS if one.sort == text and one.kind in slot.types), None)


HANDLERS: Final = (
    show_new_question,
    add_question,
    show_question,
    change_question,
    move_question,
    remove_question,
)
