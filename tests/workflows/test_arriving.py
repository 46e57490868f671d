"""Coming in, beginning, refusing and coming back on that; also from several windows at once."""

import asyncio
from datetime import date, timedelta

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round, fill_in, open_at
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.submissions import Draft, Respondent, Submission
from ceo.storage.tenancy import reading_across
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import SaveOutcome
from ceo.workflows.answering.arriving import Arrival, Standing, arrive, newest_round, reconsider, refuse, start
from ceo.workflows.answering.reader import Reader
from ceo.workflows.answering.sending import send
from ceo.workflows.publish import PublishedVersions

pytestmark = pytest.mark.anyio


@pytest.fixture
async def opened(database: Database, installation_settings: Settings) -> OpenedRound:
    return await arrange_round(database, installation_settings)


async def stored(database: Database) -> tuple[dict[str, int], list[Draft], list[Submission]]:
    """The number of invitations in each state, the drafts and the submissions."""
    async with reading_across(database) as session:
        states = [row.state for row in await session.exec(select(Invitation))]
        drafts = list(await session.exec(select(Draft)))
        return (
            {state: states.count(state) for state in set(states)},
            drafts,
            list(await session.exec(select(Submission))),
        )


async def test_a_code_of_another_municipality_is_unknown(database: Database, opened: OpenedRound) -> None:
    elsewhere = AccessKey(ZWOLLE, opened.key().secret)
    for step in (arrive, start, refuse, reconsider):
        assert await step(database, elsewhere, today=TODAY) == Arrival(Standing.UNKNOWN)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 10, 31), Standing.EARLY),
        (date(2026, 11, 1), Standing.INVITED),
        (date(2026, 12, 31), Standing.INVITED),
        (date(2027, 1, 1), Standing.CLOSED),
    ],
)
async def test_a_round_is_open_from_its_first_to_its_last_day(
    database: Database, opened: OpenedRound, day: date, standing: Standing
) -> None:
    assert (await arrive(database, opened.key(), today=day)).standing is standing


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2027, 1, 1)])
async def test_outside_the_round_nothing_is_begun_or_refused(
    database: Database, opened: OpenedRound, day: date
) -> None:
    for step in (start, refuse, reconsider):
        assert (await step(database, opened.key(), today=day)).standing in {Standing.EARLY, Standing.CLOSED}
    assert await stored(database) == ({"open": 3}, [], [])


async def test_starting_twice_is_starting_once(database: Database, opened: OpenedRound) -> None:
    for reader in (Reader("tr", "easy"), Reader("pl")):
        assert (await start(database, opened.key(), today=TODAY, reader=reader)).standing is Standing.STARTED
    states, [draft], _ = await stored(database)
    assert states == {"open": 2, "started": 1}
    assert (draft.language, draft.text_register) == ("tr", "easy")


async def test_several_windows_that_start_at_once_make_one_draft(database: Database, opened: OpenedRound) -> None:
    arrivals = await asyncio.gather(*(start(database, opened.key(), today=TODAY) for _ in range(5)))
    assert {arrival.standing for arrival in arrivals} == {Standing.STARTED}
    _, drafts, _ = await stored(database)
    assert len(drafts) == 1


async def test_who_answers_is_the_client_unless_somebody_says_otherwise(
    database: Database, opened: OpenedRound
) -> None:
    assert (await arrive(database, opened.key(), today=TODAY)).respondent is None
    await start(database, opened.key(), today=TODAY)
    assert (await arrive(database, opened.key(), today=TODAY)).respondent is Respondent.SELF
    await start(database, opened.key(1), today=TODAY, respondent=Respondent.PROXY)
    assert (await arrive(database, opened.key(1), today=TODAY)).respondent is Respondent.PROXY


async def test_who_answers_can_be_changed_on_coming_back_and_stays_otherwise(
    database: Database, opened: OpenedRound
) -> None:
    for chosen, kept in (
        (Respondent.HELPED, Respondent.HELPED),
        (None, Respondent.HELPED),
        (Respondent.SELF, Respondent.SELF),
    ):
        await start(database, opened.key(), today=TODAY, respondent=chosen)
        assert (await arrive(database, opened.key(), today=TODAY)).respondent is kept


