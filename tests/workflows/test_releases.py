"""Releases: what municipalities sign for is what is published, and what is published can be computed again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest
from released import ALMERE, NOW, UTRECHT
from sqlmodel import col, delete, select

from analysis.partitions import Engine, EngineKind
from analysis.snapshots import Snapshot, read_snapshot, write_snapshot
from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.endings import Snapshot as SnapshotRow
from ceo.storage.kept_files import KeptFilePart
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Decision, Release, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.ending.sealing import read_codebooks
from ceo.workflows.installation.keyring import KEPT_FILE, seal, unseal
from ceo.workflows.releases.adjusting import ADJUSTED
from ceo.workflows.releases.compositions import COMPOSITION
from ceo.workflows.releases.deciding import (
    By,
    Looked,
    ReleaseDecided,
    publish_release,
    read_rounds,
    refuse_round,
    sign_round,
    withdraw_release,
)
from ceo.workflows.releases.files import read_release_file, write_release_file
from ceo.workflows.releases.making import make_asked, make_edition
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import NO_REASON, NO_ROUNDS, NOT_ENDED, TAKEN, Proposed, propose, propose_again
from ceo.workflows.releases.reading import find_release, list_releases
from ceo.workflows.releases.verifying import Verified, verify_release

pytestmark = pytest.mark.anyio

AGAIN = Proposal(
    name="wmo-tweede",
    measurement=MEASUREMENT,
    title="Nog een keer",
    population="Cliënten van de Wmo",
    publisher="Een ander",
)


@dataclass(frozen=True)
class Released:
    """A published release of seven municipalities."""

    database: Database
    settings: Settings
    row: Release

    async def verify(self, engine: Engine | None = None) -> Verified:
        """Compute it again."""
        found = await verify_release(self.database, self.settings, self.row.name, self.row.edition, engine=engine)
        assert found is not None
        return found

    async def make(self) -> None:
        """Make what was asked for."""
        await make_asked(self.database, self.settings, clock=lambda: NOW)

    async def read(self, name: str = MEASUREMENT, edition: int = 1) -> Release:
        """Return an edition as it is now."""
        row = await find_release(self.database, name, edition, public=False)
        assert row is not None
        return row

    async def sign_all(self, row: Release) -> set[ReleaseDecided]:
        """Let every municipality sign for an edition as it is now."""
        looked = Looked(row.name, row.edition, row.digest)
        rounds = await read_rounds(self.database, row.name, row.edition)
        return {await sign_round(self.database, looked, By(one.municipality, "7", NOW)) for one in rounds}


@pytest.fixture
async def released(released_settings: Settings) -> AsyncIterator[Released]:
    async with open_database(released_settings.database_url) as database:
        row = await find_release(database, MEASUREMENT, public=True)
        assert row is not None
        yield Released(database, released_settings, row)


async def test_what_is_published_is_computed_again_to_the_last_digit_wherever_it_is_computed(
    released: Released,
) -> None:
    verified = await released.verify()
    assert verified.equal, verified
    assert verified.rows > 1000
    assert (verified.digest, verified.release) == (released.row.digest, f"{MEASUREMENT}/1")
    assert (await released.verify(Engine(EngineKind.PROCESSES, 2))).equal


async def test_one_other_answer_in_one_snapshot_is_found_with_the_numbers_that_differ(released: Released) -> None:
    item = await flip_an_answer(released, ALMERE)
    verified = await released.verify()
    assert not verified.equal
    assert verified.snapshots == (ALMERE,)
    assert verified.differing >= len(verified.numbers) > 0
    assert ALMERE in {one.place[-1] for one in verified.numbers}
    assert item in {one.place[0] for one in verified.numbers}
    # Others are as they were, but for how they differ from all together.
    assert {one.place[-1] for one in verified.numbers if one.column == "value"} <= {ALMERE, NATIONAL, "PV24", "GK7"}


async def test_a_changed_manifest_is_found(released: Released) -> None:
    async with shared_transaction(released.database) as session:
        row = await session.get_one(Release, (MEASUREMENT, 1))
        row.manifest = {**(row.manifest or {}), "weighting": "anders"}
    assert (await released.verify()).seals == ("manifest",)


async def test_a_composition_or_adjusted_scores_that_were_not_made_with_the_edition_are_found(
    released: Released,
) -> None:
    adjusted = await read_release_file(released.database, MEASUREMENT, 1, ADJUSTED)
    assert adjusted is not None
    async with shared_transaction(released.database) as session:
        await write_release_file(session, MEASUREMENT, 1, COMPOSITION, b'{"format":"ceo-composition/1"}')
        await write_release_file(session, MEASUREMENT, 1, ADJUSTED, adjusted.replace(b'"value":6', b'"value":7', 1))
    assert (await released.verify()).seals == ("composition", "adjusted")


async def test_a_release_is_published_when_every_municipality_signed_for_what_is_there(released: Released) -> None:
    proposed = await propose(released.database, AGAIN, place=NATIONAL, actor="7", now=NOW)
    assert isinstance(proposed, Proposed)
    await released.make()
    row = await released.read(AGAIN.name)
    looked, by = Looked(row.name, 1, row.digest), By(NATIONAL, "7", NOW)
    assert await publish_release(released.database, looked, by) is ReleaseDecided.NOT_SIGNED
    assert await released.sign_all(row) == {ReleaseDecided.DONE}
    assert (await released.read(AGAIN.name)).state == ReleaseState.SIGNED
    assert await publish_release(released.database, Looked(row.name, 1, "sha256:0"), by) is ReleaseDecided.OTHER_CONTENT
    assert await publish_release(released.database, looked, By(UTRECHT, "7", NOW)) is ReleaseDecided.UNKNOWN
    assert await publish_release(released.database, looked, by) is ReleaseDecided.DONE
    assert await publish_release(released.database, looked, by) is ReleaseDecided.TOO_LATE
    assert (await released.verify()).equal  # what came later changes nothing


async def test_who_refuses_is_left_out_and_the_others_sign_for_what_is_made_then(released: Released) -> None:
    await propose(released.database, AGAIN, place=NATIONAL, actor="7", now=NOW)
    await released.make()
    before = await released.read(AGAIN.name)
    await released.sign_all(before)
    looked = Looked(before.name, 1, before.digest)
    own = By(UTRECHT, "7", NOW)
    assert await refuse_round(released.database, looked, own, reason=" ") is ReleaseDecided.NO_REASON
    assert await refuse_round(released.database, looked, own, reason="De lijst klopte niet.") is ReleaseDecided.DONE
    assert await sign_round(released.database, looked, By(ALMERE, "7", NOW)) is ReleaseDecided.OTHER_CONTENT
    await released.make()
    after = await released.read(AGAIN.name)
    assert after.digest != before.digest
    assert after.manifest is not None
    assert UTRECHT not in after.manifest["snapshots"]
    decisions = {one.municipality: one.decision for one in await read_rounds(released.database, after.name, 1)}
    assert decisions.pop(UTRECHT) == Decision.REFUSED
    assert set(decisions.values()) == {Decision.WAITING}
    assert await sign_round(released.database, Looked(after.name, 1, after.digest), own) is ReleaseDecided.TOO_LATE


async def test_who_refuses_while_it_is_made_is_not_published_all_the_same(released: Released) -> None:
    await propose(released.database, AGAIN, place=NATIONAL, actor="7", now=NOW)
    await released.make()
    row = await released.read(AGAIN.name)
    async with shared_transaction(released.database) as session:
        (await session.get_one(Release, (row.name, 1))).asked_at = NOW
    asked = await released.read(AGAIN.name)
    refused = await refuse_round(
        released.database,
        Looked(row.name, 1, row.digest),
        By(UTRECHT, "7", NOW + timedelta(seconds=1)),
        reason="De lijst klopte niet.",
    )
    assert refused is ReleaseDecided.DONE
    # What began before the refusal ends after it, with the round that was refused.
    clock = iter((NOW,))
    await make_edition(released.database, released.settings, asked, clock=lambda: next(clock))
    assert (await released.read(AGAIN.name)).asked_at is not None
    await released.make()
    after = await released.read(AGAIN.name)
    assert after.manifest is not None
    assert UTRECHT not in after.manifest["snapshots"]


async def test_when_everybody_refuses_there_is_a_fault_and_other_editions_are_made(released: Released) -> None:
    await propose(released.database, AGAIN, place=UTRECHT, actor="7", now=NOW)
    await released.make()
    row = await released.read(AGAIN.name)
    looked, own = Looked(row.name, 1, row.digest), By(UTRECHT, "7", NOW)
    assert await refuse_round(released.database, looked, own, reason="Toch niet.") is ReleaseDecided.DONE
    await released.make()
    assert (await released.read(AGAIN.name)).fault == "Geen enkele gemeente doet mee."


async def test_what_was_published_meanwhile_asks_for_making_it_anew(released: Released) -> None:
    await propose(released.database, AGAIN, place=NATIONAL, actor="7", now=NOW)
    await propose(released.database, AGAIN.model_copy(update={"name": "wmo-derde"}), place=NATIONAL, actor="7", now=NOW)
    await released.make()
    for name, outcome in ((AGAIN.name, ReleaseDecided.DONE), ("wmo-derde", ReleaseDecided.OVERTAKEN)):
        row = await released.read(name)
        await released.sign_all(row)
        published = await publish_release(released.database, Looked(name, 1, row.digest), By(NATIONAL, "7", NOW))
        assert published is outcome


async def test_a_later_edition_has_a_reason_and_leaves_the_earlier_one_to_be_cited(released: Released) -> None:
    again = partial(propose_again, released.database, MEASUREMENT, place=NATIONAL, actor="7", now=NOW)
    assert await again(reason="") == NO_REASON
    proposed = await again(reason="Eén gemeente telde dubbel.")
    assert isinstance(proposed, Proposed)
    assert proposed.edition == 2
    assert await again(reason="Nog een.") == NOT_ENDED
    await released.make()
    row = await released.read(edition=2)
    await released.sign_all(row)
    looked = Looked(row.name, 2, row.digest)
    later = By(NATIONAL, "7", NOW + timedelta(days=3))
    assert await publish_release(released.database, looked, later) is ReleaseDecided.DONE
    first = await released.read(edition=1)
    assert (first.state, first.ended_because) == (ReleaseState.CORRECTED, "Eén gemeente telde dubbel.")
    assert first.digest == released.row.digest
    newest = await find_release(released.database, MEASUREMENT, public=True)
    assert newest is not None
    assert newest.edition == 2


async def test_a_withdrawn_release_can_still_be_found_with_its_reason(released: Released) -> None:
    looked, by = Looked(MEASUREMENT, 1, released.row.digest), By(NATIONAL, "7", NOW)
    assert await withdraw_release(released.database, looked, by, reason="") is ReleaseDecided.NO_REASON
    assert await withdraw_release(released.database, looked, by, reason="Fout in de weging.") is ReleaseDecided.DONE
    (listed,) = await list_releases(released.database, public=True)
    assert (listed.state, listed.ended_because) == ("withdrawn", "Fout in de weging.")
    assert (await released.verify()).equal


async def test_a_draft_is_not_public_and_a_name_is_used_once(released: Released) -> None:
    same = AGAIN.model_copy(update={"name": MEASUREMENT})
    assert await propose(released.database, same, place=NATIONAL, actor="7", now=NOW) == TAKEN
    other = AGAIN.model_copy(update={"measurement": "die-er-niet-is"})
    assert await propose(released.database, other, place=NATIONAL, actor="7", now=NOW) == NO_ROUNDS
    await propose(released.database, AGAIN, place=NATIONAL, actor="7", now=NOW)
    await released.make()
    assert await find_release(released.database, AGAIN.name, public=True) is None
    assert [one.name for one in await list_releases(released.database, public=True)] == [MEASUREMENT]


async def test_a_municipality_proposes_a_release_of_its_own_round_only(released: Released) -> None:
    proposed = await propose(released.database, AGAIN, place=UTRECHT, actor="7", now=NOW)
    assert isinstance(proposed, Proposed)
    assert [one.municipality for one in proposed.rounds] == [UTRECHT]
    await released.make()
    row = await released.read(AGAIN.name)
    assert await released.sign_all(row) == {ReleaseDecided.DONE}
    looked = Looked(row.name, 1, row.digest)
    assert await publish_release(released.database, looked, By(NATIONAL, "7", NOW)) is ReleaseDecided.UNKNOWN
    assert await publish_release(released.database, looked, By(UTRECHT, "7", NOW)) is ReleaseDecided.DONE


async def flip_an_answer(released: Released, municipality: str) -> str:
    """Let one person of a sealed round have answered something else, as somebody with the database and its keys could; return the item."""
    database, settings = released.database, released.settings
    async with reading_across(database) as session:
        its = select(SnapshotRow).where(col(SnapshotRow.municipality) == municipality)
        file_id = (await session.exec(its)).one().file_id
        parts = select(KeptFilePart).where(col(KeptFilePart.file_id) == file_id)
        (part,) = (await session.exec(parts)).all()
    snapshot = read_snapshot(unseal(settings.encryption_keys, KEPT_FILE, part.id, part.sealed))
    first, *others = snapshot.rows
    item = next(
        name for name, entry in first.answers.items() if entry.get("value") in {"eens", "oneens", "helemaal_eens"}
    )
    answers = {**first.answers, item: {**first.answers[item], "value": "helemaal_oneens"}}
    codebooks = await read_codebooks(database, {first.version})
    changed = Snapshot(snapshot.facts, (replace(first, answers=answers), *others))
    content = write_snapshot(changed, codebooks)
    async with tenant_transaction(database, municipality) as session:
        await session.exec(delete(KeptFilePart).where(col(KeptFilePart.id) == part.id))
        sealed = seal(settings.encryption_keys, KEPT_FILE, part.id, content)
        session.add(KeptFilePart(municipality=municipality, id=part.id, file_id=file_id, sealed=sealed))
    return item
