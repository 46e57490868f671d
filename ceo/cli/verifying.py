"""The command that computes a release again, and names what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ceo.cli.places import work_on
from ceo.cli.releasing import ENGINE_HELP, engine_of, find_named
from ceo.terminal import OUT, fail, table_of, telling_progress

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.releases.verifying import Verified


@click.command()
@click.argument("name")
@click.option("--engine", default="inline", show_default=True, help=ENGINE_HELP)
def verify(name: str, engine: str) -> None:
    """Reken een uitgave (NAAM of NAAM/EDITIE) na uit de verzegelde antwoorden, en vergelijk elk cijfer."""

    async def run(database: Database, settings: Settings) -> Verified:
        from ceo.workflows.releases.verifying import verify_release

        row = await find_named(database, name)
        with telling_progress("Narekenen") as told:
            found = await verify_release(
                database, settings, row.name, row.edition, engine=engine_of(engine), progress=told
            )
        if found is None:
            fail("Deze uitgave is nog niet gemaakt, dus er is niets na te rekenen.")
        return found

    _tell_verified(work_on(run))


def _tell_verified(found: Verified) -> None:
    then, this = found.software
    if then != this:
        OUT.print(f"Let op: gemaakt met versie {then}, nagerekend met versie {this}.")
    if found.equal:
        OUT.print(f"Gelijk: {found.release}, {found.rows} rijen, {found.digest}")
        return
    for code in found.snapshots:
        OUT.print(f"De verzegelde antwoorden van {code} zijn andere dan bij het maken.")
    for seal in found.seals:
        OUT.print(f"Het controlegetal klopt niet van: {seal}")
    for problem in found.problems:
        OUT.print(problem, markup=False)
    if found.numbers:
        rows = [
            (" ".join(part for part in one.place if part), one.column, f"{one.published}", f"{one.computed}")
            for one in found.numbers
        ]
        note = f"De eerste {len(rows)} van {found.differing}." if found.differing > len(rows) else ""
        head = ("Waar", "Wat", "Gepubliceerd", "Nagerekend")
        OUT.print(table_of(f"Cijfers die verschillen: {found.differing}", head, rows, names=2, note=note))
    fail(f"Niet gelijk: {found.release}.")
