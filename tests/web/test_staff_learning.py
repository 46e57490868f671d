"""The pages of learning: a figure, a dialogue, an action, a goal and a plan, as staff go through them without script."""

from __future__ import annotations

import re

import pytest
from cycle_series import CORE, INDICATOR, keep_series, series_of
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day
from ceo.storage.following import Antenna
from ceo.storage.tenancy import tenant_transaction
from ceo.web.staff.audit_actions import ACTIONS
from ceo.workflows.learning.reading import read_cycle
from ceo.workflows.learning.rows import KINDS
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

SIMULATED = "Gesimuleerde gegevens: deze cijfers gaan niet over echte cliënten."
FIGURE = f"bron=reeks&kern={CORE}&korrel=month&indicator={INDICATOR}&periode=2026-02"


async def learning(site: Site, role: Role = Role.ANALYST) -> tuple[Resident, str]:
    """A browser on the first page of a municipality with a series of three months and a signal in the second."""
    code = next(site.unused)
    await keep_series(site.database, code, series_of([60.0, 50.0, 70.0], signals=[("2026-02", "below")]))
    async with tenant_transaction(site.database, code) as session:
        session.add(
            Antenna(place=code, core=CORE, indicator=INDICATOR, chosen_by="noor", chosen_on=series_of([1.0]).made_on)
        )
    browser = await staff_browser(site, {code: role})
    await browser.open(f"/werk/{code}/leren")
    return browser, f"/werk/{code}/leren"


async def opened(browser: Resident, home: str) -> str:
    """The address of a dialogue about the figure of February, just opened."""
    await browser.open(f"{home}/gesprek/nieuw?{FIGURE}")
    await browser.press("Open het gesprek")
    return browser.place.removesuffix("/schrijven")


async def hands_on(browser: Resident, page: Served) -> None:
    """A dialogue with an action begins a practice for others."""
    page = await browser.open(page.link("Schrijf hierover een voorbeeld voor andere gemeenten"))
    typed = {field.name: field.value for field in page.forms[-1].fields}
    assert typed["titel"] == typed["tekst"] == "Terugbellen"
    assert "uitkomst" in typed


async def test_a_signal_leads_to_a_dialogue_an_action_and_what_the_figure_did_since(site: Site) -> None:
    browser, home = await learning(site)
    assert "Een antenne gaf een signaal bij ‘Toegang’ in februari 2026." in browser.page.text
    await browser.open(browser.page.link("Open een gesprek over ‘Toegang’"))
    assert "Aanleiding: Een antenne gaf een signaal." in browser.page.text
    assert "In februari 2026 is de score voor ‘Toegang’ 50,0" in browser.page.text
    assert "Cijfer 50,0 (waarschijnlijk tussen 46,0 en 54,0) Antwoorden 60" in browser.page.text
    page = await browser.press("Open het gesprek")
    dialogue = browser.place.removesuffix("/schrijven")
    code = home.split("/")[2]
    for told in (
        "In februari 2026 kwam er een signaal: de score voor ‘Toegang’ lag toen onder wat gewoon is.",
        "Een signaal is geen oordeel, maar een reden om erover te praten.",
        SIMULATED,
    ):
        assert told in page.text
    assert page.link("Bekijk dit door de tijd") == f"/werk/{code}/volgen/{CORE}/month/{INDICATOR}"
    page = await browser.press(
        "Bewaar",
        {
            "dag": ["2026-03-05"],
            "rollen": ["clients", "policy"],
            "andere-rollen": ["wijkverpleegkundige"],
            "recognise-clients": ["Ja: terugbellen duurt lang."],
            "explain-provider": ["Er was ziekte."],
        },
    )
    assert "Het verslag is bewaard." in page.text
    assert "Cliënten, Beleidsmedewerkers, wijkverpleegkundige" in page.text
    page = await browser.open(page.link("Spreek een actie af"))
    chosen = next(field.value for field in page.forms[-1].fields if field.name == "cijfer")
    assert chosen == f"{CORE}/{INDICATOR}", "the figure of the dialogue is proposed"
    page = await browser.press("Bewaar", {"titel": ["Terugbellen"], "wie": ["Team Wmo"], "dag": ["2026-06-01"]})
    page = await browser.press("Bewaar toch")
    # An action starts from where the figure is by now.
    for told in ("maart 2026 (begin) 70,0", SIMULATED, "nog geen nieuw cijfer"):
        assert told in page.text
    # The month of the action itself is too early; the one after it is not.
    today = dutch_day()
    passed = (today.year - 2026) * 12 + today.month
    await keep_series(site.database, code, series_of([60.0, 50.0, 70.0, *[None] * (passed - 4), 99.0, 90.0]), number=2)
    page = await browser.open(browser.place)
    assert "De score voor ‘Toegang’ is hoger dan in maart 2026." in page.text
    assert "Of dat door de actie komt, is hiermee niet te zeggen." in page.text
    assert "90,0 (waarschijnlijk tussen 86,0 en 94,0) 60 +20,0" in page.text
    assert "99,0" not in page.text
    action = browser.place
    await keep_series(
        site.database,
        code,
        series_of([60.0, 50.0, 70.0, *[None] * (passed - 4), 99.0, 90.0], centre=88.0),
        number=3,
    )
    text = (await browser.open(action)).text
    assert re.search(r"Gewoon is ongeveer 88,0\..* en 94,0\) 60 binnen wat gewoon is", text), "there is a chart now"
    assert not re.search("hoger|Verschil met het begin|20,0", text)
    assert "Een verandering sinds eerder" in (await browser.open(page.link("Bespreek het nieuwste cijfer"))).text
    page = await browser.open(action)
    await browser.open(page.link("Klaar of gestopt"))
    page = await browser.press("Bewaar", {"hoe": ["stopped"]})
    assert browser.answer.status_code == 422
    assert ("#waarom", "Schrijf op waarom u stopt.") in page.links
    page = await browser.press("Bewaar", {"waarom": ["Er is geen geld"]})
    assert "Gestopt" in page.text
    await browser.press("Pak de actie weer op")
    await browser.open(dialogue)
    await hands_on(browser, await browser.press("Sluit het gesprek"))
    page = await browser.open(home)
    assert "Een antenne gaf" not in page.text, "somebody spoke about it"
    assert "Gesloten gesprekken (1)" in page.text
    assert ("Actie, moest klaar zijn op 1 juni 2026: Terugbellen") in page.text


