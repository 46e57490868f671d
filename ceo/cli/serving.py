"""Commands that run the website: the demonstration, the server, and its tables."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ceo.cli.inputs import given_settings
from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.terminal import OUT, fail, table_of, telling_database_faults, warn

if TYPE_CHECKING:
    from ceo.storage.database import Database
    from ceo.storage.row_security import Secured

# How much the demonstration holds.
SMALL: Final = "small"
NATIONAL_SIZE: Final = "national"


@click.command()
@click.option("--port", default=8000, show_default=True, help="Poort van de website.")
@click.option("--fresh", is_flag=True, help="Gooi de vorige demonstratie weg en begin opnieuw.")
@click.option(
    "--size",
    type=click.Choice([SMALL, NATIONAL_SIZE]),
    default=SMALL,
    show_default=True,
    help="national: ook een landelijke uitgave van alle 342 gemeenten, met 100.000 inzendingen. Dat duurt een paar minuten.",
)
def demo(port: int, *, fresh: bool, size: str) -> None:
    """Toon het hele product met gesimuleerde gegevens van acht gemeenten, en een uitgave van hun cijfers.

    De gegevens staan in de map ceo-demo. Een volgende keer gaat de demonstratie verder waar zij was.
    """
    from ceo.web.serving import serve_demonstration

    _require_free_port(port)
    folder = Path("ceo-demo").absolute()
    settings = Settings(folder, f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", f"http://127.0.0.1:{port}")
    asyncio.run(_prepare_demo(settings, fresh=fresh, size=size))
    require_servable(settings)
    serve_demonstration(settings, "127.0.0.1", port)


async def _prepare_demo(settings: Settings, *, fresh: bool, size: str) -> None:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import migrate
    from ceo.workflows.demonstration.activities import has_activities, seed_activities
    from ceo.workflows.demonstration.continuous import has_following, seed_following
    from ceo.workflows.demonstration.cycle import has_cycle, seed_cycle
    from ceo.workflows.demonstration.measurements import forget, is_complete, next_codes, seed
    from ceo.workflows.demonstration.staff import seed_staff
    from ceo.workflows.demonstration.stories import seed_readings
    from ceo.workflows.demonstration.together import has_together, seed_together
    from ceo.workflows.inviting.codes import letter_link

    if fresh or not is_complete(settings):
        forget(settings)
    async with open_database(settings.database_url) as database:
        await migrate(database)
        if not is_complete(settings):
            with Progress(
                TextColumn("Cliënten en antwoorden simuleren"), BarColumn(), MofNCompleteColumn(), console=OUT
            ) as progress:
                task = progress.add_task("")
                await seed_staff(database, now=datetime.now(UTC))
                await seed(
                    database,
                    settings,
                    now=datetime.now(UTC),
                    report_progress=lambda done, total: progress.update(task, completed=done, total=total),
                )
                await seed_readings(database, now=datetime.now(UTC))
        if not await has_together(database):
            await seed_together(database, datetime.now(UTC))
        await _prepare_release(database, settings, size)
        if not await has_following(database):
            await seed_following(database, settings, now=datetime.now(UTC))
        if not await has_cycle(database):
            await seed_cycle(database, settings, now=datetime.now(UTC))
        if not await has_activities(database):
            await seed_activities(database, settings, now=datetime.now(UTC))
        codes = await next_codes(database, settings, today=dutch_day())
    OUT.print("\n[bold]Demonstratie met gesimuleerde gegevens[/bold]")
    OUT.print(f"Startpagina            {settings.base_url}/")
    OUT.print(f"Werkplek van gemeenten {settings.base_url}/werk/rondkijken")
    for code in codes[:1]:
        OUT.print(f"Vragenlijst invullen   {letter_link(settings, code.municipality, code.code)}  ({code.name})")
        OUT.print(f"Uitkomsten             {settings.base_url}/{code.municipality}/resultaten/{code.round.measurement}")
        OUT.print("  hetzelfde als bestand  /pdf, /xlsx of /csv erachter")
    OUT.print(f"Landelijke cijfers     {settings.base_url}/cijfers")
    OUT.print("Stoppen                Ctrl+C\n")


async def _prepare_release(database: Database, settings: Settings, size: str) -> None:
    """Publish a release of simulated clients once: of a few municipalities, or of all of them when that is asked for."""
    from ceo.workflows.demonstration.national import NationalPlan, has_release, seed_national, some_towns

    few = some_towns()
    plan = replace(NationalPlan(), draft=few.draft) if size == NATIONAL_SIZE else few
    if await has_release(database, plan):
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=OUT) as progress:
        task = progress.add_task("Metingen simuleren en verzegelen")

        def tell(done: int, total: int) -> None:
            told = "De uitgave maken" if done == total else "Metingen simuleren en verzegelen"
            progress.update(task, completed=done, total=total, description=told)

        await seed_national(database, settings, plan, now=datetime.now(UTC), told=tell)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adres waarop de server luistert.")
@click.option("--port", default=8000, show_default=True, help="Poort waarop de server luistert.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Aantal processen die verzoeken beantwoorden.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Start de website op de database van de instellingen.

    Met meer processen beantwoordt de server meer verzoeken tegelijk, en gaat hij door als er een uitvalt.
    Lang werk, zoals brieven maken, doet de server niet zelf: laat daarvoor ook ceo worker draaien.
    """
    from ceo.web.serving import serve_alone, serve_together

    _require_free_port(port, host)
    settings = given_settings()
    require_servable(settings)
    if workers == 1:
        serve_alone(settings, host, port)
    else:
        serve_together(settings, host, port, workers=workers)


