"""The pages of e-mail to clients: how many, what it looks like, sending, stopping, what is uncertain, and what came back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from mailed_rounds import MailedRound, add_clients, address_of, everybody
from moody_mail_server import MoodyServer, open_moody_server
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import now
from ceo.storage.contacts import Disposition
from ceo.storage.letters import MailState
from ceo.storage.rounds import RoundDesign
from ceo.storage.tenancy import tenant_transaction
from ceo.web.staff.fieldwork.mail_words import LINE_FAULTS, RETURNS, STATES
from ceo.workflows.inviting.bounces import Returned, read_report
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Design

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server(site: Site) -> AsyncIterator[MoodyServer]:
    """A mail server, which the site knows of."""
    there = site.installation
    async with open_moody_server() as moody:
        settings = replace(site.settings, mail=moody.server, mail_per_minute=10_000)
        site.app.state.installation = replace(there, settings=settings)
        yield moody
        site.app.state.installation = there


async def at_work(
    site: Site, *, clients: int = 2, role: Role = Role.FIELDWORKER, opens: int = -30
) -> tuple[Resident, MailedRound, str]:
    """Return somebody's browser, a round with clients who can be mailed, and the address of its page."""
    opened = await site.round(opens=opens)
    settings = site.installation.settings
    await add_clients(site.database, settings, opened, clients)
    browser = await staff_browser(site, {opened.municipality: role})
    round_ = MailedRound(site.database, settings, opened, now())
    return browser, round_, f"/werk/{opened.municipality}/veldwerk/{opened.round_id}/mail"


def returned(message_id: str, *, action: str = "failed", whole: bool = False) -> bytes:
    """Return a report as a mail server writes one about a mail."""
    quoted = f"From: ceo@voorbeeld.nl\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n{'tekst' if whole else ''}"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        "From: MAILER-DAEMON@ontvanger.nl\r\nMessage-ID: <1@ontvanger.nl>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nUw bericht kwam niet aan.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; ontvanger.nl\r\n\r\n"
        f"Final-Recipient: rfc822; x@ontvanger.nl\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{quoted}\r\n--b--\r\n"
    ).encode()


async def hand_in(browser: Resident, address: str, *files: bytes) -> str:
    """Upload files as mails that came back; return the page."""
    form = next(form for form in (await browser.open(address)).forms if form.action.endswith("/terug"))
    sent = [("teruggekomen", (f"{n}.eml", content, "message/rfc822")) for n, content in enumerate(files)]
    answer = await browser.client.post(form.action, data=dict(form.filled({}, "Lees in")), files=sent)
    browser.answers.append(answer)
    return browser.page.text


async def test_without_a_mail_server_the_page_says_so_and_what_to_do(site: Site) -> None:
    browser, round_, address = await at_work(site)
    page = await browser.open(address)
    assert "Er is geen mailserver ingesteld." in page.text
    assert "CEO_MAIL_URL" in page.text
    assert page.link("Naar de brieven") == address.removesuffix("mail") + "brieven"
    assert not [form for form in page.forms if form.action.endswith("/versturen")]
    assert await round_.mails() == []


async def test_a_fieldworker_mails_the_people_who_were_counted_and_follows_it(site: Site, server: MoodyServer) -> None:
    browser, round_, address = await at_work(site)
    page = await browser.open(address)
    assert "2 mensen uit de steekproef hebben een mailadres" in page.text
    assert "U verstuurt 2 mails. Dat is niet terug te draaien." in page.text
    page = await browser.press("Verstuur 2 uitnodigingen")
    assert "De mails staan klaar." in page.text
    assert "E-mail versturen" in page.text  # the job
    await round_.work_here()
    assert server.by_recipient == everybody(2)
    page = await browser.open(address)
    assert "Verstuurd 2 0 De mailserver heeft de mail aangenomen" in page.text
    assert "Er is nu niemand om met een mail te herinneren." in page.text
    assert not [form for form in page.forms if form.action.endswith(("/versturen", "/stoppen"))]


async def test_reminders_are_offered_by_the_plan_to_who_did_not_answer(site: Site, server: MoodyServer) -> None:
    browser, round_, address = await at_work(site)
    await round_.order()
    await round_.work_here()
    for number, state in ((1, "complete"), (2, "open")):
        await round_.change(number, state=state, sent_on=round_.moment.date() - timedelta(days=14))
    page = await browser.open(address)
    assert "Herinner volgens het plan vanaf" in page.text
    assert "Dit is herinnering 1 van 1." in page.text
    await browser.press("Verstuur 1 herinnering")
    await round_.work_here()
    assert [address for address, mail in server.took if "Herinnering" in mail["Subject"]] == [address_of(2)]
    assert page.text.count("Verstuur 1 herinnering") == 1


