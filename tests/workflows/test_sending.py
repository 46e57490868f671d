import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from arrangements import TODAY, OpenedRound, arrange_round, fill_in, open_at
from installation import as_owner
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.callbacks import Callback
from ceo.storage.commit_group import CommitGroup
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Promise
from ceo.storage.submissions import Draft, Respondent, Submission, assign_edition
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.answering.answer import OpenDraft, SaveOutcome, save_page
from ceo.workflows.answering.arriving import start
from ceo.workflows.answering.callbacks import Call, CallbackRequest, open_callback, seal_request, traceable_id
from ceo.workflows.answering.consent import decide, find_sent_stories, take_back_uses
from ceo.workflows.answering.sending import send
from ceo.workflows.publish import PublishedVersions
from questionnaires.answers import Answer, Missing
from questionnaires.consents import CALL_BACK, StoryConsent
from questionnaires.definition import ConsentScope

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

STORY = "De hulp komt elke week."


@pytest.fixture
def versions(database: Database) -> PublishedVersions:
    return PublishedVersions(database)


@pytest.fixture
async def opened(database: Database, installation_settings: Settings) -> OpenedRound:
    """An anonymous round for three clients."""
    return await arrange_round(database, installation_settings)


@pytest.fixture
async def pseudonymous(database: Database, installation_settings: Settings) -> OpenedRound:
    """A pseudonymous round for three clients."""
    return await arrange_round(database, installation_settings, promise=Promise.PSEUDONYMOUS)


async def rows(database: Database, table: type[Any]) -> list[Any]:
    async with reading_across(database) as session:
        return list(await session.exec(select(table)))


async def told(database: Database, opened: OpenedRound, *scopes: ConsentScope, story: str | None = STORY) -> OpenDraft:
    """Return a draft with a story, and with what its teller decided."""
    versions, group = PublishedVersions(database), CommitGroup(database)
    await start(database, opened.key(), today=TODAY)
    draft = await open_at(database, versions, opened)
    page = next(page for page in draft.questionnaire.pages if "VER01" in page.items)
    answer = Answer("VER01", 1, value=story) if story else Answer("VER01", 1, missing=Missing.SKIPPED)
    await save_page(group, draft, page, {"VER01": answer}, row_version=draft.row_version)
    await group.close()
    request = seal_request(
        opened.settings.encryption_keys, opened.key(), "VER01", CallbackRequest("0612345678", "Fatma")
    )
    await decide(database, draft, "VER01", StoryConsent(scopes, sealed_request=request if CALL_BACK in scopes else ""))
    return await open_at(database, versions, opened)


async def test_the_consent_of_a_story_goes_with_it(database: Database, opened: OpenedRound) -> None:
    await send(database, await told(database, opened, "leren_intern", CALL_BACK), today=TODAY)
    [submission] = await rows(database, Submission)
    assert submission.consents == {"VER01": {"given": ["leren_intern"], "withdrawn": []}}


async def test_the_consent_of_a_story_that_was_taken_out_does_not_go_along(
    database: Database, opened: OpenedRound
) -> None:
    draft = await told(database, opened, "leren_intern", CALL_BACK, story=None)
    assert draft.consents["VER01"].given == ("leren_intern", CALL_BACK)
    await send(database, draft, today=TODAY)
    [submission] = await rows(database, Submission)
    assert submission.consents == {}
    assert await rows(database, Callback) == []


async def test_a_choice_made_in_another_window_just_before_sending_counts(
    database: Database, opened: OpenedRound
) -> None:
    draft = await told(database, opened, "leren_intern")
    await decide(database, draft, "VER01", StoryConsent(("landelijk_delen",)))
    assert await send(database, draft, today=TODAY) is SaveOutcome.SAVED
    [submission] = await rows(database, Submission)
    assert submission.consents["VER01"]["given"] == ["landelijk_delen"]


