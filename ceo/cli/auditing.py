"""Commands about the record of what staff did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.places import PLACE_HELP, all_places, require_place, work_on
from ceo.terminal import OUT, fail, table_of, telling_progress, warn

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.audit.recording import Head
    from ceo.workflows.audit.verifying import Break, Chain

_HEAD: Final = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")
_WORDS: Final = {
    "changed": "is gewijzigd",
    "detached": "sluit niet aan op de regel ervoor: er is geruild, tussengevoegd of opnieuw geschreven",
    "missing": "ontbreekt",
    "other-head": "is een andere dan de kop die u noteerde: het logboek is tot hier opnieuw geschreven",
    "cut": "en wat volgde ontbreekt: het logboek ging verder volgens de kop die u noteerde",
}


@click.group()
def audit() -> None:
    """Het logboek van wat medewerkers deden."""


@audit.command()
@click.option("--place", help=f"Alleen deze. {PLACE_HELP}")
@click.option(
    "--head",
    help="De kop die u eerder noteerde (NUMMER:KENMERK). Alleen daarmee valt op wat aan het eind is weggehaald.",
)
def verify(place: str | None, head: str | None) -> None:
    """Reken na of geen regel is gewijzigd, weggehaald, geruild of tussengevoegd.

    Noteer de koppen die hier staan op een plek buiten deze database.
    """
    noted = _read_head(head, place)

    async def run(database: Database, _: Settings) -> tuple[tuple[Chain, ...], dict[str, str]]:
        from ceo.workflows.audit.verifying import verify_chains

        where = await require_place(database, place) if place is not None else None
        code = where.code if where is not None else None
        names = {one.code: one.name for one in await all_places(database)}
        with telling_progress("Logboek narekenen") as report_progress:
            found = await verify_chains(database, place=code, noted=noted, report_progress=report_progress)
        return found, names

    _tell(*work_on(run))


def _read_head(head: str | None, place: str | None) -> Head | None:
    from ceo.workflows.audit.recording import Head

    if head is None:
        return None
    if place is None:
        fail("Een kop hoort bij één logboek. Noem ook de gemeente, met --place.")
    read = _HEAD.fullmatch(head.strip().lower())
    if read is None:
        fail(
            "Deze kop klopt niet. Een kop is een nummer, een dubbele punt en 64 tekens, zoals deze opdracht hem toont."
        )
    return Head(int(read[1]), read[2])


def _tell(chains: tuple[Chain, ...], names: dict[str, str]) -> None:
    if not chains:
        OUT.print("Het logboek is nog leeg.")
        return
    rows = [
        (names.get(one.place, one.place), "klopt niet" if one.breaks else "klopt", str(one.records)) for one in chains
    ]
    OUT.print(table_of("Logboek", ("Van", "Stand", "Regels"), rows, names=2))
    for one in chains:
        click.echo(f"Kop van {names.get(one.place, one.place)}: {one.head}")
    broken = [one for one in chains if one.breaks]
    for one in broken:
        for found in one.breaks:
            warn(_sentence(names.get(one.place, one.place), found))
        if one.more:
            warn(f"{names.get(one.place, one.place)}: en nog {one.more} regels die niet kloppen.")
    if broken:
        fail("Het logboek is niet zoals het geschreven is. Bewaar deze uitkomst, en vergelijk met een back-up.")


def _sentence(name: str, found: Break) -> str:
    return f"{name}: regel {found.number} {_WORDS[found.kind]}."
