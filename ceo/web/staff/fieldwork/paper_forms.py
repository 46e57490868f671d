"""Questionnaires on paper: how the form of a round looks, files of copies to hand out, and where its boxes stand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.jobs import Job, JobState
from ceo.storage.kept_files import FilePurpose
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import LANGUAGE_NAMES, N_
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork.job_words import fault_words, is_busy
from ceo.web.staff.fieldwork.kept_files import remove_file, send_file
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.inviting.batches import CLOSED, NOT_IN_FIELD
from ceo.workflows.inviting.paper_editions import (
    Edition,
    find_edition,
    languages_on_paper,
    look_at_form,
    write_coordinates,
    write_specimen,
)
from ceo.workflows.inviting.paper_forms import NOT_ON_PAPER, PaperOrder, order_paper_forms
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.listing import jobs_of_round
from ceo.workflows.kept_files.handing_out import RoundFiles, held_files
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview, RoundState, StratumProgress, read_strata

# More are made in parts.
_MOST: Final = 5000
_OPEN: Final = frozenset({RoundState.COMING, RoundState.OPEN})
# A thread of its own, so that pages go on meanwhile; one, because the fonts of the PDF library are shared.
_WRITER: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="paper")
# Why a worker could not make forms; the words for other faults are those of all jobs.
_FAULTS: Final[Mapping[str, str]] = {
    NOT_IN_FIELD: N_("Het veldwerk van deze meting was niet begonnen, of al gesloten."),
    CLOSED: N_("De laatste dag van deze meting was voorbij."),
    NOT_ON_PAPER: N_("Niet alles van deze vragenlijst kan op papier."),
}
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A form of a round: in which language and register, of which there are."""

    overview: RoundOverview
    edition: Edition
    languages: tuple[str, ...]