async def test_two_windows_that_decide_about_two_stories_both_keep_their_choice(
    database: Database, opened: OpenedRound, versions: PublishedVersions
) -> None:
    draft = await told(database, opened)
    await asyncio.gather(
        *(decide(database, draft, f"VER{number:02}", StoryConsent(("leren_intern",))) for number in range(6))
    )
    draft = await open_at(database, versions, opened)
    assert set(draft.consents) == {f"VER{number:02}" for number in range(6)}


async def test_deciding_when_the_draft_was_just_sent_changes_nothing(database: Database, opened: OpenedRound) -> None:
    draft = await told(database, opened, "leren_intern")
    await send(database, draft, today=TODAY)
    await decide(database, draft, "VER01", StoryConsent(("landelijk_delen",)))
    [submission] = await rows(database, Submission)
    assert submission.consents["VER01"]["given"] == ["leren_intern"]
    assert await rows(database, Draft) == []


async def test_a_request_to_be_called_is_handed_over_with_the_story_and_nothing_else(
    database: Database, opened: OpenedRound
) -> None:
    await send(database, await told(database, opened, CALL_BACK), today=TODAY)
    [row] = await rows(database, Callback)
    assert open_callback(opened.settings.encryption_keys, row) == Call("0612345678", "Fatma", STORY)
    assert set(row.model_dump()) == {"municipality", "id", "round_id", "sealed"}


async def test_sending_twice_hands_over_one_request(database: Database, opened: OpenedRound) -> None:
    draft = await told(database, opened, CALL_BACK)
    outcomes = await asyncio.gather(*(send(database, draft, today=TODAY) for _ in range(3)))
    assert sorted(outcomes) == [SaveOutcome.SAVED, SaveOutcome.STALE, SaveOutcome.STALE]
    assert len(await rows(database, Callback)) == 1


async def test_a_sending_that_fails_hands_over_no_request_and_keeps_the_draft(
    database: Database, opened: OpenedRound
) -> None:
    draft = await told(database, opened, CALL_BACK)
    await fill_in(database, opened, 1, send=True)
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("CREATE UNIQUE INDEX one_a_round ON submission (round_id)")
    with pytest.raises(IntegrityError):
        await send(database, draft, today=TODAY)
    assert await rows(database, Callback) == []
    [kept] = await rows(database, Draft)
    assert kept.consents["VER01"]["given"] == [CALL_BACK]


@pytest.mark.parametrize("respondent", list(Respondent))
async def test_a_submission_tells_who_answered(
    database: Database, opened: OpenedRound, versions: PublishedVersions, respondent: Respondent
) -> None:
    await start(database, opened.key(), today=TODAY, respondent=respondent)
    await send(database, await open_at(database, versions, opened), today=TODAY)
    [submission] = await rows(database, Submission)
    assert submission.respondent == respondent


async def test_only_a_pseudonymous_submission_has_a_name_that_follows_from_the_code(
    database: Database, installation_settings: Settings
) -> None:
    for promise, measurement in ((Promise.ANONYMOUS, "een"), (Promise.PSEUDONYMOUS, "twee")):
        opened = await arrange_round(database, installation_settings, measurement=measurement, promise=promise)
        await fill_in(database, opened, 0, send=True)
        pseudonyms = {row.round_id: row.pseudonym for row in await rows(database, Submission)}
        expected = opened.key(0).pseudonym if promise is Promise.PSEUDONYMOUS else None
        assert pseudonyms[opened.round_id] == expected


@pytest.mark.parametrize(
    ("invited", "today", "kept"),
    [
        (49, date(2026, 11, 21), date(2026, 11, 1)),
        (50, date(2026, 11, 21), date(2026, 11, 16)),  # a Saturday
        (50, date(2026, 11, 16), date(2026, 11, 16)),
    ],
)
async def test_the_day_of_sending_is_kept_as_its_week_and_in_a_small_round_as_its_month(
    database: Database, installation_settings: Settings, invited: int, today: date, kept: date
) -> None:
    opened = await arrange_round(database, installation_settings, invited={"Begeleiding": invited})
    await fill_in(database, opened, 0, send=True, day=today)
    [submission] = await rows(database, Submission)
    assert submission.received_on == kept


