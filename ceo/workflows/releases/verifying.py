"""Verifying an edition: computed again from the sealed rounds, it must be the same, digit by digit. If not, what differs is named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.compositions import COMPOSITION, composition_digest
from ceo.workflows.releases.computing import ReleaseError, ReleaseInput, compute_release, digest_of_manifest
from ceo.workflows.releases.deciding import read_rounds
from ceo.workflows.releases.files import BESIDE, CUBE, LEDGER_BEFORE, read_release_file
from ceo.workflows.releases.making import gather_input
from ceo.workflows.releases.proposing import SealedRound

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

    `seals`: what else does not have the digest that it should have: manifest, cube, composition (who answered beside who was on
    the list) or inputs. `software`: the version that made it, and the one that computed it now.
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
    composition = await read_release_file(database, name, edition, COMPOSITION)
    given = await _input_then(database, settings, row)
    return await asyncio.to_thread(_compare, row, given, _Kept(kept, composition or b""), engine, progress)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The files that came out."""

    cube: bytes
    composition: bytes


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

    from exports.release.cube import digest_of, open_cube

    assert row.manifest is not None
    published = open_cube(kept.cube)
    seals = []
    if digest_of_manifest(row.manifest) != row.digest:
        seals.append("manifest")
    if digest_of(published) != row.manifest["cube"]:
        seals.append("cube")
    composition = row.manifest.get("composition", "")
    if composition_digest(kept.composition) != composition:
        seals.append("composition")
    software = (str(row.manifest["software"]), version("ceo-survey"))
    found = Verified(
        f"{row.name}/{row.edition}", row.digest, published.table.num_rows, seals=tuple(seals), software=software
    )
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
    if not differences and not snapshots and made.digest != row.digest:
        what = "inputs" if made.manifest.get("composition", "") == composition else "composition"
        seals = [*seals, *({what} - set(seals))]
    return replace(
        found,
        snapshots=snapshots,
        numbers=tuple(differences[:_NUMBERS_TOLD]),
        differing=len(differences),
        seals=tuple(seals),
    )


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
