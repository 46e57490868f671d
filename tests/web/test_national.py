"""The workplace of national editors: the library, drafts, judging by a second person, and releases."""

from __future__ import annotations

import pytest
from arrangements import UTRECHT
from bank_world import extension_of, publish_extension
from national import BRIDGE, CROSSWALK, LIBRARY, MODULE, library_with_repair, module_with_repair
from sqlalchemy import event
from web.reading import Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.people import NATIONAL
from ceo.workflows.rights import Role
from questionnaires.sources import shipped_definitions

pytestmark = pytest.mark.anyio

HOME = "/werk/landelijk/bibliotheek"
KEEP = "Bewaar en controleer"


async def editor(site: Site, name: str = "Noor Jansen") -> Resident:
    return await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR}, name=name)


async def begun(browser: Resident, title: str = "Voorjaar") -> str:
    """Begin a draft; return its address."""
    await browser.open(HOME)
    await browser.press("Begin een concept", {"titel": [title]})
    return browser.place.rstrip("/")


async def keep(browser: Resident, draft: str, name: str, text: str) -> Served:
    await browser.open(f"{draft}/bestand?naam={name}")
    return await browser.press(KEEP, {"tekst": [text]})


def judging(draft: str) -> str:
    """Return the address where the crosswalk of a draft is judged."""
    return f"/werk/landelijk/beoordelen/{draft.rpartition('/')[2]}?wat=crosswalks nl.ceo.toe02-1-2"


async def with_repair(browser: Resident) -> str:
    draft = await begun(browser)
    await keep(browser, draft, LIBRARY, library_with_repair())
    await keep(browser, draft, MODULE, module_with_repair())
    return draft


async def test_the_library_shows_its_files_with_their_checks_and_teaches_what_a_draft_is(own_site: Site) -> None:
    browser = await editor(own_site)
    page = await browser.open(HOME)
    assert "Er is nog geen concept." in page.text
    assert "Er is nog geen uitgave." in page.text
    assert f"{LIBRARY} nl.ceo.wmo-vragen In orde" in page.text
    assert "gm0344" not in page.text
    page = await browser.open(HOME + page.link(LIBRARY).removeprefix(HOME))
    assert page.headings[0] == "nl.ceo.wmo-vragen"
    assert "TOE02@2" in page.text
    await browser.open(f"{HOME}/bestand?naam=bestaat-niet.yaml")
    assert browser.answer.status_code == 404


async def test_a_draft_needs_a_name(site: Site) -> None:
    browser = await editor(site)
    await browser.open(HOME)
    page = await browser.press("Begin een concept", {"titel": [" "]})
    assert browser.answer.status_code == 422
    assert "Geef het concept een naam" in page.text


async def test_mistakes_are_told_with_line_and_cure_as_one_goes(site: Site) -> None:
    browser = await editor(site)
    draft = await begun(browser)
    page = await keep(browser, draft, MODULE, module_with_repair())
    assert "De vraag GES01@2" in page.text or "GES01@2" in page.text
    assert "regel" in page.text
    assert "Fout:" in page.text
    page = await keep(browser, draft, LIBRARY, library_with_repair())
    assert "In dit bestand klopt alles." in page.text
    page = await browser.open(f"{draft}/bestand?naam={MODULE}")
    assert "In dit bestand klopt alles." in page.text
    assert "Verschil met de bibliotheek" not in page.text  # a new file


async def test_a_text_of_which_the_form_changed_the_line_ends_is_kept_as_a_file_has_it(site: Site) -> None:
    browser = await editor(site)
    draft = await begun(browser)
    page = await keep(browser, draft, CROSSWALK, BRIDGE.replace("\n", "\r\n"))
    kept = next(field.value for form in page.forms for field in form.fields if field.name == "tekst")
    assert kept == BRIDGE


async def test_a_new_file_can_begin_as_the_next_version_of_another(site: Site) -> None:
    browser = await editor(site)
    draft = await begun(browser)
    page = await browser.open(f"{draft}/nieuw")
    assert "vragenlijsten/wmo-2.yaml" in browser.answer.text
    page = await browser.open(f"{draft}/bestand?naam={MODULE}&zoals=vragenlijsten/wmo-2.yaml")
    text = next(field.value for form in page.forms for field in form.fields if field.name == "tekst")
    assert text == shipped_definitions()["vragenlijsten/wmo-2.yaml"].replace("version: 2", "version: 3", 1)
    await browser.open(f"{draft}/bestand?naam=..%2Fgeheim.yaml")
    assert browser.answer.status_code == 422


