"""The pages about the people of a place: whoever may let others in finds the way, and nobody learns what others do elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mail_server import open_mailbox
from web.reading import Resident
from web.running import Site, running
from web.staffing import add_staff, staff_browser

from ceo.clock import now
from ceo.settings import Settings
from ceo.storage.people import NATIONAL, User
from ceo.storage.tenancy import shared_transaction
from ceo.workflows.rights import MUNICIPAL_ROLES, Role
from ceo.workflows.staff.accounts import mail_link_when_needed
from ceo.workflows.staff.people import Member, find_staff, members_of

pytestmark = pytest.mark.anyio

INVITE, SAVE, AWAY = "Nodig uit", "Bewaar", "Haal weg"


async def managing(site: Site) -> tuple[Resident, str]:
    """A browser of the only owner of a municipality, on the list of its people."""
    code = next(site.unused)
    browser = await staff_browser(site, {code: Role.OWNER}, name="Olga Vos")
    await browser.open(f"/werk/{code}/mensen")
    return browser, code


async def invite(browser: Resident, code: str, email: str, name: str = "Ank de Wit", **given: list[str]) -> None:
    await browser.open(f"/werk/{code}/mensen/uitnodigen")
    await browser.press(INVITE, {"email": [email], "name": [name], **given})


async def found(site: Site, code: str, name: str = "Ank de Wit") -> Member:
    return next(member for member in await members_of(site.database, code) if member.name == name)


async def test_somebody_is_invited_changed_and_taken_away(site: Site) -> None:
    browser, code = await managing(site)
    page = browser.page
    assert "U werkt hier nog alleen." in page.text
    assert "(uzelf)" in page.text
    page = await browser.open(page.link("Nodig iemand uit"))
    assert {field.value for field in page.forms[-1].fields if field.name == "roles" and field.on} == {"reader"}
    page = await browser.press(INVITE, {"email": [f"ank@{code.lower()}.nl"], "name": ["Ank de Wit"]})
    email = f"ank@{code.lower()}.nl"
    assert f"{email} kan hier nu werken." in page.text
    assert f"ceo user link {email}" in page.text
    assert page.headings[-2:] == ["Nog niet aangemeld", "Weghalen"]

    page = await browser.press(SAVE, {"roles": ["editor", "partner"], "activities": ["Samen eten\n\nMaatje"]})
    assert "De rollen zijn gewijzigd." in page.text
    assert "Redacteur, Partner (Maatje, Samen eten)" in page.text
    assert "U werkt hier nog alleen." not in page.text

    await browser.open(page.link(email))
    page = await browser.open(browser.page.link(f"Haal {email} hier weg"))
    assert "Deze persoon kan hier meteen niets meer zien of doen." in page.text
    page = await browser.press(AWAY)
    assert "Deze persoon werkt hier niet meer." in page.text
    assert email not in page.text


async def test_everything_that_is_wrong_is_told_at_its_field_and_what_was_typed_stays(site: Site) -> None:
    browser, code = await managing(site)
    await invite(browser, code, "ank", "", roles=["partner"])
    page = browser.page
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout:")
    assert [href for href, _ in page.links if href in {"#email", "#name", "#activities"}] == [
        "#email",
        "#name",
        "#activities",
    ]
    assert {"email-fout", "name-fout", "activities-fout"} <= set(page.ids)
    form = page.forms[-1]
    kept = {field.name: field.value for field in form.fields if field.kind != "checkbox"}
    assert kept["email"] == "ank"
    assert [field.value for field in form.fields if field.name == "roles" and field.on] == ["partner"]
    await browser.press(INVITE, {"roles": []})
    assert "roles-fout" in browser.page.ids
    assert len(await members_of(site.database, code)) == 1


async def test_inviting_gets_the_same_answer_whether_somebody_has_an_account_elsewhere_or_not(site: Site) -> None:
    browser, code = await managing(site)
    elsewhere = await add_staff(site.database, {next(site.unused): Role.OWNER}, name="Somebody else")
    staff = await find_staff(site.database, elsewhere)
    assert staff is not None
    pages = []
    for email in (staff.email, f"x{staff.email[1:]}"):
        await invite(browser, code, email)
        member_id = browser.place.rpartition("/")[2]
        pages.append(browser.answer.text.replace(member_id, "ID").replace(email, "EMAIL"))
    assert pages[0] == pages[1]
    page = await browser.open(f"/werk/{code}/mensen")
    assert page.text.count("nog niet") == 3  # nobody of them has signed in here, whatever they do elsewhere


async def test_somebody_of_here_is_not_invited_again(site: Site) -> None:
    browser, code = await managing(site)
    (olga,) = await members_of(site.database, code)
    await invite(browser, code, olga.email.upper())
    assert browser.answer.status_code == 422
    assert "Deze persoon werkt hier al." in browser.page.text


async def test_the_last_owner_stays_and_reads_why(site: Site) -> None:
    browser, code = await managing(site)
    (olga,) = await members_of(site.database, code)
    await browser.open(f"/werk/{code}/mensen/{olga.id}")
    page = await browser.press(SAVE, {"roles": ["reader"]})
    assert browser.answer.status_code == 422
    assert "Geef eerst iemand anders die rol." in page.text
    page = await browser.open(f"/werk/{code}/mensen/{olga.id}/weghalen")
    assert "U haalt uzelf weg." in page.text
    page = await browser.press(AWAY)
    assert browser.answer.status_code == 409
    assert "Geef eerst iemand anders die rol." in page.text
    assert len(await members_of(site.database, code)) == 1


async def test_an_owner_who_leaves_is_led_out(site: Site) -> None:
    browser, code = await managing(site)
    await add_staff(site.database, {code: Role.OWNER}, name="Otto")
    olga = await found(site, code, "Olga Vos")
    await browser.open(f"/werk/{code}/mensen/{olga.id}/weghalen")
    await browser.press(AWAY)
    # Who works nowhere any more is signed out.
    assert browser.place == "/werk/aanmelden"


async def test_two_owners_never_overwrite_each_other_silently(site: Site) -> None:
    first, code = await managing(site)
    second = await staff_browser(site, {code: Role.OWNER}, name="Otto")
    await add_staff(site.database, {code: Role.READER}, name="Ank de Wit")
    ank = await found(site, code)
    for browser in (first, second):
        await browser.open(f"/werk/{code}/mensen/{ank.id}")
    await first.press(SAVE, {"roles": ["editor"]})
    page = await second.press(SAVE, {"roles": ["analyst"]})
    assert second.answer.status_code == 409
    assert "Iemand anders heeft dit intussen gewijzigd." in page.text
    assert "Nu Redacteur" in page.text
    assert (await found(site, code)).part.roles == {Role.EDITOR}
    assert [field.value for field in page.forms[-1].fields if field.name == "roles" and field.on] == ["analyst"]
    await second.press(SAVE)
    assert (await found(site, code)).part.roles == {Role.ANALYST}

    await first.open(f"/werk/{code}/mensen/{ank.id}/weghalen")
    await second.open(f"/werk/{code}/mensen/{ank.id}")
    await second.press(SAVE, {"roles": ["reader"]})
    page = await first.press(AWAY)
    assert first.answer.status_code == 409
    assert "Nu Lezer" in page.text


async def test_there_is_no_page_about_who_does_not_work_here(site: Site) -> None:
    browser, code = await managing(site)
    elsewhere = await add_staff(site.database, {next(site.unused): Role.OWNER})
    for their_id in (elsewhere, "x" * 33, "a%00b", "niemand"):
        for address in (f"/werk/{code}/mensen/{their_id}", f"/werk/{code}/mensen/{their_id}/weghalen"):
            await browser.open(address)
            assert browser.answer.status_code == 404, address
            await browser.post(address, await seal_of(browser, code))
            assert browser.answer.status_code == 404, address


async def seal_of(browser: Resident, code: str) -> list[tuple[str, str]]:
    page = await browser.open(f"/werk/{code}/mensen/uitnodigen")
    form = next(form for form in page.forms if form.action.endswith("uitnodigen"))
    return [(field.name, field.value) for field in form.fields if field.kind == "hidden"]


async def test_who_may_not_manage_people_does_not_see_them(site: Site) -> None:
    code = next(site.unused)
    for role in MUNICIPAL_ROLES - {Role.OWNER}:
        browser = await staff_browser(site, {code: role})
        assert (role, (await browser.client.get(f"/werk/{code}/mensen")).status_code) == (role, 403)


async def test_the_country_has_its_own_people_and_can_close_accounts(site: Site) -> None:
    browser = await staff_browser(site, {NATIONAL: Role.NATIONAL_EDITOR}, name="Nico")
    page = await browser.open("/werk/landelijk/mensen/uitnodigen")
    roles = {field.value for field in page.forms[-1].fields if field.name == "roles"}
    assert roles == {"national-editor", "national-researcher"}
    page = await browser.press(INVITE, {"email": ["ank@land.nl"], "name": ["Ank van Land"]})
    assert "Nu Landelijk onderzoeker" in page.text
    ank = await found(site, NATIONAL, "Ank van Land")
    page = await browser.press("Blokkeer")
    assert "Deze persoon is overal afgemeld" in page.text
    assert await find_staff(site.database, ank.id) is None
    await browser.press("Laat weer toe")
    assert await find_staff(site.database, ank.id) is not None

    nico = await found(site, NATIONAL, "Nico")
    page = await browser.open(f"/werk/landelijk/mensen/{nico.id}")
    assert "Blokkeer" not in page.text
    owner, code = await managing(site)
    olga = await found(site, code, "Olga Vos")
    await owner.post(f"/werk/{code}/mensen/{olga.id}/toegang", [*await seal_of(owner, code), ("wat", "blokkeren")])
    assert owner.answer.status_code == 404


async def test_the_mail_goes_to_who_cannot_sign_in_yet_and_again_when_asked(installation_settings: Settings) -> None:
    async with (
        open_mailbox() as mailbox,
        running(replace(installation_settings, mail=mailbox.server)) as app,
    ):
        site = Site(app, installation_settings, iter(["GM0344", "GM0363"]))
        browser, code = await managing(site)
        can_sign_in = await add_staff(site.database, {"GM0363": Role.OWNER})
        async with shared_transaction(site.database) as session:
            ank = await session.get_one(User, can_sign_in)
            ank.password = "a hash"
        await invite(browser, code, ank.email)
        assert mailbox.mails == []
        await invite(browser, code, "bo@voorbeeld.nl", "Bo")
        assert [mail["To"] for mail in mailbox.mails] == ["bo@voorbeeld.nl"]
        page = await browser.press("Stuur de uitnodiging opnieuw")
        assert "dan is er een nieuwe mail onderweg" in page.text
        assert len(mailbox.mails) == 2
        bo = next(one for one in await members_of(site.database, code) if one.email == "bo@voorbeeld.nl")
        for _ in range(9):  # no more than ten in a short time
            await mail_link_when_needed(site.database, app.state.installation.settings, bo.id, now=now())
        assert len(mailbox.mails) == 10
