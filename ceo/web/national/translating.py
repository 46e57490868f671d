"""Translations of the library in a draft: how far each language is, and texts side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.web.forms import read_form
from ceo.web.languages import LANGUAGE_NAMES
from ceo.web.national.desk import Desk, conclude, desk_page, first, number_in
from ceo.web.national.words import STATUSES, TEXT_STATES
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_words
from ceo.workflows.library.drafts import save_file
from ceo.workflows.library.texts import TextLine, TextState, Translated, text_lines, texts_overview, translate_texts
from ceo.workflows.rights import Right
from questionnaires.texts import Status, direction_of, is_language

_ON_A_PAGE: Final = 40
_TO_DO: Final = frozenset({TextState.MISSING, TextState.STALE, TextState.UNEQUAL})


@get("/talen", **needs(Right.SEE_LIBRARY))
async def show_languages(desk: NamedDependency[Desk]) -> Response[str]:
    """Show how far each library and module is in each language."""
    lines = texts_overview(desk.reviewed.drafted.definitions)
    return desk_page(desk, "languages.html", lines=lines, language_names=LANGUAGE_NAMES, states=TextState)


@get("/talen/{language:str}", **needs(Right.SEE_LIBRARY))
async def show_texts(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], language: FromPath[str]
) -> Response[str]:
    """Show the Dutch texts of a library or module with their translations beside them."""
    of = request.query_params.get("van", "")
    lines = _lines(desk, of, language)
    to_do = request.query_params.get("toon", "") == "doen"
    shown = [line for line in lines if not to_do or line.state in _TO_DO]
    pages = max(1, ceil(len(shown) / _ON_A_PAGE))
    page = min(max(1, number_in({"p": [request.query_params.get("pagina", "1")]}, "p") or 1), pages)
    return desk_page(
        desk,
        "texts.html",
        of=of,
        language_code=language,
        language_name=LANGUAGE_NAMES.get(language, language),
        towards=direction_of(language),
        texts=shown[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE],
        to_do=to_do,
        counts=(len(lines), sum(line.state in _TO_DO for line in lines)),
        page=page,
        pages=pages,
        state_words=TEXT_STATES,
        statuses=[(status.value, staff_words(request, label)) for status, label in STATUSES.items()],
        stale=TextState.STALE,
    )


@post("/talen/{language:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def keep_texts(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], language: FromPath[str]
) -> Response[Any]:
    """Keep the texts that were changed on the page."""
    form = await read_form(request)
    of = first(form, "van")
    given = dict(_given(_lines(desk, of, language), form))
    query = f"/talen/{language}?van={of}&toon={first(form, 'toon')}&pagina={number_in(form, 'pagina') or 1}"
    if not given:
        return conclude(desk, desk.reviewed.draft.revision, then=query, done="")
    named = translate_texts(desk.reviewed.drafted, of, language, given)
    assert named is not None, "it has texts"
    outcome = await save_file(desk.installation.database, desk.editing(form), *named, code="texts")
    return conclude(desk, outcome, then=query, done="vertaald")


def _lines(desk: Desk, of: str, language: str) -> tuple[TextLine, ...]:
    if language == "nl" or not is_language(language):
        raise NotFoundException
    lines = text_lines(desk.reviewed.drafted.definitions, of, language)
    if not lines:
        raise NotFoundException
    return lines


def _given(lines: Sequence[TextLine], form: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Translated]]:
    """Yield what is different from what the page showed."""
    for line in lines:
        if f"t-{line.key}" not in form:
            continue
        text, status = first(form, f"t-{line.key}"), first(form, f"s-{line.key}")
        known = Status(status) if status in set(Status) else Status.DRAFT
        good = first(form, f"g-{line.key}") == "ja"
        if " ".join(text.split()) != line.text or (line.text and (good or known != line.status)):
            yield line.key, Translated(text, known, good)


HANDLERS: Final = (show_languages, show_texts, keep_texts)