async def test_another_reminder_than_the_planned_one_is_counted_first_and_sent_so(
    site: Site, server: MoodyServer
) -> None:
    browser, round_, address = await at_work(site)
    design = Design(reminders=2, reminder_days=10).model_dump(mode="json")
    own = {"municipality": round_.municipality, "round_id": round_.opened.round_id}
    async with tenant_transaction(site.database, round_.municipality) as session:
        session.add(RoundDesign(**own, document=design))
    await round_.order()
    await round_.work_here()
    for number, reminders in ((1, 1), (2, 0)):
        await round_.change(number, reminders=reminders, sent_on=round_.moment.date() - timedelta(days=8))
    page = await browser.open(address)
    assert "In het plan van deze meting staan 2 herinneringen, steeds 10 dagen" in page.text
    assert "Dit is herinnering 2 van 2." in page.text
    assert "Er is nu niemand om met een mail te herinneren." in page.text
    [form] = [form for form in page.forms if "dagen" in form.asked]
    assert form.method == "get"
    page = await browser.open(f"{address}?hoeveelste=1&dagen=4")
    assert browser.answer.status_code == 422
    assert "Vul in na hoeveel dagen u herinnert: 5 tot en met 60." in page.text
    assert "#dagen" in {href for href, _ in page.links}
    page = await browser.open(f"{address}?hoeveelste=2&dagen=8")
    assert "1 persoon krijgt de eerste herinnering. 1 persoon krijgt de tweede herinnering." in page.text
    page = await browser.open(f"{address}?hoeveelste=1&dagen=8")
    await browser.press("Verstuur 1 herinnering")
    await round_.work_here()
    assert {address: row.reminders for address, row in (await round_.invitations()).items()} == {
        address_of(1): 1,
        address_of(2): 1,
    }


async def test_nobody_is_mailed_who_was_not_counted_on_the_page(site: Site, server: MoodyServer) -> None:
    browser, round_, address = await at_work(site, clients=1)
    await browser.open(address)
    form = next(form for form in browser.page.forms if form.action.endswith("/versturen"))
    for wrong in ("2", "", "veel", "9" * 30):
        fields = [
            (name, wrong if name == "aantal" else value) for name, value in form.filled({}, "Verstuur 1 uitnodiging")
        ]
        page = await browser.post(form.action, fields)
        assert browser.answer.status_code == 422
        assert "Er zijn nu andere mensen te mailen dan u zag." in page.text
        assert "#versturen-invitation" in {href for href, _ in page.links}
    await round_.work_here()
    assert server.took == []


async def test_what_waits_can_be_stopped_and_is_then_nobodys_mail(site: Site, server: MoodyServer) -> None:
    browser, round_, address = await at_work(site)
    server.to_sender = "451 later"
    await round_.order()
    await round_.work_here()
    page = await browser.open(address)
    assert "De mailserver neemt nu geen mail van ons aan." in page.text
    assert "Gaat verder op" in page.text
    page = await browser.press("Stop en trek in wat nog wacht")
    assert "Gestopt." in page.text
    assert await round_.states() == {"withdrawn": 2}
    assert "Verstuur 2 uitnodigingen" in page.text


async def test_mails_that_nobody_sends_any_more_can_be_sent(site: Site, server: MoodyServer) -> None:
    browser, round_, address = await at_work(site)
    server.to_sender = "451 later"
    await round_.order()
    await round_.work_here()
    server.to_sender = ""
    job = (await browser.open(address)).link("E-mail versturen")
    await browser.open(job)
    await browser.press("Stop deze taak")
    page = await browser.open(address)
    assert "Er wachten 2 mails, en niemand verstuurt ze." in page.text
    page = await browser.press("Verstuur wat nog wacht")
    assert "Het versturen gaat verder." in page.text
    await round_.work_here()
    assert server.by_recipient == everybody(2)


@pytest.mark.parametrize(
    ("button", "told", "sent"),
    [
        ("Stuur ze toch", "Deze mails worden opnieuw verstuurd.", 3),
        ("Laat zo: reken ze als verstuurd", "Deze mails tellen nu als verstuurd.", 2),
    ],
)
async def test_of_an_uncertain_mail_a_person_decides(
    site: Site, server: MoodyServer, button: str, told: str, sent: int
) -> None:
    browser, round_, address = await at_work(site)
    server.drops = {address_of(1)}
    await round_.order()
    await round_.work_here()
    server.drops = set()
    page = await browser.open(address)
    [uncertain] = [row for row in await round_.mails() if row.state == MailState.UNCERTAIN]
    assert f"<ceo-{uncertain.id}@voorbeeld.nl>" in page.text
    assert "CEO verstuurt geen mail vanzelf twee keer" in page.text
    page = await browser.press(button)
    assert browser.answer.status_code == 422
    assert "Kies eerst om welke mails het gaat." in page.text
    page = await browser.press(button, {"bericht": [uncertain.id]})
    assert told in page.text
    await round_.work_here()
    assert await round_.states() == {"sent": 2}
    assert len(server.took) == sent


