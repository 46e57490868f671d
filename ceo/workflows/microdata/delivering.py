"""Delivering a published edition to a national portal, by a profile. What was delivered is recorded with its receipt before it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.reading import Chosen, Recorded, read_record
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.releases.computing import release_name
from ceo.workflows.releases.deciding import By
from ceo.workflows.releases.reading import Cubes

if TYPE_CHECKING:
    from exports.release.cube import SealedCube
    from exports.release.delivery import Delivery, DeliveryReceipt

DELIVERED: Final = "release.delivered"
DELIVERABLE: Final = (ReleaseState.PUBLISHED.value, ReleaseState.CORRECTED.value)
LONGEST_PROFILE: Final = 100_000  # signs
MOST_SHOWN: Final = 50
# As problems of a profile are told on the command line.
_PROFILE_CODE: Final = "L01"


@dataclass(frozen=True, slots=True)
class WantedDelivery:
    """Which edition is wanted, and the text of the profile by which it is delivered."""

    release: str
    edition: int
    profile: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery as a file, and its receipt."""

    name: str
    content: bytes
    receipt: DeliveryReceipt


@dataclass(frozen=True, slots=True)
class DeliveryRefused:
    """Why there is no delivery: sentences with the place, cause and cure, about the edition or about the profile."""

    of_edition: tuple[str, ...] = ()
    of_profile: tuple[str, ...] = ()


def shipped_profiles() -> dict[str, str]:
    """Return the texts of the profiles that come along, by name."""
    folder = files("exports.release").joinpath("profiles")
    found = {one.name.removesuffix(".yaml"): one.read_text(encoding="utf-8") for one in folder.iterdir()}
    return dict(sorted(found.items()))


async def look_at_delivery(
    database: Database, settings: Settings, wanted: WantedDelivery
) -> Delivery | DeliveryRefused:
    """Return what a delivery would hold, or everything that stands in the way. Nothing is recorded."""
    async with reading_across(database) as session:
        row = await session.get(Release, (wanted.release, wanted.edition))
    if row is None or row.state not in DELIVERABLE:
        cause = "Deze editie is er niet, of zij is niet gepubliceerd of ingetrokken. Kies een andere editie."
        return DeliveryRefused(of_edition=(cause,))
    cube = await Cubes(settings.base_url).open(database, row)
    return await asyncio.to_thread(_look, cube, wanted.profile)


async def make_delivery(
    database: Database, settings: Settings, wanted: WantedDelivery, by: By
) -> Delivered | DeliveryRefused:
    """Return the file with its receipt, or everything that stands in the way. What was returned, is recorded."""
    found = await look_at_delivery(database, settings, wanted)
    if isinstance(found, DeliveryRefused):
        return found
    content, receipt = await asyncio.to_thread(_write, found, by)
    whole = release_name(wanted.release, wanted.edition)
    async with place_transaction(database, by.place) as session:
        row = await session.get_one(Release, (wanted.release, wanted.edition), with_for_update=True)
        if row.state not in DELIVERABLE:
            return DeliveryRefused(of_edition=("Deze editie is intussen ingetrokken. Kies een andere editie.",))
        await record(
            session,
            by.place,
            actor=by.actor,
            action=DELIVERED,
            object_kind="release",
            object_id=whole,
            after=_facts(receipt),
            now=by.now,
        )
    name = f"{wanted.release}-{wanted.edition}-{receipt.profile}-{receipt.profile_version}"
    return Delivered(f"{name}.csv", content, receipt)


async def list_deliveries(database: Database, place: str) -> Sequence[Recorded]:
    """Return the newest deliveries that were recorded in a place, the last one first."""
    page = await read_record(database, place, Chosen(action=DELIVERED), size=MOST_SHOWN)
    return page.rows


def _look(cube: SealedCube, text: str) -> Delivery | DeliveryRefused:
    from exports.release.delivery import Delivery, deliver
    from exports.release.delivery_profile import WrittenProfile, read_profile

    if len(text) > LONGEST_PROFILE:
        return DeliveryRefused(of_profile=(f"Het profiel is te lang. Schrijf hoogstens {LONGEST_PROFILE} tekens.",))
    written = read_profile(text, "profiel")
    if not isinstance(written, WrittenProfile):
        return DeliveryRefused(of_profile=tuple(map(str, written)))
    found = deliver(cube, written.profile)
    if isinstance(found, Delivery):
        return found
    problems = (written.document.problem(one.place, _PROFILE_CODE, one.cause, one.cure) for one in found)
    return DeliveryRefused(of_profile=tuple(map(str, problems)))


def _write(delivery: Delivery, by: By) -> tuple[bytes, DeliveryReceipt]:
    file = BytesIO()
    receipt = delivery.write(file, day=by.today)
    return file.getvalue(), receipt


def _facts(receipt: DeliveryReceipt) -> dict[str, Any]:
    return {
        "profile": receipt.profile,
        "profile_version": receipt.profile_version,
        "profile_digest": receipt.profile_digest,
        "digest": receipt.release_digest,
        "rows": receipt.rows,
        "withheld": receipt.withheld,
        "size": receipt.size,
        "sha256": receipt.sha256,
    }
