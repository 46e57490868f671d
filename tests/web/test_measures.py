"""What Prometheus reads: who may, and that it says nothing about persons."""

import re
from dataclasses import replace
from datetime import timedelta
from math import isnan

import httpx
import pytest
from counted_work import add_job, job_row
from installation import as_owner
from web.reading import Resident
from web.running import Site, running
from web.walking import SKIP, come_in

from ceo.clock import now
from ceo.settings import Settings
from ceo.workflows.jobs.listing import COUNTED

pytestmark = pytest.mark.anyio
HERE = "127.0.0.1"


def measures_in(text: str) -> dict[str, float]:
    """The measures by name and labels."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def measures_of(site: Site) -> dict[str, float]:
    answer = await site.browser(HERE).client.get("/metingen")
    assert answer.status_code == 200
    return measures_in(answer.text)


async def test_requests_are_counted_by_route_method_and_kind_of_answer(site: Site, browser: Resident) -> None:
    before = await measures_of(site)
    await browser.client.get("/gezond")
    await browser.client.get("/gezond")
    await browser.client.post("/gezond")
    await browser.client.get("/dit/is/geen/pagina")
    await browser.client.request("BREW", "/gezond")
    after = await measures_of(site)

    def rise(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert rise('ceo_requests_total{method="GET",route="/gezond",status="2xx"}') == 2
    assert rise('ceo_request_seconds_count{method="GET",route="/gezond"}') == 2
    assert rise('ceo_requests_total{method="POST",route="-",status="4xx"}') == 1
    assert rise('ceo_requests_total{method="GET",route="-",status="4xx"}') == 1
    assert rise('ceo_requests_total{method="-",route="-",status="4xx"}') == 1


async def test_saves_are_measured(site: Site, browser: Resident) -> None:
    before = await measures_of(site)
    await come_in(site, browser, await site.round())
    await browser.press(SKIP)
    after = await measures_of(site)
    assert after["ceo_save_batch_size_sum"] - before["ceo_save_batch_size_sum"] == 1
    assert after["ceo_save_seconds_count"] - before["ceo_save_seconds_count"] == 1
    assert after["ceo_saves_waiting"] == before["ceo_saves_waiting"]


async def test_measures_name_no_municipality_and_no_code(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    text = (await site.browser(HERE).client.get("/metingen")).text
    assert opened.municipality not in text
    assert opened.codes[0] not in text
    labels = {
        name
        for labels in re.findall(r"^ceo_\w+\{(.*)\}", text, re.MULTILINE)
        for name in re.findall(r'(\w+)="', labels)
    }
    assert labels == {"method", "route", "status", "le", "use", "state"}


async def test_jobs_are_counted_for_the_whole_installation(own_site: Site) -> None:
    for state in ("waiting", "waiting", "running", "failed", "done"):
        row = job_row(now())
        row.state = state
        await add_job(own_site.database, row)
    await add_job(own_site.database, job_row(now(), after=timedelta(hours=1)))
    measures = await measures_of(own_site)
    assert {state: measures[f'ceo_jobs{{state="{state}"}}'] for state in COUNTED} == {
        "due": 2,
        "running": 1,
        "failed": 1,
    }


async def test_measures_are_told_when_the_database_is_away(own_site: Site) -> None:
    async with as_owner(own_site.database) as connection:
        await connection.exec_driver_sql("ALTER TABLE job RENAME TO away")
    measures = await measures_of(own_site)
    assert measures["ceo_processes"] == 1
    assert isnan(measures['ceo_jobs{state="due"}'])


ASKING = {
    ("127.0.0.1", ""): True,
    ("192.0.2.7", ""): False,
    ("127.0.0.1", "192.0.2.7"): False,
    ("127.0.0.1", "127.0.0.1"): False,  # a proxy on this machine that is not trusted
    ("10.0.0.1", "192.0.2.7"): False,
    ("10.0.0.1", "10.9.0.3"): True,
    ("10.0.0.1", "10.9.0.3, 192.0.2.7"): False,
    ("10.9.0.3", ""): True,
}


async def test_only_the_networks_of_the_settings_read_measures(installation_settings: Settings) -> None:
    networks = {"metrics_networks": ("127.0.0.1/32", "10.9.0.0/16"), "trusted_proxies": ("10.0.0.1/32",)}
    found = {}
    async with running(replace(installation_settings, **networks)) as app:
        for peer, forwarded in ASKING:
            transport = httpx.ASGITransport(app, client=(peer, 4711))
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver.local") as client:
                headers = {"x-forwarded-for": forwarded} if forwarded else {}
                answer = await client.get("/metingen", headers=headers)
                found[peer, forwarded] = answer.status_code == 200
                assert answer.status_code in {200, 404}
    assert found == ASKING
