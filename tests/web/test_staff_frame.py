"""The pages of the client list: from a file to a frame, with every fault on the page and nobody's data in sight."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from made_lists import Rows, made_list, with_mistakes, written_csv, written_xlsx
from sqlmodel import select
from web.counting import counted_statements
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import now
from ceo.storage.clients import Client, OptOut
from ceo.storage.kept_files import KeptFile
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.web.staff.access import SEAL_FIELD
from ceo.workflows.frames import receiving
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

LOAD = "Controleer de lijst en lees hem in"


class Desk:
    """A fieldworker at the page of the client list of a round."""

    def __init__(self, site: Site, browser: Resident, code: str, round_id: int) -> None:
        self.site, self.browser, self.code = site, browser, code
        self.page = f"/werk/{code}/veldwerk/{round_id}/lijst"

    async def upload(self, content: bytes, name: str = "lijst.csv", fields: Mapping[str, str] | None = None) -> Served:
        page = await self.browser.open(self.page)
        form = next(form for form in page.forms if "bestand" in form.asked)
        sent = (
            fields
            if fields is not None
            else {field.name: field.value for field in form.fields if field.kind == "hidden"}
        )
        answer = await self.browser.client.post(self.page, data=sent, files={"bestand": (name, content)})
        return await self.browser._follow(answer)

    async def load(self, rows: Rows) -> Served:
        await self.upload(written_xlsx(rows), "lijst.xlsx")
        await self.browser.press(LOAD)
        await work_off(self.site.database, self.site.settings, clock=now)
        return await self.browser.open(self.page)

    async def files(self) -> list[KeptFile]:
        async with reading_across(self.site.database) as session:
            return [row for row in await session.exec(select(KeptFile)) if row.municipality == self.code]


@pytest.fixture
async def desk(site: Site) -> Desk:
    opened = await site.round()
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER})
    return Desk(site, browser, opened.municipality, opened.round_id)


async def test_a_fieldworker_uploads_a_list_corrects_it_and_sees_who_is_in_it(desk: Desk) -> None:
    page = await desk.browser.open(desk.page)
    assert "Er is nog geen cliëntenlijst." in page.text
    wrong, expected = with_mistakes(made_list(150, seed=7), 12, seed=7)
    page = await desk.upload(written_xlsx(wrong), "lijst.xlsx")
    assert desk.browser.place.endswith("/lijst/koppeling")
    page = await desk.browser.press(LOAD)
    assert "De lijst wordt ingelezen." in page.text
    assert "Bezig met inlezen" in page.headings
    await work_off(desk.site.database, desk.site.settings, clock=now)
    page = await desk.browser.open(desk.page)
    assert "De lijst is niet ingelezen: 12 keer klopt iets niet" in page.headings
    assert page.text.count("Verbeter") >= 1
    answer = await desk.browser.client.get(f"{desk.page}/fouten.csv")
    told = [line.split(";")[:2] for line in answer.text.removeprefix("\ufeff").splitlines()[1:]]
    assert {(int(line), column) for line, column in told} == set(expected)
    page = await desk.load(made_list(150, seed=7))
    assert "Wie er in de lijst staan" in page.headings
    assert "Begeleiding" in page.text
    assert page.link("Trek de steekproef").endswith("/steekproef")
    assert await desk.files() == []


async def test_the_page_of_columns_shows_the_shape_of_what_is_somebodys_only(desk: Desk) -> None:
    rows = made_list(6, seed=1)
    page = await desk.upload(written_csv(rows))
    for row in rows[1:]:
        for name in ("Naam", "Geboortedatum", "Straat", "Postcode", "Cliëntnummer"):
            cell = str(row[rows[0].index(name)])
            assert cell not in page.text
    assert "Xxxx" in page.text
    assert str(rows[1][2]) in page.text  # a product is nobody's


async def test_a_choice_of_columns_that_cannot_be_is_told_all_at_once(desk: Desk) -> None:
    await desk.upload(written_csv([["kenmerk", "soort"], ["a", "b"]]))
    page = await desk.browser.press(LOAD, {"jongste": ["oud"], "vanaf": ["gisteren"]})
    assert desk.browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    told = {href for href, _ in page.links if href.startswith("#") and href != "#inhoud"}
    assert told == {"#kolom-0", "#wet", "#jongste", "#vanaf"}
    right = {"kolom-0": ["client-number"], "wet": ["wmo"], "jongste": ["18"], "vanaf": ["2026-01-01"]}
    page = await desk.browser.press(LOAD, right)
    assert "De lijst wordt ingelezen." in page.text


async def test_a_list_with_citizen_service_numbers_is_refused_with_the_cure(desk: Desk) -> None:
    page = await desk.upload(written_csv([["nummer", "bsn"], ["1", "111222333"]]))
    assert "Haal de kolom weg" in page.text
    assert "Het gaat om kolom B." in page.text
    assert LOAD not in [words for form in page.forms for _, _, words in form.buttons]
    assert "111222333" not in page.text


@pytest.mark.parametrize("seal", ["", "0" * 64])
async def test_nothing_is_kept_of_a_form_without_its_seal(desk: Desk, seal: str) -> None:
    await desk.upload(b"nummer;wet\n1;Wmo\n", fields={SEAL_FIELD: seal, "soort": "clienten"})
    assert desk.browser.answer.status_code == 403
    assert await desk.files() == []


async def test_a_seal_behind_the_file_is_too_late(desk: Desk) -> None:
    page = await desk.browser.open(desk.page)
    seal = next(field.value for form in page.forms for field in form.fields if field.name == SEAL_FIELD)
    body = "".join(
        f"--x\r\ncontent-disposition: form-data; {name}\r\n\r\n{value}\r\n"
        for name, value in (('name="bestand"; filename="a.csv"', "nummer"), (f'name="{SEAL_FIELD}"', seal))
    )
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = await desk.browser.client.post(desk.page, content=f"{body}--x--\r\n".encode(), headers=kind)
    assert answer.status_code == 403
    assert await desk.files() == []


async def test_a_file_that_is_too_large_is_told_and_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "LARGEST", 1000)
    page = await desk.upload(b"nummer;wet\n" + b"1;Wmo\n" * 1000)
    assert desk.browser.answer.status_code == 422
    assert "Dit bestand is groter dan 200 MB." in page.text
    assert await desk.files() == []


async def test_no_file_and_a_broken_form_are_told(desk: Desk) -> None:
    page = await desk.upload(b"", "")
    assert "U hebt geen bestand gekozen." in page.text
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = await desk.browser.client.post(desk.page, content=b"--y\r\nniets", headers=kind)
    assert answer.status_code in {400, 403}


async def test_two_people_never_load_another_file_than_they_looked_at(desk: Desk) -> None:
    await desk.upload(written_csv(made_list(5)))
    looked_at = desk.browser.page
    form = next(form for form in looked_at.forms if LOAD in [words for _, _, words in form.buttons])
    await desk.upload(written_csv(made_list(6)))
    page = await desk.browser.post(form.action, form.filled({}, LOAD))
    assert "Iemand uploadde net een ander bestand." in page.text


async def test_the_list_can_be_removed(desk: Desk) -> None:
    await desk.load(made_list(20))
    page = await desk.browser.press("Verwijder de lijst voorgoed")
    assert "De lijst is verwijderd." in page.text
    async with reading_across(desk.site.database) as session:
        assert not [row for row in await session.exec(select(Client)) if row.municipality == desk.code]


async def test_who_does_not_want_to_be_asked_is_kept_without_the_number(desk: Desk) -> None:
    await desk.browser.open(desk.page)
    page = await desk.browser.press("Niet meer vragen", {"nummer": [" 0012345 "]})
    assert "Deze cliënt wordt niet meer gevraagd." in page.text
    assert "12345" not in str(desk.browser.answer.request.url) + page.text
    page = await desk.browser.press("Niet meer vragen", {"nummer": ["12345"]})
    assert "Van deze cliënt was al bekend" in page.text
    async with reading_across(desk.site.database) as session:
        [row] = [row for row in await session.exec(select(OptOut)) if row.municipality == desk.code]
    assert len(row.person_hash) == 64
    page = await desk.browser.press("Mag weer gevraagd worden", {"nummer": ["12345"]})
    assert "kan vanaf de volgende lijst weer gevraagd worden" in page.text
    await desk.browser.press("Niet meer vragen", {"nummer": [" "]})
    assert desk.browser.answer.status_code == 422


async def test_who_only_looks_sees_no_forms(desk: Desk) -> None:
    await desk.load(made_list(20))
    reader = await staff_browser(desk.site, {desk.code: Role.ANALYST})
    page = await reader.open(desk.page)
    assert "Wie er in de lijst staan" in page.headings
    assert [form for form in page.forms if form.action.startswith(desk.page)] == []


async def test_contacts_come_in_a_second_file_after_the_draw(desk: Desk) -> None:
    await desk.load([["nummer", "wet"], ["1", "Wmo"], ["2", "Wmo"]])
    async with tenant_transaction(desk.site.database, desk.code) as session:
        first = (await session.exec(select(Client).order_by(Client.person_hash))).first()
        assert first is not None
        first.status = "drawn"
    page = await desk.browser.open(desk.page)
    assert "Van 0 van de 1 mensen in de steekproef is bekend" in page.text
    await desk.upload(
        written_csv([["nummer", "naam", "straat", "plaats"], ["1", "A", "B 1", "C"], ["2", "D", "E 2", "F"]])
    )
    await desk.browser.press(LOAD)
    await work_off(desk.site.database, desk.site.settings, clock=now)
    page = await desk.browser.open(desk.page)
    assert "Van 1 van de 1 mensen in de steekproef is bekend" in page.text
    assert "1 mensen uit het bestand zitten niet in de steekproef." in page.text


async def test_the_page_asks_as_much_of_the_database_however_many_people_there_are(desk: Desk) -> None:
    numbers = []
    for people in (5, 200):
        await desk.load(made_list(people))
        with counted_statements(desk.site.database) as statements:
            await desk.browser.open(desk.page)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
