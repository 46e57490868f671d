"""Changing the looks of a municipality in the workplace: an example first, and nothing that people cannot read."""

from __future__ import annotations

import pytest
from web.reading import Form, Resident, Served
from web.running import Site
from web.staffing import staff_browser

from ceo.web.staff.house_style import MEETING
from ceo.web.staff.house_style_form import COLOURS
from ceo.workflows.house.contrast import PAIRS
from ceo.workflows.house.themes import DEFAULTS, FONTS, RADIUS
from ceo.workflows.rights import Role

pytestmark = pytest.mark.anyio

BUTTON = "--basis-color-action-1-inverse-bg-default"
SEE, USE = "Bekijk het voorbeeld", "Neem in gebruik"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1H0z" fill="#5b2a86"/></svg>'


async def editing(site: Site) -> tuple[Resident, str]:
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.EDITOR})
    await browser.open(f"/werk/{code}/huisstijl")
    return browser, code


async def test_a_style_is_tried_and_then_used_and_undone(site: Site) -> None:
    browser, code = await editing(site)
    page = await browser.press(SEE, {BUTTON: ["#5b2a86"], "phone": ["14 0123"]})
    assert browser.answer.status_code == 200
    example = next(at["href"] for _, at in page.elements if "voorbeeld.css" in at.get("href", ""))
    assert f"{BUTTON}: #5b2a86;" in (await browser.client.get(example)).text
    resident = site.browser()
    await resident.open(f"/{code}/stijl.css")
    assert "#5b2a86" not in resident.answer.text
    page = await browser.press(USE)
    assert "In gebruik." in page.text
    await resident.open(f"/{code}/stijl.css")
    assert f"{BUTTON}: #5b2a86;" in resident.answer.text
    assert "14 0123" in (await resident.open(f"/{code}/privacy")).text.replace("\N{NO-BREAK SPACE}", " ")
    await browser.press("Ga terug naar de vorige huisstijl")
    await resident.open(f"/{code}/stijl.css")
    assert "#5b2a86" not in resident.answer.text


async def test_colours_that_people_cannot_read_are_shown_and_not_used(site: Site) -> None:
    browser, code = await editing(site)
    page = await browser.press(USE, {BUTTON: ["#ffee99"]})
    assert browser.answer.status_code == 422
    assert "Tekst op een knop: het contrast is 1,1" in page.text
    resident = site.browser()
    await resident.open(f"/{code}/stijl.css")
    assert "#ffee99" not in resident.answer.text


async def test_everything_that_is_wrong_is_told_at_its_field_and_what_was_typed_stays(site: Site) -> None:
    browser, _ = await editing(site)
    page = await browser.press(
        USE, {"phone": ["bel ons"], "email": ["geen adres"], "website": ["https://www.proef.nl"]}
    )
    assert browser.answer.status_code == 422
    assert {href for href, _ in page.links} >= {"#phone", "#email"}
    kept = {control.name: control.value for control in style_form(page).fields}
    assert (kept["phone"], kept["website"]) == ("bel ons", "https://www.proef.nl")


async def test_a_logo_and_a_theme_come_from_files_and_stay_with_the_example(site: Site) -> None:
    browser, code = await editing(site)
    form = style_form(browser.page)
    fields = {name: value for name, value in form.filled({}, SEE) if name not in {"thema", "logo-bestand"}}
    files = {
        "logo-bestand": ("logo.svg", SVG, "image/svg+xml"),
        "thema": ("thema.css", f":root {{ {BUTTON}: #1c5c2e }}".encode(), "text/css"),
    }
    browser.answers.append(await browser.client.post(form.action, data=fields, files=files))
    page = browser.page
    assert any(tag == "img" and at["src"].startswith("data:image/svg") for tag, at in page.elements)
    await browser.press(USE)
    resident = site.browser()
    await resident.open(f"/{code}/stijl.css")
    assert "#1c5c2e" in resident.answer.text
    assert "data:image/svg" in resident.answer.text


async def test_two_editors_never_overwrite_each_other_silently(site: Site) -> None:
    first, code = await editing(site)
    second = await staff_browser(site, {code: Role.OWNER})
    await second.open(f"/werk/{code}/huisstijl")
    await first.press(USE, {BUTTON: ["#5b2a86"]})
    page = await second.press(USE, {"phone": ["14 0123"]})
    assert browser_told(second, "Iemand anders veranderde de huisstijl net.")
    assert {control.name: control.value for control in style_form(page).fields}["phone"] == "14 0123"
    await second.press(USE)
    assert "In gebruik." in second.page.text


def style_form(page: Served) -> Form:
    """The form of the style, among those around it."""
    return next(form for form in page.forms if form.action.endswith("/huisstijl"))


def browser_told(browser: Resident, words: str) -> bool:
    return browser.answer.status_code == 422 and words in browser.page.text


async def test_the_example_holds_plain_values_only(site: Site) -> None:
    browser, code = await editing(site)
    strange = {BUTTON: "red; } body { display: none", "--x": "1", RADIUS: "4px", FONTS: "url(https://elders.nl)"}
    answer = await browser.client.get(f"/werk/{code}/huisstijl/voorbeeld.css", params=strange)
    assert "display" not in answer.text
    assert "elders" not in answer.text
    assert f"{RADIUS}: 4px;" in answer.text


def test_every_colour_and_every_meeting_of_colours_has_words() -> None:
    assert set(COLOURS) == set(DEFAULTS) - {FONTS, RADIUS}
    assert [pair.what for pair in PAIRS] == list(MEETING)
