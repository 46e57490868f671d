"""A tablet that is lent: a page of one person is still open in a window while another one comes in beside it.

The cookie is that of whoever came in last. A form says whose page it stands on, and does nothing to anyone else.
"""

from http import HTTPStatus

import pytest
from arrangements import OpenedRound
from hostile.asked import asked
from hostile.visiting import Visitor
from sqlmodel import select
from web.reading import Form, Served
from web.running import Site

from ceo.storage.contacts import Invitation
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from ceo.web.held_keys import OWNER

pytestmark = pytest.mark.anyio


async def come_in(tablet: Visitor, opened: OpenedRound, number: int) -> None:
    """Follow the link of a letter, and begin."""
    await tablet.open(f"/{opened.municipality}/code/{opened.codes[number]}")
    form = tablet.main_form()
    await tablet.post(form.action, [(control.name, control.value) for control in form.fields if control.on])
    await tablet.open(f"/{opened.municipality}/verder")


async def skip_all(tablet: Visitor, home: str) -> None:
    """Skip every question, to the review."""
    while "/vraag/" in tablet.place:
        form = tablet.main_form()
        await tablet.post(form.action, [*hidden(form), ("actie", "overslaan")])
        await tablet.open(f"{home}/verder")


def hidden(form: Form) -> list[tuple[str, str]]:
    return [(control.name, control.value) for control in form.fields if control.kind == "hidden"]


async def stored(site: Site, opened: OpenedRound, number: int) -> tuple[object, str, int]:
    """Return the answers of a resident, how far the invitation has come, and how many submissions there are."""
    key = opened.key(number)
    async with tenant_reading(site.database, opened.municipality) as session:
        draft = await session.get(Draft, key.draft_id)
        state = (await session.get_one(Invitation, key.access_hash)).state
        return draft.answers if draft else None, state, len(list(await session.exec(select(Submission))))


async def test_an_answer_on_a_page_of_one_person_is_not_kept_as_that_of_another(site: Site) -> None:
    opened, tablet = await site.round(questionnaire=asked()), Visitor(site.app)
    await come_in(tablet, opened, 0)
    window = tablet.main_form()
    await come_in(tablet, opened, 1)
    await tablet.post(window.action, [*hidden(window), ("HUL01", "ja"), ("actie", "verder")])
    assert await stored(site, opened, 1) == ({}, "started", 0)


async def test_sending_from_the_review_of_one_person_does_not_send_the_answers_of_another(site: Site) -> None:
    opened, tablet = await site.round(questionnaire=asked()), Visitor(site.app)
    home = f"/{opened.municipality}"
    await come_in(tablet, opened, 0)
    await skip_all(tablet, home)
    window = tablet.main_form()
    await come_in(tablet, opened, 1)
    await skip_all(tablet, home)
    await tablet.post(window.action, hidden(window))
    assert (await stored(site, opened, 1))[1:] == ("started", 0)


async def test_who_uses_a_page_of_another_is_told_what_happened_and_gets_back_what_was_written(site: Site) -> None:
    opened, tablet = await site.round(questionnaire=asked()), Visitor(site.app)
    await come_in(tablet, opened, 0)
    window = tablet.main_form()
    await come_in(tablet, opened, 1)
    told = await tablet.post(window.action, [*hidden(window), ("VER01", "De hulp kwam op tijd.")])
    page = Served(told.text)
    assert told.status == HTTPStatus.GONE
    assert "Op dit apparaat is na u een andere code ingevuld." in page.text
    assert "De hulp kwam op tijd." in page.text
    assert [
        page.link(words) for words in ("Vul uw code opnieuw in", "Ga verder met de code die het laatst is ingevuld")
    ] == [
        f"/{opened.municipality}",
        f"/{opened.municipality}/welkom",
    ]


async def test_every_form_that_does_something_for_a_client_says_whose_it_is(site: Site) -> None:
    opened, tablet = await site.round(questionnaire=asked()), Visitor(site.app)
    home, owner = f"/{opened.municipality}", opened.key(0).page_owner
    said: dict[str, list[str]] = {}

    def note() -> None:
        form = tablet.main_form()
        said[form.action] = [control.value for control in form.fields if control.name == OWNER]

    await tablet.open(f"{home}/code/{opened.codes[0]}")
    note()
    await tablet.open(f"{home}/weigeren")
    note()
    await tablet.post(tablet.main_form().action, hidden(tablet.main_form()))
    await tablet.open(f"{home}/welkom")
    note()
    await tablet.post(tablet.main_form().action, hidden(tablet.main_form()))
    await come_in(tablet, opened, 0)
    note()
    await skip_all(tablet, home)
    note()
    places = [action.removeprefix(home) for action in said]
    assert places[:3] + places[-1:] == ["/welkom", "/weigeren", "/meedoen", "/controle"]
    assert {tuple(owners) for owners in said.values()} == {(owner,)}


async def test_refusing_on_a_page_of_one_person_does_not_refuse_for_another(site: Site) -> None:
    opened, tablet = await site.round(questionnaire=asked()), Visitor(site.app)
    await come_in(tablet, opened, 0)
    await tablet.open(f"/{opened.municipality}/weigeren")
    window = tablet.main_form()
    await come_in(tablet, opened, 1)
    await tablet.post(window.action, hidden(window))
    assert (await stored(site, opened, 1))[1] == "started"