async def test_a_name_in_a_record_is_warned_about_and_kept_only_knowingly(site: Site) -> None:
    browser, home = await learning(site)
    dialogue = await opened(browser, home)
    told = {"recognise-clients": ["Mevrouw Jansen belde."]}
    page = await browser.press("Bewaar", told)
    assert browser.answer.status_code == 422
    assert ("#recognise-clients", "‘Jansen’ lijkt op een naam") in page.links
    page = await browser.press("Bewaar toch", {"explain-clients": ["Mevrouw de Vries ook."]})
    assert "‘Vries’" in page.text or "‘de Vries’" in page.text, "another name is another warning"
    await browser.press("Bewaar toch")
    assert browser.place == dialogue
    assert "Mevrouw Jansen belde." in browser.page.text


async def test_what_two_people_write_at_once_is_shown_to_the_second_and_nothing_is_lost(site: Site) -> None:
    browser, home = await learning(site)
    code = home.split("/")[2]
    dialogue = await opened(browser, home)
    other = await staff_browser(site, {code: Role.OWNER})
    await other.open(f"{dialogue}/schrijven")
    await other.press("Bewaar", {"judge-policy": ["Dat moet beter."], "rollen": ["council"]})
    page = await browser.press("Bewaar", {"judge-policy": ["Dat is prima."]})
    assert browser.answer.status_code == 409
    assert "De ander bewaarde hier: Dat moet beter." in page.text
    assert "De ander bewaarde hier: Raadsleden of wethouder" in page.text
    typed = {field.name: field.value for field in page.forms[-1].fields}
    assert typed["judge-policy"] == "Dat is prima."
    page = await browser.press("Bewaar", {"judge-policy": ["Dat is prima. Beleid: dat moet beter."]})
    assert browser.place == dialogue
    # Closing without a day, and with an old version, tell what is wrong.
    assert "Vul eerst in op welke dag" in (await browser.press("Sluit het gesprek")).text
    await browser.open(f"{dialogue}/schrijven")
    await browser.press("Bewaar", {"dag": ["2026-03-05"]})
    await other.open(dialogue)
    await browser.press("Sluit het gesprek")
    assert "Iemand anders veranderde dit intussen." in (await other.press("Sluit het gesprek")).text
    assert "is gesloten" in (await browser.open(f"{dialogue}/schrijven")).text


