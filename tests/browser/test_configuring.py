"""The way of a newcomer through the workplace in a real browser: without script, with the keyboard only, and at last on a telephone."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from browser.keyboard import Keyboard
from browser.staging import Demonstration
from browser.visiting import PICTURES
from looking import NARROW, WIDE, OpenPage, axe_problems, build_problems, fit_problems, keyboard_problems, ready
from playwright.sync_api import Page

from ceo import clock
from ceo.storage.database import open_database
from ceo.storage.people import Membership, User
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.rights import Role
from ceo.workflows.staff.passwords import hash_password
from ceo.workflows.staff.second_factor import code_at

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Without rounds of the demonstration, and of no other test.
HERE: Final = "GM0268"
EMAIL: Final = "nieuw@voorbeeld.nl"
PASSWORD: Final = "vier-losse-woorden-hier"
ARABIC: Final = "سؤال من البلدية"


@dataclass
class Newcomer:
    """Somebody who comes in for the first time, and remembers every page that was met on the way."""

    address: str
    page: Page
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def keyboard(self) -> Keyboard:
        """The keyboard."""
        return Keyboard(self.page)

    def look(self, name: str, language: str = "nl", direction: str = "ltr") -> None:
        """Remember a page under a name; see that it is built well and fits, also on a telephone."""
        self.seen[name] = self.page.url.partition("#")[0]
        for width in (WIDE, NARROW) if PICTURES else ():
            self.page.set_viewport_size({"width": width, "height": 900})
            Path(PICTURES or "").mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(PICTURES or "") / f"configuring-{name}.{width}.png", full_page=True)
        self.page.set_viewport_size({"width": NARROW, "height": 900})
        ready(self.page)
        problems = build_problems(self.page, language, direction) + fit_problems(self.page)
        assert not problems, f"{name}: {problems}"
        self.page.set_viewport_size({"width": WIDE, "height": 900})


@pytest.fixture
def newcomer(demonstration: Demonstration, open_page: OpenPage) -> Newcomer:
    """An owner who has a password and has never been in."""
    with ThreadPoolExecutor(max_workers=1) as beside:  # the browser's own event loop runs in this thread
        beside.submit(asyncio.run, add_newcomer(demonstration)).result()
    return Newcomer(demonstration.address, open_page(WIDE))


async def add_newcomer(demonstration: Demonstration) -> None:
    """Put somebody who was invited and has chosen a password into the demonstration."""
    user = User(id=uuid.uuid4().hex, email=EMAIL, name="Nina Nieuw", password=await hash_password(PASSWORD))
    url = demonstration.settings.database_url
    async with open_database(url) as database, shared_transaction(database) as session:
        session.add(user)
        await session.flush()
        session.add(Membership(user_id=user.id, place=HERE, role=Role.OWNER.value))


def test_a_newcomer_configures_previews_in_arabic_and_publishes_with_the_keyboard_and_without_script(
    newcomer: Newcomer, open_page: OpenPage
) -> None:
    sign_in(newcomer)
    begin(newcomer)
    add_two_questions(newcomer)
    set_a_condition(newcomer)
    translate(newcomer)
    preview_in_arabic(newcomer)
    publish(newcomer)
    open_a_round(newcomer)
    look_with_script(newcomer, open_page)


def sign_in(newcomer: Newcomer) -> None:
    """Sign in with the password, and set up the app that gives codes."""
    page, keyboard = newcomer.page, newcomer.keyboard
    page.goto(f"{newcomer.address}/werk/{HERE}/vragenlijsten")
    keyboard.type("E-mailadres", EMAIL)
    keyboard.type("Wachtwoord", PASSWORD)
    keyboard.press("Meld aan")
    if "instellen" not in page.url:
        page.goto(f"{newcomer.address}/werk/account/tweede-stap/instellen")
    secret = page.locator("main code").inner_text().replace(" ", "")
    keyboard.type("Code", code_at(secret, clock.now()))
    keyboard.press("Stel in")
    page.goto(f"{newcomer.address}/werk/{HERE}")
    keyboard.follow("Vragenlijsten")
    newcomer.look("empty-list")


def begin(newcomer: Newcomer) -> None:
    """Begin on the newest core of the Wmo, in Dutch and Arabic."""
    keyboard = newcomer.keyboard
    keyboard.follow("Maak een vragenlijst")
    newcomer.look("begin")
    keyboard.choose("Ervaringen met hulp van de gemeente (Wmo) versie 2")
    keyboard.type("Titel (mag leeg blijven)", "Uw ervaringen met hulp")
    keyboard.press("Begin")
    newcomer.look("overview-empty")
    keyboard.follow("Vertalingen")
    for language in ("English", "Türkçe", "Polski", "Українська"):
        keyboard.tick(language)
    keyboard.press("Bewaar de talen")
    keyboard.follow("Opbouw")


def add_two_questions(newcomer: Newcomer) -> None:
    """Add a statement on a scale, and a question with answers of one's own."""
    keyboard = newcomer.keyboard
    keyboard.follow("Voeg een vraag toe")
    newcomer.look("sort")
    keyboard.choose("Kiezen op een vaste schaal")
    keyboard.press("Verder")
    keyboard.press("Bewaar de vraag")
    assert newcomer.page.title().startswith("Fout:")
    newcomer.look("question-faults")
    keyboard.type("Vraag of stelling", "Ik kan het wijkteam makkelijk bereiken.")
    keyboard.type("In makkelijke woorden", "Het wijkteam bereiken is makkelijk.")
    keyboard.choose("Helemaal mee eens · Mee eens")
    keyboard.type("Korte naam voor tabellen", "Wijkteam makkelijk te bereiken")
    keyboard.choose("Nee, het gaat over een ervaring of mening")
    keyboard.press("Kijk na zonder te bewaren")
    newcomer.look("question-looked-over")
    keyboard.press("Bewaar de vraag")
    keyboard.follow("Voeg een vraag toe")
    keyboard.choose("Kiezen uit eigen antwoorden")
    keyboard.press("Verder")
    keyboard.type("Vraag of stelling", "Hoe kwam u bij het wijkteam?")
    keyboard.type("In makkelijke woorden", "Hoe kwam u bij het wijkteam?")
    keyboard.type("De antwoorden, op elke regel een", "Zelf gebeld\nVia de huisarts\nVia familie of vrienden")
    keyboard.type("Korte naam voor tabellen", "Hoe bij het wijkteam")
    keyboard.choose("Nee, het gaat over een ervaring of mening")
    keyboard.press("Bewaar de vraag")
    newcomer.look("overview-two-questions")


