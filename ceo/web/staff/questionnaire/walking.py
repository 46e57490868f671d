"""Walking through a questionnaire on one page: every question with why it comes or does not, by answers that one fills in.

The answers stand in the address: a walk can be sent to a colleague. They are choices, numbers and days of somebody who does not exist;
of words the address says only that there were some.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from litestar import Request, Response, get

from ceo.web.staff.access import needs
from ceo.web.staff.questionnaire.desk import OpenedDesk, desk_page
from ceo.web.staff.questionnaire.fields import whole_number
from ceo.web.staff.questionnaire.places import place_of_remark
from ceo.workflows.rights import Right
from questionnaires.answering import Option, options
from questionnaires.answers import Answer, Missing
from questionnaires.configuring.previewing import PageReason, explain_walk, preview_questionnaire
from questionnaires.definition import DateAnswer, IntegerAnswer, Item
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.scales import AnswerScale, ScaleType

# What can be filled in instead of an answer.
SKIPPED: Final = "-"
# Instead of words, that there were some.
TOLD: Final = "x"


@dataclass(frozen=True, slots=True)
class WalkedItem:
    """A question with a control to answer it. `kind`: one, several, number, day or words."""

    id: str
    stem: str
    kind: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WalkedPage:
    """A page with its questions, and why it is asked or not."""

    reason: PageReason
    items: tuple[WalkedItem, ...]
    own: bool


@get("/doorlopen", **needs(Right.SEE_QUESTIONNAIRES))
async def show_walk(request: Request[Any, Any, Any], desk: OpenedDesk) -> Response[str]:
    """Show every page with why it comes or does not."""
    questionnaire = preview_questionnaire(desk.opened.document, desk.opened.foundation)
    if isinstance(questionnaire, tuple):
        return desk_page(
            desk,
            "preview_not_yet.html",
            remarks=questionnaire,
            place_of=lambda remark: place_of_remark(desk.home, remark),
        )
    given = {name: request.query_params.getall(name, []) for name in request.query_params}
    answers = _read_answers(questionnaire, given)
    reasons = explain_walk(questionnaire, answers, Circumstances())
    owner = desk.opened.document.owner
    pages = [_walked(questionnaire, reason, given, owner) for reason in reasons]
    asked = sum(page.reason.asked for page in pages)
    return desk_page(desk, "walk.html", pages=pages, asked=asked, skipped=SKIPPED, told=TOLD)


def _read_answers(questionnaire: Questionnaire, given: Mapping[str, Sequence[str]]) -> dict[str, Answer]:
    """Return what can be an answer among the fields; everything else counts as not answered yet."""
    found = {item.id: _read(questionnaire, item, given.get(item.id, ())) for item in questionnaire.items}
    return {name: answer for name, answer in found.items() if answer is not None}


def _read(questionnaire: Questionnaire, item: Item, values: Sequence[str]) -> Answer | None:
    chosen = [value.strip() for value in values if value.strip()]
    if not chosen:
        return None
    if chosen == [SKIPPED]:
        return Answer(item.id, item.version, missing=Missing.SKIPPED)
    scale = questionnaire.scale_of(item)
    if scale is not None:
        reasons = {option.code: option.reason for option in scale.missing}
        if chosen[0] in reasons:
            return Answer(item.id, item.version, missing=reasons[chosen[0]])
        codes = tuple(option.code for option in (*scale.codes, *scale.exclusive) if option.code in chosen)
        several = scale.type is ScaleType.MULTI
        return Answer(item.id, item.version, value=codes if several else codes[0]) if codes else None
    return _read_value(item, chosen[0])


def _read_value(item: Item, text: str) -> Answer | None:
    if isinstance(item.type, IntegerAnswer):
        number = whole_number(text)
        limits = item.type.integer
        fits = number is not None and limits.min <= number <= limits.max
        return Answer(item.id, item.version, value=number) if fits else None
    if isinstance(item.type, DateAnswer):
        try:
            return Answer(item.id, item.version, value=date.fromisoformat(text))
        except ValueError:
            return None
    return Answer(item.id, item.version, value=TOLD)


def _walked(
    questionnaire: Questionnaire, reason: PageReason, given: Mapping[str, Sequence[str]], owner: str
) -> WalkedPage:
    page: Page = questionnaire.page(reason.page)
    items = tuple(_item(questionnaire, questionnaire.item(item), given.get(item, ())) for item in page.items)
    return WalkedPage(reason, items, own=page.part.startswith(f"{owner}."))


def _item(questionnaire: Questionnaire, item: Item, chosen: Sequence[str]) -> WalkedItem:
    scale = questionnaire.scale_of(item)
    wording = questionnaire.wording()
    offered = options(scale, wording) if scale is not None else ()
    return WalkedItem(item.id, wording.stem(item, {}), _kind(item, scale), offered, tuple(chosen))


def _kind(item: Item, scale: AnswerScale | None) -> str:
    if scale is not None:
        return "several" if scale.type is ScaleType.MULTI else "one"
    if isinstance(item.type, IntegerAnswer):
        return "number"
    return "day" if isinstance(item.type, DateAnswer) else "words"


HANDLERS: Final = (show_walk,)
