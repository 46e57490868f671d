"""The pages of jobs: what waits, runs and ran for a municipality, and one of them, which follows itself until it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.clock import now
from ceo.storage.jobs import Job, JobState
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork.job_words import NEXT, is_busy
from ceo.web.staff.pages import go_to, page_number, staff_page
from ceo.workflows.jobs.deciding import Decided, cancel_job, try_job_again
from ceo.workflows.jobs.listing import find_job, list_jobs
from ceo.workflows.rights import Right, Staff

# Longer is no id of ours.
_LONGEST_ID: Final = 32
# A worker looks every second. After so long there may be none.
_LONG_WAIT: Final = timedelta(minutes=1)


@get("/veldwerk/taken", **needs(Right.SEE_FIELDWORK))
async def show_jobs(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the jobs of a municipality, the newest first."""
    page = await list_jobs(installation.database, municipality.code, number=page_number(request))
    return staff_page(request, "staff/fieldwork/jobs.html", page=page, nobody_works=_nobody_works(page.jobs))


@get("/veldwerk/taken/{job_id:str}", **needs(Right.SEE_FIELDWORK))
async def show_job(
    request: Request[Any, Any, Any],
    job_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show one job. While it waits or runs, the page loads itself again, unless whoever looks at it switched that off."""
    job = await find_job(installation.database, municipality.code, _known(job_id))
    if job is None:
        raise NotFoundException
    return staff_page(
        request,
        "staff/fieldwork/job.html",
        job=job,
        busy=is_busy(job),
        by_itself=request.query_params.get("vanzelf") != "nee",
        nobody_works=_nobody_works((job,)),
        next_page=NEXT.get(job.kind) if job.round_id is not None else None,
    )


@post("/veldwerk/taken/{job_id:str}/stoppen", **needs(Right.RUN_FIELDWORK))
async def stop_job(
    job_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Stop a job."""
    decided = await cancel_job(installation.database, municipality.code, _known(job_id), actor=staff.id, now=now())
    return _told(municipality, job_id, decided)


@post("/veldwerk/taken/{job_id:str}/opnieuw", **needs(Right.RUN_FIELDWORK))
async def repeat_job(
    job_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let a job that failed or was stopped wait for a worker again."""
    decided = await try_job_again(installation.database, municipality.code, _known(job_id), actor=staff.id, now=now())
    return _told(municipality, job_id, decided)


def _known(job_id: str) -> str:
    """Return what may be the id of a job. A database refuses some signs."""
    if not (job_id.isascii() and job_id.isalnum() and len(job_id) <= _LONGEST_ID):
        raise NotFoundException
    return job_id


def _told(municipality: Municipality, job_id: str, decided: Decided | None) -> Response[Any]:
    if decided is None:
        raise NotFoundException
    return go_to(f"/werk/{municipality.code}/veldwerk/taken/{job_id}", done=decided.value)


def _nobody_works(jobs: tuple[Job, ...]) -> bool:
    """Return whether something waits so long that there may be no worker, and nothing shows that there is one."""
    if any(job.state == JobState.RUNNING for job in jobs):
        return False
    return any(job.state == JobState.WAITING and job.run_after < now() - _LONG_WAIT for job in jobs)


ROUTES: Final = (show_jobs, show_job, stop_job, repeat_job)
