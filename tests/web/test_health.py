"""What supervisors and load balancers hear, and what visitors see while somebody works on the installation."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from installation import as_owner
from web.reading import Resident
from web.running import Site
from web.walking import SKIP, come_in

from ceo.clock import DUTCH_TIME, now
from ceo.web.health import Readiness
from ceo.web.languages import translations
from ceo.web.maintenance import Closing
from ceo.workflows.installation.maintenance import Work, begin_maintenance, end_maintenance

pytestmark = pytest.mark.anyio


@pytest.fixture
async def closing(site: Site) -> AsyncIterator[Closing]:
    """The shared site, which is open again after the test."""
    closing: Closing = site.app.state.closing
    yield closing
    await end_maintenance(site.database)
    closing.work = None


async def close(site: Site, closing: Closing, *, hours: float | None = None) -> None:
    """Begin maintenance, and let the site notice it now instead of within two seconds."""
    until = now() + timedelta(hours=hours) if hours is not None else None
    await begin_maintenance(site.database, now=now(), until=until)
    await closing.look()


async def told(browser: Resident, path: str) -> tuple[int, str]:
    answer = await browser.client.get(path)
    return answer.status_code, answer.text


async def test_a_server_that_works_is_healthy_and_ready(browser: Resident) -> None:
    assert await told(browser, "/gezond") == (200, "gezond")
    assert await told(browser, "/gereed") == (200, "gereed")


async def test_a_server_whose_database_is_away_is_healthy_and_not_ready(own_site: Site) -> None:
    async with as_owner(own_site.database) as connection:
        await connection.exec_driver_sql("ALTER TABLE alembic_version RENAME TO away")
    browser = own_site.browser()
    assert await told(browser, "/gezond") == (200, "gezond")
    assert await told(browser, "/gereed") == (503, "niet gereed")


async def test_who_asks_often_asks_the_database_once_a_second(own_site: Site) -> None:
    browser = own_site.browser()
    readiness: Readiness = own_site.app.state.readiness
    assert await told(browser, "/gereed") == (200, "gereed")
    looked_at = readiness._looked_at
    assert await told(browser, "/gereed") == (200, "gereed")
    assert readiness._looked_at == looked_at


async def test_during_maintenance_the_server_is_healthy_and_not_ready(
    site: Site, browser: Resident, closing: Closing
) -> None:
    await close(site, closing)
    assert await told(browser, "/gezond") == (200, "gezond")
    assert await told(browser, "/gereed") == (503, "niet gereed")


@pytest.mark.parametrize("path", ["/", "/{code}", "/{code}/privacy", "/werk/aanmelden", "/geen/pagina"])
async def test_during_maintenance_nobody_passes(site: Site, browser: Resident, closing: Closing, path: str) -> None:
    opened = await site.round()
    await close(site, closing)
    page = await browser.open(path.format(code=opened.municipality))
    assert browser.answer.status_code == 503
    assert browser.answer.headers["retry-after"] == "300"
    assert browser.answer.headers["cache-control"] == "no-store"
    assert "content-security-policy" in browser.answer.headers
    assert page.headings == ["Wij zijn zo terug"]
    assert "Uw antwoorden zijn bewaard." in page.text


@pytest.mark.parametrize("path", ["/api", "/api/v1/releases", "/api/nergens"])
async def test_during_maintenance_a_program_gets_a_problem_that_says_when_to_come_back(
    site: Site, browser: Resident, closing: Closing, path: str
) -> None:
    await close(site, closing, hours=1)
    answer = await browser.client.get(path)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert 3590 <= int(answer.headers["retry-after"]) <= 3600
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Er wordt aan CEO gewerkt.", 503)
    assert closing.work is not None
    assert closing.work.until is not None
    assert f"{closing.work.until.astimezone(DUTCH_TIME):%d-%m-%Y %H:%M}" in problem["detail"]


async def test_during_maintenance_pages_keep_their_style(site: Site, browser: Resident, closing: Closing) -> None:
    await close(site, closing)
    page = await browser.open("/")
    style = next(given["href"] for tag, given in page.elements if tag == "link" and given["rel"] == "stylesheet")
    assert (await browser.client.get(style)).status_code == 200


async def test_the_page_says_when_to_come_back(site: Site, browser: Resident, closing: Closing) -> None:
    await close(site, closing, hours=2)
    until = closing.work.until if closing.work else None
    assert until is not None
    page = await browser.open("/")
    assert f"om {until.astimezone(DUTCH_TIME):%H:%M} uur" in page.text
    assert 7190 <= int(browser.answer.headers["retry-after"]) <= 7200


async def test_the_page_speaks_the_language_of_the_visitor(site: Site, browser: Resident, closing: Closing) -> None:
    await close(site, closing)
    browser.client.headers["accept-language"] = "ar"
    page = await browser.open("/")
    assert page.headings == [translations("ar").gettext("Wij zijn zo terug")]
    assert 'dir="rtl"' in browser.answer.text


async def test_a_moment_that_has_passed_is_not_told(site: Site, browser: Resident, closing: Closing) -> None:
    closing.work = Work(now() - timedelta(hours=2), now() - timedelta(hours=1))
    page = await browser.open("/")
    assert "Probeer het over een paar minuten opnieuw." in page.text
    assert browser.answer.headers["retry-after"] == "300"


async def test_an_answer_that_comes_during_maintenance_is_not_saved_and_the_page_says_so(
    site: Site, browser: Resident, closing: Closing
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    form = browser.page.form
    sent = form.filled({}, SKIP)
    await close(site, closing)
    answer = await browser.client.post(form.action, data=dict(sent))
    assert answer.status_code == 503
    assert "is nog niet bewaard" in answer.text
    await end_maintenance(site.database)
    await closing.look()
    assert (await browser.client.post(form.action, data=dict(sent))).status_code == 303


async def test_a_database_that_is_away_for_a_moment_leaves_the_pages_as_they_are(own_site: Site) -> None:
    closing: Closing = own_site.app.state.closing
    await close(own_site, closing)
    async with as_owner(own_site.database) as connection:
        await connection.exec_driver_sql("ALTER TABLE maintenance RENAME TO away")
    with pytest.raises(Exception, match="maintenance"):
        await closing.look()
    assert closing.work is not None
