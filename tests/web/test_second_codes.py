"""A reminder brings another code: with it somebody can take part, begun or not, and answers count once."""

from __future__ import annotations

import pytest
from arrangements import OpenedRound
from sqlmodel import select
from web.reading import Resident
from web.running import Site
from web.walking import SKIP

from ceo.storage.contacts import Invitation, SecondCode
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.access_codes import access_key, draw_code, read_code

pytestmark = pytest.mark.anyio


async def reminded(site: Site, opened: OpenedRound) -> str:
    """Give the first client of a round a second code, as a reminder does; return it."""
    code = draw_code()
    key = access_key(site.settings.secret_key, opened.municipality, read_code(code) or "")
    async with tenant_transaction(site.database, opened.municipality) as session:
        first = await session.get_one(Invitation, opened.key().access_hash)
        session.add(
            SecondCode(municipality=opened.municipality, access_hash=key.access_hash, invitation_hash=first.access_hash)
        )
    return code


async def answer_all(browser: Resident) -> None:
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    await browser.press("Verstuur mijn antwoorden")


async def sent(site: Site, opened: OpenedRound) -> int:
    async with reading_across(site.database) as session:
        rows = await session.exec(select(Submission).where(Submission.round_id == opened.round_id))
        return len(rows.all())


async def test_with_the_code_of_a_reminder_somebody_takes_part(site: Site) -> None:
    opened = await site.round()
    browser = site.browser()
    await browser.open(f"/{opened.municipality}/code/{await reminded(site, opened)}")
    await browser.press("Begin met de eerste vraag")
    await answer_all(browser)
    assert browser.place.endswith("/klaar")
    assert await sent(site, opened) == 1


async def test_who_began_with_the_first_code_is_told_so_and_can_begin_again_with_the_second(site: Site) -> None:
    opened = await site.round()
    first, second = site.browser(), site.browser()
    await first.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    await first.press("Begin met de eerste vraag")
    page = await second.open(f"/{opened.municipality}/code/{await reminded(site, opened)}")
    assert "Met de code uit uw eerste brief of mail was u al begonnen." in page.text
    await second.press("Begin met de eerste vraag")
    assert "/vraag/" in second.place


async def test_answers_count_once_whatever_code_is_sent_first(site: Site) -> None:
    opened = await site.round()
    code = await reminded(site, opened)
    first, second = site.browser(), site.browser()
    for browser, own in ((first, opened.codes[0]), (second, code)):
        await browser.open(f"/{opened.municipality}/code/{own}")
        await browser.press("Begin met de eerste vraag")
    await answer_all(second)
    assert second.place.endswith("/klaar")
    await answer_all(first)
    assert not first.place.endswith("/klaar")
    assert await sent(site, opened) == 1
