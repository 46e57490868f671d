import io
import multiprocessing
import zipfile

import pytest
from arrangements import arrange_round, hand_in, simulated
from installation import as_owner
from sqlmodel import col, select
from web.reading import Resident
from web.running import Site, running
from web.walking import come_in, walk

from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.editions import Edition
from ceo.storage.migrating import DatabaseNotCurrentError, require_current
from ceo.storage.tenancy import tenant_reading
from ceo.web.made_once import MadeOnce

pytestmark = pytest.mark.anyio


def results_of(municipality: str) -> str:
    return f"/{municipality}/resultaten/wmo-{municipality.lower()}"


async def counted(site: Site, municipality: str) -> list[int]:
    async with tenant_reading(site.database, municipality) as session:
        return list(await session.exec(select(Edition.submissions).order_by(col(Edition.number))))


async def test_the_tenth_submission_makes_the_results(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 9, first=1)
    page = await browser.open(results_of(opened.municipality))
    assert "daarvoor zijn minstens 10 ingevulde vragenlijsten nodig" in page.text
    await come_in(site, browser, opened)
    await walk(browser, simulated(0))
    await browser.press("Verstuur mijn antwoorden")
    await site.installation.reports.settle()
    page = await browser.open(results_of(opened.municipality))
    assert "Ingevuld 10 In deze uitkomsten 10" in page.text
    assert "refresh" not in browser.answer.headers
    assert "table" in {tag for tag, _ in page.elements}


async def test_results_that_are_being_made_are_looked_at_again(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 10)
    page = await browser.open(results_of(opened.municipality))
    assert "De uitkomsten worden nu berekend" in page.text
    assert browser.answer.headers["refresh"] == "2"
    await site.installation.reports.settle()
    page = await browser.open(results_of(opened.municipality))
    assert "In deze uitkomsten 10" in page.text


async def test_a_worker_that_dies_is_replaced_and_the_visitor_gets_the_file(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 10)
    site.installation.reports.look_at(f"wmo-{opened.municipality.lower()}")
    await site.installation.reports.settle()
    for worker in multiprocessing.active_children():
        worker.kill()
        worker.join(timeout=60)
    await browser.open(f"{results_of(opened.municipality)}/csv")
    assert browser.answer.status_code == 200


async def test_new_submissions_below_the_floor_wait_and_the_page_says_so(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 10)
    await browser.open(results_of(opened.municipality))
    await site.installation.reports.settle()
    await hand_in(site.database, opened, 1, first=10)
    assert "1 nieuwe inzending telt nog niet mee" in (await browser.open(results_of(opened.municipality))).text
    await hand_in(site.database, opened, 1, first=11)
    page = await browser.open(results_of(opened.municipality))
    assert "2 nieuwe inzendingen tellen nog niet mee" in page.text
    assert "Ingevuld 12 In deze uitkomsten 10" in page.text


async def test_a_report_is_offered_as_a_file_in_each_format(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 12)
    await browser.open(results_of(opened.municipality))
    await site.installation.reports.settle()
    page = await browser.open(results_of(opened.municipality))
    contents = {}
    for extension in ("PDF", "XLSX", "CSV"):
        answer = await browser.client.get(page.link(extension))
        assert answer.status_code == 200
        name = f"{opened.municipality}-wmo-{opened.municipality.lower()}-1.{extension.lower()}"
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert (await browser.client.get(page.link(extension))).content == answer.content
        contents[extension] = answer.content
    assert contents["PDF"].startswith(b"%PDF-")
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(contents["XLSX"])).namelist()
    assert len(contents["CSV"].decode("utf-8-sig").splitlines()) > 10


async def test_results_that_are_not_shown_do_not_exist_for_the_outside(site: Site, browser: Resident) -> None:
    opened = await site.round(results_shown=False)
    await hand_in(site.database, opened, 12)
    site.installation.reports.look_at(f"wmo-{opened.municipality.lower()}")
    await site.installation.reports.settle()
    assert await counted(site, opened.municipality) == [12]
    for address in ("", "/pdf", "/csv", "/xlsx"):
        page = await browser.open(results_of(opened.municipality) + address)
        assert browser.answer.status_code == 404
        assert page.headings == ["Deze pagina bestaat niet"]
    name = site.installation.municipalities[opened.municipality].name
    assert f"Uitkomsten van {name}" not in [words for _, words in (await browser.open("/")).links]


