from typing import Any

import pytest
from arrangements import OpenedRound
from sqlmodel import select
from web.reading import Resident, Served
from web.running import Site
from web.walking import KEEP, NEXT, SKIP, come_in

from ceo.storage.callbacks import Callback
from ceo.storage.rounds import Promise
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.callbacks import Call, open_callback

pytestmark = pytest.mark.anyio

GO_ON, SEND, TAKE_BACK = "Bewaar en ga verder", "Verstuur mijn antwoorden", "Dit mag niet meer"
STORY = "De hulp komt elke week."


async def tell(site: Site, browser: Resident, opened: OpenedRound, story: str = STORY, number: int = 0) -> Served:
    """Come in, skip everything but the story, and arrive where the teller decides about it."""
    await come_in(site, browser, opened, number)
    while "/vraag/" in browser.place:
        asked = browser.page.form.asked
        if asked == {"VER01"}:
            await browser.press(NEXT, {"VER01": [story]})
            if browser.page.form.asked == {"VER01"}:  # asked once about what seems to be in it
                await browser.press(NEXT)
        else:
            await browser.press(SKIP)
    return browser.page


async def row_of(site: Site, opened: OpenedRound, table: type[Any]) -> Any:
    async with tenant_reading(site.database, opened.municipality) as session:
        return (await session.exec(select(table))).one_or_none()


def marked(page: Served) -> list[str]:
    """The boxes that are on."""
    return [control.value for control in page.form.fields if control.kind == "checkbox" and control.on]


