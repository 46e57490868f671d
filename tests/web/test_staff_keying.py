"""Keying forms on paper in the workplace: one page a form, a look before sending, and two keyers who settle their differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from arrangements import OpenedRound, simulated, wmo_core
from sqlmodel import col, select, update
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.paper import KeyedForm
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.paper.forms import needs_second
from ceo.workflows.rights import Role
from questionnaires.answering import form_values

pytestmark = pytest.mark.anyio

OPEN, READY, BLANK = "Open deze lijst", "Klaar: controleer deze lijst", "Wat hier leeg is, is op papier ook leeg"
SEND, SETTLE = "Verstuur deze lijst", "Zo staat het op papier: verstuur de lijst"
EMPTY, UNCLEAR, SEVERAL = "papier:leeg", "papier:onduidelijk", "papier:meer"


async def desk(site: Site, opened: OpenedRound, name: str = "Noor Jansen") -> Resident:
    """Return a browser of a fieldworker at the page where keying begins."""
    browser = await staff_browser(site, {opened.municipality: Role.FIELDWORKER}, name=name)
    await browser.open(place(opened))
    return browser


def place(opened: OpenedRound) -> str:
    return f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/invoeren"


def number_of(opened: OpenedRound, *, twice: bool, skip: int = 0) -> int:
    """Return the number of a client whose form is keyed twice, or once."""
    secret = opened.settings.secret_key
    found = [n for n in range(len(opened.codes)) if needs_second(secret, opened.key(n).keyed_form) is twice]
    return found[skip]


def on_paper(number: int = 0, **changed: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return what a keyer fills in for a simulated client; questions that were left open are marked so."""
    questionnaire, given = wmo_core(), dict[str, Sequence[str]]()
    for item, answer in simulated(number).items():
        scale = questionnaire.scale_of(questionnaire.item(item))
        values = form_values(answer, scale)
        words = item == "VER01"
        given[item] = values or ([""] if words else [EMPTY])
    return {**given, **changed}


def other(item: str, number: int = 0) -> list[str]:
    scale = wmo_core().scale_of(wmo_core().item(item))
    assert scale is not None
    return [next(code.code for code in scale.codes if code.code != simulated(number)[item].value)]


async def rows(site: Site, opened: OpenedRound, table: type[Any]) -> list[Any]:
    async with tenant_reading(site.database, opened.municipality) as session:
        return list(await session.exec(select(table)))


@pytest.fixture
async def opened(site: Site) -> OpenedRound:
    return await site.round(invited={"Begeleiding": 100})


async def test_a_form_is_keyed_looked_over_and_sent_once(site: Site, opened: OpenedRound) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    page = await browser.press(OPEN, {"code": [opened.codes[number].lower()]})
    assert opened.codes[number] in page.text
    assert opened.codes[number] not in browser.place
    page = await browser.press(READY, on_paper())
    assert page.headings[0] == "Kijk de lijst na"
    assert await rows(site, opened, Submission) == []
    page = await browser.press(SEND)
    assert "De lijst is verstuurd en telt mee." in page.text
    assert "U voerde vandaag 1 lijst in." in page.text
    [sent] = await rows(site, opened, Submission)
    assert (sent.mode, sent.language) == ("paper", "nl")
    page = await browser.press(OPEN, {"code": [opened.codes[number]]})
    assert browser.answer.status_code == 422
    assert "Met deze code zijn al antwoorden verstuurd." in page.text


async def test_the_questions_have_the_order_and_the_numbers_of_the_paper_whatever_was_answered(
    site: Site, opened: OpenedRound
) -> None:
    browser = await desk(site, opened)
    page = await browser.press(OPEN, {"code": [opened.codes[0]]})
    [form] = [form for form in page.forms if form.action.endswith("/formulier")]
    asked = list(
        dict.fromkeys(field.name for field in form.fields if field.name[:3].isupper() and "-" not in field.name)
    )
    assert asked == [item for page in wmo_core().pages for item in page.items]
    assert "1. Had u de afgelopen 12 maanden een gesprek" in page.text


