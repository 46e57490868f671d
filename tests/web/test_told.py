"""What residents read of what they told and what was done: only what staff decided to tell, and honest about its language."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from arrangements import hand_in
from released import UTRECHT
from sqlmodel import col, select
from web.reading import Form, Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.audit import AuditRecord
from ceo.storage.dialogues import Action
from ceo.storage.rounds import Round
from ceo.storage.story_reading import StoryQuote, StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.rights import Role
from ceo.workflows.told.claiming import causal_claims
from ceo.workflows.told.showing import told_quotes
from ceo.workflows.told.telling import tells_residents
from questionnaires.consents import StoryConsent, consents_to_json

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTHING = "Dat hebben wij nog niet opgeschreven."
ONLY_DUTCH = "Deze tekst is er alleen in het Nederlands."
NOTICE = "Gesimuleerde gegevens"
QUOTE = "Ze belde me meteen terug."


async def decide(site: Site, code: str, state: str = "open", **values: Any) -> str:
    """Let a municipality have an action; return its id."""
    row = Action(
        municipality=code,
        id=uuid.uuid4().hex,
        title="Intern: terugbellijst",
        text="Alleen voor de werkplek.",
        owner="Teamleider",
        due_on=date(2027, 3, 1),
        made_by="somebody",
        made_at=NOW,
        state=state,
        **values,
    )
    action_id = row.id
    async with tenant_transaction(site.database, code) as session:
        session.add(row)
    return action_id


def writing(browser: Resident) -> Form:
    """The form of the words for residents; pages of the workplace have others around it."""
    return next(form for form in browser.page.forms if "/leren/vertellen/" in form.action)


async def test_residents_read_what_was_told_and_nothing_else_of_an_action(site: Site, browser: Resident) -> None:
    code = (await site.round()).municipality
    address = f"/{code}/wat-wij-deden"
    await decide(site, code, told_text={"nl": "Dit ligt nog klaar."})
    assert NOTHING in (await browser.open(address)).text
    assert not await tells_residents(site.database, code)
    await decide(
        site,
        code,
        told=True,
        told_text={
            "nl": "Wij bellen binnen twee dagen terug.",
            "nl-easy": "Wij bellen u snel terug.",
            "tr": "İki gün içinde ararız.",
        },
    )
    await decide(
        site, code, told=True, told_text={"nl": "Er is een loket bij."}, state="done", ended_on=date(2026, 10, 1)
    )
    assert await tells_residents(site.database, code)
    page = await browser.open(address)
    assert browser.answer.status_code == 200
    assert "Wij bellen binnen twee dagen terug. Wij zijn hier nog mee bezig." in page.text
    assert "Er is een loket bij. Dit is klaar sinds 1 oktober 2026." in page.text
    assert not [
        word
        for word in (NOTHING, ONLY_DUTCH, "Intern", "werkplek", "Teamleider", "ligt nog klaar")
        if word in page.text
    ]
    assert "<script" not in browser.answer.text
    await browser.press("Makkelijk lezen")
    assert browser.place == address
    assert "Wij bellen u snel terug." in browser.page.text
    await browser.press("Türkçe")
    assert browser.place == address
    assert "İki gün içinde ararız." in browser.page.text
    assert ("span", {"lang": "nl", "dir": "ltr"}) in browser.page.elements
    assert browser.page.text.count("Er is een loket bij.") == 1
    await (other := site.browser()).open(f"/{next(site.unused)}/wat-wij-deden")
    assert other.answer.status_code == 404, "it never asked anybody anything"


async def test_staff_write_what_residents_read_and_take_it_back(site: Site, browser: Resident) -> None:
    code = (await site.round()).municipality
    action_id = await decide(site, code)
    editor = await staff_browser(site, {code: Role.EDITOR})
    page = await editor.open(f"/werk/{code}/leren/vertellen")
    assert "Intern: terugbellijst" in page.text
    form = f"/werk/{code}/leren/vertellen/{action_id}"
    await editor.open(form)
    assert {"tekst-nl", "tekst-nl-easy", "tekst-ar", "vertellen"} <= writing(editor).asked
    page = await editor.press("Bewaar", {"vertellen": ["ja"], "tekst-tr": ["x" * 4001]})
    assert editor.answer.status_code == 422
    assert "Schrijf de tekst in het Nederlands." in page.text
    assert "Deze tekst is te lang." in page.text
    page = await editor.press("Bewaar", {"tekst-nl": ["Mevrouw Jansen belt u terug."], "tekst-tr": [""]})
    assert "‘Jansen’ lijkt op een naam" in page.text
    await editor.press("Bewaar toch")
    assert editor.place == f"/werk/{code}/leren/vertellen"
    assert "Inwoners kunnen dit nu lezen." in editor.page.text
    assert "Mevrouw Jansen belt u terug." in (await browser.open(f"/{code}/wat-wij-deden")).text
    colleague = await staff_browser(site, {code: Role.EDITOR})
    await colleague.open(form)
    await editor.open(form)
    await editor.press("Bewaar", {"tekst-nl": ["Wij bellen u terug."]})
    page = await colleague.press("Bewaar", {"tekst-nl": ["Wij komen bij u langs."]})
    assert colleague.answer.status_code == 409
    assert "De ander bewaarde hier: Wij bellen u terug." in page.text
    assert ("tekst-nl", "Wij komen bij u langs.") in writing(colleague).filled({}, "Bewaar")
    await colleague.press("Bewaar", {"vertellen": []})
    assert NOTHING in (await browser.open(f"/{code}/wat-wij-deden")).text
    async with reading_across(site.database) as session:
        statement = (
            select(AuditRecord.action).where(col(AuditRecord.object_id) == action_id).order_by(col(AuditRecord.number))
        )
        assert list(await session.exec(statement)) == ["action.told", "action.told", "action.not-told"]
    reader = await staff_browser(site, {code: Role.READER})
    await reader.open(f"/werk/{code}/leren/vertellen")
    assert reader.answer.status_code == 200
    await reader.open(form)
    assert reader.answer.status_code == 403


async def test_a_text_that_says_why_a_figure_changed_is_kept_only_knowingly(site: Site, browser: Resident) -> None:
    code = (await site.round()).municipality
    action_id = await decide(site, code)
    editor = await staff_browser(site, {code: Role.EDITOR})
    await editor.open(f"/werk/{code}/leren/vertellen/{action_id}")
    claim = "Door deze actie steeg het cijfer met 10 punten."
    page = await editor.press("Bewaar", {"vertellen": ["ja"], "tekst-nl": [f"Wij bellen terug. {claim}"]})
    assert editor.answer.status_code == 422
    assert ("#tekst-nl", f"‘{claim}’ lijkt te zeggen waardoor een cijfer veranderde") in page.links
    assert "Dat weten we niet" in page.text
    assert "Staat er iets in over een persoon?" not in page.text
    assert claim not in (await browser.open(f"/{code}/wat-wij-deden")).text
    await editor.press("Bewaar toch")
    assert "Inwoners kunnen dit nu lezen." in editor.page.text
    await browser.open(f"/{code}/klaar")
    await browser.open(browser.page.link("Wat u vertelde en wat wij deden"))
    assert claim in browser.page.text


@pytest.mark.parametrize(
    "sentence",
    [
        "De score steeg omdat wij sneller bellen.",
        "Dankzij het loket is 80% tevreden.",
        "Hierdoor ging de uitkomst omhoog.",
        "Het rapportcijfer daalde vanwege de drukte.",
        "Dat komt doordat er vijf procent meer geld is.",
    ],
)
def test_a_word_of_cause_beside_a_figure_is_a_claim(sentence: str) -> None:
    assert causal_claims(f"Wij bellen terug.\n{sentence} Bedankt.") == (sentence,)


@pytest.mark.parametrize(
    "text",
    [
        "Wij bellen sneller terug. Het cijfer is nu 68.",
        "U vond het lastig, omdat er drie nummers zijn.",
        "Wij gaan door. Het cijfer is 7.",
        "Daardoor bellen wij sneller\nDe score is 70",
    ],
)
def test_a_cause_and_a_figure_in_two_sentences_are_no_claim(text: str) -> None:
    assert causal_claims(text) == ()


async def test_words_of_people_stand_there_as_long_as_they_allow_it(site: Site, browser: Resident) -> None:
    opened = await site.round()
    code, address = opened.municipality, f"/{opened.municipality}/wat-wij-deden"
    await hand_in(site.database, opened, 1)
    allowed = StoryConsent(("leren_intern", "delen_anoniem"))
    async with tenant_transaction(site.database, code) as session:
        told = (await session.exec(select(Submission).where(col(Submission.round_id) == opened.round_id))).one()
        submission_id, told.edition, told.language = told.id, 1, "tr"
        told.consents = dict(consents_to_json({"VER01": allowed}))
        reading = StoryReading(
            municipality=code,
            id=uuid.uuid4().hex,
            round_id=opened.round_id,
            submission_id=submission_id,
            item="VER01",
            state="decided",
            text=f"{QUOTE} Dat was fijn.",
        )
        quote = StoryQuote(
            municipality=code,
            id=uuid.uuid4().hex,
            reading_id=reading.id,
            round_id=opened.round_id,
            text=QUOTE,
            scope="delen_anoniem",
            picked_by="somebody",
            picked_on=date(2026, 11, 20),
        )
        session.add(reading)
        await session.flush()
        session.add(quote)
    assert QUOTE not in (await browser.open(address)).text
    await decide(site, code, told=True, told_text={"nl": "Wij bellen terug."})
    assert QUOTE in (await browser.open(address)).text
    assert ("blockquote", {"lang": "tr", "dir": "auto"}) in browser.page.elements
    for simulated in (True, False):
        async with tenant_transaction(site.database, code) as session:
            (await session.get_one(Round, opened.round_id)).simulated = simulated
        assert QUOTE in (await browser.open(address)).text
        assert (NOTICE in browser.page.text) is simulated
        shown = [one.text for one in await told_quotes(site.database, code, simulated=not simulated)]
        assert shown == [], "words of invented people and of real ones never stand together"
    async with tenant_transaction(site.database, code) as session:
        told = await session.get_one(Submission, submission_id)
        told.consents = dict(consents_to_json({"VER01": StoryConsent(("leren_intern",), ("delen_anoniem",))}))
    assert QUOTE not in (await browser.open(address)).text


async def test_published_scores_stand_there_with_their_interval(released: Site) -> None:
    page = await (browser := released.browser()).open(f"/{UTRECHT}/wat-wij-deden")
    assert "Dit vertelde u ons" in page.headings
    assert page.text.count("(waarschijnlijk tussen ") >= 2
    assert re.search(r"Mensen vulden de vragenlijst in van \d+ \w+ \d{4} tot en met \d+ \w+ \d{4}\.", page.text)
    await browser.press("Makkelijk lezen")
    assert re.search(r": ongeveer \d+ van de 100\. Dat kan ook \d+ of \d+ zijn\.", browser.page.text)
    assert "waarschijnlijk" not in browser.page.text
    assert ("span", {"lang": "nl", "dir": "ltr"}) not in browser.page.elements
    await browser.press("العربية")
    assert ("span", {"lang": "nl", "dir": "ltr"}) in browser.page.elements
    await browser.open(f"/{UTRECHT}/wat-wij-deden")
    await browser.press("Nederlands")
    page = browser.page
    await browser.open(page.link("Bekijk alle cijfers"))
    assert browser.answer.status_code == 200
    assert "Utrecht" in browser.page.title
    await browser.open(browser.page.link("Wat de gemeente hiermee deed, voor inwoners"))
    assert browser.place == f"/{UTRECHT}/wat-wij-deden"
