"""Drafts: proposed once, left and joined until they are published, and given up with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from released import NOW, TOWNS, UTRECHT
from sqlalchemy import event
from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Decision, Release, ReleaseFile, ReleaseRound, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.deciding import (
    By,
    Looked,
    ReleaseDecided,
    drop_release,
    publish_release,
    read_rounds,
    refuse_round,
    rejoin_round,
    sign_round,
)
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import NOT_ENDED, TAKEN, Proposed, ask_to_make, propose, propose_again
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.seen import Viewer, find_seen, list_seen

pytestmark = pytest.mark.anyio

DRAFT = Proposal(
    name="wmo-concept", measurement=MEASUREMENT, title="Een concept", population="Cliënten van de Wmo", publisher="CEO"
)
EDITOR = By(NATIONAL, "7", NOW)
OWNER = By(UTRECHT, "8", NOW)
REASON = "De lijst klopte niet."


@dataclass(frozen=True)
class Drafting:
    """An installation with a published release, and a draft of the same measurement."""

    database: Database
    settings: Settings

    async def make(self) -> Looked:
        """Make the draft, and look at it."""
        await make_asked(self.database, self.settings, clock=lambda: NOW)
        row = await self.read()
        return Looked(row.name, row.edition, row.digest)

    async def read(self) -> Release:
        """Return the draft as it is now."""
        row = await find_release(self.database, DRAFT.name, 1, public=False)
        assert row is not None
        return row

    async def sign_all(self, looked: Looked) -> set[ReleaseDecided]:
        """Let everybody who takes part sign."""
        rounds = await self.decisions()
        towns = [town for town, decision in rounds.items() if decision != Decision.REFUSED]
        return {await sign_round(self.database, looked, By(town, "8", NOW)) for town in towns}

    async def decisions(self) -> dict[str, str]:
        """Return what every municipality decided about the draft."""
        return {one.municipality: one.decision for one in await read_rounds(self.database, DRAFT.name, 1)}

    async def recorded(self, place: str, release: str) -> list[str]:
        """Return what the record of a place holds of an edition, the oldest first."""
        rows = select(AuditRecord.action).where(col(AuditRecord.place) == place, AuditRecord.object_id == release)
        async with reading_across(self.database) as session:
            return list(await session.exec(rows.order_by(col(AuditRecord.number))))


@pytest.fixture
async def installed(released_settings: Settings) -> AsyncIterator[Drafting]:
    async with open_database(released_settings.database_url) as database:
        yield Drafting(database, released_settings)


@pytest.fixture
async def drafting(installed: Drafting) -> Drafting:
    assert isinstance(await proposed_first(installed), Proposed)
    return installed


async def proposed_first(installed: Drafting) -> Proposed | str:
    return await propose(installed.database, DRAFT, place=NATIONAL, actor="7", now=NOW)


async def proposed_again(installed: Drafting) -> Proposed | str:
    by: dict[str, Any] = {"place": NATIONAL, "actor": "7", "now": NOW}
    return await propose_again(installed.database, MEASUREMENT, reason="Beter.", **by)


@pytest.mark.parametrize(
    ("propose_it", "name", "edition", "told"),
    [(proposed_first, DRAFT.name, 1, TAKEN), (proposed_again, MEASUREMENT, 2, NOT_ENDED)],
)
async def test_who_proposes_what_another_is_proposing_at_that_moment_is_told_so(
    installed: Drafting, propose_it: Any, name: str, edition: int, told: str
) -> None:
    plan = DRAFT.model_dump(mode="json")
    facts: dict[str, Any] = {"place": NATIONAL, "measurement": MEASUREMENT, "title": "Van een ander", "plan": plan}
    async with shared_transaction(installed.database) as session:
        session.add(Release(name=name, edition=edition, proposed_by="9", proposed_at=NOW, **facts))
        await session.flush()
        later = asyncio.create_task(propose_it(installed))
        await asyncio.sleep(0.5)
        assert not later.done(), "it waits for the other transaction"
    assert await later == told
    assert await installed.recorded(NATIONAL, f"{name}/{edition}") == []
    row = await find_release(installed.database, name, edition, public=False)
    assert row is not None
    assert row.proposed_by == "9"


async def test_of_many_who_propose_one_name_at_once_one_does(installed: Drafting) -> None:
    found = await asyncio.gather(*(proposed_first(installed) for _ in range(6)))
    assert sorted(isinstance(one, Proposed) for one in found) == [*[False] * 5, True]
    assert {one for one in found if not isinstance(one, Proposed)} == {TAKEN}
    assert await installed.recorded(NATIONAL, f"{DRAFT.name}/1") == ["release.proposed"]


async def test_asking_to_make_an_edition_is_recorded_and_only_its_own_place_asks(drafting: Drafting) -> None:
    await drafting.make()
    asked: dict[str, Any] = {"actor": "7", "now": NOW}
    assert not await ask_to_make(drafting.database, DRAFT.name, 1, place=UTRECHT, **asked)
    assert (await drafting.read()).asked_at is None
    assert await ask_to_make(drafting.database, DRAFT.name, 1, place=NATIONAL, **asked)
    assert (await drafting.read()).asked_at == NOW
    made = ["release.proposed", "release.made", "release.asked"]
    assert await drafting.recorded(NATIONAL, f"{DRAFT.name}/1") == made
    assert not await ask_to_make(drafting.database, MEASUREMENT, 1, place=NATIONAL, **asked), "it is published"


async def test_only_the_last_who_signs_has_every_round_read(drafting: Drafting) -> None:
    looked = await drafting.make()
    read, counts = list[int](), list[int]()

    def note(row: ReleaseRound, _: object) -> None:
        read.append(row.round_id)

    event.listen(ReleaseRound, "load", note)
    try:
        for town in TOWNS:
            assert await sign_round(drafting.database, looked, By(town, "8", NOW)) is ReleaseDecided.DONE
            counts.append(len(read))
    finally:
        event.remove(ReleaseRound, "load", note)
    assert counts == [1, 2, 3, 4, 5, 6, 7 + len(TOWNS)]
    assert (await drafting.read()).state == ReleaseState.SIGNED


async def test_who_refused_comes_back_while_it_is_a_draft_and_everybody_signs_anew(drafting: Drafting) -> None:
    first = await drafting.make()
    assert await drafting.sign_all(first) == {ReleaseDecided.DONE}
    assert await rejoin_round(drafting.database, first, OWNER) is ReleaseDecided.TOO_LATE, "it did not refuse"
    assert await refuse_round(drafting.database, first, OWNER, reason=REASON) is ReleaseDecided.DONE
    without = await drafting.make()
    assert await rejoin_round(drafting.database, without, OWNER) is ReleaseDecided.DONE
    assert await publish_release(drafting.database, without, EDITOR) is ReleaseDecided.OTHER_CONTENT
    again = await drafting.make()
    assert again == first, "the same rounds have the same figures"
    assert await drafting.decisions() == dict.fromkeys(TOWNS, Decision.WAITING)
    assert await drafting.sign_all(again) == {ReleaseDecided.DONE}
    assert await publish_release(drafting.database, again, EDITOR) is ReleaseDecided.DONE
    actions = ("signed", "refused", "rejoined", "signed")
    assert await drafting.recorded(UTRECHT, f"{DRAFT.name}/1") == [f"release.{one}" for one in actions]


async def test_who_comes_back_while_it_is_made_without_them_is_in_what_is_made_after(drafting: Drafting) -> None:
    looked = await drafting.make()
    assert await refuse_round(drafting.database, looked, OWNER, reason=REASON) is ReleaseDecided.DONE
    assert await rejoin_round(drafting.database, looked, OWNER) is ReleaseDecided.DONE
    assert await drafting.make() == looked


async def test_a_published_release_is_not_left_or_joined(installed: Drafting) -> None:
    looked = Looked(MEASUREMENT, 1)
    assert await refuse_round(installed.database, looked, OWNER, reason=REASON) is ReleaseDecided.TOO_LATE
    assert await rejoin_round(installed.database, looked, OWNER) is ReleaseDecided.TOO_LATE
    row = await find_release(installed.database, MEASUREMENT, 1, public=True)
    assert row is not None
    assert (row.state, row.asked_at) == (ReleaseState.PUBLISHED, None)


async def test_a_draft_is_dropped_with_its_figures_and_its_name_stays_used(drafting: Drafting) -> None:
    database = drafting.database
    waiting = Looked(DRAFT.name, 1)
    assert await drop_release(database, waiting, EDITOR, reason=REASON) is ReleaseDecided.OTHER_CONTENT, "it is made"
    looked = await drafting.make()
    assert await drop_release(database, looked, EDITOR, reason=" ") is ReleaseDecided.NO_REASON
    assert await drop_release(database, looked, OWNER, reason=REASON) is ReleaseDecided.UNKNOWN
    assert await drop_release(database, waiting, EDITOR, reason=REASON) is ReleaseDecided.OTHER_CONTENT
    assert await drop_release(database, looked, EDITOR, reason=f" {REASON} ") is ReleaseDecided.DONE
    row = await drafting.read()
    assert (row.state, row.ended_because, row.ended_on) == (ReleaseState.DROPPED, REASON, EDITOR.today)
    assert (row.digest, row.manifest) == ("", None)
    async with reading_across(database) as session:
        kept = set(await session.exec(select(ReleaseFile.release)))
    assert kept == {MEASUREMENT}
    assert await drafting.recorded(NATIONAL, f"{DRAFT.name}/1") == [
        f"release.{one}" for one in ("proposed", "made", "dropped")
    ]
    assert await proposed_first(drafting) == TAKEN
    assert await make_asked(database, drafting.settings, clock=lambda: NOW) == 0
    for decided in (
        await drop_release(database, looked, EDITOR, reason=REASON),
        await sign_round(database, looked, OWNER),
        await refuse_round(database, looked, OWNER, reason=REASON),
        await publish_release(database, looked, EDITOR),
        await drop_release(database, Looked(MEASUREMENT, 1), EDITOR, reason=REASON),
    ):
        assert decided is ReleaseDecided.TOO_LATE


async def test_after_a_dropped_edition_the_next_one_has_the_next_number(installed: Drafting) -> None:
    assert isinstance(await proposed_again(installed), Proposed)
    await make_asked(installed.database, installed.settings, clock=lambda: NOW)
    row = await find_release(installed.database, MEASUREMENT, 2, public=False)
    assert row is not None
    looked = Looked(MEASUREMENT, 2, row.digest)
    assert await drop_release(installed.database, looked, EDITOR, reason=REASON) is ReleaseDecided.DONE
    third = await proposed_again(installed)
    assert isinstance(third, Proposed)
    assert third.edition == 3
    first = await find_release(installed.database, MEASUREMENT, public=True)
    assert first is not None
    assert (first.edition, first.state) == (1, ReleaseState.PUBLISHED)


async def test_a_key_that_opens_drafts_opens_none_that_was_dropped(drafting: Drafting) -> None:
    looked = await drafting.make()
    viewers = (Viewer(NATIONAL, drafts=True), Viewer(UTRECHT, drafts=True))
    for viewer in viewers:
        assert await find_seen(drafting.database, DRAFT.name, 1, viewer) is not None
        assert DRAFT.name in {one.name for one in await list_seen(drafting.database, viewer)}
    assert await drop_release(drafting.database, looked, EDITOR, reason=REASON) is ReleaseDecided.DONE
    for viewer in viewers:
        assert await find_seen(drafting.database, DRAFT.name, 1, viewer) is None
        assert DRAFT.name not in {one.name for one in await list_seen(drafting.database, viewer)}