async def test_with_the_code_the_stories_of_a_pseudonymous_round_are_found_again(
    database: Database, pseudonymous: OpenedRound, versions: PublishedVersions
) -> None:
    await send(database, await told(database, pseudonymous, "leren_intern", CALL_BACK), today=TODAY)
    sent = await find_sent_stories(database, versions, pseudonymous.key())
    assert sent is not None
    [story] = sent.stories
    assert (story.item, story.told, story.consent.given) == ("VER01", STORY, ("leren_intern", CALL_BACK))
    assert await find_sent_stories(database, versions, pseudonymous.key(1)) is None


async def test_nothing_leads_from_a_code_to_the_stories_of_an_anonymous_round(
    database: Database, opened: OpenedRound, versions: PublishedVersions
) -> None:
    await send(database, await told(database, opened, "leren_intern", CALL_BACK), today=TODAY)
    assert await find_sent_stories(database, versions, opened.key()) is None
    assert not await take_back_uses(database, opened.key(), {"VER01": ["leren_intern", CALL_BACK]}, now=NOW)
    [row] = await rows(database, Callback)
    assert row.id != traceable_id(opened.key(), "VER01")


async def test_a_use_that_is_taken_back_is_kept_as_withdrawn_and_a_call_is_removed(
    database: Database, pseudonymous: OpenedRound
) -> None:
    await send(database, await told(database, pseudonymous, "leren_intern", CALL_BACK), today=TODAY)
    for _ in range(2):
        assert await take_back_uses(database, pseudonymous.key(), {"VER01": ["leren_intern", CALL_BACK]}, now=NOW)
    [submission] = await rows(database, Submission)
    assert submission.consents == {"VER01": {"given": [], "withdrawn": ["leren_intern"]}}
    assert await rows(database, Callback) == []


async def test_taking_back_also_works_after_an_edition_counted_the_answers(
    database: Database, pseudonymous: OpenedRound
) -> None:
    await send(database, await told(database, pseudonymous, "leren_intern"), today=TODAY)
    async with tenant_transaction(database, pseudonymous.municipality) as session:
        await assign_edition(session, pseudonymous.round_id, 1)
    assert await take_back_uses(database, pseudonymous.key(), {"VER01": ["leren_intern"]}, now=NOW)
    [submission] = await rows(database, Submission)
    assert (submission.edition, submission.consents["VER01"]["withdrawn"]) == (1, ["leren_intern"])


async def test_taking_back_while_an_edition_writes_the_answers_anew_loses_neither(
    database: Database, pseudonymous: OpenedRound
) -> None:
    await send(database, await told(database, pseudonymous, "leren_intern"), today=TODAY)
    async with tenant_transaction(database, pseudonymous.municipality) as session:
        await assign_edition(session, pseudonymous.round_id, 1)
        waiting = asyncio.create_task(
            take_back_uses(database, pseudonymous.key(), {"VER01": ["leren_intern"]}, now=NOW)
        )
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert await waiting
    [submission] = await rows(database, Submission)
    assert (submission.edition, submission.consents["VER01"]["withdrawn"]) == (1, ["leren_intern"])


async def test_the_answers_that_count_do_not_depend_on_what_a_story_may_be_used_for(
    database: Database, installation_settings: Settings
) -> None:
    answers = []
    for measurement, scopes in (("een", ()), ("twee", ("leren_intern", "delen_anoniem"))):
        opened = await arrange_round(database, installation_settings, measurement=measurement)
        await send(database, await told(database, opened, *scopes), today=TODAY)
        answers.append([row.answers for row in await rows(database, Submission) if row.round_id == opened.round_id])
    assert answers[0] == answers[1]


async def test_an_invitation_is_complete_after_sending(database: Database, opened: OpenedRound) -> None:
    await send(database, await told(database, opened), today=TODAY)
    assert sorted(row.state for row in await rows(database, Invitation)) == ["complete", "open", "open"]
