"""Verifying an edition: computed again from the sealed rounds, it must be the same, digit by digit. If not, what differs is named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.editions import PublishedCounts
from ceo.storage.releases import Release
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.adjusting import ADJUSTED, ADJUSTED_FILE, adjusted_digest
from ceo.workflows.releases.compositions import COMPOSITION, composition_digest
from ceo.workflows.releases.computing import ReleaseError, ReleaseInput, compute_release
from ceo.workflows.releases.deciding import read_rounds
from ceo.workflows.releases.files import BESIDE, CUBE, LEDGER_AFTER, LEDGER_BEFORE, read_release_file
from ceo.workflows.releases.making import gather_input
from ceo.workflows.releases.manifests import (
    CUBE_FILE,
    LEDGER_AFTER_EDITION,
    digest_of_file,
    digest_of_manifest,
    is_as_told,
)
from ceo.workflows.releases.proposing import SealedRound
from ceo.workflows.releases.reading import PUBLIC

if TYPE_CHECKING:
    from analysis.partitions import Engine
    from exports.release.cube import Cube

# What names a row of the cube.
KEY: Final = ("indicator", "measure", "category", "breakdown", "level", "area")
_NUMBERS_TOLD: Final = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that differs: where it stands, in which column, what was published and what is computed now."""

    place: tuple[str, ...]
    column: str
    published: Any
    computed: Any


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found. `snapshots`: municipalities whose sealed answers are others than went in. `numbers`: the first that differ.

    `seals`: what else is not as it should be: manifest, edition (what is kept beside the manifest, such as title and place), cube,
    composition (who answered beside who was on the list), adjusted (scores as they would be with the same clients everywhere), ledger
    (what readers have after it), published-ledger (what was kept of that when it was published) or inputs. `software`: the version that
    made it, and the one that computed it now.
    """

    release: str
    digest: str
    rows: int
    snapshots: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    numbers: tuple[Difference, ...] = ()
    differing: int = 0
    software: tuple[str, str] = ("", "")
    problems: tuple[str, ...] = field(default=())

    @property
    def equal(self) -> bool:
        """Whether everything is as it was published."""
        return not (self.snapshots or self.seals or self.differing or self.problems)


async def verify_release(
    database: Database,
    settings: Settings,
    name: str,
    edition: int,
    *,
    engine: Engine | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verified | None:
    """Return what verifying an edition found; None when there is no such edition, or it was never made."""
    async with reading_across(database) as session:
        row = await session.get(Release, (name, edition))
    kept = await read_release_file(database, name, edition, CUBE)
    if row is None or row.manifest is None or kept is None:
        return None
    files = _Kept(
        kept,
        await read_release_file(database, name, edition, COMPOSITION) or b"",
        await read_release_file(database, name, edition, ADJUSTED) or b"",
        await read_release_file(database, name, edition, LEDGER_AFTER) or b"",
        await _published_ledgers(database, row),
    )
    given = await _input_then(database, settings, row)
    return await asyncio.to_thread(_compare, row, given, files, engine, progress)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What came out: files, and the digests of all ledgers that its measurement has had (None before it was published)."""

    cube: bytes
    composition: bytes
    adjusted: bytes
    ledger: bytes
    published: frozenset[str] | None


async def _published_ledgers(database: Database, row: Release) -> frozenset[str] | None:
    if row.state not in PUBLIC:
        return None
    assert row.manifest is not None
    its = select(PublishedCounts.content).where(
        col(PublishedCounts.measurement) == row.manifest["proposal"]["measurement"]
    )
    found = set()
    async with reading_across(database) as session:
        async for content in await session.stream_scalars(its):  # one in memory at a time: they are long
            found.add(digest_of_file(content.encode()))
    return frozenset(found)


async def _input_then(database: Database, settings: Settings, row: Release) -> ReleaseInput:
    """Return what the edition was made of: the rounds of its manifest, and the ledger as it was then."""
    assert row.manifest is not None
    taken = row.manifest["snapshots"]
    rounds = [
        SealedRound(one.municipality, one.round_id, one.snapshot, 0)
        for one in await read_rounds(database, row.name, row.edition)
        if one.municipality in taken
    ]
    now = await gather_input(database, settings, row, rounds)
    ledger = await read_release_file(database, row.name, row.edition, LEDGER_BEFORE)
    beside = await read_release_file(database, row.name, row.edition, BESIDE)
    asked = set(row.manifest["questionnaires"])
    return replace(
        now.with_beside(beside or b"{}"),
        ledger=(ledger or b"").decode(),
        versions=tuple(one for one in now.versions if one[1] in asked),
        software=row.manifest["software"],
        floor=row.manifest["floor"],
        # An edition without a composition was made when nothing was known of invitations.
        invited=now.invited if "composition" in row.manifest else {},
    )


