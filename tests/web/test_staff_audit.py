"""The pages of the record: readable, in pages, for owners only, and as a file that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from web.reading import Resident
from web.running import Site
from web.staffing import add_staff, signed_in_browser, staff_browser

from ceo.storage.people import NATIONAL
from ceo.workflows.audit.reading import ON_A_PAGE
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.rights import MUNICIPAL_ROLES, RIGHTS, Right, Role

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


async def write(site: Site, place: str, **fields: Any) -> None:
    its = {"actor": "ceo upkeep", "action": "round.opened", "object_kind": "round", "object_id": "12", "now": NOON}
    async with place_transaction(site.database, place) as session:
        await record(session, place, **{**its, **fields})


async def owning(site: Site, *, name: str = "Olga Vos") -> tuple[Resident, str, str]:
    code = next(site.unused)
    user_id = await add_staff(site.database, {code: Role.OWNER}, name=name)
    return await signed_in_browser(site, user_id), code, user_id


async def test_an_empty_record_says_what_will_stand_in_it(site: Site) -> None:
    browser, code, _ = await owning(site)
    page = await browser.open(f"/werk/{code}/logboek")
    assert "Er is nog niets gedaan dat in het logboek komt." in page.text


async def test_what_was_done_is_read_in_words_with_what_changed(site: Site) -> None:
    browser, code, olga = await owning(site)
    ank = await add_staff(site.database, {code: Role.READER}, name="Ank de Wit")
    await write(site, code, action="round.changed", before={"results_shown": False}, after={"results_shown": True})
    changed = {"before": {"roles": ["reader"]}, "after": {"roles": ["editor", "reader"]}}
    await write(site, code, actor=olga, action="person.roles-changed", object_kind="person", object_id=ank, **changed)
    await write(site, code, actor=olga, action="account.signed-in", object_kind="account", object_id=olga)
    await write(site, code, actor=ank, action="account.signed-in", object_kind="account", object_id=ank)
    await write(site, code, action="zeppelin.landed", object_kind="zeppelin", object_id="Z1")
    strata = {"strata": {"Begeleiding": 850}, "closes_on": "2026-12-31", "note": "x" * 300}
    await write(site, code, before=strata, after={})
    page = await browser.open(f"/werk/{code}/logboek")
    assert "laatste dag: was 31 december 2026 note: was " + "x" * 200 + " … groepen, Begeleiding: was 850" in page.text
    assert "5 22 november 2026 12:00 ceo upkeep zeppelin.landed zeppelin Z1 4" in page.text
    assert "Olga Vos Aangemeld 2" in page.text
    assert "Olga Vos Rollen gewijzigd persoon Ank de Wit rollen: was Lezer, nu Redacteur, Lezer 1" in page.text
    assert "Meting gewijzigd meting 12 resultaten open voor iedereen: was nee, nu ja" in page.text
    assert "--place " + code + " --head 6:" in page.text


async def test_states_are_words_and_what_is_told_twice_stands_once(site: Site) -> None:
    browser, code, _ = await owning(site)
    goal = {"object_kind": "goal", "object_id": "3f2b9c1d" + "0" * 24, "action": "goal.ended"}
    after = {"state": "ended", "changed": ["ended_because", "state"]}
    await write(site, code, **goal, before={"state": "open"}, after=after)
    step = {"object_kind": "planned-step", "object_id": "5" * 32, "action": "planned-step.done"}
    await write(site, code, **step, before={"done_on": None}, after={"done_on": "2026-10-27", "changed": ["done_on"]})
    page = await browser.open(f"/werk/{code}/logboek")
    assert "doel 3f2b9c1d gewijzigd: waarom het eindigde hoe ver: was Loopt, nu Beëindigd" in page.text
    assert "stap van de planning 55555555 gedaan op: 27 oktober 2026 1" in page.text


async def test_a_long_record_stands_on_pages_that_keep_what_was_chosen(site: Site) -> None:
    browser, code, _ = await owning(site)
    for number in range(ON_A_PAGE + 2):
        await write(site, code, object_id=f"M{number}")
    await write(site, code, action="round.changed")
    page = await browser.open(f"/werk/{code}/logboek?actie=round.opened")
    assert f"M{ON_A_PAGE + 1} " in page.text
    assert "M1 " not in page.text
    page = await browser.open(page.link("Ouder"))
    assert "M1 " in page.text
    assert "Ouder" not in page.text
    page = await browser.open(page.link("Naar de nieuwste"))
    assert f"M{ON_A_PAGE + 1} " in page.text
    assert {field.value for field in page.forms[-1].fields if field.name == "actie"} == {"round.opened"}


async def test_rows_are_chosen_by_person_and_day_in_the_form(site: Site) -> None:
    browser, code, olga = await owning(site)
    await write(site, code, actor=olga, object_id="M1")
    await write(site, code, object_id="M2")
    await write(site, code, actor=olga, object_id="M3", now=NOON + timedelta(days=1))
    await browser.open(f"/werk/{code}/logboek")
    form = next(form for form in browser.page.all_forms if form.action.endswith("/logboek"))
    fields = dict(form.filled({"persoon": [olga], "dag": ["2026-11-22"]}, "Toon"))
    page = Resident(browser.client)
    await page.open(f"{form.action}?" + "&".join(f"{name}={value}" for name, value in fields.items()))
    assert "M1" in page.page.text
    assert "M2" not in page.page.text
    assert "M3" not in page.page.text
    await browser.open(f"/werk/{code}/logboek?dag=2020-01-01")
    assert "Er is niets gevonden dat hierbij past." in browser.page.text


@pytest.mark.parametrize(
    "query", ["voor=x", "voor=99999999999999", "dag=gisteren", "actie=%00", "persoon=" + "x" * 500, "voor=%D9%A3"]
)
async def test_what_cannot_be_asked_is_left_out(query: str, site: Site) -> None:
    browser, code, _ = await owning(site)
    await write(site, code, object_id="M1")
    await browser.open(f"/werk/{code}/logboek?{query}")
    assert browser.answer.status_code == 200
    assert "M1" in browser.page.text


async def test_the_file_holds_every_row_and_no_formula(site: Site) -> None:
    browser, code, olga = await owning(site, name="=1+1")
    await write(site, code, actor=olga, after={"title": "één, twee"})
    await write(site, code, action="round.changed")
    await browser.open(f"/werk/{code}/logboek/csv")
    assert browser.answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert browser.answer.headers["content-disposition"] == f'attachment; filename="logboek-{code.lower()}.csv"'
    rows = list(csv.DictReader(StringIO(browser.answer.text.removeprefix("\N{BYTE ORDER MARK}"))))
    assert [(row["number"], row["actor_name"], row["action_in_words"], row["after"]) for row in rows] == [
        ("1", "'=1+1", "Meting geopend", '{"title": "één, twee"}'),
        ("2", "", "Meting gewijzigd", ""),
    ]
    await browser.open(f"/werk/{code}/logboek/csv?actie=round.changed")
    assert len(browser.answer.text.splitlines()) == 2


async def test_only_who_may_see_the_record_does(site: Site) -> None:
    code = next(site.unused)
    await write(site, code)
    for role in MUNICIPAL_ROLES:
        browser = await staff_browser(site, {code: role})
        for address in ("logboek", "logboek/csv"):
            status = (await browser.client.get(f"/werk/{code}/{address}")).status_code
            assert (role, status) == (role, 200 if Right.SEE_AUDIT in RIGHTS[role] else 403)
        assert (await browser.client.get("/werk/landelijk/logboek")).status_code == 404


async def test_the_country_has_a_record_of_its_own(site: Site) -> None:
    browser = await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR})
    await write(site, NATIONAL, action="library.released", object_kind="library_release", object_id="nl.proef@1")
    page = await browser.open("/werk/landelijk/logboek")
    assert "Bibliotheek uitgebracht uitgave nl.proef@1" in page.text
    assert "--place landelijk --head" in page.text
