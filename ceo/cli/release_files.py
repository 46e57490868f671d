"""Commands that write a release: as a file in one of its formats, and as reports of its municipalities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ceo.cli.inputs import OUTPUT
from ceo.cli.places import work_on
from ceo.cli.releasing import find_named
from ceo.terminal import OUT, fail, telling_progress

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.releases.reports import ReportSource


@click.command()
@click.argument("name")
@click.option("--output", type=OUTPUT, required=True, help="Bestand om te schrijven; de naam bepaalt de vorm.")
def export(name: str, output: Path) -> None:
    """Schrijf een uitgave als bestand: parquet, csv, json, xlsx, ods, SDMX, DDI of DCAT."""
    from exports.release.formats import RELEASE_FORMATS

    extension = next((one for one in RELEASE_FORMATS if output.name.lower().endswith(f".{one}")), None)
    if extension is None:
        fail(f"Een bestand met deze naam kunnen wij niet schrijven. Kies: {', '.join(RELEASE_FORMATS)}")

    async def run(database: Database, settings: Settings) -> None:
        from ceo.workflows.releases.reading import Cubes

        row = await find_named(database, name)
        cube = await Cubes(settings.base_url).open(database, row)
        with output.open("wb") as file:
            for part in RELEASE_FORMATS[extension].write(cube):
                file.write(part)

    work_on(run)
    OUT.print(f"Geschreven: {output}")


@click.command()
@click.argument("name")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="Map voor de PDF's.")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Aantal processen.")
def reports(name: str, output: Path, processes: int) -> None:
    """Schrijf van elke gemeente in een uitgave het rapport, en twee pagina's voor haar raad, als PDF."""

    async def run(database: Database, settings: Settings) -> ReportSource:
        from ceo.workflows.releases.reports import read_report_source

        row = await find_named(database, name)
        if row.manifest is None:
            fail("Deze uitgave is nog niet gemaakt.")
        return await read_report_source(database, row, settings.base_url)

    from ceo.workflows.releases.reports import write_all

    source = work_on(run)
    output.mkdir(parents=True, exist_ok=True)
    with telling_progress("Rapporten") as told:
        number = write_all(source, output, processes=processes, told=told)
    OUT.print(f"Geschreven: {number} bestanden in {output}")
