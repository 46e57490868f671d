"""What is kept of a release is what was made and signed for, whoever changed it, cut off a process, or was quicker."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from installation import as_owner
from pydantic import ValidationError
from released import ALMERE, NOW, TOWNS, UTRECHT
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database, open_database
from ceo.storage.editions import newest_counts
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases import deciding, making
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
from ceo.workflows.releases.files import (
    CUBE,
    LEDGER_AFTER,
    DamagedEditionError,
    read_release_file,
    write_release_file,
)
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.manifests import CUBE_FILE, LEDGER_AFTER_EDITION, digest_of_manifest
from ceo.workflows.releases.overtaking import list_overtaken
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose, propose_again
from ceo.workflows.releases.reading import Cubes, find_release
from ceo.workflows.releases.standing import find_standing, list_waiting
from ceo.workflows.releases.verifying import Verified, verify_release
from exports.release.cube import Cube, open_cube, write_cube

pytestmark = pytest.mark.anyio

EDITOR = By(NATIONAL, "7", NOW)
AGAIN = Proposal(
    name="wmo-tweede",
    measurement=MEASUREMENT,
    title="Nog een keer",
    population="Cliënten van de Wmo",
    publisher="Een ander",
)
OWN = AGAIN.model_copy(update={"name": "wmo-eigen", "profile": "public", "with_local": True, "divisions": ()})


@dataclass(frozen=True)
class Releasing:
    """An installation with a published release of seven municipalities."""

    database: Database
    settings: Settings

    async def made(self, proposal: Proposal = AGAIN, place: str = NATIONAL) -> Release:
        """Propose a release and have it made."""
        assert isinstance(await propose(self.database, proposal, place=place, actor="7", now=NOW), Proposed)
        await make_asked(self.database, self.settings, clock=lambda: NOW)
        return await self.row(proposal.name)

    async def signed(self, proposal: Proposal = AGAIN, place: str = NATIONAL) -> Release:
        """Propose a release, have it made, and let everybody sign."""
        row = await self.made(proposal, place)
        for code in TOWNS if place == NATIONAL else (place,):
            assert await sign_round(self.database, looked(row), By(code, "7", NOW)) is ReleaseDecided.DONE
        return await self.row(proposal.name)

    async def row(self, name: str = MEASUREMENT) -> Release:
        row = await find_release(self.database, name, 1, public=False)
        assert row is not None
        return row

    async def keep(self, release: str, name: str, content: bytes) -> None:
        """Change a file as somebody could who has the database."""
        async with shared_transaction(self.database) as session:
            await write_release_file(session, release, 1, name, content)

    async def change(self, release: str, changed: dict[str, str]) -> None:
        """Change what was chosen, as who has the whole database could: the application's role cannot."""
        async with as_owner(self.database) as connection:
            await connection.execute(update(Release).where(col(Release.name) == release).values(changed))

    async def read(self, release: str, name: str) -> bytes:
        content = await read_release_file(self.database, release, 1, name)
        assert content is not None
        return content

    async def verify(self) -> Verified:
        found = await verify_release(self.database, self.settings, MEASUREMENT, 1)
        assert found is not None
        return found

    async def actions(self, place: str, release: str) -> list[str]:
        """Return what the record of a place tells of a release."""
        its = select(AuditRecord.action).where(
            col(AuditRecord.place) == place, col(AuditRecord.object_id) == f"{release}/1"
        )
        async with reading_across(self.database) as session:
            return list(await session.exec(its.order_by(col(AuditRecord.number))))


@pytest.fixture
async def releasing(released_settings: Settings) -> AsyncIterator[Releasing]:
    async with open_database(released_settings.database_url) as database:
        yield Releasing(database, released_settings)


def looked(row: Release) -> Looked:
    return Looked(row.name, row.edition, row.digest)


# The ledger


