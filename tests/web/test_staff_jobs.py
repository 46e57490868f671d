"""The pages of jobs: a page that follows itself without script, and the words of every kind, state and fault."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anyio import Event, fail_after
from counted_work import add_job, count, job_row, let_work_be, read_job
from sqlmodel import col, delete, select
from web.reading import Resident
from web.running import Site, running
from web.staffing import staff_browser

from ceo.clock import now
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import open_database
from ceo.storage.jobs import Job, JobState
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.web.staff.fieldwork.job_words import FAULTS, KINDS, NEXT, STATES, UNKNOWN_FAULT, fault_words, state_words
from ceo.web.working import working_beside
from ceo.workflows.frames.sample_design import Refusal
from ceo.workflows.jobs.kinds import WORK, JobKind
from ceo.workflows.jobs.listing import PAGE
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.working import Working
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

ASKING = "who-asks-for-jobs"
ROOT = Path(__file__).parents[2]
FOLLOWS = '<meta http-equiv="refresh" content="3">'


@pytest.fixture
async def site(site: Site) -> AsyncIterator[Site]:
    """The shared site; other tests on it let every job be done that waits there, so none is left behind."""
    yield site
    async with reading_across(site.database) as session:
        asked = select(Job.municipality).where(col(Job.made_by) == ASKING).distinct()
        places = sorted(await session.exec(asked))
    for place in places:
        async with tenant_transaction(site.database, place) as session:
            await session.exec(delete(Job).where(col(Job.made_by) == ASKING))


async def queued(site: Site, code: str, *, asked_at: datetime | None = None, round_id: int | None = None) -> str:
    async with tenant_transaction(site.database, code) as session:
        return await queue_job(
            session, JobKind.MAKE_LETTERS, actor=ASKING, now=asked_at or now(), round_id=round_id, payload={}
        )


async def changed(site: Site, code: str, job_id: str, **values: object) -> None:
    async with tenant_transaction(site.database, code) as session:
        row = await session.get_one(Job, job_id)
        for name, value in values.items():
            setattr(row, name, value)


async def state_of(site: Site, job_id: str) -> str:
    async with reading_across(site.database) as session:
        return (await session.exec(select(Job.state).where(Job.id == job_id))).one()


async def at_work(site: Site, role: Role = Role.FIELDWORKER) -> tuple[Resident, str]:
    code = next(site.unused)
    return await staff_browser(site, {code: role}), code


async def test_a_municipality_without_jobs_reads_what_will_stand_there(site: Site) -> None:
    browser, code = await at_work(site)
    page = await browser.open(f"/werk/{code}/veldwerk/taken")
    assert "Er is nog geen taak." in page.text


async def test_a_job_is_followed_until_it_is_over_and_leads_on_to_its_round(site: Site) -> None:
    opened = await site.round()
    code = opened.municipality
    browser = await staff_browser(site, {code: Role.FIELDWORKER})
    job = await queued(site, code, round_id=opened.round_id)
    await browser.open(f"/werk/{code}/veldwerk/taken")
    page = await browser.open(browser.page.link("Brieven maken"))
    assert "Wacht op zijn beurt" in page.text
    assert FOLLOWS in browser.answer.text

    running = {"state": JobState.RUNNING.value, "leased_until": now() + timedelta(minutes=1), "lease": "a"}
    await changed(site, code, job, **running, progress=500, size=1200)
    page = await browser.open(page.link("Ververs"))
    assert "Bezig" in page.text
    assert "500 van 1.200" in page.text
    assert '<progress max="1200" value="500" aria-label="Brieven maken">' in browser.answer.text

    await changed(site, code, job, state=JobState.DONE.value, lease=None, finished_at=now())
    page = await browser.open(page.link("Ververs"))
    assert "Klaar" in page.text
    assert FOLLOWS not in browser.answer.text
    assert page.link("Ga naar de brieven") == f"/werk/{code}/veldwerk/{opened.round_id}/brieven"


async def test_whoever_reads_slowly_can_let_the_page_stand_still(site: Site) -> None:
    browser, code = await at_work(site)
    job = await queued(site, code)
    page = await browser.open(f"/werk/{code}/veldwerk/taken/{job}")
    page = await browser.open(page.link("Ververs niet meer vanzelf"))
    assert FOLLOWS not in browser.answer.text
    page = await browser.open(page.link("Ververs"))
    assert FOLLOWS not in browser.answer.text
    await browser.open(page.link("Ververs elke drie seconden vanzelf"))
    assert FOLLOWS in browser.answer.text


async def test_a_job_is_stopped_and_tried_again_and_the_record_tells(site: Site) -> None:
    browser, code = await at_work(site)
    job = await queued(site, code)
    await browser.open(f"/werk/{code}/veldwerk/taken/{job}")
    page = await browser.press("Stop deze taak")
    assert "Gestopt" in page.text
    assert await state_of(site, job) == "cancelled"
    page = await browser.press("Probeer opnieuw")
    assert "Wacht op zijn beurt" in page.text
    assert await state_of(site, job) == "waiting"
    async with reading_across(site.database) as session:
        records = [row for row in await session.exec(select(AuditRecord)) if row.place == code]
    assert [row.action for row in sorted(records, key=lambda row: row.number)] == ["job.cancelled", "job.tried-again"]


async def test_a_running_job_says_that_it_stops_soon(site: Site) -> None:
    browser, code = await at_work(site)
    job = await queued(site, code)
    await changed(site, code, job, state=JobState.RUNNING.value, lease="a", leased_until=now() + timedelta(minutes=1))
    await browser.open(f"/werk/{code}/veldwerk/taken/{job}")
    page = await browser.press("Stop deze taak")
    assert "De taak stopt zodra de stap klaar is" in page.text
    assert "Stop deze taak" not in page.text


async def test_what_went_wrong_is_told_with_its_code(site: Site) -> None:
    browser, code = await at_work(site)
    job = await queued(site, code)
    await changed(site, code, job, state=JobState.FAILED.value, fault="connection-reset-error", finished_at=now())
    page = await browser.open(f"/werk/{code}/veldwerk/taken/{job}")
    assert "Mislukt" in page.text
    assert f"{UNKNOWN_FAULT} Code: connection-reset-error" in page.text


async def test_work_that_nobody_takes_up_is_noticed(site: Site) -> None:
    browser, code = await at_work(site)
    await queued(site, code, asked_at=now() - timedelta(minutes=2))
    page = await browser.open(f"/werk/{code}/veldwerk/taken")
    assert "Misschien staat het programma stil" in page.text


async def test_whoever_only_looks_cannot_stop_a_job(site: Site) -> None:
    browser, code = await at_work(site, Role.ANALYST)
    job = await queued(site, code)
    for path in ("", f"/{job}"):
        page = await browser.open(f"/werk/{code}/veldwerk/taken{path}")
        assert all("/taken" not in form.action for form in page.forms)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what the demonstration runs on
async def test_the_server_of_the_demonstration_does_the_work_itself(
    installation_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = Event()

    async def do(working: Working) -> Mapping[str, Any]:
        done.set()
        return await count(working)

    let_work_be(monkeypatch, do)
    async with running(installation_settings, working_beside) as app:
        database = app.state.installation.database
        job = await add_job(database, job_row(now()))
        with fail_after(20):
            await done.wait()
    async with open_database(installation_settings.database_url) as database:
        assert (await read_job(database, job)).state == "done"


async def test_a_job_that_is_not_there_has_no_page(site: Site) -> None:
    browser, code = await at_work(site)
    for name in ("f" * 32, "a%00b", "é", "x" * 200):
        answer = await browser.client.get(f"/werk/{code}/veldwerk/taken/{name}")
        assert answer.status_code == 404, name


async def test_fifty_jobs_stand_on_a_page(site: Site) -> None:
    browser, code = await at_work(site)
    async with tenant_transaction(site.database, code) as session:
        for number in range(PAGE + 1):
            asked_at = now() - timedelta(seconds=number)
            await queue_job(session, JobKind.MAKE_LETTERS, actor=ASKING, now=asked_at)
    page = await browser.open(f"/werk/{code}/veldwerk/taken")
    assert page.text.count("Brieven maken") >= PAGE
    page = await browser.open(page.link("Volgende bladzijde"))
    assert "Volgende bladzijde" not in page.text


def test_every_kind_state_and_fault_has_words() -> None:
    assert set(KINDS) == set(NEXT) == set(JobKind) == set(WORK)
    assert set(JobState) <= set(STATES)
    row = Job(
        municipality="GM0344", id="1", kind="load-clients", payload={}, run_after=now(), made_by="7", made_at=now()
    )
    assert state_words(row) == STATES["waiting"]
    row.fault = "os-error"
    assert state_words(row) == STATES["retrying"]
    assert fault_words("os-error") == UNKNOWN_FAULT


def test_every_fault_that_no_retry_cures_has_words_of_its_own() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "ceo" / "workflows").rglob("*.py")))
    raised = set(re.findall(r"raise JobFailedError\(([\w\"-]+)\)", code))
    assert raised
    constants = re.findall(r'^([A-Z_]+)(?:: Final(?:\[str\])?)? = ("[a-z0-9-]+")', code, re.MULTILINE)
    raised |= {text for name, text in constants if name in raised}
    codes = {text.strip('"') for text in raised if text.startswith('"')}
    assert codes | set(Refusal) <= set(FAULTS)
