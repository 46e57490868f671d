from io import BytesIO

import pytest
from pypdf import PdfReader
from web.reading import Resident
from web.running import Site
from web.walking import NEXT, come_in, to_review

from ceo.storage.rounds import Promise
from ceo.workflows.answering.access_codes import read_code

pytestmark = pytest.mark.anyio

STORY = "De hulp komt elke week.\nDat is fijn."
SEND = "Verstuur mijn antwoorden"


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


async def test_the_review_leads_to_a_copy_with_every_answer(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await to_review(site, browser, opened, story=STORY, uses=["leren_intern"])
    page = await browser.open(page.link("Maak een kopie van uw antwoorden"))
    assert browser.place == f"/{opened.municipality}/kopie"
    assert page.headings == ["Uw antwoorden"]
    assert STORY in browser.answer.text
    assert page.text.count("Overgeslagen") >= 10
    assert "De gemeente mag ervan leren." in page.text
    assert browser.answer.headers["cache-control"] == "no-store"
    await browser.open(page.link("Ga verder met de vragenlijst"))
    assert browser.place.endswith("/controle")


async def test_the_copy_is_a_pdf_with_a_neutral_name_and_without_code_or_key(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await to_review(site, browser, opened, story=STORY, uses=["leren_intern"])
    answer = await browser.client.get(f"/{opened.municipality}/kopie/pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="antwoorden.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert "De hulp komt elke week. Dat is fijn." in words_of(answer.content)
    assert "De gemeente mag ervan leren." in words_of(answer.content)
    key = opened.key()
    for secret in (opened.codes[0], read_code(opened.codes[0]) or "", key.secret, key.draft_id, key.pseudonym):
        assert secret.encode() not in answer.content
        assert secret not in words_of(answer.content)


async def test_the_copy_is_in_the_language_that_the_client_reads(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await to_review(site, browser, opened)
    await browser.post(f"/{opened.municipality}/weergave", [("taal", "ar"), ("terug", "kopie")])
    assert browser.place == f"/{opened.municipality}/kopie"
    reader = PdfReader(BytesIO((await browser.client.get(f"/{opened.municipality}/kopie/pdf")).content))
    assert reader.trailer["/Root"]["/Lang"] == "ar"


async def test_half_way_the_copy_holds_what_was_answered_so_far(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    page = await browser.open(f"/{opened.municipality}/kopie")
    assert "U heeft nog niets ingevuld." in page.text
    assert (await browser.client.get(f"/{opened.municipality}/kopie/pdf")).status_code == 200
    await browser.open(f"/{opened.municipality}/verder")
    await browser.press(NEXT, {"GES01": ["nee"]})
    page = await browser.open(f"/{opened.municipality}/kopie")
    assert browser.answer.text.count("<dt>") == 1
    assert "Nee" in page.text


async def test_in_an_anonymous_round_the_answers_are_gone_for_everybody_after_sending(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await to_review(site, browser, opened, story=STORY)
    cookies = dict(browser.client.cookies)
    await browser.press(SEND)
    browser.client.cookies.update(cookies)
    for address in ("kopie", "kopie/pdf"):
        page = await browser.open(f"/{opened.municipality}/{address}")
        assert page.headings == ["U heeft de vragenlijst al ingevuld"]
        assert STORY not in browser.answer.text


async def test_in_a_pseudonymous_round_the_code_leads_to_the_copy_also_after_sending(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await to_review(site, browser, opened, story=STORY, uses=["leren_intern", "delen_anoniem"])
    await browser.press(SEND)
    elsewhere = site.browser()
    await elsewhere.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    page = await elsewhere.open(f"/{opened.municipality}/kopie")
    assert page.headings == ["Uw antwoorden"]
    assert STORY in elsewhere.answer.text
    assert "De gemeente mag het met anderen delen, zonder uw naam." in page.text
    pdf = await elsewhere.client.get(f"/{opened.municipality}/kopie/pdf")
    assert "De hulp komt elke week." in words_of(pdf.content)
    page = await elsewhere.press("Sluit af op dit apparaat")
    await elsewhere.open(f"/{opened.municipality}/kopie")
    assert elsewhere.place == f"/{opened.municipality}"
    await elsewhere.client.aclose()


async def test_what_was_taken_back_is_not_given_in_the_copy(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await to_review(site, browser, opened, story=STORY, uses=["leren_intern", "delen_anoniem"])
    await browser.press(SEND)
    await browser.open(f"/{opened.municipality}/toestemming")
    await browser.press("Dit mag niet meer", {"terug": ["VER01.delen_anoniem"]})
    page = await browser.open(f"/{opened.municipality}/kopie")
    assert "De gemeente mag ervan leren." in page.text
    assert "met anderen delen" not in page.text


async def test_the_code_of_a_neighbour_leads_to_no_answers_of_mine(site: Site, browser: Resident) -> None:
    opened = await site.round(promise=Promise.PSEUDONYMOUS)
    await to_review(site, browser, opened, story=STORY)
    await browser.press(SEND)
    neighbour = site.browser()
    await neighbour.open(f"/{opened.municipality}/code/{opened.codes[1]}")
    await neighbour.open(f"/{opened.municipality}/kopie")
    assert neighbour.place == f"/{opened.municipality}/welkom"
    assert STORY not in neighbour.answer.text
    await neighbour.client.aclose()