async def test_a_ledger_that_was_emptied_after_everybody_signed_is_not_published(
    releasing: Releasing, caplog: pytest.LogCaptureFixture
) -> None:
    row = await releasing.signed()
    whole = await releasing.read(row.name, LEDGER_AFTER)
    await releasing.keep(row.name, LEDGER_AFTER, b'{"releases":[],"groups":[]}')
    assert await publish_release(releasing.database, looked(row), EDITOR) is ReleaseDecided.DAMAGED
    assert f"{row.name}/1 is damaged" in caplog.text
    assert (await releasing.row(row.name)).state == ReleaseState.SIGNED
    await releasing.keep(row.name, LEDGER_AFTER, whole)
    assert await publish_release(releasing.database, looked(row), EDITOR) is ReleaseDecided.DONE


@pytest.mark.parametrize("changed", [{"title": "Heel anders"}, {"place": UTRECHT}, {"measurement": "wmo-1"}])
async def test_choices_that_were_changed_after_everybody_signed_are_not_published(
    releasing: Releasing, changed: dict[str, str]
) -> None:
    row = await releasing.signed()
    await releasing.change(row.name, changed)
    by = replace(EDITOR, place=changed.get("place", NATIONAL))
    assert await publish_release(releasing.database, looked(row), by) is ReleaseDecided.DAMAGED


async def test_a_ledger_with_less_in_it_is_found_when_a_release_is_verified(releasing: Releasing) -> None:
    assert (await releasing.verify()).equal
    document = json.loads(await releasing.read(MEASUREMENT, LEDGER_AFTER))
    await releasing.keep(MEASUREMENT, LEDGER_AFTER, json.dumps(document | {"groups": []}).encode())
    verified = await releasing.verify()
    assert (verified.seals, verified.differing, verified.equal) == (("ledger",), 0, False)


async def test_a_release_of_which_readers_have_another_ledger_is_found(releasing: Releasing) -> None:
    async with shared_transaction(releasing.database) as session:
        row = await session.get_one(Release, (MEASUREMENT, 1))
        row.manifest = {**(row.manifest or {}), LEDGER_AFTER_EDITION: "0" * 64}
        row.digest = digest_of_manifest(row.manifest)
    assert (await releasing.verify()).seals == ("ledger", "published-ledger", "inputs")


async def test_a_title_or_place_beside_the_manifest_that_was_changed_is_found(releasing: Releasing) -> None:
    await releasing.change(MEASUREMENT, {"title": "Heel anders"})
    assert (await releasing.verify()).seals == ("edition",)


async def test_an_edition_of_before_files_were_in_the_manifest_is_still_computed_again(releasing: Releasing) -> None:
    await make_older(releasing)
    assert (await releasing.verify()).equal


# The cube


def with_other_values(content: bytes) -> bytes:
    """Return a cube in which every figure is another one, sealed as cubes are."""
    cube = open_cube(content)
    place = cube.table.schema.get_field_index("value")
    values = pc.if_else(cube.table.column(place).is_valid(), pa.scalar(0.01), pa.scalar(None, pa.float64()))
    return write_cube(Cube(cube.facts, cube.table.set_column(place, cube.table.schema.field(place), values)))


async def test_a_cube_that_was_changed_is_not_shown_and_the_log_tells_which(
    releasing: Releasing, caplog: pytest.LogCaptureFixture
) -> None:
    row, whole = await releasing.row(), await releasing.read(MEASUREMENT, CUBE)
    seen = Cubes("https://ceo.example.org")
    assert (await seen.open(releasing.database, row)).facts.release == MEASUREMENT
    for changed in (with_other_values(whole), whole[:1000], b""):
        await releasing.keep(MEASUREMENT, CUBE, changed)
        with caplog.at_level(logging.ERROR), pytest.raises(DamagedEditionError, match=f"{MEASUREMENT}/1"):
            await Cubes("https://ceo.example.org").open(releasing.database, row)
        assert f"{MEASUREMENT}/1 is damaged" in caplog.text
        assert "cube" in (await releasing.verify()).seals
    await releasing.keep(MEASUREMENT, CUBE, whole)
    await Cubes("https://ceo.example.org").open(releasing.database, row)


