"""Commands about releases: propose and make one, sign, publish, drop and withdraw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from ceo.cli.places import PLACE_HELP, require_place, work_on
from ceo.clock import now
from ceo.terminal import OUT, fail, table_of, telling_progress

if TYPE_CHECKING:
    from analysis.partitions import Engine
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.storage.releases import Release
    from ceo.workflows.releases.deciding import ReleaseDecided

_ACTOR: Final = "ceo release"
ENGINE_HELP: Final = "Waar gerekend wordt: inline, processes, processes:AANTAL of dask://NAAM:POORT."
_STATES: Final = {
    "draft": "concept",
    "signed": "ondertekend",
    "published": "gepubliceerd",
    "corrected": "verbeterd",
    "withdrawn": "ingetrokken",
    "dropped": "vervallen",
}
_REFUSED: Final = {
    "name-taken": "Er is al een uitgave met deze naam. Kies een andere naam, of maak een nieuwe editie met --opnieuw.",
    "no-sealed-rounds": "Er is geen verzegelde meting met deze naam waarin iemand heeft geantwoord. Verzegel eerst de metingen.",
    "edition-not-ended": "De vorige editie is nog een concept. Publiceer die eerst, of laat haar vervallen met: ceo release drop",
    "no-reason": "Geef een reden, met --reden.",
    "unknown-release": "Deze uitgave kennen wij niet. Kijk met: ceo release list",
    "unknown": "Deze uitgave kennen wij niet, of zij is niet van deze gemeente. Kijk met: ceo release list",
    "too-late": "Dat kan niet meer: kijk met ceo release list hoe ver de uitgave is.",
    "other-content": "De uitgave wordt of is opnieuw gemaakt sinds u keek. Kijk opnieuw.",
    "not-signed": "Nog niet elke gemeente heeft getekend voor wat er nu staat. Kijk met: ceo release list",
    "overtaken": "Er is intussen iets anders van deze meting gepubliceerd. Maak de uitgave opnieuw.",
    "damaged": "Wat er is bewaard, is niet meer wat gemeenten hebben gezien. Maak de uitgave opnieuw, en zoek in het log wat er is.",
    "nobody": "Geen enkele gemeente doet mee.",
}


@click.group()
def release() -> None:
    """Uitgaven: cijfers van gemeenten samen, ondertekend, gepubliceerd en na te rekenen."""


@release.command("list")
def list_all() -> None:
    """Laat zien welke uitgaven er zijn, en hoe ver elke is."""
    from ceo.workflows.releases.reading import list_releases

    async def read(database: Database, _: Settings) -> list[Any]:
        return await list_releases(database, public=False)

    found = work_on(read)
    if not found:
        OUT.print("Er zijn nog geen uitgaven. Maak er een met: ceo release make")
        return
    rows = [
        (
            f"{one.name}/{one.edition}",
            one.title,
            one.fault or ("wordt gemaakt" if one.is_asked else _STATES[one.state]),
            f"{one.decisions.get('signed', 0)} van {sum(one.decisions.values())}",
            one.digest[:19],
        )
        for one in found
    ]
    OUT.print(table_of("Uitgaven", ("Naam", "Titel", "Stand", "Getekend", "Controlegetal"), rows, names=3))


@release.command()
@click.argument("name")
@click.option("--measurement", "--meting", help="Naam van de meting waarvan de verzegelde rondes meegaan.")
@click.option("--title", "--titel", default="", help="Titel, zoals lezers die zien.")
@click.option("--population", "--over-wie", default="", help="Over wie de cijfers gaan, zoals: cliënten van de Wmo.")
@click.option("--publisher", "--uitgever", default="CEO", show_default=True, help="Wie de uitgave doet.")
@click.option("--place", "--plaats", default="landelijk", show_default=True, help=PLACE_HELP)
@click.option("--again", "--opnieuw", is_flag=True, help="Maak een nieuwe editie van een uitgave die er al is.")
@click.option("--reason", "--reden", default="", help="Waarom er een nieuwe editie is.")
@click.option("--engine", default="inline", show_default=True, help=ENGINE_HELP)
def make(name: str, *, place: str, again: bool, reason: str, engine: str, **chosen: str | None) -> None:
    """Stel een uitgave voor van de verzegelde rondes van een meting, en maak haar. Daarna tekenen de gemeenten."""
    proposal = None if again else _proposal(name, chosen)

    async def run(database: Database, settings: Settings) -> Release | str:
        from ceo.workflows.releases.making import Making, make_asked
        from ceo.workflows.releases.proposing import propose, propose_again
        from ceo.workflows.releases.reading import find_release

        code = (await require_place(database, place)).code
        by: dict[str, Any] = {"place": code, "actor": _ACTOR, "now": now()}
        if proposal is None:
            proposed = await propose_again(database, name, reason=reason, **by)
        else:
            proposed = await propose(database, proposal, **by)
        if isinstance(proposed, str):
            return proposed
        with telling_progress("Rekenen") as told:
            await make_asked(database, settings, clock=now, making=Making(engine_of(engine), told))
        made = await find_release(database, proposed.release, proposed.edition, public=False)
        assert made is not None
        return made

    made = work_on(run)
    if isinstance(made, str):
        fail(_REFUSED[made])
    if made.fault:
        fail(f"De uitgave kon niet worden gemaakt: {made.fault}")
    OUT.print(f"Gemaakt: {made.name}/{made.edition}, controlegetal {made.digest}")
    OUT.print("Elke gemeente kan nu kijken en tekenen, op haar werkplek of met: ceo release sign")


@release.command()
@click.argument("name")
@click.argument("place")
@click.option("--refuse", "--niet", "refuse", is_flag=True, help="Doe niet mee; geef ook --reden.")
@click.option("--rejoin", "--terug", "rejoin", is_flag=True, help="Doe weer mee, na --niet; teken daarna.")
@click.option("--reason", "--reden", default="", help="Waarom de gemeente niet meedoet.")
def sign(name: str, place: str, *, refuse: bool, rejoin: bool, reason: str) -> None:
    """Teken namens een gemeente voor haar ronde in een uitgave, zoals die nu is gemaakt."""
    if refuse and rejoin:
        fail("Kies --niet of --terug, en niet allebei.")

    async def run(database: Database, _: Settings) -> ReleaseDecided | None:
        from ceo.workflows.releases.deciding import By, Looked, refuse_round, rejoin_round, sign_round

        row = await find_named(database, name)
        by = By((await require_place(database, place)).code, _ACTOR, now())
        looked = Looked(row.name, row.edition, row.digest)
        if refuse:
            return await refuse_round(database, looked, by, reason=reason)
        return await (rejoin_round if rejoin else sign_round)(database, looked, by)

    told = "De uitgave wordt opnieuw gemaakt zonder deze gemeente." if refuse else "Getekend."
    _tell(work_on(run), "De uitgave wordt opnieuw gemaakt met deze gemeente." if rejoin else told)


@release.command("publish")
@click.argument("name")
def publish_edition(name: str) -> None:
    """Publiceer een uitgave waarvoor iedereen heeft getekend."""

    async def run(database: Database, _: Settings) -> ReleaseDecided | None:
        from ceo.workflows.releases.deciding import By, Looked, publish_release

        row = await find_named(database, name)
        return await publish_release(database, Looked(row.name, row.edition, row.digest), By(row.place, _ACTOR, now()))

    _tell(work_on(run), "Gepubliceerd.")


@release.command("drop")
@click.argument("name")
@click.option("--reason", "--reden", required=True, help="Waarom het concept vervalt. Gemeenten lezen dit.")
def drop_edition(name: str, reason: str) -> None:
    """Laat een concept vervallen. De cijfers worden verwijderd; de naam wordt niet opnieuw gebruikt."""

    async def run(database: Database, _: Settings) -> ReleaseDecided | None:
        from ceo.workflows.releases.deciding import By, Looked, drop_release

        row = await find_named(database, name)
        looked = Looked(row.name, row.edition, row.digest)
        return await drop_release(database, looked, By(row.place, _ACTOR, now()), reason=reason)

    _tell(work_on(run), "Vervallen.")


@release.command("withdraw")
@click.argument("name")
@click.option("--reason", "--reden", required=True, help="Waarom de uitgave niet meer gebruikt moet worden.")
def withdraw_edition(name: str, reason: str) -> None:
    """Trek een uitgave in. Zij blijft te citeren, met de reden erbij."""

    async def run(database: Database, _: Settings) -> ReleaseDecided | None:
        from ceo.workflows.releases.deciding import By, Looked, withdraw_release

        row = await find_named(database, name)
        looked = Looked(row.name, row.edition, row.digest)
        return await withdraw_release(database, looked, By(row.place, _ACTOR, now()), reason=reason)

    _tell(work_on(run), "Ingetrokken.")


def _proposal(name: str, chosen: dict[str, str | None]) -> Any:
    from pydantic import ValidationError

    from ceo.workflows.releases.proposal import Proposal

    try:
        return Proposal(
            name=name,
            measurement=chosen["measurement"] or "",
            title=chosen["title"] or "",
            population=chosen["population"] or "",
            publisher=chosen["publisher"] or "",
        )
    except ValidationError as error:
        wrong = ", ".join(str(one["loc"][0]) for one in error.errors())
        fail(
            f"Dit past niet: {wrong}. Een naam heeft kleine letters, cijfers en streepjes; titel en over-wie zijn verplicht."
        )


def engine_of(text: str) -> Engine:
    """Return where to compute, or stop and tell what can be chosen."""
    from analysis.partitions import read_engine
    from questionnaires.problems import Problem

    found = read_engine(text)
    if isinstance(found, Problem):
        fail(f"{found.cause} {found.cure}")
    return found


async def find_named(database: Database, name: str) -> Release:
    """Return the edition that NAME or NAME/EDITION names; without a number the newest."""
    from ceo.workflows.releases.reading import find_release

    plain, _, edition = name.partition("/")
    if edition and not edition.isdecimal():
        fail("Noem een uitgave als NAAM of NAAM/EDITIE, zoals wmo-2026/1.")
    row = await find_release(database, plain, int(edition) if edition else None, public=False)
    if row is None:
        fail(_REFUSED["unknown-release"])
    return row


def _tell(decided: ReleaseDecided | None, done: str) -> None:
    if decided != "done":
        fail(_REFUSED[f"{decided}"])
    OUT.print(done)
