from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, wmo_core
from sqlalchemy import func
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.municipalities import load_municipalities
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.answering.access_codes import access_key, read_code
from ceo.workflows.answering.arriving import Standing, arrive, refuse, start
from ceo.workflows.demonstration.measurements import forget, has_draft_translations, is_complete, next_codes, seed
from ceo.workflows.demonstration.national import DRAFT, MEASUREMENT, NationalPlan, seed_national, some_towns
from ceo.workflows.demonstration.plan import PLAN
from ceo.workflows.demonstration.staff import PEOPLE
from ceo.workflows.house.style import NO_STYLE, demonstration_style, style_of
from ceo.workflows.inviting.codes import letter_path
from ceo.workflows.publish import PublishedVersions, publish_questionnaire
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.reading import list_releases
from ceo.workflows.releases.standing import list_waiting
from ceo.workflows.rights import Role
from questionnaires.answering import seal
from questionnaires.answers import answers_from_json
from questionnaires.expressions.facts import Circumstances
from questionnaires.loading import load_shipped
from questionnaires.questionnaire import Translation
from questionnaires.routing import route
from questionnaires.texts import Status

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROUNDS = sum(len(measurement.municipalities) for measurement in PLAN)


async def seed_all(database: Database, settings: Settings) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    await seed(database, settings, now=NOW, report_progress=lambda done, total: told.append((done, total)))
    return told


async def test_the_demonstration_holds_measurements_of_every_act_that_say_they_are_simulated(
    database: Database, installation_settings: Settings
) -> None:
    assert not is_complete(installation_settings)
    assert await next_codes(database, installation_settings, today=TODAY) == []
    assert await seed_all(database, installation_settings) == [(done, ROUNDS) for done in range(ROUNDS + 1)]
    assert is_complete(installation_settings)

    async with reading_across(database) as session:
        rounds = list(await session.exec(select(Round)))
        by_round = select(Invitation.round_id, func.count()).where(col(Invitation.state) == "complete")
        complete = dict((await session.exec(by_round.group_by(col(Invitation.round_id)))).all())
        sent = dict((await session.exec(select(Submission.round_id, func.count()).group_by(Submission.round_id))).all())
        days = list(await session.exec(select(Submission.received_on).distinct()))
    assert Counter(its_round.measurement for its_round in rounds) == {
        "wmo-2026": 8,
        "participatie-2026": 3,
        "jeugd-jongeren-2026": 2,
        "jeugd-ouders-2026": 2,
        "effect-2026": 1,
        "verhaal-2026": 1,
    }
    assert all(its_round.simulated and "gesimuleerd" in its_round.title for its_round in rounds)
    assert complete == sent
    assert all(TODAY - timedelta(days=21) <= day < TODAY for day in days)

    codes = await next_codes(database, installation_settings, today=TODAY)
    assert len(codes) == ROUNDS
    names = [code.name for code in codes if code.round.measurement == "wmo-2026"]
    assert names == sorted(names)
    assert [code.round.measurement for code in codes[:8]] == ["wmo-2026"] * 8
    first = codes[0]
    key = access_key(installation_settings.secret_key, first.municipality, read_code(first.code) or "")
    assert (await arrive(database, key, today=TODAY)).standing is Standing.INVITED
    await start(database, key, today=TODAY)
    assert first.code in [code.code for code in await next_codes(database, installation_settings, today=TODAY)]
    assert first.path == letter_path(installation_settings.secret_key, first.municipality, first.code)
    await refuse(database, key, today=TODAY)
    assert first.code not in [code.code for code in await next_codes(database, installation_settings, today=TODAY)]
    assert await next_codes(database, installation_settings, today=TODAY + timedelta(days=365)) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_stored_is_what_clients_can_have_answered(
    database: Database, installation_settings: Settings
) -> None:
    await seed_all(database, installation_settings)
    versions = PublishedVersions(database)
    async with reading_across(database) as session:
        hashes = list(await session.exec(select(Submission.questionnaire_hash).distinct()))
        for content_hash in hashes:
            questionnaire = (await versions.open(content_hash)).questionnaire
            some = select(Submission).where(col(Submission.questionnaire_hash) == content_hash).limit(25)
            for submission in await session.exec(some):
                circumstances = Circumstances(submission.language, submission.mode, submission.text_register)
                answers = answers_from_json(submission.answers)
                assert seal(questionnaire, answers, circumstances).answers == answers
                assert route(questionnaire, answers, circumstances).complete
                assert submission.language in questionnaire.languages
    assert len(hashes) == len(PLAN) + 2, "two municipalities ask questions of their own"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_utrecht_and_zwolle_ask_questions_of_their_own_and_utrecht_has_a_style_of_its_own(
    database: Database, installation_settings: Settings
) -> None:
    await seed_all(database, installation_settings)
    versions = PublishedVersions(database)
    async with reading_across(database) as session:
        rounds = list(await session.exec(select(Round)))
    asked = {
        (its_round.measurement, its_round.municipality): (
            await versions.open(its_round.questionnaire_hash)
        ).questionnaire
        for its_round in rounds
    }
    assert (await style_of(database, UTRECHT)).theme == demonstration_style().theme
    assert await style_of(database, ZWOLLE) == NO_STYLE
    assert asked["wmo-2026", UTRECHT] == load_shipped("gm0344.voorbeeld@1")
    assert asked["wmo-2026", ZWOLLE] == load_shipped("nl.ceo.wmo@2")
    assert asked["participatie-2026", ZWOLLE] == load_shipped("gm0193.voorbeeld@1")