async def test_a_goal_hangs_on_an_aim_and_shows_its_path_chance_and_method(site: Site) -> None:
    browser, home = await learning(site)
    await browser.open(f"{home}/doel/nieuw")
    page = await browser.press("Bewaar", {"titel": ["Snel de juiste hulp"]})
    await browser.open(page.link("Hang er een cijfer onder"))
    page = await browser.press("Bewaar", {"titel": ["Toegang"], "dag-1": ["2027-01-01"], "ruimte": ["veel"]})
    assert browser.answer.status_code == 422
    assert {"#doel-1", "#ruimte"} <= {href for href, _ in page.links}
    page = await browser.press("Bewaar", {"doel-1": ["72,5"], "ruimte": ["1"]})
    assert "Hoger is beter" in page.text, "as it belongs to the figure"
    assert "1 januari 2027 72,5" in page.text
    assert "nog geen cijfer dat te vergelijken is" in page.text
    goal = browser.place
    await keep_series(
        site.database, home.split("/")[2], series_of([60.0, 50.0, 70.0, 78.0], signals=[("2026-02", "below")]), number=2
    )
    page = await browser.open(goal)
    assert SIMULATED in page.text
    assert "In april 2026 is de score voor ‘Toegang’ 78,0" in page.text
    assert "Het doel is gehaald." in page.text, "76 to 80 lies above 70,3"
    assert "betrouwbaarheidsverdeling, Xie en Singh 2013" in page.text
    assert any(tag == "svg" and "Dezelfde gegevens" in at["aria-label"] for tag, at in page.elements)
    await browser.open(page.link("Hang er een maatregel onder"))
    await browser.press("Bewaar", {"titel": ["Loket langer open"]})
    page = await browser.open(home)
    assert "Doel van de raad Snel de juiste hulp Cijfer Toegang Maatregel Loket langer open" in page.text
    # What something hangs on stays; what nothing hangs on goes after a question.
    await browser.open(f"{goal}/weghalen")
    assert "Er hangen nog doelen of acties aan." in (await browser.press("Haal weg")).text
    assert browser.answer.status_code == 409
    await browser.open(f"{goal}/einde")
    page = await browser.press("Bewaar", {"waarom": ["De raad koos iets anders"]})
    assert "Beëindigd" in page.text
    await browser.press("Pak het doel weer op")


async def test_a_form_that_is_sent_twice_is_kept_once_and_says_so(site: Site) -> None:
    browser, home = await learning(site)
    begun = {
        f"{home}/actie/nieuw": {"titel": ["Terugbellen"], "wie": ["Team"], "dag": ["2090-01-01"]},
        f"{home}/doel/nieuw": {"titel": ["Snel hulp"]},
        f"{home}/planning/periode/nieuw": {"titel": ["Raad"], "begin": ["2040-03-26"], "einde": ["2044-03-27"]},
        f"{home}/gesprek/nieuw?{FIGURE}": {},
    }
    for address, typed in begun.items():
        page = await browser.open(address)
        button = "Open het gesprek" if "gesprek" in address else "Bewaar"
        form = next(one for one in page.forms if button in [words for _, _, words in one.buttons])
        sent = form.filled(typed, button)
        await browser.post(form.action, sent)
        first = browser.place.removesuffix("/schrijven")
        page = await browser.post(form.action, sent)
        assert browser.place == first
        assert "Dit formulier is twee keer verstuurd." in page.text
        # The same words in a new form are another deed.
        await browser.open(address)
        if "planning" not in address:
            await browser.press(button, typed)
            assert browser.place.removesuffix("/schrijven") != first
    cycle = await read_cycle(site.database, home.split("/")[2])
    assert [len(rows) for rows in (cycle.actions, cycle.goals, cycle.terms, cycle.dialogues)] == [2, 2, 1, 2]


async def test_a_day_that_is_past_is_asked_about_once(site: Site) -> None:
    browser, home = await learning(site)
    await browser.open(f"{home}/actie/nieuw")
    page = await browser.press("Bewaar", {"titel": ["Terugbellen"], "wie": ["Team"], "dag": ["2026-06-01"]})
    assert browser.answer.status_code == 422
    assert ("#dag", "De dag waarop de actie klaar moet zijn, is al voorbij") in page.links
    assert "Staat er iets in over een persoon?" not in page.text
    await browser.press("Bewaar toch")
    await browser.open(f"{browser.place}/wijzigen")
    page = await browser.press("Bewaar", {"titel": ["Binnen een week terugbellen"]})
    assert "De actie is bewaard." in page.text, "an action that is late can change"