async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_lost(site: Site, opened: OpenedRound) -> None:
    browser = await desk(site, opened)
    await browser.press(OPEN, {"code": [opened.codes[0]]})
    page = await browser.press(READY, {"GES01": ["ja"], "VER01": ["Goede hulp."], "VER01-mag": ["leren_intern"]})
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    wrong = {href for href, _ in page.links if href.startswith("#") and href != "#inhoud"}
    assert wrong == {f"#{item.id}-1" for item in wmo_core().items} - {"#GES01-1", "#VER01-1"}
    [form] = [form for form in page.forms if form.action.endswith("/formulier")]
    kept = {(field.name, field.value) for field in form.fields if field.on}
    assert {("GES01", "ja"), ("VER01", "Goede hulp."), ("VER01-mag", "leren_intern")} <= kept
    assert await rows(site, opened, KeyedForm) == []


async def test_a_question_that_could_be_skipped_on_paper_may_be_left_open(site: Site, opened: OpenedRound) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    await browser.press(OPEN, {"code": [opened.codes[number]]})
    answers = on_paper(GES01=["nee"])
    for item in ("TOE03", "KWA01"):
        answers.pop(item, None)
    page = await browser.press(READY, answers)
    assert browser.answer.status_code == 200
    assert page.headings[0] == "Kijk de lijst na"


async def test_answers_off_the_path_are_told_and_kept_out(site: Site, opened: OpenedRound) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    await browser.press(OPEN, {"code": [opened.codes[number]]})
    page = await browser.press(READY, on_paper(GES01=["nee"], TOE03=["eens"], KWA01=[EMPTY]))
    assert page.text.count("Telt niet mee.") == 1
    await browser.press(SEND)
    [sent] = await rows(site, opened, Submission)
    assert (sent.answers["TOE03"], sent.dropped) == ({"version": 1, "missing": "not_asked"}, 1)


async def test_what_cannot_be_read_and_two_crosses_are_no_answer_and_are_told_as_such(
    site: Site, opened: OpenedRound
) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    await browser.press(OPEN, {"code": [opened.codes[number]]})
    marked = {"EFF01": [SEVERAL], "EFF02": [UNCLEAR], "LFT01": [EMPTY]}
    page = await browser.press(READY, {**on_paper(), **marked})
    for words in ("Twee of meer kruisjes", "Onduidelijk of niet te lezen", "Niets ingevuld"):
        assert words in page.text
    await browser.press(SEND)
    [sent] = await rows(site, opened, Submission)
    assert {sent.answers[item]["missing"] for item in marked} == {"skipped"}


async def test_what_is_left_open_can_be_said_to_be_open_on_paper_too(site: Site, opened: OpenedRound) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    await browser.press(OPEN, {"code": [opened.codes[number]]})
    page = await browser.press(BLANK, {"GES01": ["ja"]})
    assert page.headings[0] == "Kijk de lijst na"
    page = await browser.press("Verander iets")
    [form] = [form for form in page.forms if form.action.endswith("/formulier")]
    on = {(field.name, field.value) for field in form.fields if field.on}
    assert {("GES01", "ja"), ("EFF01", EMPTY)} <= on


async def test_a_story_comes_with_its_uses_and_a_warning_about_names(site: Site, opened: OpenedRound) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    page = await browser.press(OPEN, {"code": [opened.codes[number]]})
    assert "mij bellen" not in page.text, "paper holds no number to call"
    story = {"VER01": ["Bel mij op 06 12345678 over de hulp."], "VER01-mag": ["leren_intern"]}
    page = await browser.press(READY, {**on_paper(), **story})
    assert "een telefoonnummer" in page.text
    await browser.press(SEND)
    [sent] = await rows(site, opened, Submission)
    assert sent.consents == {"VER01": {"given": ["leren_intern"], "withdrawn": []}}


async def test_two_keyers_who_differ_settle_it_with_the_paper(site: Site, opened: OpenedRound) -> None:
    number = number_of(opened, twice=True)
    anna, bram = await desk(site, opened, "Anna"), await desk(site, opened, "Bram")
    await anna.press(OPEN, {"code": [opened.codes[number]]})
    page = await anna.press(READY, {**on_paper(), "VER01": ["Een verhaal van Anna"]})
    assert page.headings[0] == "Nog een keer invoeren door een collega"
    page = await anna.open(place(opened))
    assert "Nog een keer invoeren door een collega 1" in page.text
    page = await bram.press(OPEN, {"code": [opened.codes[number]]})
    assert page.headings[0] == "Tweede keer invoeren"
    assert "Anna" not in page.text
    assert not [field for field in page.forms[-1].fields if field.kind == "radio" and field.on]
    page = await bram.press(READY, {**on_paper(EFF01=other("EFF01")), "VER01": ["een verhaal van anna!"]})
    assert page.headings[0] == "Verschillen oplossen"
    assert await rows(site, opened, Submission) == []
    page = await bram.press(SETTLE)
    assert browser_status(bram) == 422, "nobody settles by pressing a button"
    page = await bram.press(SETTLE, {"EFF01": other("EFF01")})
    assert "De lijst is verstuurd en telt mee." in page.text
    assert "Bij 1 was er een verschil" in page.text
    [sent] = await rows(site, opened, Submission)
    assert sent.answers["EFF01"]["value"] == other("EFF01")[0]
    assert sent.answers["VER01"]["value"] == "Een verhaal van Anna"
    assert await rows(site, opened, KeyedForm) == []


