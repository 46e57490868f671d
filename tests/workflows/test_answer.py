import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round, fill_in, open_at, simulated, wmo_core
from installation import as_owner
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.commit_group import CommitGroup
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import reading_across
from ceo.workflows.answering.access_codes import AccessKey, access_key
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome, open_draft, read_on_as, save_page
from ceo.workflows.answering.arriving import Arrival, Standing, arrive, start
from ceo.workflows.answering.reader import Reader
from ceo.workflows.answering.sending import send
from ceo.workflows.publish import PublishedVersions
from questionnaires.answering import seal
from questionnaires.answers import Answer, Missing, answers_from_json
from questionnaires.expressions.facts import Circumstances

pytestmark = pytest.mark.anyio

EARLY, LATE = date(2026, 10, 31), date(2027, 1, 1)


@pytest.fixture
async def opened(database: Database, installation_settings: Settings) -> OpenedRound:
    """A round in Utrecht, open from 1 November to 31 December 2026."""
    return await arrange_round(database, installation_settings)


@pytest.fixture
async def group(database: Database) -> AsyncIterator[CommitGroup]:
    opened = CommitGroup(database)
    yield opened
    await opened.close()


@pytest.fixture
def versions(database: Database) -> PublishedVersions:
    return PublishedVersions(database)


async def rows(database: Database, table: type[Any]) -> list[Any]:
    async with reading_across(database) as session:
        return list(await session.exec(select(table)))


async def count(database: Database, table: type[Any]) -> int:
    async with reading_across(database) as session:
        return (await session.exec(select(func.count()).select_from(table))).one()


async def answer_first_page(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound, code: str = "ja"
) -> SaveOutcome:
    draft = await open_at(database, versions, opened)
    return await save_page(
        group, draft, draft.questionnaire.pages[0], {"GES01": Answer("GES01", 1, value=code)}, row_version=0
    )


async def test_a_code_that_nobody_was_sent_is_unknown(database: Database, opened: OpenedRound) -> None:
    nobody = access_key(opened.settings.secret_key, UTRECHT, "BCDFGHJK3467")
    assert await arrive(database, nobody, today=TODAY) == Arrival(Standing.UNKNOWN)
    assert await start(database, nobody, today=TODAY) == Arrival(Standing.UNKNOWN)


async def test_a_code_of_another_municipality_leads_nowhere(
    database: Database, installation_settings: Settings, opened: OpenedRound
) -> None:
    await arrange_round(database, installation_settings, municipality=ZWOLLE)
    brought = AccessKey(ZWOLLE, opened.key().secret)
    assert (await arrive(database, brought, today=TODAY)).standing is Standing.UNKNOWN
    assert (await start(database, brought, today=TODAY)).standing is Standing.UNKNOWN
    assert await count(database, Draft) == 0


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (EARLY, Standing.EARLY),
        (date(2026, 11, 1), Standing.INVITED),
        (date(2026, 12, 31), Standing.INVITED),
        (LATE, Standing.CLOSED),
    ],
)
async def test_a_round_is_open_from_its_first_day_through_its_last(
    database: Database, opened: OpenedRound, day: date, standing: Standing
) -> None:
    assert (await arrive(database, opened.key(), today=day)).standing is standing


async def test_outside_the_round_nothing_is_begun(database: Database, opened: OpenedRound) -> None:
    assert (await start(database, opened.key(), today=EARLY)).standing is Standing.EARLY
    assert (await start(database, opened.key(), today=LATE)).standing is Standing.CLOSED
    assert await count(database, Draft) == 0


