"""The pages on which a municipality follows its figures: what they say, who may change what, and what they cost."""

from __future__ import annotations

import pytest
from made_series import CORE, keep_series, made_series, series_of
from sqlmodel import select
from web.counting import counted_statements
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.jobs import Job
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.following.reading import antennas_of
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio


async def test_a_series_shows_its_signal_its_breaks_and_what_is_hidden_without_a_verdict(site: Site) -> None:
    code = next(site.unused)
    reader = await staff_browser(site, {code: Role.READER})
    assert "Er is nog geen reeks." in (await reader.open(f"/werk/{code}/volgen")).text
    await series_of(site.database, code, "Eigen")

    page = await reader.open(f"/werk/{code}/volgen")
    seen = "Er is een signaal sinds januari 2026: de score voor ‘Meebeslissen over de hulp’ ligt de laatste tijd onder wat gewoon is."
    assert f"{seen} Lager is hier minder goed." in page.text
    assert "Een signaal is geen oordeel, maar een reden om erover te praten." in page.text
    assert "Werk de reeksen bij" not in page.text
    page = await reader.open(f"/werk/{code}/volgen/{CORE}/month")
    assert seen in page.text
    assert "Vanaf juli 2025 is ‘De hulp begon op tijd’ anders gemeten. Veranderd: de woorden van de vraag." in page.text
    assert "komt er in hoogstens 1 op de 370 maanden een signaal" in page.text
    assert "In februari 2026 is de score voor ‘Meer contact met anderen’ niet getoond" in page.text
    assert "te weinig antwoorden, of een ander klein getal zou eruit volgen" in page.text
    page = await reader.open(f"/werk/{code}/volgen/{CORE}/month/KWA03")
    assert "8 januari 2026: Eigen contract" in page.text
    assert "Nieuwste cijfer, februari 2026: 51,0 (44,0 tot 58,0), 50 antwoorden." in page.text
    # Two single months would seem to take the signal back, and no two means of six months are there yet.
    assert "in februari 2025" not in page.text
    assert "Zinnen over cijfers" not in page.text
    assert (
        "Dan zien we die in ongeveer 9 van de 10 keer binnen 7 maanden. Dat geldt als er niet minder mensen antwoorden"
        in page.text
    )
    assert "Begin een gesprek" not in page.text  # a reader changes nothing
    for wrong in ("/quarter", "/month/XXX99", "/jaar"):
        await reader.open(f"/werk/{code}/volgen/{CORE}{wrong}")
        assert reader.answer.status_code == 404
    await reader.open(f"/werk/{code}/volgen/a%00b/month")
    assert reader.answer.status_code == 404


async def test_who_reads_english_is_told_that_sentences_are_in_dutch(site: Site) -> None:
    code = next(site.unused)
    await keep_series(site.database, code, made_series())
    reader = await staff_browser(site, {code: Role.READER}, language="en")
    for path in ("", f"/{CORE}/month", f"/{CORE}/month/KWA03"):
        await reader.open(f"/werk/{code}/volgen{path}")
        assert reader.answer.status_code == 200
        # Until the catalogue has it, the sentence is in Dutch itself.
        assert any(said in reader.page.text for said in ("Sentences about figures", "Zinnen over cijfers"))


async def test_antennas_are_few_and_nobody_overwrites_what_another_chose(site: Site) -> None:
    code = next(site.unused)
    await keep_series(site.database, code, made_series(extra=9))
    analyst = await staff_browser(site, {code: Role.ANALYST})
    page = await analyst.open(f"/werk/{code}/volgen/{CORE}/antennes")
    page = await analyst.press("Bewaar", {"indicator": [f"LOK{n:02}" for n in range(1, 10)]})
    assert analyst.answer.status_code == 422
    assert "Kies er hoogstens 8." in page.text
    page = await analyst.press("Bewaar", {"indicator": ["KWA03", "TOE02"]})
    assert "Bewaard." in page.text
    other = await staff_browser(site, {code: Role.OWNER})
    await other.open(f"/werk/{code}/volgen/{CORE}/antennes")
    await analyst.press("Bewaar", {"indicator": ["KWA03"]})
    page = await other.press("Bewaar", {"indicator": ["EFF02"]})
    assert other.answer.status_code == 409
    assert "Iemand anders koos net andere antennes." in page.text
    await other.press("Bewaar", {"indicator": ["EFF02"]})
    assert [one.indicator for one in await antennas_of(site.database, code, CORE)] == ["EFF02"]


