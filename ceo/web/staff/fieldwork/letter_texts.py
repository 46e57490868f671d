"""The editor of the words in letters and mails, and a letter to somebody who does not exist."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.letters import LetterKind
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.inviting.letter_paper import Paper, letter_problems, read_paper, write_specimen
from ceo.workflows.inviting.text_keeping import keep_texts, kept_texts
from ceo.workflows.inviting.texts import (
    LIMITS,
    LINES,
    REGISTERS,
    OwnWords,
    TextFault,
    TextFaultKind,
    default_texts,
    find_text_faults,
    typed_texts,
)
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview

# One at a time: the library that writes PDF shares its fonts.
_WRITER: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")
LABELS: Final[Mapping[str, str]] = {
    "subject": N_("Onderwerp"),
    "opening": N_("Waarover het gaat"),
    "why": N_("Waarom u het vraagt"),
    "use": N_("Wat u met de antwoorden doet"),
    "closing": N_("Afsluiting"),
    "sender": N_("Wie ondertekent"),
    "function": N_("Functie van wie ondertekent"),
}
_FAULTS: Final[Mapping[TextFaultKind, str]] = {
    TextFaultKind.EMPTY: N_("%(label)s: dit kan niet leeg zijn."),
    TextFaultKind.TOO_LONG: N_("%(label)s: gebruik hoogstens %(most)s tekens."),
    TextFaultKind.PLACEHOLDER: N_(
        "%(label)s: %(what)s kan niet. Tussen accolades mag alleen {gemeente} of {sluitdatum}."
    ),
    TextFaultKind.SIGN: N_("%(label)s: er staat een teken in dat niet kan: %(what)s"),
}


@get("/veldwerk/{round_id:int}/brieven/tekst", **needs(Right.RUN_FIELDWORK))
async def show_texts(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the words of invitations or reminders, as a form. `tekst` in the address: our own words, to begin with again."""
    overview = await require_round(installation, municipality, round_id)
    kind, ours = _kind(request.query_params.get("soort", "")), request.query_params.get("tekst", "")
    if ours in REGISTERS:
        words = default_texts(kind, ours)
    else:
        words = await kept_texts(installation.database, municipality.code, round_id, kind)
    return await _page(request, installation, overview, (kind, words))


@post("/veldwerk/{round_id:int}/brieven/tekst", **needs(Right.RUN_FIELDWORK))
async def change_texts(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep the words, when each part is right and all of them fit on one page."""
    overview = await require_round(installation, municipality, round_id)
    typed = {name: next(iter(values), "") for name, values in (await read_form(request)).items()}
    kind = _kind(typed.get("soort", ""))
    words = typed_texts(kind, typed)
    faults = {name: _told(request, name, fault) for name, fault in find_text_faults(words).items()}
    if not faults:
        paper = await read_paper(
            installation.database, installation.settings, overview.round, kind, today=installation.today, own=words
        )
        faults = await _problems(paper)
    if faults:
        return await _page(request, installation, overview, (kind, words), faults)
    await keep_texts(installation.database, municipality.code, round_id, kind, asdict(words), actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/brieven", done=f"tekst-{kind.value}")


@get("/veldwerk/{round_id:int}/brieven/voorbeeld", **needs(Right.RUN_FIELDWORK))
async def show_specimen(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show the letter as it will be, to somebody who does not exist and with a code that no letter has."""
    overview = await require_round(installation, municipality, round_id)
    kind = _kind(request.query_params.get("soort", ""))
    paper = await read_paper(
        installation.database, installation.settings, overview.round, kind, today=installation.today
    )
    if faults := await _problems(paper):
        return await _page(request, installation, overview, (kind, await _kept(installation, overview, kind)), faults)
    content = await asyncio.get_running_loop().run_in_executor(_WRITER, write_specimen, paper)
    headers = {"content-disposition": 'inline; filename="voorbeeldbrief.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def _kept(installation: Installation, overview: RoundOverview, kind: LetterKind) -> OwnWords:
    its_round = overview.round
    assert its_round.id is not None
    return await kept_texts(installation.database, its_round.municipality, its_round.id, kind)


def _kind(text: str) -> LetterKind:
    return LetterKind.REMINDER if text == LetterKind.REMINDER.value else LetterKind.INVITATION


async def _problems(paper: Paper) -> dict[str, str]:
    """Return why the letter cannot be printed, by field: all of its own words together are one."""
    found = await asyncio.get_running_loop().run_in_executor(_WRITER, letter_problems, paper)
    return {"opening": " ".join(f"{problem.cause} {problem.cure}" for problem in found)} if found else {}


def _told(request: Request[Any, Any, Any], name: str, fault: TextFault) -> str:
    label = staff_words(request, LABELS[name])
    return staff_words(request, _FAULTS[fault.kind], label=label, most=fault.most, what=fault.what)


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    overview: RoundOverview,
    written: tuple[LetterKind, OwnWords],
    faults: Mapping[str, str] | None = None,
) -> Response[str]:
    kind, words = written
    paper = await read_paper(
        installation.database, installation.settings, overview.round, kind, today=installation.today, own=words
    )
    return staff_page(
        request,
        "staff/fieldwork/letters_text.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        kind=kind.value,
        words=asdict(words),
        labels=LABELS,
        limits=LIMITS,
        lines=LINES,
        fixed=paper.fixed,
        faults=faults or {},
    )


ROUTES: Final = (show_texts, change_texts, show_specimen)
