"""The page of product codes in the workplace."""

from __future__ import annotations

import pytest
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def opened(site: Site, role: Role = Role.FIELDWORKER) -> tuple[Resident, str]:
    code = next(site.unused)
    browser = await staff_browser(site, {code: role})
    await browser.open(f"/werk/{code}/veldwerk/producten")
    return browser, code


async def upload(browser: Resident, content: bytes) -> str:
    form = next(form for form in browser.page.forms if form.action.endswith("/bestand"))
    files = {"bestand": ("codes.csv", content, "text/csv")}
    fields = {name: value for name, value in form.filled({}, "Lees de namen in") if name != "bestand"}
    browser.answers.append(await browser.client.post(form.action, data=fields, files=files))
    return browser.page.text


async def test_a_fieldworker_names_a_code_changes_it_and_takes_it_away(site: Site) -> None:
    browser, code = await opened(site)
    assert "U gaf nog geen code een eigen naam." in browser.page.text
    given = {"categorie": ["02"], "code": ["02a03"], "product": ["Begeleiding thuis"]}
    page = await browser.press("Bewaar de naam", given)
    assert "Bewaard. De naam geldt voor lijsten die u vanaf nu inleest." in page.text
    assert "02 02A03 Begeleiding thuis" in page.text
    page = await browser.open(page.link("Wijzig 02A03").split("#")[0])
    form = next(form for form in page.forms if form.action.endswith("/producten"))
    typed = {control.name: control.value for control in form.fields}
    assert (typed["categorie"], typed["code"], typed["product"]) == ("02", "02A03", "Begeleiding thuis")
    page = await browser.press("Bewaar de naam", {"product": ["Thuisbegeleiding"]})
    assert "02 02A03 Thuisbegeleiding" in page.text
    assert "In lijsten die u daarna inleest, heet dit product: Begeleiding." in page.text
    page = await browser.press("Haal de naam van 02A03 weg")
    assert "De naam is weggehaald." in page.text
    assert "Thuisbegeleiding" not in page.text
    page = await browser.open(f"/werk/{code}/veldwerk/producten")
    assert "Hulp bij het huishouden" in page.text  # among the public categories


async def test_everything_that_is_wrong_with_a_name_is_told_at_once_and_nothing_is_lost(site: Site) -> None:
    browser, _ = await opened(site)
    page = await browser.press("Bewaar de naam", {"categorie": ["twee"], "code": ["02-A03"], "product": [""]})
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    assert {href for href, _ in page.links if href in {"#categorie", "#code", "#product"}} == {
        "#categorie",
        "#code",
        "#product",
    }
    form = next(form for form in page.forms if form.action.endswith("/producten"))
    assert {control.name: control.value for control in form.fields}["code"] == "02-A03"


async def test_names_come_from_a_file_or_every_fault_is_told_by_row(site: Site) -> None:
    browser, _ = await opened(site)
    text = await upload(browser, b"categorie;code;product\n02;02A03;Begeleiding\nx;45B02;\n")
    assert browser.answer.status_code == 422
    assert "3 De categorie is twee cijfers, zoals 02. 3 Vul in hoe het product heet." in text
    assert "U gaf nog geen code een eigen naam." in text
    text = await upload(browser, b"categorie;code;product\n02;02A03;Begeleiding\n45;45B02;Ambulant\n")
    assert "Ingelezen: 2 nieuw, 0 gewijzigd, 0 hetzelfde gebleven." in text
    assert "45 45B02 Ambulant" in text
    assert "Kies een bestand." in await upload(browser, b"")


async def test_who_may_only_look_sees_no_forms(site: Site) -> None:
    browser, code = await opened(site, Role.READER)
    if browser.answer.status_code == 200:
        assert not [form for form in browser.page.forms if "producten" in form.action]
    answer = await browser.client.post(f"/werk/{code}/veldwerk/producten", data={})
    assert answer.status_code == 403
