"""Judging what argues a verdict down: by a second editor, with a reason."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_303_SEE_OTHER,
    HTTP_403_FORBIDDEN,
    HTTP_409_CONFLICT,
    HTTP_422_UNPROCESSABLE_ENTITY,
)

from ceo.clock import now
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.national.desk import HOME, first
from ceo.web.national.words import STATEMENTS, STATES, TEXTS
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.workflows.library.reviewing import Changed, Judgement, NoReason, OwnWork, judge, list_reviewed, read_reviewed
from ceo.workflows.library.statements import LETTERS, State
from ceo.workflows.rights import Right, Staff
from questionnaires.comparability.reasons import Verdict
from questionnaires.comparability.words import words_for_verdict
from questionnaires.texts import EASY

_WHAT: Final = {"goed": True, "niet": False}
_NO_REASON: Final = N_("Schrijf waarom. De volgende redacteur moet uw oordeel kunnen volgen.")
_EASY_WORDS: Final = N_("%(text)s, in makkelijke taal")
_NO_CHOICE: Final = N_("Kies of u het goedkeurt of afkeurt.")


@get("/beoordelen", **needs(Right.REVIEW_VERDICTS))
async def show_waiting(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[str]:
    """Show what waits for a second editor in all drafts: first what this person may judge."""
    drafts = await list_reviewed(installation.database)
    lines = [(draft, one) for draft in drafts for one in draft.standings if one.state is not State.APPROVED]
    lines.sort(key=lambda line: not line[1].may_be_judged_by(staff.id))
    return staff_page(
        request,
        "national/waiting.html",
        lines=lines,
        statement_words=STATEMENTS,
        state_words=STATES,
        letters=LETTERS,
        address_of=_address,
        home=HOME,
    )


@get("/beoordelen/{draft_id:str}", **needs(Right.REVIEW_VERDICTS))
async def show_statement(
    request: Request[Any, Any, Any],
    draft_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show a statement with everything that it is about, and ask for a judgement."""
    return await _statement_page(request, installation, staff, (draft_id, request.query_params.get("wat", "")))


@post("/beoordelen/{draft_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.REVIEW_VERDICTS))
async def keep_judgement(
    request: Request[Any, Any, Any],
    draft_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep a judgement; nobody judges the own work, or what has changed since the page was drawn."""
    form = await read_form(request)
    name, choice, reason = first(form, "wat"), first(form, "oordeel"), first(form, "reden")
    faults = {} if choice in _WHAT else {"oordeel": staff_words(request, _NO_CHOICE)}
    faults |= {} if reason else {"reden": staff_words(request, _NO_REASON)}
    if faults:
        return await _statement_page(
            request, installation, staff, (draft_id, name), faults=faults, typed=(choice, reason)
        )
    judgement = Judgement(draft_id, name, first(form, "kenmerk"), _WHAT[choice], reason)
    outcome = await judge(installation.database, judgement, actor=staff.id, now=now(), today=installation.today)
    if isinstance(outcome, (OwnWork, Changed, NoReason)):
        status = HTTP_403_FORBIDDEN if isinstance(outcome, OwnWork) else HTTP_409_CONFLICT
        return staff_page(request, "staff/error.html", status=status, code=status)
    return go_to("/werk/landelijk/beoordelen", done="beoordeeld")


async def _statement_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    staff: Staff,
    which: tuple[str, str],
    *,
    faults: dict[str, str] | None = None,
    typed: tuple[str, str] = ("", ""),
) -> Response[str]:
    draft_id, name = which
    reviewed = await read_reviewed(installation.database, draft_id)
    standing = reviewed.standing(name) if reviewed is not None else None
    if reviewed is None or standing is None:
        raise NotFoundException
    return staff_page(
        request,
        "national/statement.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        reviewed=reviewed,
        standing=standing,
        statement=standing.statement,
        own_work=not standing.may_be_judged_by(staff.id),
        names=reviewed.names,
        statement_words=STATEMENTS,
        state_words=STATES,
        letters=[Verdict(letter) for letter in LETTERS[standing.statement.kind]],
        words_for_verdict=words_for_verdict,
        text_words=lambda key: _text_words(request, key),
        faults=faults or {},
        typed=typed,
        home=f"{HOME}/concepten/{draft_id}",
    )


def _text_words(request: Request[Any, Any, Any], key: str) -> str:
    """Return what a text is called: its part, and the answer or gap that it belongs to."""
    name, easy = key.removesuffix(EASY), key.endswith(EASY)
    kind, _, rest = name.partition(".")
    words = f"{staff_words(request, TEXTS[kind])} {rest}".strip() if kind in TEXTS else name
    return staff_words(request, _EASY_WORDS, text=words) if easy else words


def _address(draft_id: str, name: str) -> str:
    return f"/werk/landelijk/beoordelen/{draft_id}?wat={quote(name)}"


ROUTES: Final = (show_waiting, show_statement, keep_judgement)