async def test_two_editors_never_overwrite_each_other_silently(site: Site) -> None:
    first, second = await editor(site), await editor(site, "Sam Bakker")
    draft = await begun(first)
    await second.open(f"{draft}/bestand?naam={CROSSWALK}")
    await keep(first, draft, CROSSWALK, BRIDGE)
    page = await second.press(KEEP, {"tekst": [BRIDGE.replace("412", "99")]})
    assert second.answer.status_code == 409
    assert "Uw tekst is nog niet bewaard." in page.text
    assert "respondents: 412" in page.text
    assert "respondents: 99" in page.text
    page = await second.press("Bewaar mijn tekst toch")
    assert "Bewaard." in page.text
    page = await first.open(f"{draft}/geschiedenis")
    assert "Noor Jansen" in page.text
    assert "Sam Bakker" in page.text


async def test_changes_are_undone_and_done_again(site: Site) -> None:
    browser = await editor(site)
    draft = await begun(browser)
    await keep(browser, draft, CROSSWALK, BRIDGE)
    await browser.open(draft)
    page = await browser.press("Maak ongedaan")
    assert "Dit concept verandert nog niets." in page.text
    page = await browser.press("Doe opnieuw")
    assert CROSSWALK in page.text
    page = await browser.open(f"{draft}/bestand?naam={CROSSWALK}")
    page = await browser.press("Haal dit bestand uit het concept")
    assert "Dit concept verandert nog niets." in page.text
    page = await browser.press("Leg dit concept weg")
    assert "Het concept is weggelegd." in page.text
    await browser.open(draft)
    assert browser.answer.status_code == 404


async def test_the_difference_is_told_in_words_with_and_without_approval(site: Site) -> None:
    browser = await editor(site)
    draft = await with_repair(browser)
    page = await browser.open(f"{draft}/vergelijken")
    assert "Gesprek met de gemeente (GES01): Gelijk, met een voetnoot." in page.text
    assert "Gesprek met de gemeente (GES01) 1 → 2 B E" in page.text
    assert "Duur ongeveer" in page.text
    await keep(browser, draft, MODULE, "format: [")
    page = await browser.open(f"{draft}/vergelijken")
    assert "Zolang er fouten in het concept staan" in page.text


async def test_a_library_is_released_after_a_second_editor_approved(own_site: Site) -> None:
    await publish_extension(own_site.database, extension_of(UTRECHT))
    maker, second = await editor(own_site), await editor(own_site, "Sam Bakker")
    draft = await with_repair(maker)
    page = await maker.open(f"{draft}/uitgeven")
    assert "Uitgeven kan nog niet." in page.text
    page = await maker.open("/werk/landelijk/beoordelen")
    page = await maker.open(page.link("Alleen spelling of leestekens zijn hersteld: Gesprek met de gemeente"))
    assert "U heeft dit (mee) gemaakt." in page.text
    assert "Bewaar mijn oordeel" not in page.text

    page = await second.open("/werk/landelijk/beoordelen")
    page = await second.open(page.link("Alleen spelling of leestekens zijn hersteld: Gesprek met de gemeente"))
    assert "Had u, de afgelopen 12 maanden, een gesprek" in page.text
    page = await second.press("Bewaar mijn oordeel")
    assert second.answer.status_code == 422
    assert "Schrijf waarom." in page.text
    page = await second.press("Bewaar mijn oordeel", {"oordeel": ["goed"], "reden": ["Alleen twee komma’s."]})
    assert "Er wacht niets op een tweede redacteur." in page.text

    page = await maker.open(f"{draft}/uitgeven")
    assert "Utrecht: Ervaringen met hulp van de gemeente Utrecht (Wmo)" in page.text
    assert "dan gaan al hun reeksen door" in page.text
    page = await maker.press("Geef uit")
    assert maker.answer.status_code == 422
    page = await maker.press("Geef uit", {"gelezen": ["ja"]})
    assert "De uitgave is klaar." in page.text
    assert "Dit is de bibliotheek na uitgave 1." in page.text
    page = await maker.open(draft)
    assert "Dit concept is uitgegeven als uitgave 1" in page.text
    assert "Nieuw bestand" not in page.text
    page = await maker.open("/werk/landelijk/vragenbank/GES01")
    assert "Landelijke vragenlijst nl.ceo.wmo@3" in page.text


async def test_a_change_while_the_page_of_consequences_was_open_is_shown_first(site: Site) -> None:
    maker, second = await editor(site), await editor(site)
    draft = await begun(maker)
    await keep(maker, draft, CROSSWALK, BRIDGE)
    await second.open(judging(draft))
    await second.press("Bewaar mijn oordeel", {"oordeel": ["goed"], "reden": ["Klopt."]})
    await maker.open(f"{draft}/uitgeven")
    await keep(second, draft, CROSSWALK, BRIDGE.replace("412", "413"))
    page = await maker.press("Geef uit", {"gelezen": ["ja"]})
    assert maker.answer.status_code == 409
    assert "Er is niets uitgegeven." in page.text