async def test_a_dialogue_about_the_same_figure_is_pointed_at_and_forbids_nothing(site: Site) -> None:
    browser, home = await learning(site)
    dialogue = await opened(browser, home)
    page = await browser.open(f"{home}/gesprek/nieuw?{FIGURE.replace('2026-02', '2026-03')}")
    assert "Hierover is al een gesprek open." in page.text
    assert dialogue in [href for href, _ in page.links]
    await browser.press("Open het gesprek")
    assert browser.place not in {dialogue, f"{dialogue}/schrijven"}


async def test_a_term_with_the_days_of_another_is_refused_and_an_overlap_is_asked_about(site: Site) -> None:
    browser, home = await learning(site)
    days = {"titel": ["Raad"], "begin": ["2040-03-26"], "einde": ["2044-03-27"]}
    await browser.open(f"{home}/planning/periode/nieuw")
    await browser.press("Bewaar", days)
    await browser.open(f"{home}/planning/periode/nieuw")
    page = await browser.press("Bewaar", days)
    assert "#begin" in [href for href, _ in page.links]
    assert "Er is al een raadsperiode met deze eerste en laatste dag." in page.text
    page = await browser.press("Bewaar", {"einde": ["2044-03-28"]})
    assert "Deze periode valt voor een deel samen met ‘Raad’" in page.text
    page = await browser.press("Bewaar", {"begin": ["2044-03-27"], "einde": ["2048-03-27"]})
    assert "De raadsperiode is gemaakt." in page.text, "a council begins on the day on which another ends"


async def test_a_term_proposes_steps_that_can_be_changed_marked_and_removed(site: Site) -> None:
    browser, home = await learning(site)
    await browser.open(f"{home}/planning/periode/nieuw")
    page = await browser.press("Bewaar", {"titel": ["Raad"], "begin": ["2040-03-26"], "einde": ["2040-03-01"]})
    assert ("#einde", "De laatste dag ligt na de eerste, en binnen 6 jaar daarna.") in page.links
    page = await browser.press("Bewaar", {"einde": ["2044-03-27"]})
    assert len([text for _, text in page.links if "cliënten vragen naar hun ervaring" in text]) == 4
    await browser.open(page.link("Meting 2040: cliënten vragen naar hun ervaring"))
    await browser.press("Bewaar", {"titel": ["Meten in mei"], "dag": ["2040-05-04"], "vooraf": ["30"]})
    page = await browser.press("Zet op gedaan: Meten in mei")
    assert "De stap is gedaan." in page.text
    await browser.press("Toch niet gedaan: Meten in mei")
    step = browser.page.link("Meten in mei")
    await browser.open(f"{step}/weghalen")
    page = await browser.press("Haal weg")
    assert "Meten in mei" not in page.text


async def test_who_may_only_read_sees_everything_and_changes_nothing(site: Site) -> None:
    browser, home = await learning(site)
    dialogue = await opened(browser, home)
    reader = await staff_browser(site, {home.split("/")[2]: Role.READER})
    for address in (home, dialogue, f"{home}/planning"):
        page = await reader.open(address)
        assert reader.answer.status_code == 200
        assert [form.action for form in page.forms if "/leren" in form.action] == []
        assert not [href for href, _ in page.links if href.endswith(("/nieuw", "/schrijven", "/weghalen"))]
    assert (await reader.client.get(f"{dialogue}/schrijven")).status_code == 403


async def test_a_figure_that_is_not_shown_cannot_be_talked_about(site: Site) -> None:
    browser, home = await learning(site)
    page = await browser.open(f"{home}/gesprek/nieuw?{FIGURE.replace('2026-02', '2031-02')}")
    assert "Dit cijfer is er niet" in page.text
    assert "Toegang" in [text for _, text in page.links], "others can be chosen"
    page = await browser.open(f"{home}/gesprek/nieuw?bron=uitgave&naam=bestaat-niet/1&kern={CORE}&indicator=x")
    assert "Dit cijfer is er niet" in page.text
    assert (await browser.client.get(f"{home}/actie/{'0' * 32}")).status_code == 404


def test_every_deed_that_is_recorded_has_words() -> None:
    deeds = {
        "dialogue": ("made", "written", "closed", "reopened", "removed"),
        "action": ("made", "changed", "done", "stopped", "reopened", "removed"),
        "goal": ("made", "changed", "ended", "reopened", "removed"),
        "term": ("made", "changed", "removed"),
        "planned-step": ("made", "changed", "done", "reopened", "removed"),
    }
    assert set(deeds) == set(KINDS.values())
    assert {f"{kind}.{what}" for kind, every in deeds.items() for what in every} <= set(ACTIONS)
