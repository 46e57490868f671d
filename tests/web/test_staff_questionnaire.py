"""Configuring a questionnaire in the workplace, from the empty list to a published version, as somebody without script does it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from web.reading import Resident, Served
from web.running import Site
from web.staffing import add_staff, signed_in_browser

from ceo.workflows.rights import Role
from questionnaires.loading import check_files, load_questionnaire
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire

pytestmark = pytest.mark.anyio

WMO = "kern:nl.ceo.wmo@2"
QUESTION = {
    "vraag": ["Ik kan het buurtteam makkelijk bereiken."],
    "vraag-makkelijk": ["Het buurtteam bereiken is makkelijk."],
    "schaal": ["eens5@1"],
    "titel": ["Buurtteam makkelijk te bereiken"],
    "kenmerk": ["nee"],
}
PARTS_OF_TOWN = {
    "vraag": ["In welk deel van de stad woont u?"],
    "vraag-makkelijk": ["Waar woont u?"],
    "opties": ["Noord\nMidden | Het midden\nZuid"],
    "titel": ["Deel van de stad"],
    "kenmerk": ["ja"],
}


@dataclass
class Editor:
    """Somebody who may edit in one municipality, with a browser, and the questionnaire that is being made."""

    browser: Resident
    municipality: str
    home: str = ""

    @property
    def page(self) -> Served:
        """The page on the screen."""
        return self.browser.page

    async def open(self, place: str = "") -> Served:
        """Open a page of the questionnaire."""
        return await self.browser.open(self.home + place)

    async def press(self, button: str, given: Mapping[str, Sequence[str]] | None = None) -> Served:
        """Fill in and press."""
        return await self.browser.press(button, given)

    async def begin(self, core: str = WMO) -> Served:
        """Begin a questionnaire."""
        await self.browser.open(f"/werk/{self.municipality}/vragenlijsten/nieuw")
        page = await self.press("Begin", {"begin": [core], "titel": ["Ervaringen met hulp"]})
        self.home = self.browser.place
        return page

    async def add(self, sort: str, given: Mapping[str, Sequence[str]]) -> Served:
        """Add a question where there is room for own ones."""
        await self.open(f"/gleuf/lokaal/nieuw?soort={sort}")
        return await self.press("Bewaar de vraag", given)

    async def offer(self, *languages: str) -> Served:
        """Offer these languages beside Dutch."""
        await self.open("/vertalingen")
        return await self.press("Bewaar de talen", {"taal": languages})


async def editor(site: Site, municipality: str = "", *, name: str = "Noor Jansen", language: str = "nl") -> Editor:
    """Return an editor of a municipality that no other test uses, or of one that is named."""
    code = municipality or next(site.unused)
    user = await add_staff(site.database, {code: (Role.EDITOR, Role.FIELDWORKER)}, name=name, language=language)
    return Editor(await signed_in_browser(site, user), code)


def texts_of(page: Served) -> list[str]:
    """Return the names of the controls in which texts are translated."""
    return sorted(control.name for form in page.forms for control in form.fields if control.name.startswith("t-"))


def item_of(page: Served, words: str) -> str:
    """Return the name of a question by its words."""
    return page.link(words).rpartition("/")[2]


async def test_a_questionnaire_is_made_without_yaml_and_published_as_its_files_would_be(site: Site) -> None:
    noor = await editor(site)
    page = await noor.begin()
    assert "Uw vragenlijst staat klaar." in page.text
    assert "15 vaste pagina’s" in page.text
    page = await noor.add("keuze", QUESTION)
    assert "De vraag is bewaard." in page.text
    page = await noor.add("eigen", PARTS_OF_TOWN)
    item = item_of(page, QUESTION["vraag"][0])

    await noor.open(f"/vraag/{item}/voorwaarde?lees=GES01")
    page = await noor.press("Bewaar de voorwaarde", {"antwoord": ["ja"], "onbekend": ["hide"]})
    assert "Alleen als: ‘Gesprek met de gemeente’ is ‘Ja’." in page.text

    await noor.offer()
    page = await noor.open("/controle")
    assert "Wij zien geen problemen." in page.text
    files = load(await noor.browser.client.get(noor.home + "/yaml"))
    assert not [problem for problem in check_files(files) if not problem.warning]
    loaded = load_questionnaire(files)
    assert isinstance(loaded, Questionnaire)

    page = await noor.open("/vaststellen")
    assert "Nieuwe vragen: Buurtteam makkelijk te bereiken" in page.text
    await noor.press("Stel de vragenlijst vast")
    assert noor.browser.answer.status_code == 422
    page = await noor.press("Stel de vragenlijst vast", {"begrepen": ["ja"]})
    assert "De vragenlijst is vastgesteld." in page.text
    assert publish(loaded).content_hash in page.link("Plan een meting")
    page = await noor.browser.open(f"/werk/{noor.municipality}/vragenlijsten")
    assert "Er is nu geen vragenlijst in de maak." in page.text
    assert f"{noor.municipality.lower()}.wmo@1" in page.text


def load(answer: object) -> dict[str, str]:
    """Return the files of a download, one or packed together."""
    content: bytes = answer.content  # type: ignore[attr-defined]
    disposition: str = answer.headers["content-disposition"]  # type: ignore[attr-defined]
    if '.zip"' not in disposition:
        return {disposition.partition('filename="')[2].rstrip('"'): content.decode()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_a_question_that_cannot_be_kept_comes_back_with_everything_that_is_wrong_and_all_that_was_typed(
    site: Site,
) -> None:
    noor = await editor(site)
    await noor.begin()
    page = await noor.add("keuze", {"vraag": ["Is de hulp <goed>?"]})
    assert noor.browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    wrong = [href for href, _ in page.links if href in {"#schaal", "#titel", "#kenmerk"}]
    assert wrong == ["#schaal", "#titel", "#kenmerk"]
    assert {href.removeprefix("#") for href in wrong} <= set(page.ids)
    assert [control.value for control in page.forms[-1].fields if control.name == "vraag"] == ["Is de hulp <goed>?"]


async def test_looking_a_question_over_tells_how_it_reads_and_keeps_nothing(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.open("/gleuf/lokaal/nieuw?soort=keuze")
    page = await noor.press("Kijk na zonder te bewaren", QUESTION)
    assert "Nagekeken. Er is nog niets bewaard." in page.text
    assert "Leesgemak (schatting)" in page.text
    assert "Hier staan nog geen eigen vragen." in (await noor.open()).text


async def test_every_sort_of_answer_that_a_slot_takes_is_kept_as_it_was_filled_in(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    texts = {"vraag": ["Vraag?"], "vraag-makkelijk": ["Vraag?"], "kenmerk": ["nee"]}
    sorts: dict[str, dict[str, list[str]]] = {
        "getal": {"laagste": ["1"], "hoogste": ["52"], "eenheid": ["weken"], "titel": ["Weken"]},
        "woorden": {"tekens": ["80"], "titel": ["Een woord"]},
        "eigen": {"lijst": ["multi"], "opties": ["Bus\nTaxi"], "alleen": ["Geen van deze"], "titel": ["Vervoer"]},
    }
    for sort, given in sorts.items():
        page = await noor.add(sort, texts | given | {"vraag": [f"Vraag {sort}?"]})
        await noor.open(f"/vraag/{item_of(page, f'Vraag {sort}?')}")
        kept = {control.name: control.value for control in noor.page.forms[-1].fields if control.on}
        expected = {name: values[0] for name, values in given.items() if name != "opties"}
        assert {name: kept[name] for name in expected} == expected
    options = [control.value for control in noor.page.forms[-1].fields if control.name == "optie"]
    assert options == ["Bus", "Taxi"]


async def test_options_that_stay_keep_their_code_when_they_move_and_others_come_or_go(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    page = await noor.add("eigen", PARTS_OF_TOWN)
    item = item_of(page, PARTS_OF_TOWN["vraag"][0])
    await noor.open(f"/vraag/{item}")
    sent = noor.page.forms[-1].filled({}, "Bewaar de vraag")
    places, words = iter(["3", "1", "2"]), iter(["Noord", "", "Zuid"])
    changed = [
        (name, next(places) if name == "optie-plaats" else next(words) if name == "optie" else value)
        for name, value in sent
    ]
    changed = [(name, "Oost" if name == "opties" else value) for name, value in changed]
    await noor.browser.post(noor.home + f"/vraag/{item}", changed)
    [text] = load(await noor.browser.client.get(noor.home + "/yaml")).values()
    codes = text.partition("codes: ")[2].splitlines()[0]
    assert codes == '[{code: zuid, text: "Zuid"}, {code: noord, text: "Noord"}, {code: oost, text: "Oost"}]'


async def test_questions_move_go_and_come_back_with_undo(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.add("keuze", QUESTION)
    page = await noor.add("eigen", PARTS_OF_TOWN)
    first, second = QUESTION["vraag"][0], PARTS_OF_TOWN["vraag"][0]
    order = [text for _, text in page.links if text in {first, second}]
    assert order == [first, second]
    page = await noor.press(f"Omhoog {second}")
    assert [text for _, text in page.links if text in {first, second}] == [second, first]
    page = await noor.press(f"Haal weg {first}")
    assert [text for _, text in page.links if text in {first, second}] == [second]
    undo = next(words for form in page.forms for _, _, words in form.buttons if words.startswith("Maak ongedaan"))
    page = await noor.press(undo)
    assert [text for _, text in page.links if text in {first, second}] == [second, first]
    page = await noor.press("Doe opnieuw")
    assert [text for _, text in page.links if text in {first, second}] == [second]


async def test_history_shows_every_state_and_leads_back_to_it(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.add("keuze", QUESTION)
    page = await noor.open("/geschiedenis")
    assert "Vraag ‘Buurtteam makkelijk te bereiken’ toegevoegd" in page.text
    page = await noor.browser.open(page.link("Begonnen met deze vragenlijst"))
    assert "U bekijkt stand 1. De nieuwste is 2." in page.text
    assert "Voeg een vraag toe" not in page.text
    page = await noor.press("Ga terug naar deze stand")
    assert "Hier staan nog geen eigen vragen." in page.text
    assert "Teruggegaan naar stand 1" in (await noor.open("/geschiedenis")).text


async def test_of_two_editors_the_second_sees_what_the_first_did_and_loses_no_word(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    piet = await editor(site, noor.municipality, name="Piet de Boer")
    piet.home = noor.home
    await piet.open("/gleuf/lokaal/nieuw?soort=keuze")
    await noor.add("eigen", PARTS_OF_TOWN)
    page = await piet.press("Bewaar de vraag", QUESTION)
    assert piet.browser.answer.status_code == 409
    assert "Vraag ‘Deel van de stad’ toegevoegd" in page.text
    assert "Noor Jansen" in page.text
    assert QUESTION["vraag"][0] in page.text
    assert QUESTION["vraag"][0] not in (await noor.open()).text
    page = await piet.press("Bewaar mijn wijziging toch")
    assert {QUESTION["vraag"][0], PARTS_OF_TOWN["vraag"][0]} <= {text for _, text in page.links}


async def test_a_module_a_local_word_and_a_title_are_chosen_and_shown_where_they_stand(site: Site) -> None:
    noor = await editor(site)
    await noor.begin("kern:nl.ceo.participatie@1")
    await noor.open("/modules")
    page = await noor.press("Voeg toe Kwaliteit van leven")
    assert "De module is toegevoegd." in page.text
    page = await noor.open("/gegevens")
    assert "{loket}" not in page.text
    page = await noor.press("Bewaar dit woord", {"woord-loket": ["w" * 41]})
    assert "hoogstens 40" in page.text
    page = await noor.press("Bewaar dit woord", {"woord-loket": ["het werkplein"]})
    assert "Bewaard." in page.text
    page = await noor.press("Bewaar de titel", {"titel": [""]})
    assert noor.browser.answer.status_code == 422
    assert "#titel" in {href for href, _ in page.links}
    page = await noor.open()
    assert "Kwaliteit van leven" in page.text
    assert "het werkplein" in page.text


async def test_only_the_version_that_was_looked_at_is_published(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.offer()
    await noor.open("/vaststellen")
    seen = noor.page.forms[-1].filled({"begrepen": ["ja"]}, "Stel de vragenlijst vast")
    await noor.add("keuze", QUESTION)
    page = await noor.browser.post(noor.home + "/vaststellen", seen)
    assert noor.browser.answer.status_code == 409
    assert "Vraag ‘Buurtteam makkelijk te bereiken’ toegevoegd" in page.text
    assert "verandert niet meer" not in (await noor.open()).text


async def test_what_was_published_can_be_looked_at_and_not_changed(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.offer()
    await noor.open("/gegevens")
    title = next(form for form in noor.page.forms if form.action.endswith("/titel")).filled({}, "Bewaar de titel")
    await noor.open("/vaststellen")
    await noor.press("Stel de vragenlijst vast", {"begrepen": ["ja"]})
    for place in ("/gegevens", "/modules", "/gleuf/lokaal/nieuw", "/vertalingen/ar", "/vaststellen"):
        page = await noor.open(place)
        assert noor.browser.place == noor.home, place
        assert "Deze vragenlijst is vastgesteld en verandert niet meer." in page.text
    page = await noor.browser.post(noor.home + "/titel", title)
    assert noor.browser.answer.status_code == 409
    assert "Uw wijziging is niet bewaard." in page.text
    for place in ("/controle", "/voorbeeld", "/doorlopen", "/geschiedenis", "/yaml"):
        assert (await noor.browser.client.get(noor.home + place)).status_code == 200, place


async def test_a_copy_of_a_questionnaire_in_the_making_goes_its_own_way(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.add("keuze", QUESTION)
    original = noor.home
    await noor.browser.open(f"/werk/{noor.municipality}/vragenlijsten/nieuw")
    page = await noor.press("Begin", {"begin": [f"concept:{original.rpartition('/')[2]}"]})
    assert noor.browser.place != original
    assert QUESTION["vraag"][0] in page.text


async def test_a_removed_questionnaire_can_be_brought_back(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    page = await noor.press("Leg deze vragenlijst weg")
    assert "Weggelegd" in page.headings
    page = await noor.press("Haal terug Ervaringen met hulp")
    assert "De vragenlijst is teruggehaald." in page.text


async def test_what_is_published_begins_the_next_version(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.offer()
    await noor.open("/vaststellen")
    page = await noor.press("Stel de vragenlijst vast", {"begrepen": ["ja"]})
    content_hash = page.link("Plan een meting").partition("=")[2]
    await noor.browser.open(f"/werk/{noor.municipality}/vragenlijsten/nieuw?met=versie:{content_hash}")
    page = await noor.press("Begin")
    noor.home = noor.browser.place
    await noor.add("keuze", QUESTION)
    page = await noor.open("/vaststellen")
    assert f"{noor.municipality.lower()}.wmo@2" in page.text
    assert f"Tegenover uw vorige versie ({noor.municipality.lower()}.wmo@1)" in page.text


async def test_own_files_are_read_and_their_faults_are_told_by_file_and_line(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.add("keuze", QUESTION)
    text = (await noor.browser.client.get(noor.home + "/yaml")).text
    address = f"/werk/{noor.municipality}/vragenlijsten/inlezen"
    page = await noor.browser.open(address)
    page = await noor.press("Lees in", {"tekst": ["kind: onzin\n"]})
    assert noor.browser.answer.status_code == 422
    assert "geplakt.yaml, regel 1" in page.text
    seal = next(control.value for control in page.forms[-1].fields if control.name == "zegel")
    sent = {"bestand": ("eigen.yaml", text.encode(), "application/yaml")}
    answer = await noor.browser.client.post(address, data={"zegel": seal, "tekst": ""}, files=sent)
    assert answer.status_code == 303, answer.text
    page = await noor.browser.open(answer.headers["location"])
    assert QUESTION["vraag"][0] in page.text


async def test_a_reader_sees_everything_and_changes_nothing(site: Site) -> None:
    noor = await editor(site)
    await noor.begin()
    await noor.add("keuze", QUESTION)
    reader = await signed_in_browser(site, await add_staff(site.database, {noor.municipality: Role.READER}))
    for place in ("", "/vertalingen", "/controle", "/voorbeeld", "/doorlopen", "/geschiedenis", "/yaml"):
        assert (await reader.client.get(noor.home + place)).status_code == 200, place
    page = await reader.open(noor.home)
    assert [form.action for form in page.all_forms if form.method == "post"] == ["/werk/afmelden"]
    for place in ("/gegevens", "/modules", "/gleuf/lokaal/nieuw", "/vaststellen", "/vertalingen/ar"):
        assert (await reader.client.get(noor.home + place)).status_code == 403, place


async def test_another_municipality_does_not_see_that_a_questionnaire_is_there(site: Site) -> None:
    noor, piet = await editor(site), await editor(site)
    await noor.begin()
    stolen = noor.home.replace(noor.municipality, piet.municipality)
    for place in ("", "/geschiedenis", "/voorbeeld/welkom", "/yaml", "/vaststellen"):
        assert (await piet.browser.client.get(stolen + place)).status_code == 404, place


async def test_a_question_of_another_municipality_is_taken_over_with_where_it_came_from(site: Site) -> None:
    noor, piet = await editor(site), await editor(site)
    await noor.begin()
    page = await noor.add("keuze", QUESTION)
    item = item_of(page, QUESTION["vraag"][0])
    await noor.offer()
    await noor.open("/vaststellen")
    page = await noor.press("Stel de vragenlijst vast", {"begrepen": ["ja"]})
    content_hash = page.link("Plan een meting").partition("=")[2]
    await piet.begin()
    address = f"/werk/{piet.municipality}/vragenlijsten/overnemen?hash={content_hash}&vraag={item}@1"
    page = await piet.browser.open(address)
    page = await piet.browser.open(page.link("Ervaringen met hulp"))
    page = await piet.press("Neem de vraag over", {"gleuf": ["lokaal"]})
    assert piet.browser.answer.status_code == 422, "it is not shared yet"
    await noor.browser.open(f"/werk/{noor.municipality}/vragenbank/eigen")
    share = next(words for form in noor.page.forms for _, _, words in form.buttons if words.startswith("Deel"))
    await noor.press(share)
    page = await piet.browser.open(address)
    page = await piet.browser.open(page.link("Ervaringen met hulp"))
    page = await piet.press("Neem de vraag over", {"gleuf": ["lokaal"]})
    assert f"Overgenomen van {item}@1" in page.text


async def test_the_pages_speak_english_where_their_user_does(site: Site) -> None:
    anne = await editor(site, language="en")
    await anne.browser.open(f"/werk/{anne.municipality}/vragenlijsten")
    assert 'lang="en"' in anne.browser.answer.text