async def test_beginning_twice_is_beginning_once(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    assert (await start(database, opened.key(), today=TODAY)).standing is Standing.STARTED
    await answer_first_page(database, group, versions, opened)
    assert (await start(database, opened.key(), today=TODAY)).standing is Standing.STARTED
    assert [draft.row_version for draft in await rows(database, Draft)] == [1]
    assert (await arrive(database, opened.key(), today=TODAY)).standing is Standing.STARTED


async def test_beginning_in_many_windows_at_once_makes_one_draft(database: Database, opened: OpenedRound) -> None:
    arrivals = await asyncio.gather(*(start(database, opened.key(), today=TODAY) for _ in range(8)))
    assert {arrival.standing for arrival in arrivals} == {Standing.STARTED}
    assert await count(database, Draft) == 1


async def test_a_draft_is_opened_where_its_client_was(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY)
    await answer_first_page(database, group, versions, opened, "nee")
    draft = await open_at(database, versions, opened)
    assert draft.answers == {"GES01": Answer("GES01", 1, value="nee")}
    assert draft.path.next_page == draft.questionnaire.page("aanvragen")
    assert not draft.path.shows("na-het-gesprek")


async def test_before_beginning_there_is_no_draft_to_open(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    arrival = await open_draft(database, versions, opened.key(), today=TODAY)
    assert isinstance(arrival, Arrival)
    assert arrival.standing is Standing.INVITED


async def test_a_draft_closes_with_its_round(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY)
    arrival = await open_draft(database, versions, opened.key(), today=LATE)
    assert isinstance(arrival, Arrival)
    assert arrival.standing is Standing.CLOSED


async def test_the_same_save_twice_is_stored_once_and_acknowledged_twice(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY)
    assert await answer_first_page(database, group, versions, opened) is SaveOutcome.SAVED
    assert await answer_first_page(database, group, versions, opened) is SaveOutcome.SAVED
    assert (await open_at(database, versions, opened)).row_version == 1


async def test_another_answer_from_a_page_that_is_out_of_date_is_stale_and_overwrites_nothing(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY)
    await answer_first_page(database, group, versions, opened, "ja")
    assert await answer_first_page(database, group, versions, opened, "nee") is SaveOutcome.STALE
    assert (await open_at(database, versions, opened)).answers["GES01"].value == "ja"


async def test_a_window_that_opened_before_another_one_saved_is_stale(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY)
    draft = await open_at(database, versions, opened)
    await answer_first_page(database, group, versions, opened, "ja")
    page = draft.questionnaire.pages[0]
    late = {"GES01": Answer("GES01", 1, value="nee")}
    assert await save_page(group, draft, page, late, row_version=0) is SaveOutcome.STALE


async def test_sending_seals_the_answers_removes_the_draft_and_completes_the_invitation(
    database: Database, opened: OpenedRound
) -> None:
    answers = await fill_in(database, opened, 0, send=True)
    [submission] = await rows(database, Submission)
    assert answers_from_json(submission.answers) == seal(wmo_core(), answers).answers
    assert (submission.received_on, submission.stratum, submission.edition) == (date(2026, 11, 1), "Begeleiding", None)
    assert await count(database, Draft) == 0
    states = {row.access_hash: row.state for row in await rows(database, Invitation)}
    assert states[opened.key(0).access_hash] == "complete"
    assert sorted(states.values()) == ["complete", "open", "open"]


async def test_an_answer_that_is_off_the_path_is_dropped_and_counted(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await fill_in(database, opened, 0, send=False)
    draft = await open_at(database, versions, opened)
    told = {"TOE03": Answer("TOE03", 1, value="eens"), "GES01": Answer("GES01", 1, value="ja")}
    await save_page(group, draft, draft.questionnaire.pages[0], told, row_version=draft.row_version)
    draft = await open_at(database, versions, opened)
    changed = {"GES01": Answer("GES01", 1, value="nee")}
    await save_page(group, draft, draft.questionnaire.pages[0], changed, row_version=draft.row_version)
    lost = (await open_at(database, versions, opened)).path.off_path
    assert "TOE03" in lost
    await send(database, await open_at(database, versions, opened), today=TODAY)
    [submission] = await rows(database, Submission)
    assert submission.dropped == sum(draft.answers[item].value is not None for item in lost)
    assert answers_from_json(submission.answers)["TOE03"] == Answer("TOE03", 1, missing=Missing.NOT_ASKED)


async def test_a_draft_keeps_how_its_client_reads_and_on_which_day_it_began(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY, reader=Reader("nl", "easy"))
    await start(database, opened.key(), today=date(2026, 12, 1), reader=Reader("nl", "standard"))
    draft = await open_at(database, versions, opened, day=date(2026, 12, 2))
    assert draft.circumstances == Circumstances("nl", "web", "easy", TODAY)
    assert draft.wording.register == "easy"


async def test_reading_otherwise_changes_no_answer_and_makes_no_window_stale(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY)
    await answer_first_page(database, group, versions, opened)
    before = await open_at(database, versions, opened)
    await read_on_as(database, before, Reader("nl", "easy"))
    after = await open_at(database, versions, opened)
    assert (after.reader, after.answers, after.row_version) == (Reader("nl", "easy"), before.answers, 1)
    page = before.path.next_page
    assert page is not None
    given = {"TOE01": Answer("TOE01", 1, value="eens")}
    assert await save_page(group, before, page, given, row_version=1) is SaveOutcome.SAVED


async def test_a_submission_tells_in_which_language_register_and_mode_it_was_given(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await fill_in(database, opened, 0, send=False)
    await read_on_as(database, await open_at(database, versions, opened), Reader("nl", "easy"))
    await send(database, await open_at(database, versions, opened), today=TODAY)
    [submission] = await rows(database, Submission)
    assert (submission.language, submission.text_register, submission.mode) == ("nl", "easy", "web")


async def test_sending_twice_makes_one_submission(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await fill_in(database, opened, 0, send=False)
    draft = await open_at(database, versions, opened)
    outcomes = await asyncio.gather(*(send(database, draft, today=TODAY) for _ in range(4)))
    assert sorted(outcomes) == [SaveOutcome.SAVED] + [SaveOutcome.STALE] * 3
    assert await count(database, Submission) == 1


async def test_a_draft_that_another_window_changed_is_not_sent(
    database: Database, group: CommitGroup, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await fill_in(database, opened, 0, send=False)
    reviewed = await open_at(database, versions, opened)
    page, answers = reviewed.questionnaire.page("cijfer"), {"LEV01": Answer("LEV01", 1, value=1)}
    await save_page(group, reviewed, page, answers, row_version=reviewed.row_version)
    assert await send(database, reviewed, today=TODAY) is SaveOutcome.STALE
    assert await count(database, Submission) == 0
    assert (await open_at(database, versions, opened)).answers["LEV01"].value == 1


async def test_a_sending_that_fails_half_way_changes_nothing(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await fill_in(database, opened, 1, send=True)
    await fill_in(database, opened, 0, send=False)
    before = await open_at(database, versions, opened)
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("CREATE UNIQUE INDEX one_a_round ON submission (round_id)")
    with pytest.raises(IntegrityError):
        await send(database, before, today=TODAY)
    after = await open_at(database, versions, opened)
    assert (after.answers, after.row_version) == (before.answers, before.row_version)
    assert (await arrive(database, opened.key(0), today=TODAY)).standing is Standing.STARTED
    assert await count(database, Submission) == 1


async def test_a_code_that_was_used_opens_nothing_any_more(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await fill_in(database, opened, 0, send=True)
    for arrival in (
        await arrive(database, opened.key(), today=TODAY),
        await start(database, opened.key(), today=TODAY),
        await open_draft(database, versions, opened.key(), today=TODAY),
        await arrive(database, opened.key(), today=LATE),
    ):
        assert isinstance(arrival, Arrival)
        assert arrival.standing is Standing.COMPLETE
    assert await count(database, Draft) == 0


async def test_beginning_while_another_window_sends_makes_no_second_draft(
    database: Database, versions: PublishedVersions, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 6})
    drafts: list[OpenDraft] = []
    for number in range(6):
        await fill_in(database, opened, number, send=False)
        drafts.append(await open_at(database, versions, opened, number))
    await asyncio.gather(
        *(
            action
            for draft in drafts
            for action in (
                start(database, draft.key, today=TODAY),
                send(database, draft, today=TODAY),
                start(database, draft.key, today=TODAY),
            )
        )
    )
    assert await count(database, Draft) == 0
    assert await count(database, Submission) == 6


async def test_a_response_stays_on_the_version_that_it_started_on(
    database: Database, versions: PublishedVersions, opened: OpenedRound
) -> None:
    await start(database, opened.key(), today=TODAY)
    draft = await open_at(database, versions, opened)
    assert draft.questionnaire == wmo_core()
    assert (await versions.open(draft.round.questionnaire_hash)) is (
        await versions.open(draft.round.questionnaire_hash)
    )


async def test_the_walk_of_any_simulated_client_can_be_saved_and_sent(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": 4})
    for number in range(4):
        await fill_in(database, opened, number, send=True)
    found = [answers_from_json(row.answers) for row in await rows(database, Submission)]
    expected = [seal(wmo_core(), simulated(number)).answers for number in range(4)]
    assert len(found) == 4
    assert all(answers in found for answers in expected)
