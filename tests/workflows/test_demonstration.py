from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from arrangements import TODAY, wmo_core
from sqlalchemy import func
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Round
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across
from ceo.workflows.access_codes import access_key, read_code
from ceo.workflows.answer import Standing, arrive, start
from ceo.workflows.demonstration import forget, is_complete, next_codes, seed
from questionnaires.answering import seal
from questionnaires.answers import answers_from_json
from questionnaires.routing import route

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_the_demonstration_is_a_measurement_in_eight_municipalities_that_says_it_is_simulated(
    database: Database, installation_settings: Settings
) -> None:
    assert not is_complete(installation_settings)
    assert await next_codes(database, installation_settings, today=TODAY) == []
    told: list[tuple[int, int]] = []
    await seed(
        database,
        installation_settings,
        wmo_core(),
        now=NOW,
        report_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(done, 8) for done in range(9)]
    assert is_complete(installation_settings)

    async with reading_across(database) as session:
        rounds = list(await session.exec(select(Round)))
        complete = dict(
            (
                await session.exec(
                    select(Invitation.municipality, func.count())
                    .where(col(Invitation.state) == "complete")
                    .group_by(Invitation.municipality)
                )
            ).all()
        )
        submitted = dict(
            (await session.exec(select(Submission.municipality, func.count()).group_by(Submission.municipality))).all()
        )
        some = list(await session.exec(select(Submission.answers).limit(25)))
        days = list(await session.exec(select(Submission.received_on).distinct()))
    assert len({its_round.municipality for its_round in rounds}) == 8
    assert all(its_round.simulated and "gesimuleerd" in its_round.title for its_round in rounds)
    assert complete == submitted
    assert all(TODAY - timedelta(days=21) <= day < TODAY for day in days)
    for stored in some:  # what was stored is what a client can have answered
        answers = answers_from_json(stored)
        assert seal(wmo_core(), answers).answers == answers
        assert route(wmo_core(), answers).complete

    codes = await next_codes(database, installation_settings, today=TODAY)
    assert len(codes) == 8
    assert [code.name for code in codes] == sorted(code.name for code in codes)
    first = codes[0]
    key = access_key(installation_settings.secret_key, first.municipality, read_code(first.code) or "")
    assert (await arrive(database, key, today=TODAY)).standing is Standing.INVITED
    await start(database, key, today=TODAY)
    assert first in await next_codes(database, installation_settings, today=TODAY)
    assert await next_codes(database, installation_settings, today=TODAY + timedelta(days=365)) == []


def test_forgetting_a_demonstration_removes_its_own_files_and_no_others(tmp_path: Path) -> None:
    for name in ("ceo.sqlite3", "secret.key", "demo-codes.json", "van-een-ander.txt"):
        (tmp_path / name).write_text("x")
    forget(Settings(tmp_path, "sqlite+aiosqlite:///unused", "http://localhost"))
    assert [file.name for file in tmp_path.iterdir()] == ["van-een-ander.txt"]
