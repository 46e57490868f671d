"""Planning a round as a fieldworker does, step by step in the browser of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from web.reading import Resident

from ceo.clock import dutch_day

NEXT = "Bewaar en ga naar de volgende stap"

AIM: Mapping[str, list[str]] = {
    "aim": ["Of mensen de hulp genoeg vinden."],
    "users": ["Het team Wmo, voor het gesprek met aanbieders."],
    "title": ["Uw ervaringen met hulp"],
    "measurement": ["wmo-proef"],
}
TARGET: Mapping[str, list[str]] = {
    "target": ["Iedereen die dit jaar hulp kreeg."],
    "coming": ["codes"],
    "strata": ["Begeleiding; 850\nHulp bij het huishouden; 1.200"],
}
EXECUTION: Mapping[str, list[str]] = {"phone": ["14 030"], "reminders": ["1"], "reminder_days": ["14"]}


def days(opens: int, closes: int) -> dict[str, list[str]]:
    """The first and last day of a round, counted from today."""
    today = dutch_day()
    return {
        "opens_on": [(today + timedelta(days=opens)).isoformat()],
        "closes_on": [(today + timedelta(days=closes)).isoformat()],
    }


async def plan_round(
    browser: Resident,
    code: str,
    version: str,
    *,
    aim: Mapping[str, list[str]] = AIM,
    target: Mapping[str, list[str]] = TARGET,
    lasts: tuple[int, int] = (0, 30),
    method: Mapping[str, list[str]] | None = None,
) -> str:
    """Fill in all five steps; return the address of the plan."""
    await browser.open(f"/werk/{code}/metingen/nieuw")
    await browser.press(NEXT, {**aim, "questionnaire": [version]})
    await browser.press(NEXT, {"moment": ["once"], **days(*lasts)})
    await browser.press(NEXT, target)
    await browser.press(NEXT, dict(method or {}))
    erase_on = (dutch_day() + timedelta(days=lasts[1] + 60)).isoformat()
    await browser.press("Bewaar dit plan", {**EXECUTION, "erase_on": [erase_on]})
    return browser.place


async def begin_fieldwork(browser: Resident) -> str:
    """From a plan that is complete to the field; return the address of the round."""
    await browser.open(browser.page.link("Begin het veldwerk"))
    await browser.press("Begin het veldwerk")
    return browser.place
