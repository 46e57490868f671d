"""Days pass, rounds close, and clocks are wrong: nothing that was saved is lost, and a page says what is the matter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest
from arrangements import OpenedRound, arrange_round, simulated
from sqlmodel import select
from web.reading import Resident
from web.running import Site

from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from questionnaires.answering import form_values

pytestmark = pytest.mark.anyio

FIRST_DAY, LAST_DAY = date(2026, 11, 1), date(2026, 11, 30)
NEXT = "Volgende vraag"


class Clock:
    """What the server takes for the time. Set in Dutch winter time, an hour ahead of UTC."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
        clock = self

        class Shown(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return clock.moment.astimezone(tz)

        patch.setattr("ceo.clock.datetime", Shown)

    def show(self, day: date, hour: int, minute: int = 0) -> None:
        """Set the clock, forward or back."""
        self.moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def open_round(site: Site) -> OpenedRound:
    code = next(site.unused)
    return await arrange_round(
        site.database,
        site.settings,
        municipality=code,
        measurement=f"klok-{code.lower()}",
        opens_on=FIRST_DAY,
        closes_on=LAST_DAY,
    )


async def answer_first(browser: Resident, opened: OpenedRound) -> None:
    """Come in, and answer the first question."""
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    await browser.press(browser.page.form.buttons[0][2])
    await browser.press(NEXT, {"GES01": ["nee"]})
    assert browser.place.endswith("/vraag/aanvragen")


async def draft_of(site: Site, opened: OpenedRound) -> Draft:
    async with tenant_reading(site.database, opened.municipality) as session:
        return await session.get_one(Draft, opened.key().draft_id)


async def test_a_page_that_is_open_when_the_round_closes_takes_no_answer_and_says_until_when_it_could(
    site: Site, clock: Clock
) -> None:
    opened, browser = await open_round(site), site.browser()
    clock.show(LAST_DAY, 23, 58)
    await answer_first(browser, opened)
    clock.show(LAST_DAY + timedelta(days=1), 0, 1)
    page = await browser.press(NEXT, {"TOE01": ["eens"]})
    assert browser.answer.status_code == 410
    assert page.headings == ["De vragenlijst is gesloten"]
    assert "30 november 2026" in page.text
    assert {item: answer["value"] for item, answer in (await draft_of(site, opened)).answers.items()} == {
        "GES01": "nee"
    }


async def test_who_fills_in_through_midnight_notices_nothing(site: Site, clock: Clock) -> None:
    opened, browser = await open_round(site), site.browser()
    clock.show(date(2026, 11, 20), 23, 58)
    await answer_first(browser, opened)
    clock.show(date(2026, 11, 21), 0, 1)
    await fill_in(browser)
    assert browser.place.endswith("/klaar")
    async with tenant_reading(site.database, opened.municipality) as session:
        [submission] = await session.exec(select(Submission))
    assert submission.answers["GES01"]["value"] == "nee"


async def test_when_the_clock_is_set_back_a_day_everybody_goes_on(site: Site, clock: Clock) -> None:
    opened, browser = await open_round(site), site.browser()
    await answer_first(browser, opened)
    clock.moment -= timedelta(days=1)
    await browser.open(f"/{opened.municipality}/verder")
    assert browser.place.endswith("/vraag/aanvragen")
    await fill_in(browser)
    assert browser.place.endswith("/klaar")


async def test_a_clock_before_the_first_day_keeps_what_was_filled_in_until_it_is_right_again(
    site: Site, clock: Clock
) -> None:
    opened, browser = await open_round(site), site.browser()
    await answer_first(browser, opened)
    right = clock.moment
    clock.show(FIRST_DAY - timedelta(days=1), 12)
    window = browser.page.form
    page = await browser.press(NEXT, {"TOE01": ["eens"]})
    assert (browser.answer.status_code, page.headings) == (403, ["De vragenlijst is nog niet open"])
    clock.moment = right
    await browser.post(window.action, window.filled({"TOE01": ["eens"]}, NEXT))
    assert browser.place.endswith("/vraag/op-tijd")
    assert set((await draft_of(site, opened)).answers) == {"GES01", "TOE01"}


async def fill_in(browser: Resident) -> None:
    """Answer what is left, and send."""
    answers = simulated()
    while not browser.place.endswith("/klaar"):
        if "/vraag/" not in browser.place:
            await browser.press(browser.page.form.buttons[0][2])
            continue
        [item] = browser.page.form.asked
        values = form_values(answers[item], None) if item != "VER01" else ()
        await browser.press(NEXT if values else "Vraag overslaan", {item: values} if values else {})
