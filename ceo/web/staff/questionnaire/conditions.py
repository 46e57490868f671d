"""Who gets a question: picking an earlier question, how to look at its answer, and which answers count. Three steps, and told back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.languages import N_
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
)
from ceo.web.staff.questionnaire.fields import Form, first, whole_number
from ceo.web.staff.questionnaire.questions import found_question
from questionnaires.configuring.askable import Askable, askable
from questionnaires.configuring.changes import SetCondition
from questionnaires.configuring.conditions import CODED, NUMBERED, Condition, Match, Pick, Sign, WhenUnknown
from questionnaires.configuring.describing import PageLine, QuestionLine, SlotLine
from questionnaires.configuring.remarks import Remark

SIGNS: Final = {
    Sign.IS: N_("is"),
    Sign.IS_ONE_OF: N_("is"),
    Sign.INCLUDES: N_("bevat"),
    Sign.ANSWERED: N_("is beantwoord"),
    Sign.EQUALS: N_("is precies"),
    Sign.LESS: N_("is lager dan"),
    Sign.AT_MOST: N_("is hoogstens"),
    Sign.MORE: N_("is hoger dan"),
    Sign.AT_LEAST: N_("is ten minste"),
}
# As they are picked: one answer is a list of one.
_PICKED: Final = {
    Sign.IS_ONE_OF: N_("Is een van de antwoorden die u hieronder kiest"),
    Sign.INCLUDES: N_("Is het antwoord dat u hieronder kiest, misschien met andere erbij"),
    Sign.ANSWERED: N_("Is gegeven, wat het ook is"),
    Sign.EQUALS: N_("Is precies het getal hieronder"),
    Sign.LESS: N_("Is lager dan het getal hieronder"),
    Sign.AT_MOST: N_("Is hoogstens het getal hieronder"),
    Sign.MORE: N_("Is hoger dan het getal hieronder"),
    Sign.AT_LEAST: N_("Is ten minste het getal hieronder"),
}
# The control of each field of a remark; what is wrong with a condition stands at its answers.
_FIELDS: Final = {"condition": "antwoord", "paper": "papier"}
_PICK_A_QUESTION: Final = N_("Kies eerst een vraag.")
_PICK_A_SIGN: Final = N_("Kies hoe u naar het antwoord kijkt.")
_PICK_ANSWERS: Final = N_("Kies ten minste één antwoord.")
_PICK_ONE: Final = N_("Kies één antwoord. Voor een ander antwoord voegt u nog een voorwaarde toe.")
_NO_NUMBER: Final = N_("Vul een heel getal in, met cijfers.")


@dataclass(frozen=True, slots=True)
class Told:
    """One part of a condition in words, and whether the question that it reads is still there."""

    title: str
    sign: Sign
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The question whose condition is picked, and what its page can look back at."""

    slot: SlotLine
    page: PageLine
    line: QuestionLine
    earlier: tuple[Askable, ...]

    def find(self, item: str) -> Askable | None:
        """Return an earlier question; None when there is none of this name."""
        return next((one for one in self.earlier if one.item == item), None)


@get("/vraag/{item:str}/voorwaarde", **EDIT_PAGE)
async def show_condition(request: Request[Any, Any, Any], desk: OpenedDesk, item: FromPath[str]) -> Response[str]:
    """Show who gets a question; with an earlier question picked, ask which answers count."""
    place = _place(desk, item)
    picked = request.query_params.get("lees", "")
    faults = {"lees": staff_words(request, _PICK_A_QUESTION)} if "lees" in request.query_params and not picked else {}
    return _condition_page(desk, place, picked=place.find(picked), faults=faults)


