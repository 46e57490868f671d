"""Translations side by side: the Dutch words of own texts, and beside them those of another language, with how far they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_words
from ceo.web.staff.questionnaire.desk import EDIT, EDIT_PAGE, TOP, Desk, Faults, OpenedDesk, desk_page, keep, lead_to
from ceo.web.staff.questionnaire.fields import Form, first, whole_number
from ceo.workflows.rights import Right
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.changes import Translated, TranslateTexts
from questionnaires.configuring.language_states import OwnText, own_texts
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.texts import direction_of

# Of texts on one page: enough for a handful of questions, and few enough to look over.
_ON_A_PAGE: Final = 40
# What can be shown: all texts, or those in one state.
FILTERS: Final = {
    "": N_("Alles"),
    "missing": N_("Ontbreekt"),
    "stale": N_("Verouderd"),
    "draft": N_("Concept"),
    "approved": N_("Goedgekeurd"),
}


_QUESTION: Final = N_("Vraag")
_FIELDS: Final = {
    "stem_easy": N_("Vraag in makkelijke woorden"),
    "help": N_("Uitleg"),
    "help_easy": N_("Uitleg in makkelijke woorden"),
    "unit": N_("Wat het getal telt"),
}
_KINDS: Final = {
    SpotKind.TITLE: N_("Titel van de vragenlijst"),
    SpotKind.SCALE: N_("Antwoord"),
    SpotKind.PAGE: N_("Kopje"),
    SpotKind.PARAM: N_("Eigen woord"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Which texts are on a page: those in a state, and the number of the page."""

    state: str
    page: int

    @property
    def query(self) -> str:
        """Return the end of the address."""
        return f"?toon={self.state}&pagina={self.page}"


@get("/vertalingen", **needs(Right.SEE_QUESTIONNAIRES))
async def show_languages(desk: OpenedDesk) -> Response[str]:
    """Show each language with what is missing in it, and let languages be chosen."""
    return desk_page(desk, "languages.html", names=LANGUAGE_NAMES)


@get("/vertalingen/{language:str}", **EDIT_PAGE)
async def show_texts(request: Request[Any, Any, Any], desk: OpenedDesk, language: FromPath[str]) -> Response[str]:
    """Show own texts side by side."""
    return _texts_page(desk, _known(desk, language), _shown(request.query_params))


@post("/vertalingen/{language:str}", status_code=HTTP_303_SEE_OTHER, **EDIT)
async def translate(request: Request[Any, Any, Any], desk: OpenedDesk, language: FromPath[str]) -> Response[Any]:
    """Keep the texts that were changed on the page, and lead back to where the button was pressed."""
    form = await read_form(request)
    texts = _texts(desk, _known(desk, language))
    # Wherever it is pressed, the button keeps everything that was changed on the page: nothing that was typed is lost.
    pressed = first(form, "bewaar")
    changed = tuple(_changed(texts, form))
    shown = _shown({"toon": first(form, "toon"), "pagina": first(form, "pagina")})
    address = f"/vertalingen/{language}{shown.query}"
    if not changed:
        return lead_to(desk, address)

    def otherwise(remarks: tuple[Remark, ...]) -> Response[str]:
        faults = {
            f"t-{remark.spot.name}" if remark.spot.name else TOP: f"{remark.cause} {remark.cure}" for remark in remarks
        }
        return _texts_page(desk, language, shown, form=form, faults=faults)

    then = lead_to(desk, f"{address}&gedaan=vertaald", at=f"t-{pressed}" if pressed else "")
    return await keep(desk, form, TranslateTexts(language, changed), then=then, otherwise=otherwise)


def _texts(desk: Desk, language: str) -> tuple[OwnText, ...]:
    return own_texts(Assembled(desk.opened.document, desk.opened.foundation), language)


def _changed(texts: Sequence[OwnText], form: Form) -> Iterator[Translated]:
    """Yield the texts of which the words or the state are others than those that are kept."""
    for text in texts:
        if f"t-{text.key}" not in form:
            continue
        words, approved = first(form, f"t-{text.key}"), bool(first(form, f"ok-{text.key}"))
        still_right = bool(first(form, f"klopt-{text.key}"))
        if words != (text.text or "") or approved != (text.state == "approved") or still_right:
            yield Translated(text.key, words, approved=approved and bool(words), still_right=still_right)


def _texts_page(
    desk: Desk, language: str, shown: Shown, *, form: Form | None = None, faults: Faults | None = None
) -> Response[str]:
    everything = _texts(desk, language)
    texts = [text for text in everything if shown.state in {"", text.state}]
    pages = max(1, ceil(len(texts) / _ON_A_PAGE))
    number = min(shown.page, pages)
    return desk_page(
        desk,
        "texts.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        language_code=language,
        language_name=LANGUAGE_NAMES.get(language, language),
        towards=direction_of(language),
        labels={text.key: staff_words(desk.request, _label(text)) for text in texts},
        texts=texts[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE],
        counts={state: sum(state in {"", text.state} for text in everything) for state in FILTERS},
        filters=FILTERS,
        shown=Shown(shown.state, number),
        pages=pages,
        form=form or {},
        faults=faults or {},
    )


def _label(text: OwnText) -> str:
    """Return what a text is of: of a question or answer it matters for how one translates."""
    if text.spot.kind is SpotKind.QUESTION:
        return _FIELDS.get(text.spot.field.partition(".")[0], _QUESTION)
    return _KINDS.get(text.spot.kind, _QUESTION)


def _shown(query: Any) -> Shown:
    state = query.get("toon", "")
    return Shown(state if state in FILTERS else "", max(1, whole_number(query.get("pagina", "")) or 1))


def _known(desk: Desk, language: str) -> str:
    """Return a language that is offered or can be; Dutch is the source."""
    overview = desk.overview
    if language == "nl" or language not in {*overview.languages, *overview.language_choices}:
        raise NotFoundException
    return language


HANDLERS: Final = (show_languages, show_texts, translate)
