"""Agreements on pages: made with everything told at once, looked at, handed out with a record, ended with a reason; for editors only."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from released import UTRECHT
from sqlmodel import select
from web.agreeing import RULE, USER, agreed, recorded
from web.programs import START, program_on
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from analysis.microdata.rule import AreaGiven
from ceo.clock import dutch_day
from ceo.storage.agreements import Agreement
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.web.staff.access import COOKIE, SEAL_FIELD
from ceo.workflows.api_keys.writing import is_key
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import form_seal

pytestmark = pytest.mark.anyio

HOME = "/werk/landelijk/overeenkomsten"
GROUPS = """\
LFT01; tot_65; Jonger dan 65 jaar; tot_45 van_45_tot_65
LFT01; vanaf_75; 75 jaar of ouder; van_75_tot_85, vanaf_85
"""
NEW = f"{HOME}/nieuw?uitgave={MEASUREMENT}/1"


async def editor(site: Site, role: Role = Role.NATIONAL_EDITOR) -> Resident:
    return await staff_browser(site, {NATIONAL: role}, name="Lars Landelijk")


async def stored(site: Site) -> list[Agreement]:
    async with reading_across(site.database) as session:
        return list(await session.exec(select(Agreement)))


def typed(**other: list[str]) -> dict[str, list[str]]:
    """A form that is right, with other values in some of its fields."""
    return {
        "gebruiker": [USER],
        "doel": ["Onderzoek naar toegang"],
        "tot": [(dutch_day() + timedelta(days=60)).isoformat()],
        "vragen": ["GES01", "TOE01", "LFT01", "GSL01"],
        "herkennen": ["LFT01 GSL01"],
        "groepen": [GROUPS],
    } | other


async def test_without_agreements_the_page_says_what_they_are_for(released: Site) -> None:
    browser = await editor(released)
    page = await browser.open(HOME)
    assert "Er is nog geen overeenkomst." in page.text
    assert {"Maak een overeenkomst", "Maak een bestand om mee te oefenen"} <= {words for _, words in page.links}


async def test_an_agreement_is_made_in_two_steps_looked_at_handed_out_and_ended(released: Site) -> None:
    browser = await editor(released)
    await browser.open(f"{HOME}/nieuw")
    [choosing] = [form for form in browser.page.forms if form.action == f"{HOME}/nieuw"]
    assert (choosing.method, choosing.asked) == ("get", {"uitgave"})
    await browser.open(NEW)
    await browser.press("Maak de overeenkomst", typed())
    assert browser.place == f"{HOME}/{dutch_day().year}-1"
    assert "Er is nog niets uitgegeven." in browser.page.text
    assert "Jonger dan 65 jaar, 75 jaar of ouder" in browser.page.text
    [row] = await stored(released)
    assert (row.user, row.rule["k"], row.rule["largest_suppressed"]) == (USER, 5, 0.05)

    page = await browser.open(f"{browser.place}/bescherming")
    assert "gevraagd is minstens 5" in page.text
    assert "Wat elke kolom verloor" in page.text

    own = f"{HOME}/{row.id}"
    for form, begins in (("sav", b"$FL2"), ("dta", b"<stata"), ("parquet", b"PAR1"), ("ddi.xml", b"<?xml")):
        answer = await fetch(browser, own, form)
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["content-disposition"].endswith(f'overeenkomst-{row.id}.{form}"')
    text = (await fetch(browser, own, "txt")).text
    assert all(words in text for words in (USER, "Onderzoek naar toegang", "Niemand te zoeken", "minstens 5 keer"))
    told = await recorded(released.database, "microdata.")
    assert [one.action for one in told] == ["microdata.agreed", *["microdata.handed_out"] * 5]
    assert [(one.after or {})["form"] for one in told[1:]] == ["sav", "dta", "parquet", "ddi.xml", "txt"]
    assert "Vries" not in f"{[one.after for one in told]}"

    await browser.open(f"{own}/beeindigen")
    page = await browser.press("Beëindig de overeenkomst", {"reden": [""]})
    assert browser.answer.status_code == 422
    page = await browser.press("Beëindig de overeenkomst", {"reden": ["Het onderzoek is klaar."]})
    assert "met de reden: Het onderzoek is klaar." in page.text
    assert "Haal op" not in page.text
    refused = await fetch(browser, own, "sav")
    assert refused.status_code == 409
    assert "is beëindigd op" in refused.text
    assert (await browser.client.get(f"{own}/beeindigen")).headers["location"] == own
    assert "Overeenkomsten die niet meer gelden" in (await browser.open(HOME)).text


async def fetch(browser: Resident, own: str, form: str) -> httpx.Response:
    fields = {"vorm": form, SEAL_FIELD: form_seal(browser.client.cookies.get(COOKIE) or "")}
    return await browser.client.post(f"{own}/bestand", data=fields)


async def test_everything_that_is_wrong_is_told_at_once_and_what_was_typed_stays(released: Site) -> None:
    browser = await editor(released)
    await browser.open(NEW)
    wrong = typed(
        gebruiker=[""],
        doel=[""],
        tot=["gisteren"],
        vragen=[],
        herkennen=["a b c d e f g h"],
        k=["2"],
        onderdrukt=["101"],
        gemeenten=["1"],
        groepen=["LFT01; tot_65"],
        grenzen=["LEV01; 9; 4"],
    )
    page = await browser.press("Maak de overeenkomst", wrong)
    assert browser.answer.status_code == 422
    fields = ("gebruiker", "doel", "tot", "vragen", "herkennen", "k", "onderdrukt", "gemeenten", "groepen", "grenzen")
    assert {href for href, _ in page.links if href.startswith("#") and href != "#inhoud"} == {
        f"#{one}" for one in fields
    }
    assert "LEV01; 9; 4" in browser.answer.text
    assert await stored(released) == []
    # What only the questionnaires know comes when the form can be read.
    await browser.open(NEW)
    page = await browser.press("Maak de overeenkomst", typed(herkennen=["LFT01 NIETS"], groepen=["LFT01; a; A; nooit"]))
    assert "De vraag NIETS gaat niet mee" in page.text
    assert "Het antwoord nooit bestaat niet bij LFT01" in page.text
    assert await stored(released) == []


async def test_what_ends_within_a_month_stands_first_and_warns(released: Site) -> None:
    soon, later = await agreed(released.database, days=5), await agreed(released.database)
    browser = await editor(released)
    page = await browser.open(HOME)
    assert page.headings[1] == "Eindigt binnen een maand"
    warned = [words for href, words in page.links if href.startswith(f"{HOME}/{dutch_day().year}")]
    assert warned == [soon.id, later.id, soon.id]
    assert "Deze overeenkomst eindigt bijna" in (await browser.open(f"{HOME}/{soon.id}")).text
    assert "Deze overeenkomst eindigt bijna" not in (await browser.open(f"{HOME}/{later.id}")).text


async def test_a_rule_that_cannot_be_kept_tells_why_nothing_leaves(released: Site) -> None:
    row = await agreed(released.database, rule=RULE.model_copy(update={"area": AreaGiven.PROVINCE}))
    browser = await editor(released)
    answer = await fetch(browser, f"{HOME}/{row.id}", "sav")
    assert answer.status_code == 409
    assert "In Utrecht" in answer.text
    await browser.open(f"{HOME}/{row.id}/bescherming")
    assert browser.answer.status_code == 409
    assert [one.action for one in await recorded(released.database, "microdata.")] == ["microdata.agreed"]


async def test_of_a_withdrawn_edition_nothing_leaves(released: Site) -> None:
    row = await agreed(released.database)
    async with shared_transaction(released.database) as session:
        (await session.get_one(Release, (MEASUREMENT, 1))).state = ReleaseState.WITHDRAWN.value
    browser = await editor(released)
    page = await browser.open(f"{HOME}/{row.id}")
    assert "De uitgave is ingetrokken. Daarom gaat er niets meer uit." in page.text
    assert (await fetch(browser, f"{HOME}/{row.id}", "sav")).status_code == 409
    assert "Er is nog geen uitgave gepubliceerd." in (await browser.open(NEW)).text


async def test_a_key_of_an_agreement_is_shown_once_and_opens_that_agreement(released: Site) -> None:
    row = await agreed(released.database)
    browser = await editor(released)
    await browser.open(f"{HOME}/{row.id}")
    late = (row.ends_on + timedelta(days=1)).isoformat()
    page = await browser.press("Maak de sleutel", {"naam": [""], "tot": [late]})
    assert browser.answer.status_code == 422
    assert "tot de laatste dag van de overeenkomst" in page.text
    page = await browser.press("Maak de sleutel", {"naam": ["R-script"], "tot": [row.ends_on.isoformat()]})
    [key] = [word for word in page.text.split() if is_key(word)]
    assert browser.answer.headers["cache-control"] == "no-store"
    page = await browser.open(f"{HOME}/{row.id}")
    assert key not in page.text
    assert "R-script: werkt tot en met" in page.text
    [told] = (await program_on(released.app, key).get(f"{START}/agreements")).json()["agreements"]
    assert told["agreement"] == row.id
    assert f"Overeenkomst {row.id}" in (await browser.open("/werk/landelijk/sleutels")).text


async def test_made_up_people_are_a_file_for_practice(released: Site) -> None:
    browser = await editor(released)
    await browser.open(f"{HOME}/oefenen")
    page = await browser.press("Maak het bestand", {"mensen": ["0"], "startgetal": ["x"]})
    assert browser.answer.status_code == 422
    assert "Vul een heel getal in van 1 tot en met 50000." in page.text
    fields = {"uitgave": f"{MEASUREMENT}/1", "mensen": "200", "startgetal": "3", "vorm": "parquet"}
    seal = {SEAL_FIELD: form_seal(browser.client.cookies.get(COOKIE) or "")}
    answer = await browser.client.post(f"{HOME}/oefenen", data={**fields, **seal})
    assert answer.content.startswith(b"PAR1")
    assert f"SYNTHETISCH-{MEASUREMENT}-1.parquet" in answer.headers["content-disposition"]
    assert await recorded(released.database, "microdata.") == []


async def test_agreements_are_for_national_editors_only(released: Site) -> None:
    row = await agreed(released.database)
    pages = (HOME, NEW, f"{HOME}/oefenen", *(f"{HOME}/{row.id}{end}" for end in ("", "/bescherming", "/beeindigen")))
    forms = (f"{HOME}/nieuw", *(f"{HOME}/{row.id}/{end}" for end in ("bestand", "sleutels", "beeindigen")))
    for browser, status in (
        (await editor(released, Role.NATIONAL_RESEARCHER), 403),
        (await staff_browser(released, {UTRECHT: Role.OWNER}), 404),
    ):
        for page in pages:
            answer = await browser.client.get(page)
            assert (page, answer.status_code) == (page, status)
            assert USER not in answer.text
        seal = {SEAL_FIELD: form_seal(browser.client.cookies.get(COOKIE) or ""), "vorm": "sav", "reden": "x"}
        for form in forms:
            assert (form, (await browser.client.post(form, data=seal)).status_code) == (form, status)
    assert [one.action for one in await recorded(released.database, "microdata.")] == ["microdata.agreed"]
    browser = await editor(released)
    for number in ("2026-999", "1", "2026-1%00", "x" * 60):
        assert (await browser.client.get(f"{HOME}/{number}")).status_code == 404, number
