"""A tablet that is lent: a page of one person is still open in a window while another one comes in beside it.

The forms say which row version they were drawn with, and not for whom. So they reach the answers of whoever came in last.
"""

import pytest
from arrangements import OpenedRound
from hostile.asked import asked
from hostile.visiting import Visitor
from sqlmodel import select
from web.reading import Form
from web.running import Site

from ceo.storage.contacts import Invitation
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading

pytestmark = pytest.mark.anyio

NOT_YET = "a form does not say whose page it stands on"


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


@pytest.mark.xfail(reason=NOT_YET, strict=True)
async def test_an_answer_on_a_page_of_one_person_is_not_kept_as_that_of_another(site: Site) -> None:
    opened, tablet = await site.round(questionnaire=asked()), Visitor(site.app)
    await come_in(tablet, opened, 0)
    window = tablet.main_form()
    await come_in(tablet, opened, 1)
    await tablet.post(window.action, [*hidden(window), ("HUL01", "ja"), ("actie", "verder")])
    assert await stored(site, opened, 1) == ({}, "started", 0)


@pytest.mark.xfail(reason=NOT_YET, strict=True)
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


@pytest.mark.xfail(reason=NOT_YET, strict=True)
async def test_refusing_on_a_page_of_one_person_does_not_refuse_for_another(site: Site) -> None:
    opened, tablet = await site.round(questionnaire=asked()), Visitor(site.app)
    await come_in(tablet, opened, 0)
    await tablet.open(f"/{opened.municipality}/weigeren")
    window = tablet.main_form()
    await come_in(tablet, opened, 1)
    await tablet.post(window.action, hidden(window))
    assert (await stored(site, opened, 1))[1] == "started"