@get("/veldwerk/{round_id:int}/papier", **needs(Right.SEE_FIELDWORK))
async def show_paper_forms(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what there is to say about a form, what can be made, and what was made."""
    chosen = await _choose(request.query_params, installation, municipality, round_id)
    return await _page(request, installation, chosen)


@get("/veldwerk/{round_id:int}/papier/voorbeeld", **needs(Right.SEE_FIELDWORK))
async def show_specimen(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[bytes]:
    """Show a form as PDF, with a code that is none."""
    chosen = await _choose(request.query_params, installation, municipality, round_id)
    content = await _written(write_specimen, chosen.edition)
    if content is None:
        raise NotFoundException
    headers = {"content-disposition": f'inline; filename="voorbeeld-{chosen.edition.language}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@get("/veldwerk/{round_id:int}/papier/plaatsen", **needs(Right.SEE_FIELDWORK))
async def download_coordinates(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[bytes]:
    """Send where the boxes of a form stand."""
    chosen = await _choose(request.query_params, installation, municipality, round_id)
    content = await _written(write_coordinates, chosen.edition)
    if content is None:
        raise NotFoundException
    name = f"plaatsen-{chosen.overview.round.measurement}-{chosen.edition.language}-{chosen.edition.register}.json"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/json", headers=headers)


@post("/veldwerk/{round_id:int}/papier", **needs(Right.RUN_FIELDWORK))
async def make_forms(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a worker make copies with codes."""
    typed = await read_form(request)
    query = {name: next(iter(typed.get(name, ())), "") for name in ("taal", "tekst")}
    chosen = await _choose(query, installation, municipality, round_id)
    strata = await read_strata(installation.database, municipality.code, round_id)
    numbers, faults = _read_numbers(request, typed, strata)
    if chosen.overview.state not in _OPEN:
        faults["aantal-1"] = staff_words(request, N_("De meting staat niet open. Codes zouden niet werken."))
    if faults:
        return await _page(request, installation, chosen, typed, faults)
    order = PaperOrder(round_id, chosen.edition.language, chosen.edition.register, numbers)
    await order_paper_forms(installation.database, municipality.code, order, actor=staff.id, now=now())
    return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/papier", done="besteld")


@post("/veldwerk/{round_id:int}/papier/bestanden/{file_id:str}/ophalen", **needs(Right.RUN_FIELDWORK))
async def fetch_forms(
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Send a file of copies."""
    await require_round(installation, municipality, round_id)
    address = f"/werk/{municipality.code}/veldwerk/{round_id}/papier"
    return await send_file(installation, _files(municipality, round_id), file_id, staff, address=address)


@post("/veldwerk/{round_id:int}/papier/bestanden/{file_id:str}/weghalen", **needs(Right.RUN_FIELDWORK))
async def remove_forms(
    round_id: FromPath[int],
    file_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove a file of copies that somebody has."""
    await require_round(installation, municipality, round_id)
    address = f"/werk/{municipality.code}/veldwerk/{round_id}/papier"
    return await remove_file(installation, _files(municipality, round_id), file_id, staff, address=address)


async def _choose(
    query: Mapping[str, str], installation: Installation, municipality: Municipality, round_id: int
) -> _Chosen:
    """Return the form that an address names, the Dutch one when it names none. There is no such page for what is not printed."""
    overview = await require_round(installation, municipality, round_id)
    version = await installation.versions.open(overview.round.questionnaire_hash)
    languages = languages_on_paper(overview.round, version)
    language, register = query.get("taal") or "nl", query.get("tekst") or "standard"
    if language not in (*languages, "nl") or register not in version.questionnaire.registers:
        raise NotFoundException
    edition = await find_edition(
        installation.database,
        installation.settings,
        overview.round,
        version,
        language=language,
        register=register,
        today=installation.today,
    )
    return _Chosen(overview, edition, languages)


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    chosen: _Chosen,
    typed: Mapping[str, Sequence[str]] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response[str]:
    edition, overview = chosen.edition, chosen.overview
    code, round_id = edition.municipality, overview.round.id or 0
    database = installation.database
    jobs = await jobs_of_round(database, code, round_id, (JobKind.MAKE_PAPER_FORMS,))
    return staff_page(
        request,
        "staff/fieldwork/paper_forms.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        edition=edition,
        look=await _written(look_at_form, edition),
        languages=[(language, LANGUAGE_NAMES[language]) for language in chosen.languages],
        registers=edition.version.questionnaire.registers,
        strata=await read_strata(database, code, round_id),
        numbers={name: next(iter(values), "") for name, values in (typed or {}).items()},
        faults=faults or {},
        can_make=overview.state in _OPEN,
        job=jobs[0] if jobs else None,
        fault=_fault(request, jobs[0]) if jobs else "",
        busy=any(is_busy(job) for job in jobs),
        files=await held_files(database, RoundFiles(code, round_id, (FilePurpose.PAPER_FORMS,))),
        files_base=f"/werk/{code}/veldwerk/{round_id}/papier/bestanden",
    )


def _fault(request: Request[Any, Any, Any], job: Job) -> str:
    """Return why a job made nothing; "" when it did, or still may."""
    if job.state != JobState.FAILED or not job.fault:
        return ""
    return staff_words(request, _FAULTS.get(job.fault) or fault_words(job.fault))


def _read_numbers(
    request: Request[Any, Any, Any], typed: Mapping[str, Sequence[str]], strata: Sequence[StratumProgress]
) -> tuple[dict[str, int], dict[str, str]]:
    """Return how many copies are wanted for each group, and what is wrong by field."""
    numbers: dict[str, int] = {}
    faults: dict[str, str] = {}
    for place, stratum in enumerate(strata, start=1):
        text, left = next(iter(typed.get(f"aantal-{place}", ())), "").strip(), stratum.population - stratum.invited
        if not text:
            continue
        if not (text.isascii() and text.isdecimal() and int(text[:9]) <= _MOST):
            wrong = N_("%(name)s: vul een getal van 0 tot en met 5.000 in.")
            faults[f"aantal-{place}"] = staff_words(request, wrong, name=stratum.name)
        elif int(text) > left:
            many = N_("%(name)s: dat zijn meer uitnodigingen dan er cliënten zijn. Er kunnen er nog %(left)s bij.")
            faults[f"aantal-{place}"] = staff_words(request, many, name=stratum.name, left=max(0, left))
        elif int(text):
            numbers[stratum.name] = int(text)
    if not faults and not numbers:
        faults["aantal-1"] = staff_words(request, N_("Vul bij minstens één groep in hoeveel formulieren u wilt."))
    return numbers, faults


def _files(municipality: Municipality, round_id: int) -> RoundFiles:
    return RoundFiles(municipality.code, round_id, (FilePurpose.PAPER_FORMS,))


async def _written(write: Callable[[Edition], Result], edition: Edition) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_WRITER, write, edition)


ROUTES: Final = (show_paper_forms, show_specimen, download_coordinates, make_forms, fetch_forms, remove_forms)
