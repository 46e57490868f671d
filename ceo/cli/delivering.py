"""The command that delivers a release to a national portal, in the form that the portal asks for, with a receipt beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import FILE, OUTPUT, checked_output, read_texts
from ceo.cli.places import work_on
from ceo.cli.releasing import find_named
from ceo.clock import dutch_day
from ceo.terminal import OUT, fail, fail_with

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from exports.release.cube import SealedCube
    from exports.release.delivery import DeliveryReceipt
    from exports.release.delivery_profile import WrittenProfile

# The code of what is wrong with a profile for this release; the form of the file has codes of its own.
_PROFILE_CODE: Final = "L01"


@click.command()
@click.argument("name")
@click.option("--profile", "profile_file", type=FILE, required=True, help="Hoe de ontvanger het wil (YAML).")
@click.option("--output", type=OUTPUT, callback=checked_output, required=True, help="Bestand om te schrijven.")
def deliver(name: str, *, profile_file: Path, output: Path) -> None:
    """Schrijf een gepubliceerde uitgave zoals een landelijk portaal haar wil, met een bewijs ernaast (.receipt.json)."""
    written = _read(profile_file)

    async def run(database: Database, settings: Settings) -> SealedCube:
        from ceo.workflows.releases.reading import Cubes

        row = await find_named(database, name)
        if row.manifest is None:
            fail("Deze uitgave is nog niet gemaakt.")
        return await Cubes(settings.base_url).open(database, row)

    receipt = _write(work_on(run), written, output)
    beside = output.with_name(f"{output.name}.receipt.json")
    beside.write_text(f"{receipt.model_dump_json(indent=2)}\n", encoding="utf-8")
    OUT.print(f"Geschreven: {output}, {receipt.rows} rijen, {receipt.withheld} cijfers weggelaten", markup=False)
    OUT.print(f"Bewijs: {beside}", markup=False)


def _read(file: Path) -> WrittenProfile:
    """Return a profile, or stop and tell every mistake in it."""
    from exports.release.delivery_profile import WrittenProfile, read_profile

    written = read_profile(read_texts([file])[str(file)], str(file))
    if not isinstance(written, WrittenProfile):
        fail_with(written)
    return written


def _write(release: SealedCube, written: WrittenProfile, output: Path) -> DeliveryReceipt:
    """Write the file and return its receipt, or stop and tell everything that is wrong with the profile for this release."""
    from exports.release.delivery import Delivery, deliver

    delivery = deliver(release, written.profile)
    if not isinstance(delivery, Delivery):
        fail_with([written.document.problem(one.place, _PROFILE_CODE, one.cause, one.cure) for one in delivery])
    with output.open("wb") as file:
        return delivery.write(file, day=dutch_day())
