"""Commands about municipalities to compare with: the mirror groups of a municipality, and the lists that it keeps itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from ceo.cli.places import require_place, work_on
from ceo.clock import dutch_day, now
from ceo.terminal import OUT, fail, table_of

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.areas.mirror_groups import MirrorGroup, Mirroring, NoMirrorGroup
    from ceo.workflows.areas.own_lists import ListOfOwn, OwnListFault

# As the record names who did it.
_ACTOR: Final = "ceo areas"


@click.command()
@click.argument("place", metavar="GEMEENTE")
@click.argument("release", metavar="UITGAVE")
def mirror(place: str, release: str) -> None:
    """Toon met welke gemeenten van een gepubliceerde uitgave een gemeente is te vergelijken, en waarom met deze."""

    async def run(database: Database, settings: Settings) -> tuple[Mirroring, tuple[MirrorGroup | NoMirrorGroup, ...]]:
        from ceo.workflows.areas.mirror_groups import mirror_groups, mirroring_of
        from ceo.workflows.releases.reading import Cubes, find_release

        code = (await require_place(database, place)).code
        row = await find_release(database, release, public=True)
        if row is None:
            fail(f"De uitgave {release} is niet gepubliceerd. Kijk met 'ceo release list'.")
        facts = (await Cubes(settings.base_url).open(database, row)).cube.facts
        clients = {one.municipality: float(one.clients) for one in facts.sources if one.clients is not None}
        given = await mirroring_of(database, code, day=facts.period_end, clients=clients)
        return given, mirror_groups(given, code)

    from ceo.workflows.areas.mirror_groups import MirrorGroup

    given, groups = work_on(run)
    for one in groups:
        OUT.print(f"\n{one.name}", markup=False, style="bold")
        if isinstance(one, MirrorGroup):
            OUT.print(one.explanation, markup=False)
            OUT.print(f"  {', '.join(sorted(map(given.areas.name, one.members)))}", markup=False)
        else:
            OUT.print(f"Niet mogelijk. {one.cause} {one.cure}", markup=False)


@click.command("list")
@click.argument("place", metavar="GEMEENTE")
@click.option("--keep", metavar="NAAM", help="Bewaar een lijst met deze naam, in plaats van die er al is.")
@click.option("--with", "members", metavar="CODES", default="", help="Wie erin staan, met komma's: GM0014,GM0034.")
@click.option("--remove", metavar="NAAM", help="Verwijder de lijst met deze naam.")
def own_list(place: str, keep: str | None, members: str, remove: str | None) -> None:
    """Toon de eigen lijsten van een gemeente met anderen om mee te vergelijken; of bewaar of verwijder er een."""
    if keep is not None and remove is not None:
        fail("Bewaren en verwijderen kan niet tegelijk. Kies --keep of --remove.")

    async def run(database: Database, _: Settings) -> tuple[ListOfOwn, ...] | tuple[OwnListFault, ...]:
        from ceo.workflows.areas.own_lists import ListOfOwn, find_own_lists, keep_own_list, remove_own_list

        code = (await require_place(database, place)).code
        if keep is not None:
            wanted = ListOfOwn(keep, tuple(one.strip().upper() for one in members.split(",") if one.strip()))
            kept = await keep_own_list(database, code, wanted, actor=_ACTOR, today=dutch_day(), now=now())
            if isinstance(kept, tuple):
                return kept
        if remove is not None and not await remove_own_list(database, code, remove, actor=_ACTOR, now=now()):
            fail(f"Er is geen lijst die {remove} heet.")
        return await find_own_lists(database, code)

    from ceo.workflows.areas.own_lists import ListOfOwn

    found = work_on(run)
    faults = [one for one in found if not isinstance(one, ListOfOwn)]
    if faults:
        fail("\n".join(f"{one.cause} {one.cure}" for one in faults))
    rows = [(one.name, ", ".join(one.members)) for one in found if isinstance(one, ListOfOwn)]
    OUT.print(
        table_of("Eigen lijsten", ("Naam", "Gemeenten"), rows, names=2) if rows else "Er zijn geen eigen lijsten."
    )