async def test_what_happened_is_added_with_all_faults_at_once_and_put_back_when_it_was_taken_away(site: Site) -> None:
    code = next(site.unused)
    await keep_series(site.database, code, made_series())
    editor = await staff_browser(site, {code: Role.EDITOR})
    await editor.open(f"/werk/{code}/volgen/{CORE}/gebeurtenissen")
    page = await editor.press("Bewaar", {"day": ["gisteren"], "text": ["x" * 201]})
    assert editor.answer.status_code == 422
    assert "Vul de dag in" in page.text
    assert "Schrijf het korter: hoogstens 200 tekens." in page.text
    page = await editor.press("Bewaar", {"day": ["2026-01-09"], "text": ["Mevrouw Jansen is er niet meer"]})
    assert editor.answer.status_code == 422
    assert "‘Jansen’ lijkt op een naam" in page.text
    page = await editor.press("Bewaar toch")
    assert "9 januari 2026: Mevrouw Jansen is er niet meer" in page.text
    page = await editor.press("Bewaar", {"day": ["2026-01-08"], "text": ["Nieuw contract\x00 <b>"]})
    assert "8 januari 2026: Nieuw contract <b>" in page.text
    page = await editor.press("Haal weg Nieuw contract <b>", {})
    assert "Weggehaald." in page.text
    assert "Nieuw contract" not in (await editor.open(f"/werk/{code}/volgen/{CORE}/month/KWA03")).text
    await editor.open(f"/werk/{code}/volgen/{CORE}/gebeurtenissen")
    assert "Teruggezet." in (await editor.press("Zet terug Nieuw contract <b>", {})).text

    await editor.open(f"/werk/{code}/volgen")
    assert "De reeksen worden bijgewerkt." in (await editor.press("Werk de reeksen bij", {})).text
    async with tenant_reading(site.database, code) as session:
        assert (await session.exec(select(Job.kind))).all() == [JobKind.MAKE_SERIES]


async def test_ten_years_of_twenty_indicators_cost_as_many_statements_as_one_year(site: Site) -> None:
    found: list[list[int]] = []
    for months, extra in ((14, 0), (120, 17)):
        code = next(site.unused)
        await keep_series(site.database, code, made_series(months=months, extra=extra))
        reader = await staff_browser(site, {code: Role.READER})
        found.append([])
        for path in ("", f"/{CORE}/month", f"/{CORE}/month/KWA03"):
            await reader.open(f"/werk/{code}/volgen{path}")
            with counted_statements(site.database) as statements:
                await reader.open(f"/werk/{code}/volgen{path}")
            assert reader.answer.status_code == 200
            found[-1].append(len(statements))
    assert found[0] == found[1]


async def test_a_national_editor_chooses_what_every_municipality_watches(site: Site) -> None:
    opened = await site.round()
    code = opened.municipality
    await keep_series(site.database, code, made_series())
    editor = await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR})
    page = await editor.open("/werk/landelijk/antennes")
    await editor.open(page.link("Ervaringen met hulp van de gemeente (Wmo)"))
    await editor.press("Bewaar", {"indicator": ["TOE02"]})
    assert [(one.indicator, one.national) for one in await antennas_of(site.database, code, CORE)] == [("TOE02", True)]
    owner = await staff_browser(site, {code: Role.OWNER})
    page = await owner.open(f"/werk/{code}/volgen/{CORE}/antennes")
    assert "Deze volgt elke gemeente: De hulp begon op tijd" in page.text
    await editor.press("Bewaar", {"indicator": []})  # other tests are on the same site
    assert await antennas_of(site.database, code, CORE) == ()
    await editor.open("/werk/landelijk/antennes/nl.ceo.niets")
    assert editor.answer.status_code == 404