async def test_the_maker_cannot_send_a_judgement_past_the_page(site: Site) -> None:
    maker, second = await editor(site), await editor(site)
    draft = await begun(maker)
    await keep(maker, draft, CROSSWALK, BRIDGE)
    page = await second.open(judging(draft))
    form = next(form for form in page.forms if "beoordelen" in form.action)
    fields = {field.name: field.value for field in form.fields}
    seal = next(field.value for field in (await maker.open(HOME)).forms[-1].fields if field.name == "zegel")
    fields |= {"zegel": seal, "oordeel": "goed", "reden": "Van mijzelf."}
    await maker.post(form.action, list(fields.items()))
    assert maker.answer.status_code == 403
    page = await maker.open(draft)
    assert "Wacht op een tweede redacteur" in page.text


async def test_a_crosswalk_is_made_from_a_form_that_tells_everything_that_is_missing(site: Site) -> None:
    browser = await editor(site)
    draft = await begun(browser)
    page = await browser.open(f"{draft}/omzetting")
    assert "TOE02@1 → TOE02@2" in page.text
    page = await browser.open(f"{draft}/omzetting?paar=HUL01%401+HUL01%402")
    page = await browser.press("Maak de omzetting")
    assert browser.answer.status_code == 422
    assert "Zeg ook van deze oude antwoorden wat ervan is geworden: begeleiding." in page.text
    assert "Schrijf in hoogstens 500 tekens wat is gevonden" in page.text
    split = {"c-begeleiding": ["begeleiding_thuis", "begeleiding_buiten"], "verslag": ["Begeleiding is verdeeld."]}
    page = await browser.press("Maak de omzetting", split)
    assert "De omzetting is gemaakt." in page.text
    assert "In dit bestand klopt alles." in page.text
    assert "begeleiding: [begeleiding_thuis, begeleiding_buiten]" in page.text


async def test_translations_are_written_beside_the_dutch(site: Site) -> None:
    browser = await editor(site)
    draft = await with_repair(browser)
    page = await browser.open(f"{draft}/talen")
    assert "nl.ceo.wmo-vragen Turks" in page.text or "nl.ceo.wmo-vragen" in page.text
    page = await browser.open(f"{draft}/talen/tr?van=nl.ceo.wmo-vragen&toon=doen")
    assert "Nog te doen (4)" in page.text
    keep_all = "Bewaar alles op deze pagina"
    page = await browser.press(keep_all, {"t-item.GES01@2.stem": ["Görüştünüz mü?"]})
    assert "De vertalingen zijn bewaard." in page.text
    assert "Nog te doen (3)" in page.text
    page = await browser.open(f"{draft}/geschiedenis")
    assert "Vertalingen bewaard in teksten/tr/wmo-vragen.yaml" in page.text
    for address in ("talen/nl?van=nl.ceo.wmo-vragen", "talen/qq?van=nl.ceo.wmo-vragen", "talen/tr?van=weg"):
        await browser.open(f"{draft}/{address}")
        assert browser.answer.status_code == 404, address


async def test_a_researcher_reads_everything_and_changes_nothing(site: Site) -> None:
    maker = await editor(site)
    draft = await with_repair(maker)
    reader = await staff_browser(site, {NATIONAL: Role.NATIONAL_RESEARCHER})
    for place in ("", f"/bestand?naam={LIBRARY}", "/vergelijken", "/talen", "/geschiedenis"):
        page = await reader.open(draft + place)
        assert reader.answer.status_code == 200, place
        assert [form.action for form in page.forms if form.method == "post" and "afmelden" not in form.action] == []
    for place in (f"{draft}/nieuw", f"{draft}/uitgeven", "/werk/landelijk/beoordelen"):
        await reader.open(place)
        assert reader.answer.status_code == 403, place


@pytest.mark.parametrize("draft", ["0" * 32, "geen-concept", "%00"])
async def test_a_draft_that_is_not_there_does_not_exist(site: Site, draft: str) -> None:
    browser = await editor(site)
    for address in (f"{HOME}/concepten/{draft}", f"/werk/landelijk/beoordelen/{draft}?wat=x"):
        await browser.open(address)
        assert browser.answer.status_code == 404, address


async def test_pages_of_drafts_ask_as_much_when_there_are_many(site: Site) -> None:
    browser = await editor(site)
    first = await begun(browser)
    await keep(browser, first, CROSSWALK, BRIDGE)
    counts: list[list[int]] = []
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        # Others look after house styles and sign-ins at the same time.
        if "library_" in statement:
            statements.append(statement)

    # The installation that answers is the one of the running application.
    engine = site.app.state.installation.database.reader.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    for _ in range(2):
        counts.append([])
        for place in (HOME, "/werk/landelijk/beoordelen", first, f"{first}/uitgeven", f"{first}/geschiedenis"):
            statements.clear()
            await browser.open(place)
            counts[-1].append(len(statements))
        if len(counts) == 1:
            event.remove(engine, "before_cursor_execute", count)
            for number in range(3):
                draft = await begun(browser, f"Concept {number}")
                await keep(browser, draft, CROSSWALK, BRIDGE)
            event.listen(engine, "before_cursor_execute", count)
    event.remove(engine, "before_cursor_execute", count)
    assert counts[0] == counts[1]
