"""The link in a mail for getting no more of them: looking changes nothing, one click is enough, and it needs nothing but the link."""

from __future__ import annotations

import pytest
from mailed_rounds import MailedRound, add_clients, address_of, everyone_mailed
from sqlmodel import select
from web.reading import Resident
from web.running import Site

from ceo.clock import dutch_day, now
from ceo.storage.clients import OptOut
from ceo.storage.contacts import InvitationState
from ceo.storage.letters import OutgoingMail
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.inviting.unsubscribing import PLACE, unsubscribe_link

pytestmark = pytest.mark.anyio

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def mailed(site: Site) -> tuple[MailedRound, str, str]:
    """Return a round with a client who got a mail, the address of the link in it, and the hash of that person."""
    opened = await site.round()
    await add_clients(site.database, site.settings, opened, 1)
    round_ = MailedRound(site.database, site.settings, opened, now())
    [recipient] = await everyone_mailed(round_)
    [mail] = await round_.mails()
    link = unsubscribe_link(site.settings, opened.municipality, mail.id)
    assert link.startswith(f"http://testserver.local/{opened.municipality}/{PLACE}")
    return round_, link.removeprefix("http://testserver.local"), recipient


async def opted_out(round_: MailedRound) -> list[str]:
    async with tenant_reading(round_.database, round_.municipality) as session:
        return [row.person_hash for row in await session.exec(select(OptOut))]


async def state(round_: MailedRound) -> str:
    return (await round_.invitations())[address_of(1)].state


async def test_looking_changes_nothing_and_one_press_of_the_button_is_enough(site: Site, browser: Resident) -> None:
    round_, link, person = await mailed(site)
    page = await browser.open(link)
    assert browser.answer.status_code == 200
    assert page.headings == ["Wilt u geen mail meer over dit soort onderzoek?"]
    assert (await browser.client.head(link)).status_code == 200
    assert (await opted_out(round_), await state(round_)) == ([], "open")
    page = await browser.press("Stuur mij geen mail meer")
    assert page.headings == ["U bent afgemeld"]
    assert await opted_out(round_) == [person]
    assert await state(round_) == InvitationState.REFUSED
    assert (await browser.open(link)).headings == ["U bent afgemeld"]


async def test_a_mail_program_needs_one_request_without_cookie_or_redirect_and_twice_is_once(site: Site) -> None:
    round_, link, person = await mailed(site)
    for _ in range(2):
        program = site.browser()
        answer = await program.client.post(link, data=ONE_CLICK)
        assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    answer = await site.browser().client.post(link, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert await opted_out(round_) == [person]
    async with tenant_reading(round_.database, round_.municipality) as session:
        [row] = await session.exec(select(OptOut))
    assert row.since == dutch_day()


async def test_answers_that_were_sent_stay_sent(site: Site, browser: Resident) -> None:
    round_, link, person = await mailed(site)
    await round_.change(1, state=InvitationState.COMPLETE.value)
    await browser.client.post(link, data=ONE_CLICK)
    assert (await opted_out(round_), await state(round_)) == ([person], "complete")


async def test_a_link_that_was_changed_or_is_of_another_municipality_does_nothing(
    site: Site, browser: Resident
) -> None:
    round_, link, _ = await mailed(site)
    other = next(site.unused)
    changed = link[:-1] + ("A" if link[-1] != "A" else "B")
    elsewhere = link.replace(round_.municipality, other)
    for wrong in (changed, elsewhere, link + "A", link[:-4], f"/{other}/{PLACE}é", f"/{other}/{PLACE}{'x' * 3000}"):
        for answer in (await browser.client.get(wrong), await browser.client.post(wrong, data=ONE_CLICK)):
            assert answer.status_code == 404, wrong
    assert (await opted_out(round_), await state(round_)) == ([], "open")


async def test_after_the_contacts_were_erased_nobody_knows_any_more_whose_link_it_was(
    site: Site, browser: Resident
) -> None:
    round_, link, _ = await mailed(site)
    async with tenant_transaction(round_.database, round_.municipality) as session:
        for row in await session.exec(select(OutgoingMail)):
            await session.delete(row)
    for answer in (await browser.client.get(link), await browser.client.post(link, data=ONE_CLICK)):
        assert answer.status_code == 410
    assert await opted_out(round_) == []


async def test_the_page_is_read_in_the_language_that_is_chosen_there(site: Site, browser: Resident) -> None:
    _, link, _ = await mailed(site)
    page = await browser.open(link)
    page = await browser.press("العربية")
    assert browser.place == link
    assert ("html", {"lang": "ar", "dir": "rtl"}) in page.elements
    assert page.form.action == link
    page = await browser.post(link, [])
    assert ("html", {"lang": "ar", "dir": "rtl"}) in page.elements


async def test_a_form_from_another_site_is_refused(site: Site, browser: Resident) -> None:
    round_, link, _ = await mailed(site)
    answer = await browser.client.post(link, data=ONE_CLICK, headers={"origin": "https://kwaad.example"})
    assert answer.status_code == 403
    assert await opted_out(round_) == []
