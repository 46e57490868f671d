"""Asking the same people again: waves, the key that only the municipality has, where the name of a person goes, and who dropped out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from arrangements import TODAY, UTRECHT, OpenedRound, arrange_round, fill_in, simulated, wmo_core
from frame_world import ANNA, BAS, World, small
from made_lists import written_csv
from sqlmodel import select

from ceo.settings import Settings
from ceo.storage.clients import Client, ClientStatus
from ceo.storage.contacts import Invitation, InvitationState, SecondCode
from ceo.storage.database import Database
from ceo.storage.jobs import Job, JobState
from ceo.storage.rounds import Promise, Round, RoundDesign, RoundStage
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.ending.sealing import open_snapshot
from ceo.workflows.frames.choices import FrameChoices
from ceo.workflows.frames.person_keys import (
    is_strong,
    open_person_key,
    person_key,
    seal_person_key,
    seal_series_key,
    series_check,
    series_key,
)
from ceo.workflows.frames.receiving import Refused, look_at_list, order_list
from ceo.workflows.frames.series_keys import PassphraseFault, is_first_key, prove_passphrase
from ceo.workflows.jobs.deciding import cancel_job, try_job_again
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.worker import work_off
from ceo.workflows.paper.forms import PaperForm, find_form
from ceo.workflows.paper.keyed import Keyed
from ceo.workflows.paper.keying import Keying, key_form, send_form
from ceo.workflows.publish import PublishedVersions, publish_questionnaire
from ceo.workflows.rounds.design import Design, Moment, Step
from ceo.workflows.rounds.planning import Beginning, StepKept, begin_plan, keep_step
from ceo.workflows.rounds.series import NEW_SERIES, NO_SERIES, SeriesFault, list_series
from ceo.workflows.rounds.stages import Asked, Obstacle, Wish, move
from ceo.workflows.rounds.waves import Kept, Wave, read_series

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OURS, OTHERS = "FGH34-KLM67-PQR99-TVW43", "BBB34-KLM67-PQR99-TVW43"
CHEAP = 2  # scrypt as light as it can be


async def planned(database: Database, measurement: str) -> int:
    published = await publish_questionnaire(database, wmo_core(), now=NOON)
    beginning = Beginning(measurement, "Uw ervaringen", published.content_hash, "14 030", "Weten", "Wij")
    return await begin_plan(database, UTRECHT, beginning, actor="7f", today=TODAY, now=NOON)


async def choose(
    database: Database, round_id: int, series: str | None, moment: Moment = Moment.ONCE
) -> SeriesFault | None:
    kept = StepKept(Step.MOMENT, {}, {"moment": moment}, series=series)
    return await keep_step(database, UTRECHT, round_id, kept, actor="7f", now=NOON)


async def promise(database: Database, round_id: int, promised: Promise) -> None:
    kept = StepKept(Step.METHOD, {"promise": promised.value})
    await keep_step(database, UTRECHT, round_id, kept, actor="7f", now=NOON)


async def row_of(database: Database, round_id: int) -> Round:
    async with tenant_reading(database, UTRECHT) as session:
        return await session.get_one(Round, round_id)


async def design_of(database: Database, round_id: int) -> Design:
    async with tenant_reading(database, UTRECHT) as session:
        return Design.model_validate((await session.get_one(RoundDesign, round_id)).document)


async def change(database: Database, round_id: int, **values: object) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        row = await session.get_one(Round, round_id)
        for name, value in values.items():
            setattr(row, name, value)


async def test_a_round_becomes_the_next_wave_and_promises_to_be_pseudonymous(database: Database) -> None:
    first, second, third = [await planned(database, f"wmo-{year}") for year in (2027, 2028, 2029)]
    assert await choose(database, first, NEW_SERIES) is None
    assert await choose(database, second, "wmo-2027") is None
    rows = [await row_of(database, one) for one in (first, second)]
    assert [(row.series, row.wave, row.promise) for row in rows] == [
        ("wmo-2027", 0, "pseudonymous"),
        ("wmo-2027", 1, "pseudonymous"),
    ]
    assert [(one.name, one.waves) for one in await list_series(database, UTRECHT)] == [("wmo-2027", 2)]
    assert await list_series(database, "GM0193") == ()
    for unchanged in (None, "wmo-2027", NEW_SERIES):
        assert await choose(database, second, unchanged) is None
        assert (await row_of(database, second)).wave == 1
    assert await choose(database, first, NO_SERIES) is SeriesFault.IS_FOLLOWED
    assert await choose(database, second, NO_SERIES) is None
    assert (await row_of(database, second)).series is None
    # A measurement may be named as an older one was, and its series is another one.
    await change(database, first, measurement="wmo-2026")
    await change(database, third, measurement="wmo-2027")
    await choose(database, third, NEW_SERIES)
    assert (await row_of(database, third)).series == "wmo-2027-2"


async def test_what_is_against_a_series_is_told_and_nothing_is_kept(database: Database) -> None:
    round_id = await planned(database, "wmo-2027")
    assert await choose(database, round_id, "wmo-1999") is SeriesFault.UNKNOWN
    for moment in (Moment.CONTINUOUS, Moment.EVENT):
        assert await choose(database, round_id, NEW_SERIES, moment) is SeriesFault.GOES_ON
    assert Step.MOMENT not in (await design_of(database, round_id)).done
    await promise(database, round_id, Promise.ANONYMOUS)
    assert await choose(database, round_id, NEW_SERIES) is SeriesFault.ANONYMOUS
    await promise(database, round_id, Promise.PSEUDONYMOUS)
    assert await choose(database, round_id, NEW_SERIES) is None
    assert await choose(database, round_id, None, Moment.CONTINUOUS) is SeriesFault.GOES_ON


async def test_a_round_of_a_series_comes_into_the_field_with_keys_and_without_anonymity_only(
    database: Database,
) -> None:
    round_id = await planned(database, "wmo-2027")
    await choose(database, round_id, NEW_SERIES)
    await promise(database, round_id, Promise.ANONYMOUS)
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(client(round_id, 1, sealed=None))
    wish, asked = (
        Wish(UTRECHT, round_id, RoundStage.FIELD),
        Asked(frozenset({"web", "paper"}), frozenset(), frozenset()),
    )
    told = await move(database, wish, asked, actor="7f", today=TODAY, now=NOON)
    assert {Obstacle.SERIES_ANONYMOUS, Obstacle.SERIES_WITHOUT_KEY} <= set(told)
    await promise(database, round_id, Promise.PSEUDONYMOUS)
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Client, f"c{round_id}-1")).sealed_person_key = "sealed"
    told = await move(database, wish, asked, actor="7f", today=TODAY, now=NOON)
    assert not {Obstacle.SERIES_ANONYMOUS, Obstacle.SERIES_WITHOUT_KEY} & set(told)
    # What was made for one series is worth nothing in another.
    await choose(database, round_id, NO_SERIES)
    async with tenant_reading(database, UTRECHT) as session:
        assert (await session.get_one(Client, f"c{round_id}-1")).sealed_person_key is None


def name_of(number: int) -> str:
    """The name of a person within the series."""
    return person_key(bytes(32), str(number))


def client(round_id: int, number: int, *, sealed: str | None) -> Client:
    return Client(
        municipality=UTRECHT,
        round_id=round_id,
        id=f"c{round_id}-{number}",
        person_hash=f"p{round_id}-{number}",
        sealed_person_key=sealed,
        traits={},
        status=ClientStatus.DRAWN.value,
    )


def test_a_person_has_one_name_in_a_series_and_another_with_any_other_key() -> None:
    keys = {
        series_key(passphrase, municipality, series, cost=CHEAP)
        for passphrase in (OURS, OTHERS)
        for municipality in (UTRECHT, "GM0193")
        for series in ("wmo-2027", "wmo-2028")
    }
    assert len({person_key(key, "12-34") for key in keys}) == len(keys) == 8
    assert series_key(" fgh34klm67 pqr99tvw43 ", UTRECHT, "a", cost=CHEAP) == series_key(OURS, UTRECHT, "a", cost=CHEAP)
    assert {person_key(bytes(32), number) for number in ("001234", "12-34", "1234")} == {person_key(bytes(32), "1234")}
    assert [is_strong(one) for one in (OURS, "Welkom01!", "aaaaaaaaaaaaaaaaaaaa")] == [True, False, False]


class SeriesWorld(World):
    """A round of a series, and a fieldworker who types the key of the municipality."""

    async def ask(self, passphrase: str, *lines: Sequence[str]) -> tuple[str, PassphraseFault | None]:
        """Upload a list, and let it be loaded with a key; return the id of the job, or what is wrong with the key."""
        await self.upload(written_csv(small(*(list(line) for line in lines))))
        file = (await self.state()).file
        assert file is not None
        row = await row_of(self.database, self.round_id)
        sealed, fault = await prove_passphrase(self.database, self.settings, row, file.id, passphrase, cost=CHEAP)
        if fault is not None:
            return "", fault
        look = await look_at_list(self.database, self.settings.encryption_keys, UTRECHT, file.id)
        assert not isinstance(look, Refused)
        job_id = await order_list(
            self.database,
            UTRECHT,
            file,
            look,
            look.columns,
            FrameChoices(),
            opens_on=TODAY,
            today=TODAY,
            actor="u1",
            now=self.clock(),
            series_key=sealed,
        )
        assert isinstance(job_id, str)
        return job_id, None

    async def job(self, job_id: str) -> Job:
        async with tenant_reading(self.database, UTRECHT) as session:
            return await session.get_one(Job, job_id)

    async def keys(self) -> set[str | None]:
        """The names that stand sealed with the list of this round."""
        found = [(one.id, one.sealed_person_key or "") for one in await self.clients() if one.round_id == self.round_id]
        return {open_person_key(self.settings.encryption_keys, client_id, sealed) for client_id, sealed in found}


@pytest.fixture
async def world(database: Database, installation_settings: Settings) -> SeriesWorld:
    opened = await arrange_round(database, installation_settings, promise=Promise.PSEUDONYMOUS)
    await change(database, opened.round_id, series="reeks", wave=0)
    return SeriesWorld(database, opened)


async def test_a_list_gives_people_their_names_and_the_key_is_gone_when_the_job_ends(
    world: SeriesWorld, installation_settings: Settings
) -> None:
    key = series_key(OURS, UTRECHT, "reeks", cost=CHEAP)
    job_id, _ = await world.ask(OURS, ANNA, BAS)
    waiting = str((await world.job(job_id)).payload)
    assert "sealed" in waiting
    assert [secret for secret in (OURS, OURS.lower(), key.hex(), str(key)) if secret in waiting] == []
    await work_off(world.database, world.settings, clock=world.clock)
    job = await world.job(job_id)
    assert (job.state, "sealed" in job.payload) == (JobState.DONE, False)
    assert await world.keys() == {person_key(key, "1"), person_key(key, "2")}
    assert (await design_of(world.database, world.round_id)).series_check == series_check(key)

    # The next wave: only the same key, and the same person has the same name.
    later = await arrange_round(
        world.database, installation_settings, measurement="wmo-2027", promise=Promise.PSEUDONYMOUS
    )
    await change(world.database, later.round_id, series="reeks", wave=1)
    second = SeriesWorld(world.database, later)
    row = await row_of(second.database, second.round_id)
    assert not await is_first_key(second.database, row)
    assert await second.ask(OTHERS, ANNA) == ("", PassphraseFault.OTHER)
    assert await second.ask("", ANNA) == ("", PassphraseFault.MISSING)
    await second.ask(OURS.lower(), ANNA)
    await work_off(second.database, second.settings, clock=second.clock)
    assert await second.keys() == {person_key(key, "1")}


async def test_a_first_key_must_not_be_one_that_can_be_guessed_and_may_be_another_with_a_new_list(
    world: SeriesWorld,
) -> None:
    assert await world.ask("geheim", ANNA) == ("", PassphraseFault.WEAK)
    for passphrase in (OURS, OTHERS):
        await world.ask(passphrase, ANNA)
        await work_off(world.database, world.settings, clock=world.clock)
    key = series_key(OTHERS, UTRECHT, "reeks", cost=CHEAP)
    assert await world.keys() == {person_key(key, "1")}
    assert (await design_of(world.database, world.round_id)).series_check == series_check(key)


async def test_without_its_key_a_list_of_a_series_is_not_loaded(world: SeriesWorld) -> None:
    job_id, _ = await world.ask(OURS, ANNA)
    await cancel_job(world.database, UTRECHT, job_id, actor="u1", now=world.clock())
    assert "sealed" not in (await world.job(job_id)).payload
    await try_job_again(world.database, UTRECHT, job_id, actor="u1", now=world.clock())
    await work_off(world.database, world.settings, clock=world.clock)
    assert (await world.job(job_id)).fault == "no-series-key"
    # A key that was sealed for another list or another series opens nothing here.
    job_id, _ = await world.ask(OURS, ANNA)
    await change(world.database, world.round_id, series="andere")
    await work_off(world.database, world.settings, clock=world.clock)
    job = await world.job(job_id)
    assert (job.state, job.fault, "sealed" in job.payload) == ("failed", "no-series-key", False)
    assert await world.clients() == []
    assert seal_series_key((bytes(32),), "f", "s", bytes(32)).count(":") == 1


async def invite_linked(database: Database, opened: OpenedRound) -> None:
    """Give every invitation of a round the name of a person, under the mask of its code."""
    async with tenant_transaction(database, UTRECHT) as session:
        for number in range(len(opened.codes)):
            key = opened.key(number)
            row = await session.get_one(Invitation, key.access_hash)
            row.masked_person_key = key.masked(name_of(number))


async def sent_keys(database: Database) -> list[str | None]:
    async with reading_across(database) as session:
        return sorted((await session.exec(select(Submission.person_key))).all(), key=str)


@pytest.mark.parametrize(
    ("promised", "series", "expected"),
    [
        (Promise.PSEUDONYMOUS, "reeks", sorted([name_of(0), name_of(1)])),
        (Promise.PSEUDONYMOUS, None, [None, None]),
        (Promise.ANONYMOUS, "reeks", [None, None]),
    ],
)
async def test_the_name_goes_along_with_answers_in_a_pseudonymous_round_of_a_series_only(
    database: Database,
    installation_settings: Settings,
    promised: Promise,
    series: str | None,
    expected: list[str | None],
) -> None:
    """On the website and on paper."""
    opened = await arrange_round(database, installation_settings, promise=promised)
    await change(database, opened.round_id, series=series, wave=0)
    await invite_linked(database, opened)
    await fill_in(database, opened, 0, send=True)
    versions, by = PublishedVersions(database), Keying("anna", NOON, TODAY, opened.settings.secret_key, 0.0)
    form = await find_form(database, versions, opened.key(1), opened.round_id, by="anna")
    assert isinstance(form, PaperForm)
    await key_form(database, form, Keyed(simulated(1), TODAY), by)
    form = await find_form(database, versions, opened.key(1), opened.round_id, by="anna")
    assert isinstance(form, PaperForm)
    await send_form(database, form, today=TODAY)
    assert await sent_keys(database) == expected


def sealed_name(settings: Settings, round_id: int, number: int) -> str:
    return seal_person_key(settings.encryption_keys, f"c{round_id}-{number}", name_of(number))


async def hand_in(
    database: Database,
    settings: Settings,
    round_id: int,
    numbers: Mapping[str, Sequence[int]],
    *,
    asked: Mapping[str, Sequence[int]],
) -> None:
    """Let people be invited and answer, by activity; a number is a person."""
    async with tenant_transaction(database, UTRECHT) as session:
        version = (await session.get_one(Round, round_id)).questionnaire_hash
        own = {"municipality": UTRECHT, "round_id": round_id}
        for activity, people in asked.items():
            session.add_all(
                Invitation(
                    **own,
                    access_hash=f"i{round_id}-{number}",
                    stratum=activity,
                    client_id=f"c{round_id}-{number}",
                    state=InvitationState.COMPLETE.value,
                )
                for number in people
            )
            session.add_all(
                client(round_id, number, sealed=sealed_name(settings, round_id, number)) for number in people
            )
        for activity, people in numbers.items():
            session.add_all(
                Submission(
                    **own,
                    id=f"s{round_id}-{number}",
                    stratum=activity,
                    questionnaire_hash=version,
                    answers={},
                    language="nl",
                    text_register="standard",
                    mode="web",
                    received_on=TODAY,
                    person_key=name_of(number),
                )
                for number in people
            )


async def waves(database: Database, settings: Settings) -> tuple[int, int]:
    """Two waves. Of 30 at A who answered 24 are asked again and 20 answer again; of 12 at B 12 and 5."""
    rounds = []
    for wave, measurement in enumerate(("voor", "na")):
        round_id = await planned(database, measurement)
        await choose(database, round_id, NEW_SERIES if wave == 0 else "voor")
        kept = StepKept(Step.TARGET, {}, {"partners": {"A": "De Linde"} if wave == 0 else {"A": "De Eik"}})
        await keep_step(database, UTRECHT, round_id, kept, actor="7f", now=NOON)
        rounds.append(round_id)
    first, second = rounds
    once = {"A": range(30), "B": range(100, 112)}
    await hand_in(database, settings, first, once, asked={"A": range(40), "B": range(100, 115)})
    again = {"A": [*range(20), 300], "B": range(100, 105)}
    await hand_in(database, settings, second, again, asked={"A": [*range(24), 300], "B": range(100, 115)})
    return first, second


async def let_work(database: Database, settings: Settings, kind: JobKind, round_id: int) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        job_id = await queue_job(session, kind, actor="7f", now=NOON, round_id=round_id)
    await work_off(database, settings, clock=lambda: NOON)
    async with reading_across(database) as session:
        job = await session.get_one(Job, job_id)
        assert job.state == JobState.DONE, job.fault


async def test_drop_out_is_known_of_those_who_were_asked_again_and_stays_known_when_they_are_erased(
    database: Database, installation_settings: Settings
) -> None:
    keys = installation_settings.encryption_keys
    first, second = await waves(database, installation_settings)
    before = await read_series(database, keys, UTRECHT, "voor")
    assert before is not None
    assert [(wave.asked, wave.answered) for wave in before.waves] == [
        ({"A": 40, "B": 15}, {"A": 30, "B": 12}),
        ({"A": 25, "B": 15}, {"A": 21, "B": 5}),
    ]
    [between] = before.between
    assert between.by_activity == {"A": Kept(asked_again=24, linked=20), "B": None}
    assert between.total is None, "with it the number that is not told would follow"
    assert before.partners == {"A": "De Linde, De Eik"}
    assert await read_series(database, keys, "GM0193", "voor") is None

    # Contacts and invitations go, the names with the answers stay: also in the snapshot.
    for round_id in (first, second):
        await change(database, round_id, stage=RoundStage.CLOSED.value)
        await let_work(database, installation_settings, JobKind.SEAL_ROUND, round_id)
        sealed = await read_series(database, keys, UTRECHT, "voor")
        assert sealed is not None
        assert sealed.between == before.between
        await let_work(database, installation_settings, JobKind.ERASE_ROUND, round_id)
    async with reading_across(database) as session:
        left = [(await session.exec(select(table))).all() for table in (Client, Invitation, SecondCode)]
        assert left == [[], [], []]
    assert len([key for key in await sent_keys(database) if key]) == 42 + 26
    found = await open_snapshot(database, installation_settings, UTRECHT, second)
    assert found is not None
    assert {one.person_key for one in found.rows if one.stratum == "B"} == {
        name_of(number) for number in range(100, 105)
    }
    after = await read_series(database, keys, UTRECHT, "voor")
    assert after is not None
    assert after.between == before.between
    assert [(wave.asked, wave.answered) for wave in after.waves] == [(w.asked, w.answered) for w in before.waves]
    assert all(isinstance(wave, Wave) and wave.stage == "erased" for wave in after.waves)