@post("/vraag/{item:str}/voorwaarde", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def change_condition(request: Request[Any, Any, Any], desk: OpenedDesk, item: FromPath[str]) -> Response[Any]:
    """Add a part to the condition, take one away, say how they go together, or let everyone get the question again."""
    form = await read_form(request)
    place = _place(desk, item)
    picked = place.find(first(form, "lees"))
    condition = _changed(place, form, picked)
    if isinstance(condition, dict):
        faults = {name: staff_words(request, sentence) for name, sentence in condition.items()}
        return _condition_page(desk, place, picked=picked, form=form, faults=faults)

    def otherwise(remarks: tuple[Remark, ...]) -> Response[str]:
        fields = _FIELDS if picked is not None else {"paper": "papier"}
        return _condition_page(desk, place, picked=picked, form=form, faults=faults_of(remarks, fields))

    change = SetCondition(item, condition, paper=first(form, "papier") if condition is not None else "")
    then = lead_to(desk, f"/vraag/{item}/voorwaarde", done="voorwaarde")
    return await keep(desk, form, change, then=then, otherwise=otherwise)


def _changed(place: Place, form: Form, picked: Askable | None) -> Condition | dict[str, str] | None:
    """Return the condition after a form, or what is wrong with the form."""
    old = place.page.condition
    action = first(form, "doe")
    if action == "altijd":
        return None
    if old is not None and action == "samen":
        return replace(old, match=_match(form), when_unknown=_when_unknown(form))
    if old is not None and action.startswith("weg-"):
        return _without(old, whole_number(action.removeprefix("weg-")))
    pick = _read_pick(form, picked)
    if isinstance(pick, dict):
        return pick
    if old is None:
        return Condition("all", (pick,), _when_unknown(form))
    return replace(old, match=_match(form), picks=(*old.picks, pick))


def _without(condition: Condition, gone: int | None) -> Condition | None:
    """Return a condition without one of its parts; without any part everyone gets the question."""
    picks = tuple(pick for number, pick in enumerate(condition.picks) if number != gone)
    return replace(condition, picks=picks) if picks else None


def _read_pick(form: Form, picked: Askable | None) -> Pick | dict[str, str]:
    if picked is None:
        return {"lees": _PICK_A_QUESTION}
    sign = next((one for one in picked.signs if one.value == first(form, "teken")), None)
    if sign is None:
        return {"teken": _PICK_A_SIGN}
    if sign in CODED:
        return _read_codes(form, picked, sign)
    if sign in NUMBERED:
        number = whole_number(first(form, "getal"))
        return {"getal": _NO_NUMBER} if number is None else Pick(picked.item, sign, number=number)
    return Pick(picked.item, sign)


def _read_codes(form: Form, picked: Askable, sign: Sign) -> Pick | dict[str, str]:
    codes = tuple(code for code, _ in picked.options if code in form.get("antwoord", ()))
    if not codes:
        return {"antwoord": _PICK_ANSWERS}
    if len(codes) == 1:
        return Pick(picked.item, Sign.IS if sign is Sign.IS_ONE_OF else sign, codes=codes)
    return Pick(picked.item, sign, codes=codes) if sign is Sign.IS_ONE_OF else {"antwoord": _PICK_ONE}


def _match(form: Form) -> Match:
    return "any" if first(form, "samen") == "any" else "all"


def _when_unknown(form: Form) -> WhenUnknown:
    return "show" if first(form, "onbekend") == "show" else "hide"


def _place(desk: Desk, item: str) -> Place:
    slot, page, line = found_question(desk.overview, item)
    return Place(slot, page, line, askable(desk.opened.document, desk.opened.foundation, item, slot.name))


def _told(place: Place) -> tuple[Told, ...]:
    condition = place.page.condition
    return tuple(_told_pick(pick, place.find(pick.item)) for pick in (condition.picks if condition is not None else ()))


def _told_pick(pick: Pick, read: Askable | None) -> Told:
    labels = dict(read.options) if read is not None else {}
    answers = tuple(labels.get(code, code) for code in pick.codes)
    unit = f" {read.unit}" if read is not None and read.unit else ""
    numbers = (f"{pick.number}{unit}",) if pick.number is not None else ()
    return Told(read.title if read is not None else pick.item, pick.sign, answers or numbers)


def _condition_page(
    desk: Desk, place: Place, *, picked: Askable | None, form: Form | None = None, faults: Faults | None = None
) -> Response[str]:
    return desk_page(
        desk,
        "condition.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        asked=place,
        told=_told(place),
        picked=picked,
        form=form or {},
        value=lambda name: first(form or {}, name),
        faults=faults or {},
        signs=SIGNS,
        choices=[
            ("", staff_words(desk.request, N_("Kies een vraag"))),
            *((one.item, one.stem) for one in place.earlier),
        ],
        sign_choices=[
            (sign.value, staff_words(desk.request, _PICKED[sign]))
            for sign in (picked.signs if picked is not None else ())
            if sign in _PICKED
        ],
    )


HANDLERS: Final = (show_condition, change_condition)
