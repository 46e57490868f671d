"""Open questions: read, asked, answered, and closed by who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.together import OpenQuestion
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.desk import first, text_in
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.together.requiring import (
    LONGEST_SEARCH,
    Form,
    by_of,
    home_of,
    names_person,
    page_in,
    place_name,
    require_id,
    status_of,
    theme_choices,
    told,
    was_changed,
)
from ceo.web.staff.together.words import QUESTION_STATES
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.questions import (
    AskedQuestion,
    QuestionState,
    TypedQuestion,
    answer,
    ask,
    change_question,
    digest_of,
    find_question,
    list_questions,
    remove_answer,
    set_state,
)
from ceo.workflows.together.themes import list_themes
from ceo.workflows.together.typed import Gone, Wrong

PART: Final = "vragen"


@get("/samen/vragen", **needs(Right.SEE_TOGETHER))
async def show_questions(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the questions of all municipalities."""
    return await questions_page(request, installation)


@get("/samen/vragen/nieuw", **needs(Right.TAKE_PART))
async def show_asking(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the form of a new question; the address may say the theme."""
    return await _form(request, installation, None, TypedQuestion(theme=request.query_params.get("thema", "")))


@post("/samen/vragen/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def ask_question(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Ask a question of all municipalities."""
    typed = _typed(await read_form(request))
    asked = await ask(installation.database, typed, by_of(request, staff))
    if isinstance(asked, OpenQuestion):
        return go_to(f"{home_of(request, PART)}/{asked.id}", done="gevraagd")
    return await _form(request, installation, None, typed, asked)


@get("/samen/vragen/{asked_id:str}", **needs(Right.SEE_TOGETHER))
async def show_question(
    request: Request[Any, Any, Any], asked_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a question with its answers."""
    return await question_page(request, installation, asked_id)


@post("/samen/vragen/{asked_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def answer_question(
    request: Request[Any, Any, Any],
    asked_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Answer a question."""
    return await take_answer(request, installation, asked_id, staff)


@post(
    "/samen/vragen/{asked_id:str}/antwoorden/{answer_id:str}/weghalen",
    status_code=HTTP_303_SEE_OTHER,
    **needs(Right.TAKE_PART),
)
async def take_answer_away(
    request: Request[Any, Any, Any],
    asked_id: FromPath[str],
    answer_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take an answer of one's own away."""
    return await drop_answer(request, installation, (asked_id, answer_id), staff)


@get("/samen/vragen/{asked_id:str}/wijzigen", **needs(Right.TAKE_PART))
async def show_changing(
    request: Request[Any, Any, Any], asked_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a question of one's own as a form."""
    row = await _require_own(request, installation, asked_id)
    return await _form(request, installation, row, TypedQuestion(row.theme, row.title, row.text))


@post("/samen/vragen/{asked_id:str}/wijzigen", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def rewrite_question(
    request: Request[Any, Any, Any],
    asked_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change what a question says, unless somebody else did meanwhile."""
    row = await _require_own(request, installation, asked_id)
    form = await read_form(request)
    typed, seen = _typed(form), first(form, "versie")
    wrong = await change_question(installation.database, row.id, typed, by_of(request, staff), seen=seen)
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await _form(request, installation, await _require_own(request, installation, asked_id), typed, wrong)
    return go_to(f"{home_of(request, PART)}/{row.id}", done="bewaard")


@post("/samen/vragen/{asked_id:str}/stand", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def close_question(
    request: Request[Any, Any, Any],
    asked_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Say that a question of one's own was answered, or is open again."""
    answered = first(await read_form(request), "stand") == QuestionState.ANSWERED
    state = QuestionState.ANSWERED if answered else QuestionState.OPEN
    if isinstance(await set_state(installation.database, require_id(asked_id), state, by_of(request, staff)), Gone):
        raise NotFoundException
    return go_to(f"{home_of(request, PART)}/{asked_id}", done="beantwoord" if answered else "heropend")


ROUTES: Final = (
    show_questions,
    show_asking,
    ask_question,
    show_question,
    answer_question,
    take_answer_away,
    show_changing,
    rewrite_question,
    close_question,
)


async def questions_page(request: Request[Any, Any, Any], installation: Installation) -> Response[str]:
    """Answer with the questions that an address asks for."""
    given = request.query_params
    theme, state = given.get("thema", "")[:LONGEST_SEARCH], given.get("stand", "")[:LONGEST_SEARCH]
    themes = await list_themes(installation.database)
    query = {name: text for name, text in (("thema", theme), ("stand", state)) if text}
    return staff_page(
        request,
        "staff/together/questions.html",
        home=home_of(request),
        here_home=home_of(request, PART),
        found=await list_questions(installation.database, theme=theme, state=state, page=page_in(request)),
        theme=theme,
        state=state,
        theme_pairs=[(one.id, one.name) for one in themes],
        theme_names={one.id: one.name for one in themes},
        states=QUESTION_STATES,
        name_of=lambda code: place_name(installation, code, request),
        page_of=lambda number: "?" + urlencode({**query, "pagina": number}),
    )


async def question_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    asked_id: str,
    form: Form | None = None,
    wrong: Sequence[Wrong] = (),
) -> Response[str]:
    """Answer with a question and its answers; with an answer that was typed (`form`) and what is wrong with it."""
    asked = await _require(installation, asked_id)
    themes = {one.id: one.name for one in await list_themes(installation.database)}
    place = place_of(request)
    return staff_page(
        request,
        "staff/together/question.html",
        status=status_of(wrong),
        home=home_of(request),
        here_home=home_of(request, PART),
        row=asked.row,
        answers=asked.answers,
        theme=themes[asked.row.theme],
        own=asked.row.municipality == place,
        here_place=place,
        is_open=asked.row.state == QuestionState.OPEN,
        states=QUESTION_STATES,
        typed=text_in(form, "antwoord") if form else "",
        faults=told(request, wrong, "antwoord"),
        asks_to_look=names_person(wrong),
        name_of=lambda code: place_name(installation, code, request),
    )


async def take_answer(
    request: Request[Any, Any, Any], installation: Installation, asked_id: str, staff: Staff
) -> Response[Any]:
    """Keep an answer of the place, or tell everything that is wrong with it."""
    form = await read_form(request)
    wrong = await answer(
        installation.database,
        require_id(asked_id),
        text_in(form, "antwoord"),
        by_of(request, staff),
        looked=first(form, "gekeken") == "ja",
    )
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await question_page(request, installation, asked_id, form, wrong)
    return go_to(f"{home_of(request, PART)}/{asked_id}", done="antwoord")


async def drop_answer(
    request: Request[Any, Any, Any], installation: Installation, ids: tuple[str, str], staff: Staff
) -> Response[Any]:
    """Take an answer (`ids` of the question and of the answer) of the place away."""
    gone = await remove_answer(installation.database, require_id(ids[0]), require_id(ids[1]), by_of(request, staff))
    if isinstance(gone, Gone):
        raise NotFoundException
    return go_to(f"{home_of(request, PART)}/{ids[0]}", done="antwoord-weg")


def _typed(form: Form) -> TypedQuestion:
    looked = first(form, "gekeken") == "ja"
    return TypedQuestion(first(form, "thema"), first(form, "titel"), text_in(form, "tekst"), looked)


async def _require(installation: Installation, asked_id: str) -> AskedQuestion:
    asked = await find_question(installation.database, require_id(asked_id))
    if asked is None:
        raise NotFoundException
    return asked


async def _require_own(request: Request[Any, Any, Any], installation: Installation, asked_id: str) -> OpenQuestion:
    row = (await _require(installation, asked_id)).row
    if row.municipality != place_of(request):
        raise NotFoundException
    return row


async def _form(
    request: Request[Any, Any, Any],
    installation: Installation,
    row: OpenQuestion | None,
    typed: TypedQuestion,
    wrong: Sequence[Wrong] = (),
) -> Response[str]:
    themes = await list_themes(installation.database)
    return staff_page(
        request,
        "staff/together/question_form.html",
        status=status_of(wrong),
        home=home_of(request),
        here_home=home_of(request, PART),
        row=row,
        typed=typed,
        version=digest_of(row) if row is not None else "",
        themes=theme_choices(request, themes, kept=row.theme if row is not None else ""),
        faults=told(request, wrong, "titel"),
        asks_to_look=names_person(wrong) or typed.looked,
        changed=was_changed(wrong),
    )
