"""Who answered beside who was on the list is frozen with the edition that it is published with, and can be computed again."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from installation import as_owner
from lending import Prepared, released_on
from released import ALMERE, NOW, UTRECHT
from sqlmodel import col, delete, select, update

from analysis.snapshots import read_snapshot
from ceo.settings import Settings
from ceo.storage.database import Database, open_database
from ceo.storage.endings import Snapshot as SnapshotRow
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseFile
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.ending.sealing import read_sealed
from ceo.workflows.releases.adjusting import ADJUSTED
from ceo.workflows.releases.compositions import COMPOSITION
from ceo.workflows.releases.files import read_release_file, write_release_file
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.manifests import digest_of_manifest
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import Proposed, propose, sealed_rounds
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.reports import ReportKind, compose, read_report_source
from ceo.workflows.releases.verifying import Verified, verify_release
from exports.municipal_report.composition import read_compositions
from exports.report import Table

pytestmark = pytest.mark.anyio

# What editions of before did not hold: where a manifest names it, and its file.
LATER = {"composition": COMPOSITION, "adjusted": ADJUSTED}
AGAIN = Proposal(
    name="wmo-tweede",
    measurement=MEASUREMENT,
    title="Nog een keer",
    population="Cliënten van de Wmo",
    publisher="Een ander",
)


@dataclass(frozen=True)
class Made:
    """An edition with a composition, made of rounds to which people were invited by name."""

    database: Database
    settings: Settings
    row: Release

    async def verify(self) -> Verified:
        """Compute it again."""
        found = await verify_release(self.database, self.settings, self.row.name, 1)
        assert found is not None
        return found

    async def composition(self) -> bytes:
        """Return the file that is kept."""
        content = await read_release_file(self.database, self.row.name, 1, COMPOSITION)
        assert content
        return content


async def make_again(settings: Settings) -> None:
    """Make another edition, after people were invited by name."""
    async with open_database(settings.database_url) as database:
        for one in await sealed_rounds(database, MEASUREMENT):
            snapshot = read_snapshot(await read_sealed(database, settings, one.municipality, one.round_id))
            answered = Counter(row.stratum for row in snapshot.rows)
            fieldwork = {
                name: {"complete": answered[name], "open": min(clients, 3 * max(answered[name], 1)) - answered[name]}
                for name, clients in snapshot.facts.strata.items()
            }
            await keep_fieldwork(database, one.municipality, fieldwork)
        assert isinstance(await propose(database, AGAIN, place=NATIONAL, actor="7", now=NOW), Proposed)
        await make_asked(database, settings, clock=lambda: NOW)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made_again(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return released_on(request).with_more(tmp_path_factory.mktemp("again"), make_again)


@pytest.fixture
def own_settings(made_again: Prepared, tmp_path: Path) -> Iterator[Settings]:
    with made_again.lent(tmp_path) as settings:
        yield settings


@pytest.fixture
async def made(own_settings: Settings) -> AsyncIterator[Made]:
    async with open_database(own_settings.database_url) as database:
        row = await find_release(database, AGAIN.name, public=False)
        assert row is not None
        yield Made(database, own_settings, row)


async def test_it_is_kept_with_the_edition_and_stands_in_its_reports(made: Made) -> None:
    assert made.row.manifest is not None
    assert made.row.manifest["composition"].startswith("sha256:")
    assert {ALMERE, UTRECHT} <= read_compositions(await made.composition()).keys()
    source = await read_report_source(made.database, made.row, made.settings.base_url)
    report = compose(source, ALMERE, ReportKind.WHOLE)
    tables = [block.title for section in report.sections for block in section.blocks if isinstance(block, Table)]
    assert "Groep op de lijst: deel van de lijst en deel van de antwoorden" in tables
    assert (await made.verify()).equal


async def test_a_composition_that_was_changed_is_named(made: Made) -> None:
    content = (await made.composition()).replace(b'"in_list":0.', b'"in_list":0.1', 1)
    async with shared_transaction(made.database) as session:
        await write_release_file(session, made.row.name, 1, COMPOSITION, content)
    verified = await made.verify()
    assert (verified.seals, verified.snapshots, verified.differing) == (("composition",), (), 0)


async def test_a_composition_of_other_invitations_is_named(made: Made) -> None:
    async with reading_across(made.database) as session:
        its = select(SnapshotRow.fieldwork).where(col(SnapshotRow.municipality) == ALMERE)
        fieldwork = (await session.exec(its)).one()
    first = next(iter(fieldwork))
    answered = fieldwork[first]["complete"]
    await keep_fieldwork(made.database, ALMERE, {**fieldwork, first: {"complete": answered, "open": 0}})
    verified = await made.verify()
    assert (verified.seals, verified.snapshots, verified.differing) == (("composition",), (), 0)


async def test_an_edition_of_before_invitations_were_known_or_scores_adjusted_stays_what_it_was(made: Made) -> None:
    async with shared_transaction(made.database) as session:
        row = await session.get_one(Release, (MEASUREMENT, 1))
        row.manifest = {name: told for name, told in (row.manifest or {}).items() if name not in LATER}
        row.digest = digest_of_manifest(row.manifest)
        its = col(ReleaseFile.release) == MEASUREMENT, col(ReleaseFile.name).in_(LATER.values())
        await session.exec(delete(ReleaseFile).where(*its))
    verified = await verify_release(made.database, made.settings, MEASUREMENT, 1)
    assert verified is not None
    assert verified.equal, verified


async def keep_fieldwork(database: Database, municipality: str, fieldwork: dict[str, dict[str, int]]) -> None:
    """As somebody who has the whole database could: the application's role cannot change a sealed round."""
    its = col(SnapshotRow.municipality) == municipality
    async with as_owner(database) as connection:
        await connection.execute(update(SnapshotRow).where(its).values(fieldwork=fieldwork))