@pytest.mark.parametrize(("status", "drafts"), [(Status.MACHINE, True), (Status.DRAFT, True), (Status.REVIEWED, False)])
async def test_translations_that_nobody_reviewed_are_drafts(
    database: Database, status: Status, *, drafts: bool
) -> None:
    translated = wmo_core().model_copy(update={"translations": {"en": Translation(status=status, texts={})}})
    published = await publish_questionnaire(database, translated, now=NOW)
    its_round = Round(questionnaire_hash=published.content_hash)
    assert await has_draft_translations(PublishedVersions(database), [its_round]) is drafts
    assert not await has_draft_translations(PublishedVersions(database), [])


async def test_besides_a_published_release_there_is_a_draft_that_a_worker_makes_and_utrecht_signs(
    database: Database, installation_settings: Settings
) -> None:
    async with shared_transaction(database) as session:
        await load_municipalities(session)
    assert some_towns().draft is not None
    draft = NationalPlan(60, (UTRECHT, ZWOLLE), processes=1, name=DRAFT, title="Een concept")
    plan = NationalPlan(60, ("GM0034", "GM0050"), processes=1, draft=draft)
    await seed_national(database, installation_settings, plan, now=NOW, told=lambda *_: None)
    assert [one.name for one in await list_releases(database, public=True)] == [MEASUREMENT]
    assert await list_waiting(database, UTRECHT) == []
    assert await make_asked(database, installation_settings, clock=lambda: NOW) == 1
    [waiting] = await list_waiting(database, UTRECHT)
    assert (waiting.row.name, waiting.waits_for_signature) == (DRAFT, True)


def test_the_draft_is_of_municipalities_whose_owners_a_visitor_can_be() -> None:
    draft = some_towns().draft
    assert draft is not None
    owned = {place for person in PEOPLE for place, role in person.roles if role is Role.OWNER}
    assert set(draft.municipalities or ()) <= owned


def test_forgetting_a_demonstration_removes_its_own_files_and_no_others(tmp_path: Path) -> None:
    for name in ("ceo.sqlite3", "secret.key", "demo-codes.json", "van-een-ander.txt"):
        (tmp_path / name).write_text("x")
    forget(Settings(tmp_path, "sqlite+aiosqlite:///unused", "http://localhost"))
    assert [file.name for file in tmp_path.iterdir()] == ["van-een-ander.txt"]