def browser_status(browser: Resident) -> int:
    return browser.answer.status_code


async def test_two_keyers_who_agree_send_the_form(site: Site, opened: OpenedRound) -> None:
    number = number_of(opened, twice=True)
    for name in ("Anna", "Bram"):
        browser = await desk(site, opened, name)
        await browser.press(OPEN, {"code": [opened.codes[number]]})
        page = await browser.press(READY, on_paper())
    assert "De lijst is verstuurd en telt mee." in page.text
    assert len(await rows(site, opened, Submission)) == 1


async def test_a_form_that_a_colleague_keyed_meanwhile_is_not_overwritten(site: Site, opened: OpenedRound) -> None:
    number = number_of(opened, twice=False)
    anna, bram = await desk(site, opened, "Anna"), await desk(site, opened, "Bram")
    for browser in (anna, bram):
        await browser.press(OPEN, {"code": [opened.codes[number]]})
    await anna.press(READY, on_paper())
    page = await bram.press(READY, on_paper(EFF01=other("EFF01")))
    assert bram.answer.status_code == 409
    assert "Een collega heeft deze lijst intussen ook ingevoerd" in page.text
    await bram.press(SEND)
    [sent] = await rows(site, opened, Submission)
    assert sent.answers["EFF01"].get("value") == simulated(0)["EFF01"].value


async def test_what_was_keyed_can_be_thrown_away_before_it_is_sent(site: Site, opened: OpenedRound) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    await browser.press(OPEN, {"code": [opened.codes[number]]})
    await browser.press(READY, on_paper())
    page = await browser.press("Gooi weg")
    assert "is weggegooid" in page.text
    assert await rows(site, opened, KeyedForm) == []
    assert "Er wacht niets." in page.text


async def test_a_wrong_code_is_told_and_can_be_mended(site: Site, opened: OpenedRound) -> None:
    later = await site.round()
    browser = await desk(site, opened)
    for typed, words in (
        ("", "Vul de code in."),
        ("BCDF", "Dit is geen code."),
        ("BCDF-GHJK-3467", "Deze code kennen wij niet."),
        (later.codes[0], "Deze code kennen wij niet."),
        (f"https://ceo.example/{later.municipality}/code/{later.codes[0]}", "Deze code is van een andere gemeente."),
    ):
        page = await browser.press(OPEN, {"code": [typed]})
        assert browser.answer.status_code == 422
        assert words in page.text
        assert {href for href, _ in page.links if href == "#code"}


async def test_a_scanned_page_of_the_form_opens_it(site: Site, opened: OpenedRound) -> None:
    from exports.paper.form import Copy, plain_code

    browser = await desk(site, opened)
    scanned = f"{plain_code(Copy(opened.codes[0]))}/2/0A1B2C3D"
    page = await browser.press(OPEN, {"code": [scanned]})
    assert opened.codes[0] in page.text


async def test_after_closing_nothing_is_keyed(site: Site, opened: OpenedRound) -> None:
    browser, number = await desk(site, opened), number_of(opened, twice=False)
    await browser.press(OPEN, {"code": [opened.codes[number]]})
    async with tenant_transaction(site.database, opened.municipality) as session:
        closed = update(Round).where(col(Round.id) == opened.round_id).values(stage=RoundStage.CLOSED.value)
        await session.exec(closed)
    page = await browser.press(READY, on_paper())
    assert browser.answer.status_code == 422
    assert "De meting staat niet open" in page.text
    assert OPEN not in [words for form in page.forms for _, _, words in form.buttons]
