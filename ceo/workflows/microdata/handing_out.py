"""Handing out microdata under an agreement: sealed answers are read, checked and protected, and the file is recorded before it leaves.

What protecting did to the answers can be looked at by who decides about the agreement; it never leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.microdata.rule import AreaGiven, MicrodataFault, MicrodataRule
from ceo.settings import Settings
from ceo.storage.agreements import Agreement
from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.recording import place_transaction
from ceo.workflows.ending.sealing import read_sealed
from ceo.workflows.microdata.agreeing import record_agreement, standing_faults
from ceo.workflows.microdata.agreement_text import agreement_text
from ceo.workflows.microdata.asked import Asked, read_asked
from ceo.workflows.microdata.forms import AGREEMENT, MicrodataFile, text_file, write_microdata
from ceo.workflows.releases.computing import release_name
from ceo.workflows.releases.deciding import By, read_rounds
from ceo.workflows.releases.reading import Cubes

if TYPE_CHECKING:
    from analysis.microdata.protected import ProtectedMicrodata, ProtectionReport
    from analysis.microdata.rule import Place
    from analysis.snapshots import Snapshot
    from exports.release.cube import SealedCube


@dataclass(frozen=True, slots=True)
class WantedFile:
    """Which file is wanted: under which agreement (its number), and in which of the `MICRODATA_FORMS`, or its text (`AGREEMENT`)."""

    number: str
    form: str


@dataclass(frozen=True, slots=True)
class _Sealed:
    """The sealed round of a municipality as a file, and the digest that its answers had when the edition was made."""

    municipality: str
    content: bytes
    digest: str


async def hand_out(
    database: Database, settings: Settings, wanted: WantedFile, by: By
) -> MicrodataFile | tuple[MicrodataFault, ...]:
    """Return the file of an agreement, or everything that stands in the way. What was returned, is recorded."""
    agreement, edition = await _find(database, wanted.number)
    faults = _faults(agreement, edition, by)
    if agreement is None or edition is None or faults:
        return faults
    if wanted.form == AGREEMENT:
        made: MicrodataFile | tuple[MicrodataFault, ...] = text_file(
            f"overeenkomst-{agreement.id}.txt", agreement_text(agreement, edition, settings.base_url)
        )
    else:
        source = await _read_source(database, settings, edition)
        made = await asyncio.to_thread(_make, agreement, wanted.form, source)
    if not isinstance(made, MicrodataFile):
        return made
    return await _record(database, agreement.id, made, by) or made


async def find_handing_faults(database: Database, number: str, by: By) -> tuple[MicrodataFault, ...]:
    """Return what is known to stand in the way of handing out, without reading any answer."""
    return _faults(*await _find(database, number), by)


async def look_at_protection(
    database: Database, settings: Settings, number: str, by: By
) -> ProtectionReport | tuple[MicrodataFault, ...]:
    """Return what protecting does to the answers of an agreement, or why nothing may leave. No file is made, and nothing is recorded.

    The report is as secret as the answers: it is for who decides about the agreement, not for its user.
    """
    agreement, edition = await _find(database, number)
    faults = _faults(agreement, edition, by)
    if agreement is None or edition is None or faults:
        return faults
    source = await _read_source(database, settings, edition)
    found = await asyncio.to_thread(_protect, agreement, source)
    return found if isinstance(found, tuple) else found.report


@dataclass(frozen=True, slots=True)
class _Source:
    asked: Asked
    cube: SealedCube
    sealed: tuple[_Sealed, ...]


def _faults(agreement: Agreement | None, edition: Release | None, by: By) -> tuple[MicrodataFault, ...]:
    faults = standing_faults(agreement, edition, by)
    if edition is not None and not faults and edition.state == ReleaseState.WITHDRAWN:
        cause = f"{release_name(edition.name, edition.edition)} is ingetrokken."
        return (MicrodataFault("release", cause, "Maak een overeenkomst over een andere editie."),)
    return faults


async def _find(database: Database, number: str) -> tuple[Agreement | None, Release | None]:
    async with reading_across(database) as session:
        agreement = await session.get(Agreement, number)
        edition = None if agreement is None else await session.get(Release, (agreement.release, agreement.edition))
    return agreement, edition


async def _read_source(database: Database, settings: Settings, edition: Release) -> _Source:
    asked = await read_asked(database, edition)
    cube = await Cubes(settings.base_url).open(database, edition)
    return _Source(asked, cube, await _read_rounds(database, settings, edition))


async def _read_rounds(database: Database, settings: Settings, edition: Release) -> tuple[_Sealed, ...]:
    assert edition.manifest is not None, "the edition was made"
    taken: Mapping[str, str] = edition.manifest["snapshots"]
    return tuple(
        [
            _Sealed(
                one.municipality,
                await read_sealed(database, settings, one.municipality, one.round_id),
                taken[one.municipality],
            )
            for one in await read_rounds(database, edition.name, edition.edition)
            if one.municipality in taken
        ]
    )


def _make(agreement: Agreement, form: str, source: _Source) -> MicrodataFile | tuple[MicrodataFault, ...]:
    """Return the file, or why there is none. Takes long: for a thread."""
    from exports.microdata.agreement import Agreement as Agreed
    from exports.microdata.handing_out import UnderAgreement

    found = _protect(agreement, source)
    if isinstance(found, tuple):
        return found
    agreed = Agreed(number=agreement.id, user=agreement.user, purpose=agreement.purpose, ends_on=agreement.ends_on)
    return write_microdata(UnderAgreement(found, source.cube.facts, source.cube.seal, agreed), form)


def _protect(agreement: Agreement, source: _Source) -> ProtectedMicrodata | tuple[MicrodataFault, ...]:
    """Return the protected answers, or why there are none. Takes long: for a thread."""
    from analysis.microdata.protecting import protect_microdata

    snapshots, damaged = _open(source.sealed)
    if damaged:
        cause = f"De verzegelde antwoorden zijn andere dan bij het maken van de uitgave: {', '.join(damaged)}."
        cure = f"Reken de uitgave na met: ceo verify {release_name(agreement.release, agreement.edition)}"
        return (MicrodataFault("snapshots", cause, cure),)
    rule = MicrodataRule.model_validate(agreement.rule)
    return protect_microdata(snapshots, source.asked.pooled(), rule, _places(rule.area, source))


def _open(sealed: Iterable[_Sealed]) -> tuple[list[Snapshot], list[str]]:
    """Return the answers, and the municipalities of which they are others than went into the edition."""
    from analysis.snapshots import DamagedSnapshotError, digest_of, read_snapshot

    snapshots, damaged = [], []
    for one in sealed:
        try:
            snapshot = read_snapshot(one.content)
        except DamagedSnapshotError:
            damaged.append(one.municipality)
            continue
        snapshots.append(snapshot)
        if digest_of(snapshot) != one.digest:
            damaged.append(one.municipality)
    return snapshots, damaged


def _places(given: AreaGiven, source: _Source) -> dict[str, Place]:
    """Return by municipality the area that a record may tell of it."""
    from analysis.microdata.rule import Place

    names = {one.area: one.name for one in source.cube.facts.areas}
    found: dict[str, Place] = {}
    for one in source.asked.places:
        size_class = f"GK{one.size_class}"
        areas = {
            AreaGiven.MUNICIPALITY: Place(one.code, one.name),
            AreaGiven.PROVINCE: Place(one.province_code, one.province),
            AreaGiven.SIZE_CLASS: Place(size_class, names.get(size_class, f"Grootteklasse {one.size_class}")),
        }
        if given in areas:
            found[one.code] = areas[given]
    return found


async def _record(database: Database, number: str, made: MicrodataFile, by: By) -> tuple[MicrodataFault, ...]:
    """Record that a file leaves; it does not when the agreement was ended, or the edition withdrawn, while it was made."""
    async with place_transaction(database, by.place) as session:
        row = await session.get_one(Agreement, number, with_for_update=True)
        faults = _faults(row, await session.get(Release, (row.release, row.edition)), by)
        if faults:
            return faults
        row.fetched_at = by.now
        await session.flush()
        facts = {"form": made.form, "people": made.people, "columns": made.columns, "sha256": made.sha256}
        await record_agreement(session, row, by, "handed_out", dict(facts))
    return ()