def require_servable(settings: Settings) -> None:
    """Stop with the cure when the database has other tables, or a role that may not serve."""
    from ceo.storage.migrating import require_current

    with telling_database_faults():
        asyncio.run(require_current(settings))
        _require_walled_role(settings)


def _require_walled_role(settings: Settings) -> None:
    """Refuse to serve residents with a role for which the wall between municipalities does not hold; otherwise only warn."""
    from ceo.workflows.installation.installing import find_role_fault

    fault = asyncio.run(find_role_fault(settings))
    if fault is None:
        return
    told = f"De rol {fault.role} van CEO_DATABASE_URL {fault.cause}. {fault.cure}"
    if fault.serious and settings.secure:
        fail(told)
    warn(told)


@click.command()
def migrate() -> None:
    """Maak de tabellen, of breng ze naar de nieuwste vorm, laad de gemeenten, en beveilig de tabellen.

    Op PostgreSQL krijgt de rol van CEO_DATABASE_URL precies de rechten die de website nodig heeft.
    """
    from ceo.workflows.installation.installing import RolesError, install

    settings = given_settings()
    with telling_database_faults():
        try:
            installed = asyncio.run(install(settings))
        except RolesError as error:
            fail(str(error))
    OUT.print(f"De database is bijgewerkt. Nieuwe gemeenten: {installed.municipalities}.")
    if installed.secured is not None:
        _tell_secured(installed.secured)


def _tell_secured(secured: Secured) -> None:
    from ceo.storage.forgetting import VACUUMED

    OUT.print(
        f"Rijbeveiliging staat aan op {len(secured.walled)} tabellen, ook voor hun eigenaar (rol {secured.owner})."
    )
    if secured.application is None:
        warn(
            f"De rol {secured.owner} is eigenaar van de tabellen en bedient ook de website. Geef in productie de eigenaar een eigen adres: "
            "CEO_OWNER_DATABASE_URL"
        )
        return
    rows = [(rights, ", ".join(tables)) for rights, tables in secured.rights.items()]
    OUT.print(table_of(f"Wat rol {secured.application} mag, en niets anders", ("Recht", "Tabellen"), rows, names=2))
    if not secured.vacuums:
        warn(
            "PostgreSQL laat voor versie 17 alleen de eigenaar opruimen wat verwijderd is. Voer elke dag als eigenaar uit: "
            f"VACUUM {', '.join(VACUUMED)}"
        )


def _require_free_port(port: int, host: str = "127.0.0.1") -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            fail(f"Poort {port} is bezet. Kies een andere, bijvoorbeeld: --port {port + 1}")
