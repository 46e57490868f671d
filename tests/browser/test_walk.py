"""The walk of the README with a real browser: come in, answer, check, send, see it counted, open the files."""

from __future__ import annotations

import io
import re
import time
from urllib.request import urlopen

import openpyxl
import pytest
from browser.staging import Demonstration
from looking import NARROW, WIDE, OpenPage, follow
from playwright.sync_api import Page
from pypdf import PdfReader

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MUNICIPALITY = {WIDE: "GM0917", NARROW: "GM0193"}


def answer(page: Page, *, conversation: str) -> None:
    """Answer the question on the page as a person would: tap an option, or tell a story."""
    if page.locator("textarea").count():
        page.fill("textarea", "De hulp past goed bij mij.\nAlleen de wachttijd was lang.")
    elif "gesprek" in page.locator("h1").inner_text() and "GES01" in page.content():
        page.get_by_label(conversation, exact=True).check(force=True)
    else:
        page.locator("input[type=radio]").nth(1).check(force=True)


def walk_to_review(page: Page, *, conversation: str = "Nee") -> list[str]:
    """Answer every question and decide about the story; return the progress lines that were seen."""
    follow(page.get_by_role("button", name="Begin met de eerste vraag"))
    seen = []
    while "/vraag/" in page.url:
        seen.append(page.locator(".progress").inner_text())
        answer(page, conversation=conversation)
        follow(page.get_by_role("button", name="Volgende vraag"))
    assert "/toestemming/" in page.url
    page.locator("input[type=checkbox]").nth(1).check(force=True)
    follow(page.get_by_role("button", name="Bewaar en ga verder"))
    return seen


def submitted(page: Page) -> int:
    """Read the number of submissions on a results page."""
    return int(page.locator(".counts dd").nth(1).inner_text().replace(".", ""))


def open_results(page: Page, address: str) -> None:
    """Open a results page once its first edition is there; until then it refreshes itself, which a browser test trips over."""
    deadline = time.monotonic() + 60
    while True:
        with urlopen(address, timeout=30) as answer:
            if b"rapport:" in answer.read():
                break
        assert time.monotonic() < deadline, f"no results at {address}"
        time.sleep(0.3)
    page.goto(address)


@pytest.mark.parametrize("width", MUNICIPALITY)
def test_fourteen_questions_are_answered_sent_and_counted_without_script(
    width: int, demonstration: Demonstration, open_page: OpenPage
) -> None:
    municipality = MUNICIPALITY[width]
    results = f"{demonstration.address}/{municipality}/resultaten/wmo-2026"
    page = open_page(width)
    open_results(page, results)
    before = submitted(page)

    link = demonstration.link(municipality)
    page.goto(link)
    assert page.url.endswith(f"/{municipality}/welkom"), "the code stays in the address bar"
    seen = walk_to_review(page)
    assert seen[-1] == "Vraag 14 van 14"
    assert len(seen) == 14
    assert "De hulp past goed bij mij." in page.locator(".review").inner_text()
    follow(page.get_by_role("button", name="Verstuur mijn antwoorden"))
    assert page.locator("h1").inner_text() == "Dank u wel"

    page.goto(results)
    assert submitted(page) == before + 1
    page.goto(link)
    assert page.locator("h1").inner_text() == "U heeft de vragenlijst al ingevuld"


def test_a_client_stops_and_goes_on_in_another_browser_where_she_was(
    demonstration: Demonstration, open_page: OpenPage
) -> None:
    phone = open_page(320)
    phone.goto(demonstration.link("GM0448"))
    follow(phone.get_by_role("button", name="Begin met de eerste vraag"))
    answer(phone, conversation="Ja")
    follow(phone.get_by_role("button", name="Volgende vraag"))
    phone.locator("input[type=radio]").nth(4).check(force=True)
    second = phone.locator("h1").inner_text()
    follow(phone.get_by_role("button", name="Stop en ga later verder"))
    assert phone.locator("h1").inner_text() == "Uw antwoorden zijn bewaard"

    computer = open_page(1280)
    computer.goto(f"{demonstration.address}/GM0448")
    code = demonstration.codes["wmo-2026"]["GM0448"][0]
    computer.get_by_label("Vul de code van uw brief in").fill(code.lower().replace("-", " "))
    follow(computer.get_by_role("button", name="Ga naar de vragenlijst"))
    follow(computer.get_by_role("button", name="Ga verder"))
    assert computer.locator(".progress").inner_text().startswith("Vraag 3 van")
    follow(computer.get_by_role("link", name="Vorige vraag"))
    assert computer.locator("h1").inner_text() == second
    assert computer.locator("input[type=radio]").nth(4).is_checked()


def test_after_a_link_that_is_wrong_the_code_is_typed_on_the_same_page(
    demonstration: Demonstration, open_page: OpenPage
) -> None:
    page = open_page(320)
    page.goto(f"{demonstration.address}/GM0828/code/BCDF-GHJK-3467")
    page.get_by_label("Vul de code van uw brief in").fill(demonstration.codes["wmo-2026"]["GM0828"][1])
    with page.expect_request(lambda request: request.method == "POST") as sending:
        follow(page.get_by_role("button", name="Ga naar de vragenlijst"))
    assert page.url == f"{demonstration.address}/GM0828/welkom"
    headers = sending.value.all_headers()
    assert headers["origin"] == demonstration.address
    assert "/code/" not in headers.get("referer", "")


def test_a_mistake_is_told_above_the_question_and_beside_it(demonstration: Demonstration, open_page: OpenPage) -> None:
    page = open_page(320)
    page.goto(demonstration.link("GM0828"))
    follow(page.get_by_role("button", name="Begin met de eerste vraag"))
    follow(page.get_by_role("button", name="Volgende vraag"))
    assert page.title().startswith("Fout:")
    link = page.locator(".errors a")
    assert link.inner_text() == page.locator(".question .error").inner_text()
    assert page.locator(link.get_attribute("href") or "").count() == 1
    follow(page.get_by_role("button", name="Vraag overslaan"))
    assert page.locator(".progress").inner_text().startswith("Vraag 2 van")


def test_the_files_of_a_results_page_open_and_say_that_they_are_simulated(
    demonstration: Demonstration, open_page: OpenPage
) -> None:
    page = open_page()
    open_results(page, f"{demonstration.address}/GM0344/resultaten/wmo-2026")
    respondents = submitted(page)
    files = {}
    for name in ("PDF", "XLSX", "CSV"):
        place = page.get_by_role("link", name=name, exact=True).get_attribute("href")
        with urlopen(demonstration.address + (place or ""), timeout=60) as sent:
            files[name] = sent.read()
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(files["PDF"])).pages)
    assert "esimuleerde gegevens" in text
    assert re.search(rf"\b{respondents - 1}\b|\b{respondents}\b", text)
    workbook = openpyxl.load_workbook(io.BytesIO(files["XLSX"]))
    assert any("imuleerd" in str(cell.value) for row in workbook.worksheets[0].iter_rows() for cell in row)
    assert files["CSV"].decode("utf-8-sig").splitlines()[0].startswith("area,")


def test_the_demonstration_prints_where_to_click(demonstration: Demonstration) -> None:
    assert f"{demonstration.address}/" in demonstration.printed
    assert re.search(r"Vragenlijst invullen .*/code/", demonstration.printed)
    assert "gesimuleerde" in demonstration.printed
