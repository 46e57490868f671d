"""From a questionnaire to its printed form."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any, Final

from exports.paper.column import fill_pages
from exports.paper.form import (
    BARS,
    LAYOUT,
    PAGE_CODE,
    SQUARE,
    PaperContext,
    PaperForm,
    PaperPage,
    Tag,
    box_row,
    corner_squares,
    placed,
)
from exports.paper.opening import closing_block, empty_block, opening_block
from exports.paper.problems import find_problems, language_problem
from exports.paper.questions import Setting, numbers_of, question_blocks
from exports.paper.routing import find_routes, pages_on_paper
from exports.paper.words import words_in
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire

_VERSION_SIGNS: Final = 8


def lay_out(
    questionnaire: Questionnaire,
    *,
    language: str = "nl",
    register: str = "standard",
    context: PaperContext,
    content_hash: str | None = None,
) -> PaperForm:
    """Return the printed form in one language and register, with everything that cannot stand on paper.

    Without pages when it cannot be laid out at all. Otherwise an even number of them: whole sheets. Earlier answers inside texts are
    printed as their fallback; calculations and soft checks are for the web. `content_hash` is that of the published version, where it
    is known.
    """
    form = PaperForm(
        questionnaire=questionnaire.reference,
        content_hash=content_hash or publish(questionnaire).content_hash,
        title=questionnaire.title,
        language=language,
        register=register,
        context=context,
    )
    problem = language_problem(questionnaire, language, register)
    if problem is not None:
        return replace(form, problems=(problem,))
    return _with_pages(form, questionnaire)


def coordinates(form: PaperForm) -> dict[str, Any]:
    """Return where everything stands that a scanner looks for, as JSON holds it.

    In millimetres, x to the right and y down, from the outer corner of the top left square.
    """
    return {"version": form.version, **_places(form)}


def _with_pages(form: PaperForm, questionnaire: Questionnaire) -> PaperForm:
    wording, words = questionnaire.wording(form.language, form.register), words_in(form.language)
    assert words is not None, "the language has been checked"
    printed = pages_on_paper(questionnaire, wording)
    routes = find_routes(printed, wording, words)
    document = Tag("Document")
    setting = Setting(printed, wording, words, routes, form.context, numbers_of(printed), document)
    pages = _whole_sheets(setting)
    laid = replace(
        form,
        title=wording.title,
        pages=tuple(pages),
        problems=tuple(find_problems(setting)),
        page_label=words.page,
    )
    return replace(laid, version=_version(laid))


def _whole_sheets(setting: Setting) -> list[PaperPage]:
    """Return an even number of pages. The last words are left out when they would need a sheet of their own."""
    asked = [opening_block(setting), *question_blocks(setting)]
    pages, with_thanks = fill_pages(asked), fill_pages([*asked, closing_block(setting)])
    if len(pages) % 2 or len(with_thanks) == len(pages):
        pages = with_thanks
    return pages if len(pages) % 2 == 0 else [*pages, *fill_pages([empty_block(setting)])]


def _version(form: PaperForm) -> str:
    """Return the name of a layout: eight signs that follow from where all boxes stand and what they mean."""
    content = json.dumps(_places(form), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()[:_VERSION_SIGNS].upper()


def _places(form: PaperForm) -> dict[str, Any]:
    return {
        "format": "ceo-paper/1",
        "layout": LAYOUT,
        "questionnaire": form.questionnaire,
        "content_hash": form.content_hash,
        "language": form.language,
        "register": form.register,
        "unit": "mm",
        "pages": [
            {
                "page": number,
                "codes": {"qr": placed(*PAGE_CODE, PAGE_CODE[2]), "code128": placed(*BARS)},
                "corners": [placed(x, y, SQUARE, SQUARE) for x, y in corner_squares()],
                "boxes": [box_row(box) for box in page.boxes],
            }
            for number, page in enumerate(form.pages, start=1)
        ],
    }
