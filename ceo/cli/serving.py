"""Commands that run the website: the demonstration, the server, and its tables."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ceo.cli.inputs import given_settings
from ceo.clock import dutch_day
from ceo.settings import Settings
from ceo.terminal import OUT, fail, telling_database_faults

if TYPE_CHECKING:
    from litestar import Litestar


@click.command()
@click.option("--port", default=8000, show_default=True, help="Poort van de website.")
@click.option("--fresh", is_flag=True, help="Gooi de vorige demonstratie weg en begin opnieuw.")
def demo(port: int, *, fresh: bool) -> None:
    """Toon het hele product met gesimuleerde gegevens van acht gemeenten.

    De gegevens staan in de map ceo-demo. Een volgende keer gaat de demonstratie verder waar zij was.
    """
    _require_free_port(port)
    folder = Path("ceo-demo").absolute()
    settings = Settings(folder, f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", f"http://127.0.0.1:{port}")
    asyncio.run(_prepare_demo(settings, fresh=fresh))
    _serve(settings, "127.0.0.1", port)


async def _prepare_demo(settings: Settings, *, fresh: bool) -> None:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import migrate
    from ceo.workflows.demonstration import forget, is_complete, next_codes, seed
    from ceo.workflows.fieldwork import letter_link

    if fresh or not is_complete(settings):
        forget(settings)
    async with open_database(settings.database_url) as database:
        await migrate(database)
        if not is_complete(settings):
            with Progress(
                TextColumn("Cliënten en antwoorden simuleren"), BarColumn(), MofNCompleteColumn(), console=OUT
            ) as progress:
                task = progress.add_task("")
                await seed(
                    database,
                    settings,
                    now=datetime.now(UTC),
                    report_progress=lambda done, total: progress.update(task, completed=done, total=total),
                )
        codes = await next_codes(database, settings, today=dutch_day())
    OUT.print("\n[bold]Demonstratie met gesimuleerde gegevens[/bold]")
    OUT.print(f"Startpagina            {settings.base_url}/")
    for code in codes[:1]:
        OUT.print(f"Vragenlijst invullen   {letter_link(settings, code.municipality, code.code)}  ({code.name})")
        OUT.print(f"Uitkomsten             {settings.base_url}/{code.municipality}/resultaten/{code.round.measurement}")
        OUT.print("  hetzelfde als bestand  /pdf, /xlsx of /csv erachter")
    OUT.print("Stoppen                Ctrl+C\n")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adres waarop de server luistert.")
@click.option("--port", default=8000, show_default=True, help="Poort waarop de server luistert.")
def serve(host: str, port: int) -> None:
    """Start de website op de database van de instellingen."""
    _require_free_port(port, host)
    settings = given_settings()
    _serve(settings, host, port)


def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from ceo.web.app import create_app
    from ceo.web.installation import require_current

    with telling_database_faults():
        asyncio.run(require_current(settings))
    app: Litestar = create_app(settings)
    # No access log: addresses of letters hold codes. Where a request came from is read in `networks`, with our own setting.
    uvicorn.run(
        app, host=host, port=port, access_log=False, log_level="warning", server_header=False, proxy_headers=False
    )


@click.command()
def migrate() -> None:
    """Maak de tabellen, of breng ze naar de nieuwste vorm, en laad de gemeenten."""
    from ceo.workflows.installing import install

    settings = given_settings()
    with telling_database_faults():
        added = asyncio.run(install(settings))
    OUT.print(f"De database is bijgewerkt. Nieuwe gemeenten: {added}.")


def _require_free_port(port: int, host: str = "127.0.0.1") -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            fail(f"Poort {port} is bezet. Kies een andere, bijvoorbeeld: --port {port + 1}")
