"""Mirroring in the workplace: the own figure beside others with what may be said of it, own lists, and the pages for the council."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader
from released import ALMERE, NOW, TOWNS, UTRECHT
from sqlmodel import select
from web.counting import counted_statements
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.dialogues import Action
from ceo.storage.following import SeriesEdition
from ceo.storage.rounds import Round
from ceo.storage.story_reading import StoryQuote, StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import shared_transaction, tenant_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.learning.actions import ActionState, Planned, add_action
from ceo.workflows.learning.dialogues import Because, close_dialogue, open_dialogue
from ceo.workflows.learning.rows import By
from ceo.workflows.mirroring.reading import own_editions, read_result
from ceo.workflows.releases.files import CUBE, write_release_file
from ceo.workflows.rights import Role
from exports.wording import date_words

pytestmark = pytest.mark.anyio

HOME = f"/werk/{UTRECHT}/spiegelen"
CORE = f"{HOME}/nl.ceo.wmo"
LISTS = f"{HOME}/lijsten"
COUNCIL = f"/werk/{UTRECHT}/raad"
ELSEWHERE = "GM0363"
WORDS = "Zij luisterde naar mij."


async def person(site: Site, role: Role = Role.OWNER, code: str = UTRECHT) -> Resident:
    return await staff_browser(site, {code: role}, name="Eva Eigenaar")


def small_towns(site: Site) -> list[str]:
    return [site.installation.municipalities[code].name for code in TOWNS if code not in (ALMERE, UTRECHT)]


def names_in_order(page: Served, site: Site) -> list[str]:
    """The municipalities in the order in which they stand in the table of towns."""
    words = page.text[page.text.index("Dezelfde cijfers als tabel") :]
    names = [site.installation.municipalities[code].name for code in TOWNS]
    return sorted(names, key=lambda name: words.index(f"{name} "))


async def test_a_figure_stands_beside_everything_that_it_can_fairly_stand_beside(released: Site) -> None:
    browser = await person(released)
    page = await browser.open(HOME)
    assert "zijn lager dan die van alle gemeenten samen." in page.text
    page = await browser.open(page.link("Ervaringen met hulp van de gemeente (Wmo)"))
    # A grade stands here as in its series and on its own page, and not by its mean as on public pages.
    assert (browser.place, "Gemiddelde" in page.text) == (CORE, False)
    # A list of one's own: everything that is wrong is told at once, and what was typed stays.
    towns = small_towns(released)
    await browser.open(LISTS)
    page = await browser.press("Bewaar", {"naam": [""], "gemeenten": ["Dronten, Zeewoude\nUtrecht, Atlantis"]})
    for told in (
        "‘Zeewoude’ kennen wij niet als gemeente. Bedoelt u Zeewolde?",
        "‘Atlantis’ kennen wij niet als gemeente.",
        "Uw eigen gemeente staat in de lijst.",
        "minder dan 5",
        "De naam is leeg",
    ):
        assert told in page.text
    assert "Dronten, Zeewoude Utrecht, Atlantis" in page.text
    page = await browser.press("Bewaar", {"naam": ["Klein"], "gemeenten": ["\n".join(towns)]})
    assert "De lijst is bewaard." in page.text
    # Somebody else changed it while this window was open: told, with what was typed kept.
    other = await person(released)
    await other.open(f"{LISTS}?naam=Klein")
    await browser.open(f"{LISTS}?naam=Klein")
    await other.press("Bewaar", {"gemeenten": [", ".join([*towns, "Almere"])]})
    page = await browser.press("Bewaar", {"gemeenten": [", ".join(towns)]})
    assert "iemand veranderde haar net: Almere, Dronten" in page.text
    await browser.press("Bewaar")

    page = await browser.open(f"{CORE}/TOE01")
    assert "De score voor ‘Hulp aanvragen was makkelijk’ is lager dan die van alle gemeenten samen." in page.text
    assert re.search(r"Klein \d+,\d \([\d,]+ tot [\d,]+\) lager \(verschil −[\d,]+ tot −[\d,]+\)", page.text)
    assert (
        "Lijkt het meest op u : Er zijn te weinig gemeenten die op de uwe lijken. Kies provincie of een eigen lijst."
        in page.text
    )
    # Beside the same figure for the same people, in whole points, which nobody else reads.
    assert re.search(
        r"Zoals het is \d+,\d \([\d,]+ tot [\d,]+\) Aangepast voor leeftijd en geslacht \d+ \(\d+ tot \d+\)", page.text
    )
    assert "Aanpassen verandert de score minder dan een punt." in page.text
    assert "aangepast, is er" not in page.text
    assert "Helemaal mee eens 23% (19 tot 29%)" in page.text
    assert "niet getoond: anders is een te kleine groep uit te rekenen" in page.text
    about = parse_qs(urlsplit(page.link("Begin een gesprek hierover")).query)
    assert about == {
        "bron": ["uitgave"],
        "naam": [f"{MEASUREMENT}/1"],
        "kern": ["nl.ceo.wmo"],
        "indicator": ["TOE01"],
        "spiegel": ["NL"],
    }
    # Towns stand by name or by size, and never by their figures.
    assert names_in_order(await browser.open(f"{CORE}/TOE01?toon=alle"), released)[0] == "Almere"
    assert names_in_order(await browser.open(f"{CORE}/TOE01?toon=alle&volgorde=inwoners"), released)[0] == "Utrecht"
    for wrong in ("TOE01?volgorde=score", "TOE01?toon=onbekend", "TOE01?uitsplitsing=onbekend"):
        await browser.open(f"{CORE}/{wrong}")
        assert browser.answer.status_code == 404, wrong
    page = await browser.open(f"{CORE}/XXX99")
    assert "Dit onderwerp staat niet in de uitgave." in page.text
    # Another list asks the database for nothing more.
    with counted_statements(released.database) as before:
        await browser.open(f"{CORE}/TOE02")
    await browser.open(LISTS)
    await browser.press("Bewaar", {"naam": ["Nog een"], "gemeenten": [", ".join(towns)]})
    with counted_statements(released.database) as after:
        page = await browser.open(f"{CORE}/TOE02")
    assert "Nog een" in page.text
    assert len(after) == len(before)
    # What is taken away can be put back.
    await browser.open(LISTS)
    page = await browser.post(f"{LISTS}/weg", [*browser.page.all_forms[-1].filled({}, "Bewaar")[:1], ("naam", "Klein")])
    assert "De lijst ‘Klein’ is weggehaald." in page.text
    page = await browser.press("Zet terug")
    assert "De lijst is bewaard." in page.text
    assert LISTS + "?naam=Klein#lijst" in [href for href, _ in page.links]


async def test_a_list_is_typed_in_everyday_names_and_tells_who_does_not_take_part(released: Site) -> None:
    browser = await person(released)
    await browser.open(LISTS)
    # One line for each fault above the form; of a name that several have, all are offered.
    page = await browser.press("Bewaar", {"naam": ["Ver"], "gemeenten": ["Bergen, Utrecht, Atlantis"]})
    assert [words for href, words in page.links if href == "#gemeenten"] == [
        "‘Bergen’ kennen wij niet als gemeente. Bedoelt u Bergen (L.), Bergen (NH.) of Bergen op Zoom?",
        "‘Atlantis’ kennen wij niet als gemeente.",
        "Uw eigen gemeente staat in de lijst. Haal uw gemeente uit de lijst: u vergelijkt haar met de andere.",
        "Er staan minder dan 5 andere gemeenten in de lijst. Kies er minstens 5.",
    ]
    page = await browser.press("Bewaar", {"gemeenten": ["Den Haag, Den Bosch, Hengelo, Almere, Urk"]})
    assert "3 gemeenten van deze lijst doen niet mee aan uw nieuwste uitgave, ‘" in page.text
    assert "’: 's-Gravenhage, 's-Hertogenbosch, Hengelo (O.)." in page.text


async def test_a_figure_says_of_which_measurement_it_is_and_until_where_others_are_alike(released: Site) -> None:
    browser = await person(released)
    page = await browser.open(f"{CORE}/TOE01")
    [edition] = await own_editions(released.database, UTRECHT)
    days = f"{date_words(edition.opens_on)} tot en met {date_words(edition.closes_on)}"
    assert f"Uit: Wmo-meting 2026, landelijk (gesimuleerd), {days}." in page.text
    assert "Uw cijfers door de tijd komen uit een andere meting." not in page.text
    assert "hoogstens: 1,9 keer zo veel of zo weinig inwoners" in page.text
    async with tenant_transaction(released.database, UTRECHT) as session:
        months: dict[str, Any] = {"until": "2026-10", "title": "Wmo", "made_from": "", "document": {}, "ledger": ""}
        session.add(
            SeriesEdition(
                municipality=UTRECHT,
                core="nl.ceo.wmo",
                grain="month",
                number=1,
                made_on=NOW.date(),
                simulated=True,
                **months,
            )
        )
    page = await browser.open(f"{CORE}/TOE01")
    assert "Uw cijfers door de tijd komen uit een andere meting." in page.text
    assert page.link("Volg dit door de tijd").endswith("/volgen/nl.ceo.wmo/month")


async def test_a_difference_has_one_interval_beside_others_and_in_a_dialogue_about_it(released: Site) -> None:
    browser = await person(released)
    page = await browser.open(f"{CORE}/TOE02")
    said = re.search(r"De score voor ‘De hulp begon toen het nodig was’ is lager .*? punten\)\.", page.text)
    assert said is not None
    assert said[0] in (await browser.open(page.link("Begin een gesprek hierover"))).text
    page = await browser.press("Open het gesprek")
    assert said[0] in page.text
    assert page.link("Bekijk dit naast anderen") == f"{CORE}/TOE02"


async def test_a_municipality_without_an_edition_learns_what_comes_here(released: Site) -> None:
    browser = await person(released, code=ELSEWHERE)
    for path in ("spiegelen", "spiegelen/nl.ceo.wmo", "spiegelen/nl.ceo.wmo/TOE01", "spiegelen/anderen", "raad.pdf"):
        page = await browser.open(f"/werk/{ELSEWHERE}/{path}")
        assert browser.answer.status_code == 200, path
        assert "Er is nog geen uitgave met cijfers van uw gemeente." in page.text, path
    # Who may be found is the owner's to say, and no reader's.
    await browser.open(f"/werk/{ELSEWHERE}/spiegelen/anderen")
    page = await browser.press("Ja, anderen mogen ons vinden")
    assert "Andere gemeenten kunnen u nu vinden." in page.text
    page = await browser.press("Stop ermee")
    assert "Andere gemeenten vinden u hier niet meer." in page.text
    reader = await person(released, Role.READER)
    page = await reader.open(f"{HOME}/anderen?kern=nl.ceo.wmo&onderwerp=TOE01")
    assert "De 1 gemeente die op u lijkt, is niet te vinden" in page.text
    assert "Ja, anderen mogen ons vinden" not in [words for form in page.forms for _, _, words in form.buttons]


async def add_quote(site: Site) -> str:
    """Let a client of the released round tell a story that everybody may read, and somebody pick words of it; return the submission."""
    story, told = "b" * 32, "c" * 32
    own: dict[str, Any] = {"municipality": UTRECHT}
    async with tenant_transaction(site.database, UTRECHT) as session:
        its_round = (await session.exec(select(Round))).one()
        assert its_round.id is not None
        session.add(
            Submission(
                id=story,
                round_id=its_round.id,
                stratum="Begeleiding",
                questionnaire_hash=its_round.questionnaire_hash,
                answers={},
                language="nl",
                text_register="standard",
                mode="web",
                received_on=NOW.date(),
                edition=1,
                consents={"VER01": {"given": ["leren_intern", "delen_anoniem"], "withdrawn": []}},
                **own,
            )
        )
        shown: dict[str, Any] = {"round_id": its_round.id, "text": WORDS}
        session.add(StoryReading(id=told, submission_id=story, item="VER01", state="decided", **own, **shown))
        await session.flush()
        picked: dict[str, Any] = {"scope": "delen_anoniem", "picked_by": "iemand", "picked_on": NOW.date()}
        session.add(StoryQuote(id="d" * 32, reading_id=told, **own, **shown, **picked))
    return story


async def sheets_of(reader: Resident) -> str:
    """The words on the pages to print, which are two at most."""
    answer = await reader.client.get(f"{COUNCIL}.pdf")
    assert answer.headers["cache-control"] == "private, no-store"
    sheets = PdfReader(BytesIO(answer.content)).pages
    assert len(sheets) <= 2
    return " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())


async def test_the_council_reads_figures_decisions_and_no_more_than_others_may(released: Site) -> None:
    database, by = released.database, By(UTRECHT, "iemand", NOW)
    result = await read_result(database, released.installation.cubes, UTRECHT, f"{MEASUREMENT}/1", "wmo_toegang")
    assert result is not None
    dialogue = await open_dialogue(database, result, Because.COMPARISON, by)
    await open_dialogue(database, result.model_copy(update={"title": "Nog open"}), Because.COMPARISON, by)
    await close_dialogue(database, dialogue, by, seen=0, today=NOW.date())
    other = result.model_copy(update={"title": "Niet van deze cijfers", "simulated": not result.simulated})
    practised = await open_dialogue(database, other, Because.COMPARISON, by)
    await close_dialogue(database, practised, by, seen=0, today=NOW.date())
    practise = Planned("Geoefend besluit", "", "Team", NOW.date(), other, dialogue_id=practised)
    await add_action(database, practise, by)
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(
            Action(
                municipality=UTRECHT,
                id="a" * 32,
                dialogue_id=dialogue,
                title="Bellen binnen een week",
                owner="Teamleider Wmo",
                due_on=NOW.date().replace(year=2099),
                state=ActionState.OPEN.value,
                made_by="iemand",
                made_at=NOW,
            )
        )
    reader = await person(released, Role.READER)
    page = await reader.open(COUNCIL)
    deeds = (
        "Afgesproken: Bellen binnen een week: loopt, moet klaar zijn op 20 november 2099.",
        "Gesprek: Toegang tot hulp: besproken op 20 november 2026.",
    )
    for told in (*deeds, "Wat gaat goed, en wat minder goed?", "Of een afspraak iets veranderde aan de cijfers"):
        assert told in page.text
    for untold in ("Nog open", "Niet van deze cijfers", "Geoefend besluit"):
        assert untold not in page.text
    assert "Teamleider" not in page.text
    assert page.link("Download als PDF van twee pagina's") == f"{COUNCIL}.pdf?kern=nl.ceo.wmo"
    assert "Bellen binnen een week" in await sheets_of(reader)
    # The page has room for every plan, and paper for the first of them.
    for number in range(6):
        more = Planned(f"Plan {number}", "", "Team", NOW.date(), result, dialogue_id=dialogue)
        await add_action(database, more, By(UTRECHT, "iemand", NOW + timedelta(days=1)))
    page = await reader.open(COUNCIL)
    assert all(told in page.text for told in (*deeds, *(f"Afgesproken: Plan {number}:" for number in range(6))))
    sheets = await sheets_of(reader)
    assert deeds[1] in sheets
    assert re.search(r"En nog \d afspraken of gesprekken\.", sheets)
    # Words of a client, until that client takes back that others may read them.
    story = await add_quote(released)
    assert WORDS in (await reader.open(COUNCIL)).text
    assert WORDS in await sheets_of(reader)
    async with tenant_transaction(released.database, UTRECHT) as session:
        row = await session.get_one(Submission, story)
        row.consents = {"VER01": {"given": ["leren_intern"], "withdrawn": ["delen_anoniem"]}}
    assert WORDS not in (await reader.open(COUNCIL)).text
    assert WORDS not in await sheets_of(reader)
    # The public pages have the figures only.
    public = await released.browser().open(f"/cijfers/{MEASUREMENT}/1/gemeente/{UTRECHT}/raad")
    assert "Wat gaat goed, en wat minder goed?" in public.text
    assert "Bellen" not in public.text
    stranger = await person(released, Role.OWNER, ELSEWHERE)
    for path in (COUNCIL, f"{COUNCIL}.pdf", HOME, f"{CORE}/TOE01", LISTS):
        assert (await stranger.client.get(path)).status_code == 404, path


async def test_figures_that_were_changed_since_they_were_published_are_not_mirrored(released: Site) -> None:
    async with shared_transaction(released.database) as session:
        await write_release_file(session, MEASUREMENT, 1, CUBE, b"something else")
    browser = await person(released)
    for path in (CORE, COUNCIL):
        answer = await browser.client.get(path)
        assert (answer.status_code, "Deze cijfers zijn beschadigd" in answer.text) == (503, True), path