async def test_a_told_story_leads_to_its_uses_and_none_is_on(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await tell(site, browser, opened)
    assert browser.place == f"/{opened.municipality}/toestemming/VER01"
    assert browser.answer.status_code == 200
    assert STORY in page.text
    boxes = [control.value for control in page.form.fields if control.kind == "checkbox"]
    assert boxes == ["leren_intern", "delen_anoniem", "landelijk_delen", "terugbellen"]
    assert marked(page) == []
    assert "Niets kiezen mag ook." in page.text


async def test_who_tells_no_story_is_not_asked(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    assert browser.place.endswith("/controle")
    await browser.open(f"/{opened.municipality}/toestemming/VER01")
    assert browser.place.endswith("/controle")


@pytest.mark.parametrize("item", ["TOE01", "NIET", "VER01"])
async def test_there_is_no_page_for_what_is_no_told_story(site: Site, browser: Resident, item: str) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    await browser.open(f"/{opened.municipality}/toestemming/{item}")
    assert "/vraag/" in browser.place
    await browser.post(f"/{opened.municipality}/toestemming/{item}", [("mag", "leren_intern")])
    assert "/vraag/" in browser.place
    assert (await row_of(site, opened, Draft)).consents == {}


async def test_what_is_chosen_is_kept_and_shown_again(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press(GO_ON, {"mag": ["leren_intern", "landelijk_delen"]})
    assert browser.place.endswith("/controle")
    page = await browser.open(f"/{opened.municipality}/toestemming/VER01")
    assert marked(page) == ["leren_intern", "landelijk_delen"]
    await browser.press(GO_ON, {"mag": []})
    assert (await row_of(site, opened, Draft)).consents == {"VER01": {"given": [], "withdrawn": []}}


async def test_no_choice_is_a_decision_too(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press(GO_ON)
    assert browser.place.endswith("/controle")
    await browser.press(SEND)
    assert (await row_of(site, opened, Submission)).consents == {"VER01": {"given": [], "withdrawn": []}}


async def test_a_use_that_is_not_asked_cannot_be_given(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.post(f"/{opened.municipality}/toestemming/VER01", [("mag", "verkopen"), ("mag", "leren_intern")])
    assert (await row_of(site, opened, Draft)).consents["VER01"]["given"] == ["leren_intern"]


async def test_the_last_choice_counts_and_is_shown_in_both_windows(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    address = f"/{opened.municipality}/toestemming/VER01"
    first_window = browser.page.form
    await browser.press(GO_ON, {"mag": ["delen_anoniem"]})
    await browser.post(first_window.action, first_window.filled({"mag": ["leren_intern"]}, GO_ON))
    assert browser.place.endswith("/controle")
    assert marked(await browser.open(address)) == ["leren_intern"]


async def test_deciding_about_a_story_makes_no_page_of_questions_stale(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    window = await browser.open(f"/{opened.municipality}/vraag/cijfer?vanaf=controle")
    await browser.post(f"/{opened.municipality}/toestemming/VER01", [("mag", "leren_intern")])
    await browser.post(window.form.action, window.form.filled({"LEV01": ["3"]}, KEEP))
    draft = await row_of(site, opened, Draft)
    assert draft.answers["LEV01"]["value"] == 3
    assert draft.consents["VER01"]["given"] == ["leren_intern"]


async def test_personal_data_in_the_story_are_told_with_a_link_to_change_it(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await tell(site, browser, opened, "Bel mij op 0612345678 of vraag naar mevrouw Jansen.")
    assert "een telefoonnummer en een naam" in page.text
    await browser.open(page.link("Verander het verhaal"))
    await browser.press(KEEP, {"VER01": [STORY]})
    assert browser.place.endswith("/toestemming/VER01")
    assert STORY in browser.page.text
    assert "een telefoonnummer" not in browser.page.text


@pytest.mark.parametrize(
    ("filled", "control", "told"),
    [
        ({"mag": ["terugbellen"]}, "#nummer-1", "Vul een telefoonnummer in"),
        ({"mag": ["terugbellen"], "nummer": ["06 1234"]}, "#nummer-1", "Dit telefoonnummer kan niet"),
        ({"mag": ["leren_intern"], "nummer": ["0612345678"]}, "#mag-terugbellen", "bellen is niet gekozen"),
        (
            {"mag": ["terugbellen"], "nummer": ["0612345678"], "naam": ["x" * 101]},
            "#naam-1",
            "De naam is te lang",
        ),
    ],
)
async def test_a_request_to_be_called_that_cannot_be_kept_is_told_beside_its_field(
    site: Site, browser: Resident, filled: dict[str, list[str]], control: str, told: str
) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    page = await browser.press(GO_ON, filled)
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    [(href, words)] = [link for link in page.links if link[0].startswith("#") and link[0] != "#inhoud"]
    assert href == control
    assert told in words
    assert control.removeprefix("#") in page.ids
    assert marked(page) == filled["mag"]
    assert (await row_of(site, opened, Draft)).consents == {}


async def test_a_number_is_shown_again_to_who_gave_it_and_stands_nowhere_readable(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press(GO_ON, {"mag": ["terugbellen"], "nummer": ["06 - 1234 5678"], "naam": ["Fatma"]})
    kept = (await row_of(site, opened, Draft)).model_dump_json()
    assert "12345678" not in kept
    assert "Fatma" not in kept
    page = await browser.open(f"/{opened.municipality}/toestemming/VER01")
    values = {control.name: control.value for control in page.form.fields}
    assert (values["nummer"], values["naam"]) == ("0612345678", "Fatma")


@pytest.mark.parametrize("promise", list(Promise))
async def test_sending_hands_the_request_to_be_called_to_the_municipality_and_not_to_the_answers(
    site: Site, browser: Resident, promise: Promise
) -> None:
    opened = await site.round(promise=promise)
    await tell(site, browser, opened)
    filled = {"mag": ["leren_intern", "terugbellen"], "nummer": ["0612345678"], "naam": ["Fatma"]}
    await browser.press(GO_ON, filled)
    await browser.press(SEND)
    row = await row_of(site, opened, Callback)
    assert open_callback(site.settings.encryption_keys, row) == Call("0612345678", "Fatma", STORY)
    submission = await row_of(site, opened, Submission)
    assert submission.consents == {"VER01": {"given": ["leren_intern"], "withdrawn": []}}


async def test_a_wish_that_is_dropped_before_sending_leaves_no_request(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press(GO_ON, {"mag": ["terugbellen"], "nummer": ["0612345678"]})
    await browser.open(f"/{opened.municipality}/toestemming/VER01")
    await browser.press(GO_ON, {"mag": [], "nummer": [""]})
    await browser.press(SEND)
    assert await row_of(site, opened, Callback) is None


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_page_is_shown_in_the_chosen_language_with_what_was_filled_in(
    site: Site, browser: Resident, language: str
) -> None:
    opened = await site.round()
    page = await tell(site, browser, opened)
    chosen = {"mag": ["leren_intern", "terugbellen"], "nummer": ["0612345678"]}
    fields = [entry for entry in page.form.filled(chosen, GO_ON) if entry[0] != "actie"]
    page = await browser.post(page.form.action, [*fields, ("taal", language)])
    assert browser.answer.status_code == 200
    assert ("html", language) in [(tag, attributes.get("lang")) for tag, attributes in page.elements]
    assert marked(page) == chosen["mag"]
    assert ("nummer", "0612345678") in [(control.name, control.value) for control in page.form.fields]
    assert (await row_of(site, opened, Draft)).consents == {}


async def test_reading_otherwise_without_a_choice_shows_the_same_page(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await tell(site, browser, opened)
    await browser.post(page.form.action, [("nummer", ""), ("lezen", "easy")])
    assert browser.place == f"/{opened.municipality}/toestemming/VER01"
    assert browser.answer.request.method == "GET"
    assert (await row_of(site, opened, Draft)).text_register == "easy"


@pytest.mark.parametrize(
    ("promise", "told"),
    [
        (Promise.ANONYMOUS, "Veranderen kan tot het versturen. Daarna weet niemand"),
        (Promise.PSEUDONYMOUS, "Met de code van de brief kan elke keuze later"),
    ],
)
async def test_the_page_says_beforehand_whether_it_can_be_taken_back(
    site: Site, browser: Resident, promise: Promise, told: str
) -> None:
    opened = await site.round(promise=promise)
    assert told in (await tell(site, browser, opened)).text


async def sent(site: Site, browser: Resident, opened: OpenedRound) -> Served:
    """Send a story that may be used for two things and called back about, and come back with the code."""
    await tell(site, browser, opened)
    uses = ["leren_intern", "landelijk_delen", "terugbellen"]
    await browser.press(GO_ON, {"mag": uses, "nummer": ["0612345678"]})
    await browser.press(SEND)
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    return await browser.open(f"/{opened.municipality}/toestemming")


async def test_with_the_code_of_a_pseudonymous_round_each_use_can_be_taken_back(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    page = await sent(site, browser, opened)
    assert STORY in page.text
    assert "Wat al is gedeeld, kunnen wij niet terughalen." in page.text
    await browser.press(TAKE_BACK, {"terug": ["VER01.landelijk_delen"]})
    kept = (await row_of(site, opened, Submission)).consents
    assert kept == {"VER01": {"given": ["leren_intern"], "withdrawn": ["landelijk_delen"]}}
    assert await row_of(site, opened, Callback) is not None
    page = await browser.press(TAKE_BACK, {"terug": ["VER01.terugbellen", "VER01.leren_intern"]})
    assert await row_of(site, opened, Callback) is None
    kept = (await row_of(site, opened, Submission)).consents
    assert kept == {"VER01": {"given": [], "withdrawn": ["leren_intern", "landelijk_delen"]}}
    assert "Wij gebruiken het verhaal nergens voor" in page.text
    assert [words for form in page.forms for _, _, words in form.buttons] == []


async def test_taking_back_twice_is_once_and_gives_nothing_back(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    page = await sent(site, browser, opened)
    fields = page.form.filled({"terug": ["VER01.leren_intern"]}, TAKE_BACK)
    for _ in range(2):
        await browser.post(page.form.action, fields)
        assert browser.answer.status_code == 200
    await browser.post(page.form.action, [("terug", "VER01.delen_anoniem"), ("terug", "X"), ("terug", "NIET.VER")])
    kept = (await row_of(site, opened, Submission)).consents
    assert kept == {"VER01": {"given": ["landelijk_delen"], "withdrawn": ["leren_intern"]}}


async def test_taking_back_nothing_is_told(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await sent(site, browser, opened)
    page = await browser.press(TAKE_BACK)
    assert browser.answer.status_code == 422
    assert "terug-1" in page.ids
    assert ("#terug-1", "Kies eerst wat niet meer mag.") in page.links


async def test_who_sent_no_story_finds_none(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await come_in(site, browser, opened)
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    await browser.press(SEND)
    page = await browser.open(f"/{opened.municipality}/toestemming")
    assert "U heeft geen verhaal verstuurd." in page.text


async def test_in_an_anonymous_round_the_page_says_that_it_cannot(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press(GO_ON, {"mag": ["leren_intern"]})
    await browser.press(SEND)
    # An old window may still hold the key.
    browser.client.cookies.set("ceo_toegang", opened.key().secret, path=f"/{opened.municipality}")
    page = await browser.open(f"/{opened.municipality}/toestemming")
    assert "wij weten niet meer welke antwoorden bij uw code horen" in page.text
    assert page.forms == []
    await browser.post(f"/{opened.municipality}/toestemming", [("terug", "VER01.leren_intern")])
    assert "wij weten niet meer welke antwoorden bij uw code horen" in browser.page.text
    assert (await row_of(site, opened, Submission)).consents["VER01"]["given"] == ["leren_intern"]


async def test_who_still_fills_in_is_led_to_the_questions(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await come_in(site, browser, opened)
    await browser.open(f"/{opened.municipality}/toestemming")
    assert "/vraag/" in browser.place
    await browser.post(f"/{opened.municipality}/toestemming", [("terug", "VER01.leren_intern")])
    assert "/vraag/" in browser.place


async def test_without_a_code_nothing_is_shown_or_taken_back(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await browser.open(f"/{opened.municipality}/toestemming")
    assert browser.place == f"/{opened.municipality}"
    await browser.post(f"/{opened.municipality}/toestemming", [("terug", "VER01.leren_intern")])
    assert browser.place == f"/{opened.municipality}"


async def test_a_story_that_may_be_used_for_nothing_still_counts(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await tell(site, browser, opened)
    await browser.press(GO_ON)
    await browser.press(SEND)
    answers = (await row_of(site, opened, Submission)).answers
    assert answers["VER01"]["value"] == STORY