def _compare(
    row: Release,
    given: ReleaseInput,
    kept: _Kept,
    engine: Engine | None,
    progress: Callable[[int, int], None] | None,
) -> Verified:
    from importlib.metadata import version

    from exports.release.cube import DamagedCubeError, digest_of, open_cube

    assert row.manifest is not None
    try:
        published = open_cube(kept.cube)
    except DamagedCubeError:
        return Verified(f"{row.name}/{row.edition}", row.digest, 0, seals=("cube",))
    seals = _broken_seals(row, kept, digest_of(published))
    software = (str(row.manifest["software"]), version("ceo-survey"))
    found = Verified(f"{row.name}/{row.edition}", row.digest, published.table.num_rows, seals=seals, software=software)
    try:
        made = compute_release(given, engine=engine, progress=progress, checked=False)
    except ReleaseError as error:
        return replace(found, problems=error.problems)
    snapshots = tuple(
        code
        for code, digest in sorted(row.manifest["snapshots"].items())
        if made.manifest["snapshots"].get(code) != digest
    )
    # Where somebody looks first: the figures themselves, of whose answers changed.
    differences = sorted(
        _differences(published, open_cube(made.cube)),
        key=lambda it: (it.place[-1] not in snapshots, it.column != "value"),
    )
    if not differences and not snapshots and digest_of_manifest(_told_again(made.manifest, row.manifest)) != row.digest:
        changed = [
            what for what in ("composition", ADJUSTED_FILE) if _says_otherwise(made.manifest, row.manifest, what)
        ]
        seals = (*seals, *(what for what in changed or ["inputs"] if what not in seals))
    return replace(
        found,
        snapshots=snapshots,
        numbers=tuple(differences[:_NUMBERS_TOLD]),
        differing=len(differences),
        seals=seals,
    )


def _broken_seals(row: Release, kept: _Kept, cube: str) -> tuple[str, ...]:
    """Return what is not as the manifest says, without computing anything again. `cube`: the digest of what the cube holds."""
    assert row.manifest is not None
    told, ledger = row.manifest, digest_of_file(kept.ledger)
    broken = {
        "manifest": digest_of_manifest(told) != row.digest,
        "edition": not is_as_told(row),
        "cube": cube != told["cube"] or told.get(CUBE_FILE, digest_of_file(kept.cube)) != digest_of_file(kept.cube),
        "composition": composition_digest(kept.composition) != told.get("composition", ""),
        ADJUSTED_FILE: adjusted_digest(kept.adjusted) != told.get(ADJUSTED_FILE, ""),
        "ledger": told.get(LEDGER_AFTER_EDITION, ledger) != ledger,
        "published-ledger": kept.published is not None and told.get(LEDGER_AFTER_EDITION, ledger) not in kept.published,
    }
    return tuple(what for what, is_broken in broken.items() if is_broken)


def _says_otherwise(made: Mapping[str, Any], then: Mapping[str, Any], what: str) -> bool:
    """Return whether a manifest of now names another file than that of then did; what was not told then cannot differ."""
    return what in then and made.get(what) != then[what]


def _told_again(made: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a manifest of then would say now: as much as was told then, and the file as it was written then.

    Another version of the library that writes files makes other bytes of the same cube; the cube itself has its own digest.
    """
    return {name: told for name, told in made.items() if name in then} | {
        name: then[name] for name in (CUBE_FILE,) if name in then
    }


def _differences(published: Cube, computed: Cube) -> Iterator[Difference]:
    """Yield every number that differs. Tables that are the same column by column are not looked at row by row."""
    if published.table.equals(computed.table):
        return
    now = {_place(row): row for row in computed.rows()}
    for row in published.rows():
        place = _place(row)
        other = now.pop(place, None)
        if other is None:
            yield Difference(place, "", "published", None)
            continue
        yield from (
            Difference(place, column, value, other[column]) for column, value in row.items() if value != other[column]
        )
    yield from (Difference(place, "", None, "computed") for place in now)


def _place(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in KEY)