async def test_a_cube_of_before_its_file_was_in_the_manifest_is_compared_by_its_content(releasing: Releasing) -> None:
    await make_older(releasing)
    row, whole = await releasing.row(), await releasing.read(MEASUREMENT, CUBE)
    await Cubes("https://ceo.example.org").open(releasing.database, row)
    for changed in (with_other_values(whole), whole[:1000]):
        await releasing.keep(MEASUREMENT, CUBE, changed)
        with pytest.raises(DamagedEditionError):
            await Cubes("https://ceo.example.org").open(releasing.database, row)


async def make_older(releasing: Releasing) -> None:
    """Make the published edition one of before the manifest told of its files and its place."""
    async with shared_transaction(releasing.database) as session:
        row = await session.get_one(Release, (MEASUREMENT, 1))
        newer = {CUBE_FILE, LEDGER_AFTER_EDITION, "place"}
        row.manifest = {name: told for name, told in (row.manifest or {}).items() if name not in newer}
        row.digest = digest_of_manifest(row.manifest)


# At the same moment, and cut off


async def test_of_two_who_publish_at_the_same_moment_one_is_overtaken(
    releasing: Releasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    national, own = await releasing.signed(), await releasing.signed(OWN, UTRECHT)
    counted, both = newest_counts, asyncio.Barrier(2)

    async def counted_together(session: AsyncSession, measurement: str) -> int:
        found = await counted(session, measurement)
        if releasing.database.writer.dialect.name == "postgresql":  # SQLite has one writer anyhow
            await both.wait()
        return found

    monkeypatch.setattr(deciding, "newest_counts", counted_together)
    decided = await asyncio.gather(
        publish_release(releasing.database, looked(national), EDITOR),
        publish_release(releasing.database, looked(own), By(UTRECHT, "7", NOW)),
    )
    assert sorted(decided) == [ReleaseDecided.DONE, ReleaseDecided.OVERTAKEN]


async def test_who_is_cut_off_after_the_last_signature_finds_the_edition_ready_to_publish(
    releasing: Releasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await releasing.made()

    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    for code in TOWNS:
        if code == TOWNS[-1]:
            monkeypatch.setattr(deciding, "_sign_when_all_did", killed)
            standing = await find_standing(releasing.database, NATIONAL, row.name, 1)
            assert standing is not None
            assert not standing.can_be_published
            with pytest.raises(RuntimeError):
                await sign_round(releasing.database, looked(row), By(code, "7", NOW))
        else:
            await sign_round(releasing.database, looked(row), By(code, "7", NOW))
    standing = await find_standing(releasing.database, NATIONAL, row.name, 1)
    assert standing is not None
    assert (standing.row.state, standing.can_be_published) == (ReleaseState.DRAFT, True)
    assert [one.row.name for one in await list_waiting(releasing.database, NATIONAL)] == [row.name]
    assert await publish_release(releasing.database, looked(row), EDITOR) is ReleaseDecided.DONE


async def test_an_edition_is_made_with_its_place_in_the_record_or_not_at_all(
    releasing: Releasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(await propose(releasing.database, AGAIN, place=NATIONAL, actor="7", now=NOW), Proposed)

    async def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as cut_off:
        cut_off.setattr(making, "record", killed)
        with pytest.raises(RuntimeError):
            await make_asked(releasing.database, releasing.settings, clock=lambda: NOW)
    row = await releasing.row(AGAIN.name)
    assert (row.digest, row.asked_at) == ("", NOW)
    assert await read_release_file(releasing.database, AGAIN.name, 1, CUBE) is None
    await make_asked(releasing.database, releasing.settings, clock=lambda: NOW)
    assert await releasing.actions(NATIONAL, AGAIN.name) == ["release.proposed", "release.made"]


async def test_what_a_municipality_publishes_alone_tells_before_which_drafts_it_overtakes(releasing: Releasing) -> None:
    own = await releasing.made(OWN, UTRECHT)
    assert await list_overtaken(releasing.database, own) == []
    await releasing.made(OWN.model_copy(update={"name": "wmo-van-almere"}), ALMERE)
    assert await list_overtaken(releasing.database, own) == [], "what another prepares alone is none of its business"
    national = await releasing.signed()
    assert [(one.name, one.state) for one in await list_overtaken(releasing.database, own)] == [
        (national.name, ReleaseState.SIGNED)
    ]
    await sign_round(releasing.database, looked(own), By(UTRECHT, "7", NOW))
    assert await publish_release(releasing.database, looked(own), By(UTRECHT, "7", NOW)) is ReleaseDecided.DONE
    assert await publish_release(releasing.database, looked(national), EDITOR) is ReleaseDecided.OVERTAKEN


# Whose it is


async def test_a_municipality_publishes_under_its_own_name_only(releasing: Releasing) -> None:
    row = await releasing.made(OWN, UTRECHT)
    assert row.plan["publisher"] == "Gemeente Utrecht"
    cube = await Cubes("https://ceo.example.org").open(releasing.database, row)
    assert cube.facts.publisher == "Gemeente Utrecht"
    assert (await releasing.made()).plan["publisher"] == AGAIN.publisher


async def test_the_national_editors_withdraw_the_release_of_a_municipality_and_both_records_tell_it(
    releasing: Releasing,
) -> None:
    row = await releasing.signed(OWN, UTRECHT)
    assert await publish_release(releasing.database, looked(row), By(UTRECHT, "7", NOW)) is ReleaseDecided.DONE
    other, later = By(ALMERE, "7", NOW), By(NATIONAL, "8", NOW + timedelta(days=1))
    assert await withdraw_release(releasing.database, looked(row), other, reason="x") is ReleaseDecided.UNKNOWN
    assert await withdraw_release(releasing.database, looked(row), later, reason=" ") is ReleaseDecided.NO_REASON
    done = await withdraw_release(releasing.database, looked(row), later, reason="Verkeerde\r\nweging.\x0b")
    assert done is ReleaseDecided.DONE
    kept = await releasing.row(row.name)
    assert (kept.state, kept.ended_because) == (ReleaseState.WITHDRAWN, "Verkeerde weging.")
    assert (await releasing.actions(UTRECHT, row.name))[-1] == "release.withdrawn"
    assert await releasing.actions(NATIONAL, row.name) == ["release.withdrawn"]
    assert await withdraw_release(releasing.database, looked(row), later, reason="x") is ReleaseDecided.TOO_LATE


async def test_a_municipality_withdraws_no_release_of_the_country(releasing: Releasing) -> None:
    row = await releasing.row()
    own = By(UTRECHT, "7", NOW)
    assert await withdraw_release(releasing.database, looked(row), own, reason="x") is ReleaseDecided.UNKNOWN


# Signs that files cannot hold


@pytest.mark.parametrize("field", ["title", "population", "publisher"])
@pytest.mark.parametrize("sign", ["\r\n", "\x0b", "\x1f", "\x00", "\u2028", "\u202e"])
def test_a_proposal_with_signs_that_files_cannot_hold_is_refused_with_the_cure(field: str, sign: str) -> None:
    with pytest.raises(ValidationError, match="typ de tekst over, op één regel") as refused:
        Proposal(**{**AGAIN.model_dump(), field: f"Wmo{sign}2026"})
    assert [one["loc"] for one in refused.value.errors()] == [(field,)]


async def test_reasons_are_kept_on_one_line(releasing: Releasing) -> None:
    row = await releasing.made()
    reason = " Onze lijst\r\nklopt\x0b niet.\u2028"
    assert await refuse_round(releasing.database, looked(row), By(UTRECHT, "7", NOW), reason=reason) == "done"
    rounds = {one.municipality: one.reason for one in await read_rounds(releasing.database, row.name, 1)}
    assert rounds[UTRECHT] == "Onze lijst klopt niet."
    again = await propose_again(releasing.database, MEASUREMENT, place=NATIONAL, reason=reason, actor="7", now=NOW)
    assert isinstance(again, Proposed)
    second = await find_release(releasing.database, MEASUREMENT, 2, public=False)
    assert second is not None
    assert second.reason == "Onze lijst klopt niet."
    assert await propose_again(releasing.database, MEASUREMENT, place=NATIONAL, reason="\x0b", actor="7", now=NOW) == (
        "no-reason"
    )
