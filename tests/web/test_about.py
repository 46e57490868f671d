import re
from importlib.resources import files
from pathlib import Path

import pytest
from web.reading import Resident
from web.running import Site

from ceo.clock import now
from ceo.storage.rounds import Promise, Round
from ceo.storage.tenancy import tenant_transaction
from ceo.web.languages import LANGUAGE_NAMES, SOURCE_LANGUAGE, translations
from ceo.workflows.house.contact import Contact
from ceo.workflows.house.style import Style, keep_style

pytestmark = pytest.mark.anyio

PAGES = ("privacy", "toegankelijkheid")
LINES = Contact(
    phone="14 0123",
    email="onderzoek@gemeente.example",
    address="Plein 1, Stad",
    website="https://www.gemeente.example",
    privacy_officer="fg@gemeente.example",
    complaints="klacht@gemeente.example",
)
UNTRACEABLE = "is er niets meer dat van uw code naar uw antwoorden leidt"
LINKED = "De gemeente vraagt dezelfde mensen later weer."
TRACEABLE = "Wie de code van uw brief heeft, kan de antwoorden terugvinden"


@pytest.fixture(scope="session")
def bare(site: Site) -> str:
    """A municipality without a round and without a style. There are only 342, so these tests share it."""
    return next(site.unused)


async def with_lines(site: Site, contact: Contact) -> str:
    """Return a municipality of its own with contact lines."""
    code = next(site.unused)
    await keep_style(site.database, code, Style(contact=contact), after=0, actor="ceo style", now=now())
    await site.installation.houses.look()
    return code


async def promise(site: Site, municipality: str, round_id: int, promised: Promise) -> None:
    async with tenant_transaction(site.database, municipality) as session:
        (await session.get_one(Round, round_id)).promise = promised.value


async def test_the_privacy_page_says_of_an_anonymous_round_that_nothing_leads_back(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    page = await browser.open(f"/{opened.municipality}/privacy")
    assert browser.answer.status_code == 200
    assert UNTRACEABLE in page.text
    assert TRACEABLE not in page.text


async def test_the_privacy_page_says_of_a_pseudonymous_round_who_can_find_the_answers(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await promise(site, opened.municipality, opened.round_id, Promise.PSEUDONYMOUS)
    page = await browser.open(f"/{opened.municipality}/privacy")
    assert TRACEABLE in page.text
    assert UNTRACEABLE not in page.text


async def test_the_privacy_page_says_of_a_series_what_links_answers_and_who_can_find_them(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await promise(site, opened.municipality, opened.round_id, Promise.PSEUDONYMOUS)
    page = await browser.open(f"/{opened.municipality}/privacy")
    assert LINKED not in page.text
    async with tenant_transaction(site.database, opened.municipality) as session:
        row = await session.get_one(Round, opened.round_id)
        row.series, row.wave = "reeks", 0
    page = await browser.open(f"/{opened.municipality}/privacy")
    assert page.text.count(TRACEABLE) == page.text.count(LINKED) == page.text.count("Wmo-meting 2026") == 1
    assert "ook als dit onderzoek is afgesloten" in page.text
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert "Wij kunnen u later weer vragen. Daarom krijgen uw antwoorden een schuilnaam." in page.text


async def test_a_round_that_is_still_to_come_is_not_announced_on_the_privacy_page(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(opens=3)
    page = await browser.open(f"/{opened.municipality}/privacy")
    assert "Wmo-meting 2026" not in page.text
    assert "Er is nu geen vragenlijst." in page.text


async def test_each_round_stands_with_its_own_promise(site: Site, browser: Resident) -> None:
    older = await site.round(opens=-90, closes=-60)
    async with tenant_transaction(site.database, older.municipality) as session:
        row = await session.get_one(Round, older.round_id)
        row.title, row.measurement = "Meting van vorig jaar", "wmo-vorig"
    await site.round(municipality=older.municipality)
    await promise(site, older.municipality, older.round_id, Promise.PSEUDONYMOUS)
    text = (await browser.open(f"/{older.municipality}/privacy")).text
    places = [text.index(words) for words in ("Wmo-meting 2026", UNTRACEABLE, "Meting van vorig jaar", TRACEABLE)]
    assert places == sorted(places)


async def test_the_contact_lines_of_the_municipality_stand_on_both_pages(site: Site, browser: Resident) -> None:
    code = await with_lines(site, LINES)
    for name in PAGES:
        page = await browser.open(f"/{code}/{name}")
        hrefs = [href for href, _ in page.links]
        assert {
            "tel:140123",
            "mailto:onderzoek@gemeente.example",
            "https://www.gemeente.example",
            "mailto:klacht@gemeente.example",
        } <= set(hrefs)
        assert "Plein 1, Stad" in page.text
        assert ("mailto:fg@gemeente.example" in hrefs) == (name == "privacy")


async def test_a_complaint_page_is_linked_as_a_page(site: Site, browser: Resident) -> None:
    code = await with_lines(site, Contact(complaints="https://www.gemeente.example/klachten"))
    page = await browser.open(f"/{code}/privacy")
    assert page.link("https://www.gemeente.example/klachten") == "https://www.gemeente.example/klachten"


async def test_a_municipality_without_lines_has_the_telephone_of_its_letters(site: Site, browser: Resident) -> None:
    opened = await site.round()
    page = await browser.open(f"/{opened.municipality}/toegankelijkheid")
    assert [href for href, _ in page.links].count("tel:14030") == 2
    assert "None" not in page.text


async def test_a_municipality_with_nothing_at_all_has_both_pages(browser: Resident, bare: str) -> None:
    for name in PAGES:
        page = await browser.open(f"/{bare}/{name}")
        assert browser.answer.status_code == 200
        assert "tel:" not in browser.answer.text
        assert page.headings


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_about_the_pages_can_be_read_in_every_language_of_the_screen(
    browser: Resident, bare: str, name: str
) -> None:
    await browser.open(f"/{bare}/{name}")
    for language in LANGUAGE_NAMES:
        if language != SOURCE_LANGUAGE:
            await browser.post(f"/{bare}/weergave", [("terug", name), ("taal", language)])
            assert browser.place == f"/{bare}/{name}"
            assert f'lang="{language}"' in browser.answer.text
            assert translations(language).gettext("Ga naar de inhoud") in browser.page.text


def declared_cookies() -> set[str]:
    """The names of cookies in the code of the pages."""
    pages = Path(str(files("ceo.web")))
    # Measures have names of the same form, and the workplace has cookies of its own, which are not for residents: also those of a
    # conversation, in which somebody of the municipality fills in.
    apart = {"measures.py", "conversations.py"}
    sources = [file for file in (*pages.glob("*.py"), *pages.glob("resident/*.py")) if file.name not in apart]
    return {name for source in sources for name in re.findall(r'"(ceo_[a-z]+)"', source.read_text())}


async def test_every_cookie_that_a_resident_gets_is_named_on_the_privacy_page(browser: Resident, bare: str) -> None:
    page = await browser.open(f"/{bare}/privacy")
    assert len(declared_cookies()) == 3
    assert set(re.findall(r"ceo_[a-z]+", page.text)) == declared_cookies()


async def test_accessibility_claims_no_certificate_and_says_what_was_not_tested(browser: Resident, bare: str) -> None:
    page = await browser.open(f"/{bare}/toegankelijkheid")
    assert "Het is geen keurmerk" in page.text
    assert "NVDA" in page.text.partition("Wat is nog niet getest?")[2]
    assert "een vragenlijst op papier" in page.text
    assert not re.search(r"voldoe[nt] (volledig )?aan|gecertificeerd", page.text)