def set_a_condition(newcomer: Newcomer) -> None:
    """Ask the second question only of who talked with the municipality."""
    keyboard = newcomer.keyboard
    keyboard.follow("Stel een voorwaarde bij Hoe kwam u bij het wijkteam?")
    keyboard.pick("Stap 1. Naar welke eerdere vraag kijken wij?", "GES01")
    keyboard.press("Verder")
    newcomer.look("condition")
    keyboard.tick("Ja")
    keyboard.press("Bewaar de voorwaarde")
    assert "Alleen als: ‘Gesprek met de gemeente’ is ‘Ja’." in newcomer.page.locator("main").inner_text()
    newcomer.look("condition-kept")


def translate(newcomer: Newcomer) -> None:
    """Translate everything of one's own into Arabic."""
    page, keyboard = newcomer.page, newcomer.keyboard
    keyboard.follow("Vertalingen")
    keyboard.follow("العربية")
    for number in range(page.locator("textarea").count()):
        keyboard.reach(page.locator("textarea").nth(number))
        page.keyboard.insert_text(f"{ARABIC} {number}")
        keyboard.reach(page.locator("input[name^=ok-]").nth(number))
        page.keyboard.press("Space")
    keyboard.press("Bewaar alles op deze pagina")
    newcomer.look("translations")
    keyboard.follow("Controle")
    assert "Wij zien geen problemen." in page.locator("main").inner_text()
    newcomer.look("checks")