async def test_mails_that_came_back_are_known_by_their_message_id_and_the_rest_is_told(
    site: Site, server: MoodyServer
) -> None:
    browser, round_, address = await at_work(site, clients=3)
    await round_.order()
    await round_.work_here()
    first, second, third = ((recipient, mail["Message-ID"]) for recipient, mail in server.took)
    page = await hand_in(
        browser,
        address,
        returned(first[1]),
        returned(second[1], whole=True),
        returned(third[1], action="delayed"),
        returned("<ceo-" + "0" * 32 + "@voorbeeld.nl>"),
        b"Subject: ik ben er even niet\r\n\r\nTot maandag.",
    )
    assert "Verwerkt: dit mailadres werkt niet: 2" in page
    assert "Geen fout: de mail komt nog aan, of is aangekomen: 1" in page
    assert "Hoort niet bij een mail van deze meting: 1" in page
    assert "Geen melding van een mailserver: 1" in page
    assert "Was al verwerkt: 1" in await hand_in(browser, address, returned(first[1]))
    assert await round_.states() == {"bounced": 2, "sent": 1}
    invitations = await round_.invitations()
    unreachable = {name for name, row in invitations.items() if row.disposition == Disposition.UNDELIVERABLE}
    assert unreachable == {first[0], second[0]}
    form = next(form for form in browser.page.forms if form.action.endswith("/terug"))
    await browser.post(form.action, form.filled({}, "Lees in"))
    assert browser.answer.status_code == 422


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00" * 50,
        b"Content-Type: message/rfc822\r\n\r\n" * 4000,
        b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Type: text/rfc822-headers; charset=onzin\r\n\r\nMessage-ID: x",
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction\r\n',
    ],
)
def test_what_is_no_report_is_never_more_than_that(content: bytes) -> None:
    report = read_report(content)
    assert report is None or not report.failed


async def test_the_specimen_is_of_nobody_and_shows_text_and_layout_of_the_same_mail(
    site: Site, server: MoodyServer
) -> None:
    browser, _, address = await at_work(site)
    page = await browser.open((await browser.open(address)).link("Bekijk de herinnering"))
    assert "Herinnering: hoe ervaart u de hulp van de gemeente?" in page.text
    assert page.text.count("BCDF-GHJK-3467") >= 2
    assert page.text.count("Alvast veel dank voor uw hulp!") == 2
    download = await browser.client.get(page.link("Download het voorbeeld, en open het in uw mailprogramma"))
    assert download.headers["content-disposition"] == 'attachment; filename="voorbeeld-reminder.eml"'
    mail = message_from_bytes(download.content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    html = mail.get_body(("html",))
    assert html is not None
    assert "<img" not in html.get_content()
    assert html.get_content().count("http") == html.get_content().count('href="http')


async def test_a_round_that_is_not_open_yet_sends_no_mail(site: Site, server: MoodyServer) -> None:
    browser, round_, address = await at_work(site, opens=3)
    page = await browser.open(address)
    assert "De meting is niet open." in page.text
    assert not [form for form in page.forms if form.action.endswith("/versturen")]
    other, _, elsewhere = await at_work(site)
    form = next(form for form in (await other.open(elsewhere)).forms if form.action.endswith("/versturen"))
    seal = next(field.value for field in form.fields if field.name == "zegel")
    mine = next(field.value for form in page.all_forms for field in form.fields if field.name == "zegel")
    assert seal != mine
    await browser.post(f"{address}/versturen", [("zegel", mine), ("soort", "invitation"), ("aantal", "2")])
    assert browser.answer.status_code == 422
    assert await round_.mails() == []


async def test_who_only_looks_sees_the_numbers_and_no_button(site: Site, server: MoodyServer) -> None:
    browser, round_, address = await at_work(site, role=Role.ANALYST)
    server.drops = {address_of(1)}
    await round_.order()
    await round_.work_here()
    page = await browser.open(address)
    assert "Verstuurd 1 0" in page.text
    assert not [form for form in page.forms if "/mail/" in form.action]


def test_every_state_trouble_and_outcome_has_words() -> None:
    assert set(STATES) == set(MailState)
    assert set(RETURNS) == set(Returned)
    assert set(LINE_FAULTS) == {f"line-{fault}" for fault in ("connection", "server", "sender")}