async def test_results_stand_only_under_their_own_municipality(site: Site, browser: Resident) -> None:
    opened, elsewhere = await site.round(), await site.round()
    await browser.open(f"/{elsewhere.municipality}/resultaten/wmo-{opened.municipality.lower()}")
    assert browser.answer.status_code == 404


@pytest.mark.parametrize("measurement", ["nergens", "%00", "a%00b", "%ff", "é", "x" * 3000, "'--"])
async def test_a_measurement_that_is_unknown_is_not_found(site: Site, browser: Resident, measurement: str) -> None:
    opened = await site.round()
    for address in (measurement, f"{measurement}/pdf"):
        answer = await browser.client.get(f"/{opened.municipality}/resultaten/{address}")
        assert answer.status_code == 404


async def test_a_format_that_does_not_exist_is_not_found(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 10)
    await browser.open(results_of(opened.municipality))
    await site.installation.reports.settle()
    for extension in ("docx", "PDF", "%00"):
        answer = await browser.client.get(f"{results_of(opened.municipality)}/{extension}")
        assert answer.status_code == 404


async def test_before_there_are_results_a_file_leads_to_the_page_that_says_so(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await browser.open(f"{results_of(opened.municipality)}/pdf")
    assert browser.place == results_of(opened.municipality)
    assert "Er zijn nog geen uitkomsten" in page.text


async def test_the_start_page_leads_to_the_results_that_are_shown(site: Site, browser: Resident) -> None:
    opened = await site.round()
    name = site.installation.municipalities[opened.municipality].name
    page = await browser.open("/")
    await browser.open(page.link(f"Uitkomsten van {name}"))
    assert browser.place == results_of(opened.municipality)


async def test_only_the_last_files_are_kept_in_memory(
    site: Site, browser: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await site.round()
    await hand_in(site.database, opened, 10)
    await browser.open(results_of(opened.municipality))
    reports = site.installation.reports
    await reports.settle()
    written: MadeOnce[bytes] = MadeOnce(1, len)
    monkeypatch.setattr(reports, "_written", written)
    for extension in ("csv", "xlsx", "csv"):
        answer = await browser.client.get(f"{results_of(opened.municipality)}/{extension}")
        assert (answer.status_code, written.size) == (200, len(answer.content))


async def test_what_arrives_while_results_are_made_is_looked_at_next(site: Site) -> None:
    opened = await site.round(invited={"Begeleiding": 30})
    reports, measurement = site.installation.reports, f"wmo-{opened.municipality.lower()}"
    await hand_in(site.database, opened, 10)
    reports.look_at(measurement)
    await hand_in(site.database, opened, 10, first=10)
    reports.look_at(measurement)
    await reports.settle()
    assert (await counted(site, opened.municipality))[-1] == 20


async def test_a_server_with_no_results_to_show_starts_no_worker(installation_settings: Settings) -> None:
    before = set(multiprocessing.active_children())
    async with running(installation_settings):
        assert set(multiprocessing.active_children()) <= before


async def test_what_waited_before_the_server_started_is_made_at_the_start(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    await hand_in(database, opened, 10)
    async with running(installation_settings) as app:
        site = Site(app, installation_settings, iter(()))
        await site.installation.reports.settle()
        assert await counted(site, opened.municipality) == [10]


async def test_results_that_cannot_be_made_do_not_stop_the_answering(
    own_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    opened = await own_site.round()
    await hand_in(own_site.database, opened, 10)
    async with as_owner(own_site.database) as connection:
        await connection.exec_driver_sql("UPDATE published_questionnaire SET content = content || ' '")
    own_site.installation.reports.look_at(f"wmo-{opened.municipality.lower()}")
    await own_site.installation.reports.settle()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"no edition could be made of wmo-{opened.municipality.lower()}"
    ]
    assert await counted(own_site, opened.municipality) == []
    browser = own_site.browser()
    page = await browser.open(results_of(opened.municipality))
    assert "Wij kunnen de uitkomsten nu niet berekenen" in page.text
    assert "refresh" not in browser.answer.headers
    answer = await browser.client.get(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert answer.headers["location"] == f"/{opened.municipality}/welkom"
    await browser.client.aclose()


async def test_a_database_of_another_version_is_not_served(database: Database, installation_settings: Settings) -> None:
    await require_current(installation_settings)
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(DatabaseNotCurrentError):
        await require_current(installation_settings)


async def test_the_day_is_the_day_in_the_netherlands(site: Site) -> None:
    assert site.installation.today == dutch_day()