def preview_in_arabic(newcomer: Newcomer) -> None:
    """Walk through it as somebody who reads Arabic on a small telephone."""
    page, keyboard = newcomer.page, newcomer.keyboard
    keyboard.follow("Voorbeeld")
    page.set_viewport_size({"width": NARROW, "height": 640})
    keyboard.pick("Taal", "ar")
    keyboard.press("Begin het voorbeeld")
    newcomer.look("preview-welcome", "ar", "rtl")
    page.set_viewport_size({"width": NARROW, "height": 640})
    keyboard.press("ابدأ بالسؤال الأول")
    own = 0
    while "/vraag/" in page.url:
        if f"/vraag/{HERE.lower()}." in page.url:
            own += 1
            assert ARABIC in page.locator("h1").inner_text()
            if own == 1:
                newcomer.look("preview-own-question", "ar", "rtl")
        keyboard.reach(page.locator("main input:not([type=hidden]), main textarea").first)
        page.keyboard.press("Space")
        keyboard.press("السؤال التالي")
    assert own == 2, "the first option of the conversation is yes"
    newcomer.look("preview-review", "ar", "rtl")
    keyboard.follow("Stop")


def publish(newcomer: Newcomer) -> None:
    """Read what follows from publishing, publish, and come to where a round is opened."""
    page, keyboard = newcomer.page, newcomer.keyboard
    keyboard.follow("Vaststellen")
    newcomer.look("publish")
    keyboard.tick("Ik heb dit gelezen. De vragenlijst mag vast.")
    keyboard.press("Stel de vragenlijst vast")
    assert "De vragenlijst is vastgesteld." in page.locator("main").inner_text()
    newcomer.look("published")
    keyboard.follow("Plan een meting")
    chosen: Any = page.locator("select option:checked").first.inner_text()
    assert f"{HERE.lower()}.wmo@1" in chosen


def open_a_round(newcomer: Newcomer) -> None:
    """Plan a round with the questionnaire that was just published, and make codes for it."""
    page, keyboard = newcomer.page, newcomer.keyboard
    newcomer.look("new-round")
    today = clock.dutch_day()
    following = "Bewaar en ga naar de volgende stap"
    keyboard.type("Wat wilt u weten?", "Of de hulp genoeg is.")
    keyboard.type("Wie gaat de uitkomsten gebruiken, en waarvoor?", "Het team Wmo.")
    keyboard.type("Titel voor cliënten", "Uw ervaringen met hulp")
    keyboard.type("Naam van de meting", "wmo-proef")
    keyboard.press(following)
    newcomer.look("plan-moment")
    keyboard.day("Eerste dag waarop mensen kunnen invullen", today)
    keyboard.day("Laatste dag", today + timedelta(days=30))
    keyboard.press(following)
    newcomer.look("plan-target")
    keyboard.type("Over wie gaat de meting?", "Iedereen die hulp kreeg.")
    keyboard.choose("Met codes die u zelf uitdeelt, bijvoorbeeld aan het loket.")
    keyboard.type("Deelt u codes uit: hoeveel cliënten zijn er in elke groep?", "Begeleiding; 850")
    keyboard.press(following)
    newcomer.look("plan-method")
    keyboard.press(following)
    newcomer.look("plan-execution")
    keyboard.type("Telefoonnummer voor hulp bij het invullen", "14 024")
    keyboard.press("Bewaar dit plan")
    newcomer.look("plan")
    keyboard.follow("Begin het veldwerk")
    newcomer.look("plan-begin")
    keyboard.press("Begin het veldwerk")
    assert "Het veldwerk is begonnen." in page.locator("main").inner_text()
    newcomer.look("round")
    keyboard.follow("Naar het veldwerk")
    keyboard.type("Begeleiding", "1")
    with page.expect_download() as download:
        keyboard.reach(page.get_by_role("button", name="Maak de codes en download ze"))
        page.keyboard.press("Enter")
    link = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()[1].split(";")[2]
    page.goto(newcomer.address + urlsplit(link).path)
    assert "Uw ervaringen met hulp" in page.locator("body").inner_text()


def look_with_script(newcomer: Newcomer, open_page: OpenPage) -> None:
    """Look at the pages once more with script: what axe finds, and where the keyboard leads."""
    page = open_page(NARROW, script=True)
    page.context.add_cookies(newcomer.page.context.cookies())  # type: ignore[arg-type]  # what it gives it also takes
    for name in ("overview-two-questions", "published", "condition-kept", "checks", "preview-review"):
        page.goto(newcomer.seen[name])
        ready(page)
        # The bar of a preview is in the language of who looks, and so may run against the page.
        problems = axe_problems(page) + ([] if name.startswith("preview") else keyboard_problems(page))
        assert not problems, f"{name}: {problems}"