async def test_refusing_is_kept_and_removes_what_was_filled_in(database: Database, opened: OpenedRound) -> None:
    await fill_in(database, opened, 0, send=False)
    await fill_in(database, opened, 1, send=False)
    for _ in range(2):
        assert (await refuse(database, opened.key(), today=TODAY)).standing is Standing.REFUSED
    states, [draft], submissions = await stored(database)
    assert states == {"refused": 1, "started": 1, "open": 1}
    assert draft.id == opened.key(1).draft_id
    assert submissions == []


async def test_who_refused_cannot_begin_before_coming_back_on_it(database: Database, opened: OpenedRound) -> None:
    await refuse(database, opened.key(), today=TODAY)
    assert (await start(database, opened.key(), today=TODAY)).standing is Standing.REFUSED
    assert (await stored(database))[1] == []
    assert (await reconsider(database, opened.key(), today=TODAY)).standing is Standing.INVITED
    assert (await start(database, opened.key(), today=TODAY)).standing is Standing.STARTED


async def test_coming_back_on_a_refusal_that_was_not_made_changes_nothing(
    database: Database, opened: OpenedRound
) -> None:
    await fill_in(database, opened, 0, send=False)
    await fill_in(database, opened, 1, send=True)
    before = await stored(database)
    for number, standing in enumerate((Standing.STARTED, Standing.COMPLETE, Standing.INVITED)):
        assert (await reconsider(database, opened.key(number), today=TODAY)).standing is standing
    assert (await stored(database))[0] == before[0]


async def test_after_the_round_a_refusal_cannot_be_undone(database: Database, opened: OpenedRound) -> None:
    await refuse(database, opened.key(), today=TODAY)
    late = date(2027, 1, 1)
    assert (await reconsider(database, opened.key(), today=late)).standing is Standing.CLOSED
    assert (await stored(database))[0] == {"refused": 1, "open": 2}


async def test_who_has_sent_the_answers_cannot_refuse_or_start(database: Database, opened: OpenedRound) -> None:
    await fill_in(database, opened, 0, send=True)
    for step in (start, refuse):
        assert (await step(database, opened.key(), today=TODAY)).standing is Standing.COMPLETE
    states, drafts, submissions = await stored(database)
    assert (states, len(drafts), len(submissions)) == ({"complete": 1, "open": 2}, 0, 1)


async def test_refusing_while_another_window_sends_either_keeps_the_answers_or_refuses_never_both(
    database: Database, installation_settings: Settings
) -> None:
    number = 8
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": number})
    versions = PublishedVersions(database)
    await asyncio.gather(*(fill_in(database, opened, client, send=False) for client in range(number)))
    drafts = [await open_at(database, versions, opened, client) for client in range(number)]
    steps = []
    for client, draft in enumerate(drafts):
        pair = [send(database, draft, today=TODAY), refuse(database, opened.key(client), today=TODAY)]
        steps.append(asyncio.gather(*(pair if client % 2 else reversed(pair))))
    outcomes = await asyncio.gather(*steps)
    sent = sum(SaveOutcome.SAVED in pair for pair in outcomes)
    states, left, submissions = await stored(database)
    assert left == []
    assert len(submissions) == sent == states.get("complete", 0)
    assert states.get("refused", 0) == number - sent


async def test_starting_and_refusing_from_many_windows_leaves_no_draft_of_who_does_not_take_part(
    database: Database, opened: OpenedRound
) -> None:
    key = opened.key()
    await asyncio.gather(*(step(database, key, today=TODAY) for _ in range(4) for step in (start, refuse, reconsider)))
    states, drafts, _ = await stored(database)
    assert len(drafts) <= states.get("started", 0), states
    await reconsider(database, key, today=TODAY)
    assert (await start(database, key, today=TODAY)).standing is Standing.STARTED
    assert len((await stored(database))[1]) == 1


async def test_the_newest_round_is_the_one_that_closes_last(
    database: Database, installation_settings: Settings
) -> None:
    assert await newest_round(database, UTRECHT) is None
    for measurement, closes_on in (("a", TODAY + timedelta(days=9)), ("b", TODAY)):
        await arrange_round(database, installation_settings, measurement=measurement, closes_on=closes_on)
    newest = await newest_round(database, UTRECHT)
    assert newest is not None
    assert newest.measurement == "a"
