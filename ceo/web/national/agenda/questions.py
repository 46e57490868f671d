"""Open questions as national editors see them: read, and answered for the national body."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.together.questions import drop_answer, question_page, questions_page, take_answer
from ceo.workflows.rights import Right, Staff


@get("/kennisagenda/vragen", **needs(Right.SEE_TOGETHER))
async def show_questions(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the questions of all municipalities."""
    return await questions_page(request, installation)


@get("/kennisagenda/vragen/{asked_id:str}", **needs(Right.SEE_TOGETHER))
async def show_question(
    request: Request[Any, Any, Any], asked_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a question with its answers."""
    return await question_page(request, installation, asked_id)


@post("/kennisagenda/vragen/{asked_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_AGENDA))
async def answer_question(
    request: Request[Any, Any, Any],
    asked_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Answer a question for the national body."""
    return await take_answer(request, installation, asked_id, staff)


@post(
    "/kennisagenda/vragen/{asked_id:str}/antwoorden/{answer_id:str}/weghalen",
    status_code=HTTP_303_SEE_OTHER,
    **needs(Right.EDIT_AGENDA),
)
async def take_answer_away(
    request: Request[Any, Any, Any],
    asked_id: FromPath[str],
    answer_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take an answer of the national body away."""
    return await drop_answer(request, installation, (asked_id, answer_id), staff)


ROUTES: Final = (show_questions, show_question, answer_question, take_answer_away)
