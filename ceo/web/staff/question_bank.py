"""The shared question bank: searching, one question with all its versions, and sharing one's own."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import LANGUAGE_NAMES
from ceo.web.staff.access import needs
from ceo.web.staff.bank_words import DOMAINS, KINDS, ORIGINS
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.question_bank.questions import BankQuestion
from ceo.workflows.question_bank.sharing import (
    NotShareable,
    QuestionBank,
    Wanted,
    share_question,
    shared_questions,
    stop_sharing,
)
from ceo.workflows.rights import Right, Staff
from questionnaires.comparability.words import words_for, words_for_verdict
from questionnaires.names import OWNER_PATTERN

_LONGEST_SEARCH: Final = 200
_MOST_DIGITS: Final = 4
_LOCAL_ITEM: Final = re.compile(rf"{OWNER_PATTERN}\.[A-Z]{{3}}[0-9]{{2}}@[1-9][0-9]{{0,3}}")


def bank_of(request: Request[Any, Any, Any]) -> QuestionBank:
    """Return the question bank of this process, made when somebody first looks."""
    state = request.app.state
    if state.get("question_bank") is None:
        state.question_bank = QuestionBank(state.installation.database)
    bank: QuestionBank = state.question_bank
    return bank


@get("/vragenbank", **needs(Right.SEE_BANK))
async def show_bank(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show what was found, or how to look for a question."""
    bank = await bank_of(request).look()
    wanted = _wanted(request)
    found = bank.search(wanted)
    concepts = {one.concept: one.concept_words for one in bank.questions if one.concept_words}
    return staff_page(
        request,
        "staff/bank/search.html",
        wanted=wanted,
        found=found,
        searched=any((wanted.words, wanted.domain, wanted.concept, wanted.kind, wanted.origin)),
        verdicts={one.id: bank.verdicts(one)[0] for one in found.questions},
        concepts=sorted(concepts.items(), key=lambda pair: pair[1].casefold()),
        page_of=lambda number: f"?{urlencode({**_query(wanted), 'pagina': number})}",
        domain_words=DOMAINS,
        kind_words=KINDS,
        domains=_choices(request, DOMAINS),
        kinds=_choices(request, KINDS),
        origins=_choices(request, ORIGINS),
        municipalities=installation.municipalities,
    )


@get("/vragenbank/{item_id:str}", **needs(Right.SEE_BANK))
async def show_question(
    request: Request[Any, Any, Any], item_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a question: its wording by version, each with what became of the answers, and where it is asked."""
    bank = await bank_of(request).look()
    question = bank.by_id.get(item_id)
    if question is None:
        raise NotFoundException
    return staff_page(
        request,
        "staff/bank/question.html",
        question=question,
        versions=list(zip(question.wordings, bank.verdicts(question), strict=True)),
        origin=_origin(question),
        users=sorted(_name_of(installation, code) for code in question.municipalities),
        known=bank.by_id,
        words_for=words_for,
        words_for_verdict=words_for_verdict,
        domains=DOMAINS,
        kinds=KINDS,
        names=LANGUAGE_NAMES,
        municipalities=installation.municipalities,
    )


@get("/vragenbank/eigen", **needs(Right.SEE_BANK))
async def show_own_questions(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the questions that a municipality published itself, and which of them it shares."""
    bank = await bank_of(request).look()
    return staff_page(
        request,
        "staff/bank/own.html",
        questions=bank.own_questions(municipality.code),
        shared=await shared_questions(installation.database, municipality.code),
    )


@post("/vragenbank/eigen/delen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def share(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let other municipalities copy a question."""
    bank = await bank_of(request).look()
    shared = await share_question(
        bank,
        installation.database,
        municipality.code,
        await _item(request),
        actor=staff.id,
        now=now(),
        today=installation.today,
    )
    if isinstance(shared, NotShareable):
        return staff_page(request, "staff/error.html", status=HTTP_409_CONFLICT, code=HTTP_409_CONFLICT)
    return go_to(f"/werk/{municipality.code}/vragenbank/eigen", done="gedeeld")


@post("/vragenbank/eigen/stoppen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def stop(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Share a question no longer."""
    item = await _item(request)
    await stop_sharing(installation.database, municipality.code, item, actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/vragenbank/eigen", done="gestopt")


NATIONAL_ROUTES: Final = (show_bank, show_question)
ROUTES: Final = (*NATIONAL_ROUTES, show_own_questions, share, stop)


def _wanted(request: Request[Any, Any, Any]) -> Wanted:
    given = request.query_params
    page = given.get("pagina", "1")
    return Wanted(
        words=given.get("q", "").strip()[:_LONGEST_SEARCH],
        domain=_known(given.get("thema", ""), DOMAINS),
        concept=given.get("begrip", "")[:_LONGEST_SEARCH],
        kind=_known(given.get("soort", ""), KINDS),
        origin=_known(given.get("van", ""), ORIGINS),
        page=int(page) if page.isascii() and page.isdigit() and len(page) <= _MOST_DIGITS else 1,
    )


def _known(value: str, values: Container[str]) -> str:
    return value if value in values else ""


def _choices(request: Request[Any, Any, Any], words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(value, staff_words(request, label)) for value, label in words.items()]


def _query(wanted: Wanted) -> dict[str, str]:
    query = {
        "q": wanted.words,
        "thema": wanted.domain,
        "begrip": wanted.concept,
        "soort": wanted.kind,
        "van": wanted.origin,
    }
    return {name: value for name, value in query.items() if value}


def _name_of(installation: Installation, code: str) -> str:
    """Return the name of a municipality; its code when it is not there any more, because municipalities merge."""
    municipality = installation.municipalities.get(code)
    return municipality.name if municipality is not None else code


def _origin(question: BankQuestion) -> str:
    return next((one.adopted_from for one in question.wordings if one.adopted_from), "")


async def _item(request: Request[Any, Any, Any]) -> str:
    given = next(iter((await read_form(request)).get("vraag", ())), "")
    return given if _LOCAL_ITEM.fullmatch(given) else ""
