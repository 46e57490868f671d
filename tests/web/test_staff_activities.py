"""Pages of activities: change in persons, figures of providers, and what a partner sees: its own, when it may, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from activities_world import add_partner, by_provider, crowd, sealed_round
from arrangements import OpenedRound
from sqlmodel import col, select
from web.reading import Resident
from web.running import Site
from web.staffing import signed_in_browser, staff_browser

from analysis.disclosure.ledger import Ledger
from ceo.clock import dutch_day
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.editions import PublishedCounts
from ceo.storage.sharing import SharedActivity
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.activities.changes import RefusedByPolicy
from ceo.workflows.activities.providers import ProviderFigures
from ceo.workflows.activities.reading import find_series, gather_series
from ceo.workflows.activities.sharing import compute_providers, find_sealed_round
from ceo.workflows.rights import Role
from questionnaires.loading import load_shipped

pytestmark = pytest.mark.anyio

BEFORE = [*crowd(0, 30, "Training", 0, 1, 3), *crowd(100, 14, "Maatje", 1, 2, 4), *crowd(200, 6, "Koken", 2, 3)]
AFTER = [(name, group, min(step + 1 + place % 2, 4)) for place, (name, group, step) in enumerate(BEFORE)]


NOT_SHARED = "Deze cijfers zijn er niet, of worden niet (meer) met u gedeeld."


@dataclass(frozen=True)
class Town:
    """A municipality with a series of two sealed waves and a sealed round by provider."""

    site: Site
    code: str
    before: OpenedRound
    providers: OpenedRound

    @property
    def database(self) -> Database:
        """Where it lives."""
        return self.site.database

    @property
    def start(self) -> str:
        """Its part of the workplace."""
        return f"/werk/{self.code}"

    @property
    def by_provider(self) -> str:
        """The page of the figures by provider."""
        return f"{self.start}/activiteiten/metingen/{self.providers.round_id}"

    async def partner(self, *activities: str) -> Resident:
        """A browser in which a partner with these activities is signed in."""
        return await signed_in_browser(self.site, await add_partner(self.database, self.code, *activities))


@pytest.fixture(scope="module")
async def town(site: Site) -> Town:
    code = next(site.unused)
    before = await sealed_round(site.database, site.settings, code, f"t0-{code}", BEFORE, wave=0)
    await sealed_round(site.database, site.settings, code, f"t1-{code}", AFTER, wave=1, simulated=True)
    people = [*crowd(0, 40, "Zorg BV", 0, 1, 3), *crowd(50, 30, "Thuis", 2, 3, 4), *crowd(90, 25, "Aanpak", 1, 2)]
    figures = await sealed_round(site.database, site.settings, code, f"wmo-{code}", people, design=by_provider())
    return Town(site, code, before, figures)


async def test_the_change_of_every_activity_is_shown_with_its_margin_and_without_a_claim(town: Town) -> None:
    reader = await staff_browser(town.site, {town.code: Role.READER})
    page = await reader.open(f"{town.start}/activiteiten")
    page = await reader.open(page.link(f"Meting t1-{town.code}"))
    assert reader.answer.status_code == 200
    text = page.text
    assert "Alle 30 mensen deden weer mee." in text
    assert "Training, van T0 naar T1: verandering per thema" in text
    assert "30 mensen gaven antwoord bij de eerste en de tweede meting. Bij de tweede meting is de score voor ‘" in text
    assert "Of dat door de hulp komt, is hiermee niet te zeggen." in text
    # Six people of Koken are too few, and all together would tell of them.
    assert "Koken, van T0 naar T1" not in text
    assert text.count("Minder dan 10 mensen antwoordden twee keer") == 2
    assert "geen bewijs dat de activiteit werkte" in text
    # Of one of its waves no real person answered.
    assert "Gesimuleerde gegevens" in text
    assert "effect van de activiteit" not in text.lower()
    # Only what stands there is explained.
    columns = {row.strip() for row in re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', reader.answer.text)}
    assert ("Duidelijk omhoog of omlaag:" in text) == ("Duidelijk omhoog" in columns)
    assert ("Werd positief:" in text) == ("Werd positief" in columns)
    assert "Dan hoort 100 bij het beste antwoord." in text
    assert "/verhalen/" not in reader.answer.text
    analyst = await staff_browser(town.site, {town.code: Role.ANALYST})
    page = await analyst.open(f"{town.start}/activiteiten/reeksen/reeks")
    assert page.link(f"T0: Meting t0-{town.code}").endswith(f"/verhalen/{town.before.round_id}")


async def test_a_partner_sees_the_change_of_its_own_activity_only(town: Town) -> None:
    partner = await town.partner("Training", "Elders")
    page = await partner.open(town.start)
    page = await partner.open(page.link(f"Verandering bij mensen: Meting t1-{town.code}"))
    assert "Training, van T0 naar T1: verandering per thema" in page.text
    for foreign in ("Maatje", "Koken", "Alle activiteiten samen", "44"):
        assert foreign not in page.text
    stranger = await town.partner("Elders")
    for series in ("reeks", "verzonnen", "%00"):
        await stranger.open(f"{town.start}/eigen-activiteiten/reeksen/{series}")
        assert NOT_SHARED in stranger.page.text
        assert "Training" not in stranger.page.text
    assert "Zodra ze er zijn, staan ze hier." in (await stranger.open(town.start)).text
    assert "nog geen activiteiten gekoppeld" in (await (await town.partner()).open(town.start)).text
    await partner.open(f"{town.start}/activiteiten")
    assert partner.answer.status_code == 403


async def test_figures_of_a_provider_are_shared_with_that_provider_only_and_until_that_is_stopped(town: Town) -> None:
    own = f"{town.start}/eigen-activiteiten/metingen/{town.providers.round_id}"
    zorg, thuis = await town.partner("Zorg BV"), await town.partner("Thuis")
    owner = await staff_browser(town.site, {town.code: Role.OWNER})
    analyst = await staff_browser(town.site, {town.code: Role.ANALYST})
    for browser in (zorg, thuis):
        assert NOT_SHARED in (await browser.open(own)).text
    page = await owner.open(town.by_provider)
    names = [page.text.index(f"{name}: cijfers met hun marge") for name in ("Aanpak", "Thuis", "Zorg BV")]
    assert names == sorted(names)
    page = await owner.press("Deel met deze partner: Zorg BV")
    assert "De cijfers zijn gedeeld." in page.text
    assert "Deel" not in (await analyst.open(town.by_provider)).text.replace("Deel van", "")
    page = await zorg.open((await zorg.open(town.start)).link(f"Cijfers van uw groep: Meting wmo-{town.code}"))
    assert "Zorg BV: cijfers met hun marge" in page.text
    assert "Hele gemeente" in page.text
    for foreign in ("Thuis", "Aanpak"):
        assert foreign not in page.text
    for place in (own, f"{town.start}/eigen-activiteiten/metingen/{2**31}"):
        assert NOT_SHARED in (await thuis.open(place)).text
    await owner.open(town.by_provider)
    await owner.press("Deel niet meer: Zorg BV")
    assert NOT_SHARED in (await zorg.open(own)).text
    async with reading_across(town.database) as session:
        rows = await session.exec(select(AuditRecord).where(col(AuditRecord.place) == town.code))
        done = [row.action for row in rows if row.action.startswith("activity.")]
    assert done == ["activity.shared", "activity.unshared"]


async def test_a_group_that_is_not_there_is_not_shared_and_others_may_not_share(town: Town) -> None:
    owner = await staff_browser(town.site, {town.code: Role.OWNER})
    await town.partner("Thuis")
    page = await owner.open(town.by_provider)
    # Of this group nobody is a partner: then there is nothing to share, and it says what to do first.
    assert "Bij deze groep hoort nog geen partner. Nodig die uit bij Mensen" in page.text
    assert "Deel met deze partner: Aanpak" not in page.text
    form = next(form for form in page.all_forms if "groep" in [field.name for field in form.fields])
    told = {"Verzonnen": "Deze groep is er niet (meer).", "Aanpak": "Bij deze groep hoort nog geen partner."}
    for name, fault in told.items():
        await owner.post(form.action, [(one.name, name if one.name == "groep" else one.value) for one in form.fields])
        assert owner.answer.status_code == 422
        assert fault in owner.page.text
    async with reading_across(town.database) as session:
        shared = (await session.exec(select(SharedActivity.activity))).all()
    assert not {"Verzonnen", "Aanpak"} & set(shared)


async def test_a_partner_sees_nothing_under_the_youth_act_also_where_groups_were_made_of_products(site: Site) -> None:
    code = next(site.unused)
    youth, items = load_shipped("jeugd-ouders@1"), ("OEF01", "OEF02", "OEF03")
    people = [*crowd(0, 40, "Pleegzorg", 0, 1, 3), *crowd(100, 40, "Daghulp", 1, 2, 4)]
    for number in (0, 1):
        answers = [(name, group, (step + number * place) % 5) for place, (name, group, step) in enumerate(people)]
        await sealed_round(
            site.database,
            site.settings,
            code,
            f"jeugd-{number}-{code}",
            answers,
            wave=number,
            questionnaire=youth,
            items=items,
        )
    partner = await signed_in_browser(site, await add_partner(site.database, code, "Pleegzorg"))
    page = await partner.open(f"/werk/{code}/eigen-activiteiten/reeksen/reeks")
    assert "Cijfers per aanbieder of partner zijn er niet bij de Jeugdwet." in page.text
    assert "Pleegzorg" not in page.text
    # The municipality itself may look at its products.
    owner = await staff_browser(site, {code: Role.OWNER})
    assert (
        "Pleegzorg, van T0 naar T1: verandering per thema"
        in (await owner.open(f"/werk/{code}/activiteiten/reeksen/reeks")).text
    )


async def test_figures_add_up_to_what_an_edition_counts_when_a_few_came_too_late_for_it(site: Site) -> None:
    code = next(site.unused)
    people = [*crowd(0, 40, "Zorg BV", 0, 1, 3), *crowd(100, 40, "Aanpak", 1, 2), *crowd(200, 41, "Thuis", 2, 3, 4)]
    opened = await sealed_round(
        site.database, site.settings, code, f"late-{code}", people, design=by_provider(), late=1
    )
    found = await find_sealed_round(site.database, code, opened.round_id)
    assert found is not None
    figures = await compute_providers(site.database, found)
    assert isinstance(figures, ProviderFigures)
    assert figures.answered["EFF01"] == {"Zorg BV": 40, "Aanpak": 40, "Thuis": 40}
    line = next(line for line in figures.groups[0].lines if line.indicator == "EFF01")
    assert line.whole is not None
    assert line.whole.respondents == 120
    # The page now shows one question of so many people, and another of five fewer: of the latter the groups would tell what these answered.
    counts = {"": 120, "EFF01": 120, "EFF02": 115}
    ledger = Ledger().with_release(
        "page", "", (), {item: (({(code, "", ""): (float(n),)},), frozenset()) for item, n in counts.items()}
    )
    async with shared_transaction(site.database) as session:
        session.add(PublishedCounts(measurement=f"late-{code}", edition=1, content=ledger.model_dump_json()))
    found = await find_sealed_round(site.database, code, opened.round_id)
    assert found is not None
    figures = await compute_providers(site.database, found)
    assert isinstance(figures, ProviderFigures)
    assert {line.own.reason for line in figures.groups[0].lines if line.indicator == "EFF01"} == {""}
    assert {"EFF02", "wmo_effect"} <= figures.withheld
    # Neither does the change of who answered twice tell of who came late once.
    for wave, late in ((0, 0), (1, 1)):
        title = f"late-{wave}-{code}"
        answers = [(name, "Training", (step + wave * place) % 5) for place, (name, _, step) in enumerate(people)]
        await sealed_round(site.database, site.settings, code, title, answers, wave=wave, late=late)
    series = await find_series(site.database, code, "reeks")
    assert series is not None
    rows = await gather_series(site.database, series)
    assert [len(wave.rows) for wave in rows.waves] == [121, 120]


async def test_no_page_and_no_workflow_shows_figures_by_provider_under_the_youth_act(site: Site) -> None:
    code = next(site.unused)
    youth = load_shipped("jeugd-ouders@1")
    people = [*crowd(0, 40, "Zorg BV", 0), *crowd(50, 30, "Thuis", 0), *crowd(90, 30, "Aanpak", 0)]
    # As if somebody went around every check of the plan: the policy is asked when figures are made.
    opened = await sealed_round(
        site.database, site.settings, code, f"jeugd-{code}", people, design=by_provider(), questionnaire=youth, wave=0
    )
    found = await find_sealed_round(site.database, code, opened.round_id)
    assert found is not None
    assert await compute_providers(site.database, found) == RefusedByPolicy("jeugdwet")
    owner = await staff_browser(site, {code: Role.OWNER})
    for address in (f"metingen/{opened.round_id}", "reeksen/reeks"):
        page = await owner.open(f"/werk/{code}/activiteiten/{address}")
        assert "Cijfers per aanbieder of partner zijn er niet bij de Jeugdwet." in page.text
        assert "Zorg BV" not in page.text
    await owner.open(f"/werk/{code}/activiteiten")
    seal = [(one.name, one.value) for form in owner.page.all_forms for one in form.fields if one.name == "zegel"]
    await owner.post(f"/werk/{code}/activiteiten/metingen/{opened.round_id}", [*seal, ("groep", "Zorg BV")])

    async def shared() -> list[SharedActivity]:
        async with reading_across(site.database) as session:
            return [row for row in await session.exec(select(SharedActivity)) if row.municipality == code]

    assert not await shared()
    # What was shared before nothing was shown any more can still be stopped.
    async with tenant_transaction(site.database, code) as session:
        session.add(
            SharedActivity(
                municipality=code, round_id=opened.round_id, activity="Zorg BV", shared_on=dutch_day(), shared_by="7f"
            )
        )
    await owner.open(f"/werk/{code}/activiteiten/metingen/{opened.round_id}")
    await owner.press("Deel niet meer: Zorg BV")
    assert "De cijfers zijn niet meer gedeeld." in owner.page.text
    assert not await shared()


async def test_a_page_without_figures_says_why_and_what_to_do_and_sharing_can_still_be_stopped(site: Site) -> None:
    code = next(site.unused)
    people = [*crowd(0, 6, "Zorg BV", 0, 3), *crowd(50, 7, "Thuis", 1)]
    opened = await sealed_round(site.database, site.settings, code, f"klein-{code}", people, design=by_provider())
    async with tenant_transaction(site.database, code) as session:
        session.add(
            SharedActivity(
                municipality=code, round_id=opened.round_id, activity="Zorg BV", shared_on=dutch_day(), shared_by="7f"
            )
        )
    owner = await staff_browser(site, {code: Role.OWNER})
    page = await owner.open(f"/werk/{code}/activiteiten/metingen/{opened.round_id}")
    assert "Van geen enkele groep kunnen wij cijfers tonen." in page.text
    assert "maak in de lijst van de volgende meting één groep van een paar kleine groepen" in page.text
    assert "Thuis" not in page.text
    page = await owner.press("Deel niet meer: Zorg BV")
    assert "Zorg BV" not in page.text
